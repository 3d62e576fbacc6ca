"""The log holds every propensity and every diagnostic is green. Can the off-policy estimate still be wrong?

Yes, if something that nobody logs moves both what is shown and what is clicked. Here a rule downstream sends the
new ranker to people in a good mood more often than the coin that was logged. The new ranker is truly worse, three
estimators agree that it is better, and each is sure. What sees it: estimate a policy whose value you know.
"""
from collections import defaultdict
from math import fsum, log
from statistics import fmean

from snippets.components.metrics.intervals import bootstrap_interval, ratio, sums_by
from snippets.components.metrics.off_policy import doubly_robust, effective_sample_size, ips, snips
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.world import World, catalog, default_candidates, popularity_policy, serve, sessions, simulate, top, true_value

BEFORE, DAYS = 7, 17  # a week of the old ranker alone, then ten days of a coin between both


def newest_first(world):
    """The new ranker."""
    return lambda context, found: top(world, found, lambda item: item.published)


def coin(old, new):
    """What the log believes: each session gets one of the two, with probability 1/2."""
    return lambda context, found: [(0.5, old(context, found)), (0.5, new(context, found))]


# --8<-- [start:experiment]
def logged(world, old, new):
    """(user, click, [weight under old, under new], features shown, [features of old, of new]) of each row."""
    items, rows = catalog(world), []
    known = lambda place, item: (-log(place), 100 * items[item].popularity)
    for context, shown in serve(world, coin(old, new), days=range(BEFORE, DAYS)):
        found = default_candidates(world, context)
        slates = [policy(context, found).items for policy in (old, new)]
        for row in shown:
            instead = [slate[row.position - 1] for slate in slates]
            weights = [(item == row.item) / row.propensity for item in instead]
            rows.append((row.user, int(row.clicked), weights, known(row.position, row.item),
                         [known(row.position, item) for item in instead]))
    return rows


def three_estimates(rows, model, policy, places=10):
    """Clicks a session under policy 0 (old) or 1 (new), by IPS, SNIPS and doubly robust; and the weights."""
    clicks, weights = [r[1] for r in rows], [r[2][policy] for r in rows]
    predicted, expected = predict_all(model, [r[3] for r in rows]), predict_all(model, [r[4][policy] for r in rows])
    found = ips(clicks, weights), snips(clicks, weights), doubly_robust(clicks, weights, predicted, expected)
    return [places * value for value in found], weights


def interval(rows, policy, places=10):
    """95% of IPS, users drawn as a whole."""
    units = sums_by([r[0] for r in rows], [r[1] * r[2][policy] for r in rows])
    return [places * bound for bound in bootstrap_interval(units, ratio, resamples=200)]


def gap_of_known_policy(rows, alone, places=10):
    """(IPS minus what the old ranker earned alone, its 95%): clicks a session, each user drawn with all that is theirs."""
    sums = defaultdict(lambda: [0.0, 0, 0, 0])
    for user, clicked, weights, *_ in rows:
        sums[user][0] += clicked * weights[0]
        sums[user][1] += 1
    for row in alone:
        sums[row.user][2] += row.clicked
        sums[row.user][3] += 1

    def gap(users):
        estimated, shown, clicked, shown_alone = map(fsum, zip(*users))
        return places * (estimated / shown - clicked / shown_alone)

    users = list(sums.values())
    return gap(users), *bootstrap_interval(users, gap, resamples=200)


def main() -> None:
    hidden = 0.7  # @param {type:"slider", min:0, max:0.9, step:0.1, label:"strength of the unlogged cause"}
    seed = 16  # @param {type:"number", min:1, max:1000}
    world = World(seed=seed, users=300, days=DAYS, return_effect=0.0, hidden_cause=hidden)
    old, new = popularity_policy(world), newest_first(world)
    rows, met = logged(world, old, new), sessions(world, range(BEFORE, DAYS))
    model = fit([r[3] for r in rows], [r[1] for r in rows], steps=3)
    print("clicks a session")
    print("     IPS  its 95%   SNIPS   DR  truth")
    for number, (name, policy) in enumerate((("old", old), ("new", new))):
        (a, b, c), weights = three_estimates(rows, model, number)
        low, high = interval(rows, number)
        print(f"{name}{a:5.2f}  {low:.2f}-{high:.2f}{b:6.2f}{c:5.2f}{true_value(world, policy, contexts=met):7.2f}")
    print(f"\nmean weight {fmean(weights):.2f}, largest {max(weights):.0f}, effective")
    print(f"size {effective_sample_size(weights):,.0f} of {len(rows):,} rows")
    alone = simulate(world, old, days=range(BEFORE))
    gap, low, high = gap_of_known_policy(rows, alone)
    print(f"\nold ranker, alone the week before:\nmeasured {10 * fmean(r.clicked for r in alone):.2f}")
    print(f"log minus measured: {gap:.2f} ({low:.2f} to {high:.2f})")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
