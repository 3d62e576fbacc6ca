"""How good is the popularity baseline once somebody has tuned it?

The raw click rate puts the luckiest new item first. Pulling each rate toward the average by some pretended impressions
moves this baseline more than most models would; beyond some thirty the number hardly matters. An untuned baseline is a gift to
whatever is compared with it: Ferrari Dacrema, Cremonesi and Jannach, RecSys 2019. Chapter: components/models-and-baselines.
"""
from snippets.components.models_and_baselines.heuristics import Counters, smoothed_rate
from snippets.components.models_and_baselines.judged_pages import Visit, of_the_possible
from snippets.world import World, default_candidates, random_policy, serve


# --8<-- [start:tune]
def sweep(seed, weights, users=150, train_days=10, judged=80):
    """{weight of the prior: share of the possible clicks} of "popular first", on the visits after the log."""
    world = World(seed=seed, users=users, days=train_days + 3, click_intercept=-2.4)
    counters, visits = Counters(world), []
    for context, shown in serve(world, random_policy(world)):
        if context.day < train_days:
            counters.learn(shown)
        elif len(visits) < judged:
            visits.append(Visit(context, default_candidates(world, context), []))
    average = counters.clicked / counters.rows

    def rated(weight):
        return lambda visit: [smoothed_rate(counters.clicks[item.id], counters.shown[item.id] + 1e-9, average, weight)
                              for item in visit.candidates]

    return of_the_possible(world, visits, {weight: rated(weight) for weight in weights})


def main() -> None:
    seed = 1  # @param {type:"number", min:1, max:1000}
    shares = sweep(seed, (0, 2, 10, 30, 100, 1000))
    print("pretended     popular first,")
    print("impressions   of the possible clicks")
    for weight, share in shares.items():
        print(f"{weight:8,}{share:15.0%}")
# --8<-- [end:tune]


if __name__ == "__main__":
    main()
