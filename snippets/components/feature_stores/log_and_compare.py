"""Which comparison finds training-serving skew, and which one approves it?

First a stream job that counts retried clicks twice: distributions look the same and parity over all rows looks
fine, while parity on the slice that retries does not. Then a feature whose definition changed: a backfill "as
defined then" agrees with every old serving log and trains the worse model, because what is about to be served
is the new definition. Compare with what the next model will get, by slice, on
rows where either side holds a value.
Source for logging at serving time: Zinkevich, Rules of Machine Learning, rules 29 and 37.
"""
from bisect import bisect_right
from collections import Counter
from math import fsum, log

from snippets.components.feature_stores.freshness_value import PRIOR_CLICKS, PRIOR_VIEWS, item_times
from snippets.components.feature_stores.interest_stream import acts, endless_feed, request_keys, windowed_counts
from snippets.components.feature_stores.point_in_time_join import as_of_join, replay
from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.world import DAY_S, World

TRAIN_DAYS, DAYS, CHANGED_DAY, WINDOW_S, TTL_S = 6, 10, 4, 600.0, 1800.0


def differ(served, recomputed):
    """Share of rows whose two values are not the same."""
    return sum(a != b for a, b in zip(served, recomputed)) / len(served)


def stability_index(served, recomputed):
    """Population stability index over the distinct values, half a row added to each so that none is empty."""
    ours, theirs = Counter(served), Counter(recomputed)
    bins = sorted(ours | theirs)
    share = lambda counts, value: (counts[value] + 0.5) / (len(served) + len(bins) / 2)
    return fsum((share(ours, v) - share(theirs, v)) * log(share(ours, v) / share(theirs, v)) for v in bins)


def retries(world, feed):
    """{slice: (share of rows that differ, PSI)} of a counter served without deduplication and recomputed with it."""
    asked, stream = request_keys(world, feed), acts(world, feed)
    served = replay(asked, windowed_counts(stream, WINDOW_S, dedup=False), ttl=TTL_S)
    recomputed = as_of_join(asked, windowed_counts(stream, WINDOW_S), ttl=TTL_S)
    slow = [row.device == "slow phone" for row in feed]
    slices = {
        "all rows": [True] * len(feed),
        "slow phones": slow,
        "slow phones, not 0": [s and max(pair) > 0 for s, pair in zip(slow, zip(served, recomputed))],
    }
    picked = {name: [(a, b) for a, b, keep in zip(served, recomputed, kept) if keep] for name, kept in slices.items()}
    return {name: (differ(*zip(*rows)), stability_index(*zip(*rows))) for name, rows in picked.items()}


# --8<-- [start:experiment]
def backfills(feed):
    """{backfill: (equal to the old serving log, equal to the new definition, AUC when the new one is served)}."""
    labels = [int(row.clicked) for row in feed]
    clicks, views = item_times(feed)
    counts = [(bisect_right(clicks[row.item], row.time - WINDOW_S), bisect_right(views[row.item], row.time - WINDOW_S))
              for row in feed]
    change, cut = (sum(row.time < day * DAY_S for row in feed) for day in (CHANGED_DAY, TRAIN_DAYS))
    old = [10 * c / n if n else 0.0 for c, n in counts]  # clicks per ten views, 0 when never seen
    new = [10 * (c + PRIOR_CLICKS) / (n + PRIOR_VIEWS) for c, n in counts]  # shrunk toward one click in ten views
    logged = old[:change] + new[change:]
    place = [-log(row.position) for row in feed]
    table = {}
    for name, values, first in (
        ("as defined then", logged, 0), ("today's definition", new, 0), ("rows since change", new, change),
    ):
        weights = fit(list(zip(place, values))[first:cut], labels[first:cut], steps=4)
        scores = predict_all(weights, list(zip(place[cut:], new[cut:])))
        then, now = differ(values[first:cut], logged[first:cut]), differ(values[first:cut], new[first:cut])
        table[name] = 1 - then, 1 - now, roc_auc(labels[cut:], scores)
    return table


def feed_of(seed, users=160, items=120):
    """(world, its feed in order of time)."""
    world = World(seed=seed, users=users, items=items, days=DAYS)
    return world, sorted(endless_feed(world), key=lambda row: row.time)


def main() -> None:
    seed = 8  # @param {type:"number", min:1, max:1000}
    world, feed = feed_of(seed)
    print("retries counted twice  differ    PSI")
    for name, (share, psi) in retries(world, feed).items():
        print(f"  {name:20}{share:7.1%}{psi:7.3f}")
    print("\n                equal to log  AUC when")
    print("trained on         old   new  new served")
    for name, (then, now, score) in backfills(feed).items():
        print(f"{name:18}{then:5.0%}{now:6.0%}{score:8.3f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
