"""Hash the item ids into a smaller table: what is lost on average, and who loses it?

On average little: popular items own their bucket in all but name. A rare item inherits the click rate of the popular
one that it meets, and an item that nobody has seen inherits one too, where a table of ids would have said
"unknown". Same memory, better spent: frequent ids own a slot, the rest share one.
The feature is a smoothed click rate a bucket; the truth is the world's own probability of a click.
Sources: Weinberger et al., ICML 2009 (hashing); Liu et al., Monolith, 2022 (admit ids by frequency).
"""
from collections import Counter
from math import exp, fsum, log, sqrt
from statistics import fmean

from snippets.components.features.encoders import hash_bucket, smoothed_rate
from snippets.world import World, catalog, click_if_seen, examination, random_policy, relevance, sessions, simulate

VISITS, WEIGHT = 20, 20  # sessions that the truth is a mean of; views at the average rate that shrink an estimate
TIERS = ("head", "mid", "tail", "new")  # the tenth most shown, the next four, the other five, never shown


def true_rates(world: World) -> list[float]:
    """Each item's probability of a click at a random place, as a mean over some of the world's sessions."""
    met = sessions(world)
    places, rates = range(1, world.slate + 1), []
    for visit in met[:: max(1, len(met) // VISITS)][:VISITS]:
        looked = [examination(world, visit.device, place) for place in places]
        low, high = (  # clicks are affine in relevance: two ends are enough
            fmean(e * click_if_seen(world, visit.device, place, end) for e, place in zip(looked, places))
            for end in (0.0, 1.0)
        )
        rates.append([low + (high - low) * relevance(world, visit, item) for item in catalog(world)])
    return [fmean(column) for column in zip(*rates)]


def tiers(views: Counter, items: int) -> dict[str, list[int]]:
    """Item numbers by how often they were shown."""
    shown = sorted((i for i in range(items) if views[i]), key=lambda i: (-views[i], i))
    ends = [len(shown) // 10, len(shown) // 2]
    parts = shown[: ends[0]], shown[ends[0] : ends[1]], shown[ends[1] :], [i for i in range(items) if not views[i]]
    return dict(zip(TIERS, parts))


# --8<-- [start:experiment]
def bucket_rates(buckets, clicks, views, average):
    """Each item's estimate: the smoothed click rate of its bucket; `None` has the average."""
    c, v = Counter(), Counter()
    for item, bucket in enumerate(buckets):
        c[bucket] += clicks[item]
        v[bucket] += views[item]
    return [average if b is None else smoothed_rate(c[b], v[b], average, WEIGHT) for b in buckets]


def estimates(items, slots, clicks, views):
    """{way to spend `slots` slots: each item's estimated click rate}; the first has a slot for every item."""
    average, ids = sum(clicks.values()) / sum(views.values()), range(items)
    frequent = set(sorted(ids, key=lambda i: (-views[i], i))[: slots - 1])
    rates = lambda buckets: bucket_rates(buckets, clicks, views, average)
    halves = [rates([hash_bucket(i, slots // 2, salt) for i in ids]) for salt in ("one", "two")]
    return {
        "no such feature": rates([None] * items),
        "a slot for each": rates(ids),
        "hashed": rates([hash_bucket(i, slots) for i in ids]),
        "hashed twice": [sqrt(a * b) for a, b in zip(*halves)],
        "frequent + rest": rates([i if i in frequent else -1 for i in ids]),
    }


def observed(seed, items=1_000):
    """(clicks by item, views by item, true rates) of two weeks of random slates."""
    world = World(seed=seed, users=400, items=items)
    log_of_all = simulate(world, random_policy(world))
    clicks = Counter(row.item for row in log_of_all if row.clicked)
    return clicks, Counter(row.item for row in log_of_all), true_rates(world)


def errors(clicks, views, truth, slots):
    """{way: {tier: typical factor between estimate and truth}}, and under "all rows" weighted by views."""
    table, groups = {}, tiers(views, len(truth))
    for way, rates in estimates(len(truth), slots, clicks, views).items():
        off = [abs(log(rate / true)) for rate, true in zip(rates, truth)]
        table[way] = {tier: exp(fmean(off[i] for i in group)) for tier, group in groups.items()}
        table[way]["all rows"] = exp(fsum(views[i] * far for i, far in enumerate(off)) / sum(views.values()))
    return table


def main() -> None:
    times_smaller = 4  # @param {type:"slider", min:1, max:32, step:1, unit:"times fewer slots than items"}
    seed = 9  # @param {type:"number", min:1, max:1000}
    items, slots = 1_000, 1_000 // times_smaller
    table = errors(*observed(seed, items), slots)
    print(f"{items:,} items, {slots:,} slots: estimate over truth,\nor truth over estimate, typically")
    print(f"{'':16}" + "".join(f"{name:>6}" for name in (*TIERS, "all")))
    for way, factors in table.items():
        print(f"{way:16}" + "".join(f"{factors[tier]:6.2f}" for tier in (*TIERS, "all rows")))
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
