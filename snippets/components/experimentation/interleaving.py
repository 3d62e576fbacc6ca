"""How many visits does interleaving save, and what can it not see?

Most of them: both rankers meet the same visitor, the same mood, the same page, so only their disagreement is noise.
It says whose items are clicked when mixed. What a ranker does to a person over weeks it can't say, for every person
gets both. Screen with it; let an experiment on people decide.
Chapter: components/experimentation. Team draft: Radlinski, Kurup and Joachims, CIKM 2008.
"""
from collections import defaultdict
from math import ceil, fsum, inf

from snippets.world import Slate, World, affinity, serve, uniform

# --8<-- [start:experiment]
bait = 1.0  # @param {type:"slider", label:"taste for clickbait", min:0, max:3, step:0.25, unit:"weight in the new score"}


def rankers():
    """Scores of an item for a visitor: today's, a better one, and one that has learned clickbait."""
    def known(context, item):
        return 2.2 * affinity(context, item) + 20 * item.popularity + 1.8 * (item.topic == context.query)

    return {"now": known,
            "better": lambda context, item: known(context, item) + 0.5 * item.quality,
            "clickbait": lambda context, item: known(context, item) + bait * item.clickbait}


def ranked(score, context, found):
    """Item numbers, best first."""
    return [item.id for item in sorted(found, key=lambda item: (-score(context, item), item.id))]


def team_draft(one, two, size, coins):
    """The mixed page, and which ranker (0 or 1) chose each place: a coin says who picks first in each round."""
    page, teams, lists = [], [], (one, two)
    for coin in coins:
        for team in (coin, 1 - coin):
            pick = next((item for item in lists[team] if item not in page), None)
            if pick is not None and len(page) < size:
                page.append(pick)
                teams.append(team)
    return page, teams


def interleaved(world, old, new):
    """For each visit its person, and clicks on the new ranker's items minus clicks on the old one's."""
    teams, credits = {}, []

    def policy(context, found):
        coins = [uniform(world.seed, "coin", context.user.id, context.session, k) < 0.5 for k in range(world.slate)]
        page, teams["now"] = team_draft(ranked(old, context, found), ranked(new, context, found), world.slate, coins)
        return Slate(tuple(page))

    for context, shown in serve(world, policy):
        credit = sum((1 if team else -1) for row, team in zip(shown, teams["now"]) if row.clicked)
        credits.append((context.user.id, credit))
    return credits


def alone(world, score):
    """For each visit its person and clicks, when everybody gets this ranker. Pleased people come back more often."""
    policy = lambda context, found: Slate(tuple(ranked(score, context, found)[: world.slate]))
    return [(context.user.id, sum(row.clicked for row in shown)) for context, shown in serve(world, policy)]
# --8<-- [end:experiment]


def mean(visits):
    """Of the values of (person, value), at least one."""
    return fsum(value for _, value in visits) / len(visits)


def variance(visits):
    """Of one visit, if people come as a whole: the squared sum of each person's distances from the mean, a visit."""
    m, of = mean(visits), defaultdict(list)
    for person, value in visits:
        of[person].append(value - m)
    return fsum(fsum(distances) ** 2 for distances in of.values()) / len(visits)


def visits_needed(differences, z=2.8):
    """Visits until a mean of such differences is found four times in five at 5%."""
    return ceil(z * z * variance(differences) / mean(differences) ** 2) if mean(differences) else inf


def split_visits_needed(old, new, z=2.8):
    """The same, both arms together, when half of the visits meet each ranker."""
    gap = mean(new) - mean(old)
    return ceil(2 * z * z * (variance(old) + variance(new)) / gap**2) if gap else inf


def main():
    world = World(seed=2, users=40, days=28, newcomer_share=0.0)
    scores = rankers()
    now = alone(world, scores["now"])
    print("against now             better  clickbait")
    mixed = {name: interleaved(world, scores["now"], scores[name]) for name in ("better", "clickbait")}
    pure = {name: alone(world, scores[name]) for name in mixed}

    def line(label, show):
        print(f"{label:<22}" + "".join(f"{show(name):>9}" for name in mixed))

    line("interleaved, a visit", lambda name: f"{mean(mixed[name]):+.3f}")
    line("  visits needed", lambda name: f"{visits_needed(mixed[name]):,}")
    line("split, visits needed", lambda name: f"{split_visits_needed(now, pure[name]):,}")
    line("alone: clicks a visit", lambda name: f"{mean(pure[name]) / mean(now) - 1:+.1%}")
    line("alone: visits", lambda name: f"{len(pure[name]) / len(now) - 1:+.1%}")
    line("alone: clicks", lambda name: f"{mean(pure[name]) * len(pure[name]) / (mean(now) * len(now)) - 1:+.1%}")


if __name__ == "__main__":
    main()
