"""From 90% to 100% recall an index reads six times as many vectors. What does the product get for it?

A percent or two: the ranker replaces a lost candidate by one nearly as good, but for the viewers whom recall fails
most. The price of a point explodes at the end, its worth fades; so compare the two at the margin, not on average.
Chapter: framework/trade-offs. Index: inverted lists (IVF), as in Faiss; second table: Faiss's own benchmark.
"""
import math
from functools import cache
from heapq import nlargest

from snippets.components.retrieval.merge import recall
from snippets.components.retrieval.taste_vector import cosine
from snippets.world import World, catalog, expected_at, normal_quantile, replace, sessions, uniform
from snippets.world.behavior import relevance_log_odds

ITEMS, LISTS, VIEWERS, WISH = 1_000, 25, 12, 1.8  # WISH: log-odds that the topic wanted now adds, as in the world
RUNS = [(shop, crowd) for shop in range(4) for crowd in range(5)]  # seeds of 4 catalogs, each with 5 audiences
FAISS = {32: (0.068, 90.24), 64: (0.104, 95.49), 128: (0.174, 98.37), 256: (0.299, 99.44), 512: (0.527, 99.87)}


# --8<-- [start:price]
keep = 60  # @param {type:"slider", min:20, max:200, step:20, unit:"candidates to the ranker"}
error = 0.7  # @param {type:"slider", min:0, max:3, step:0.1, unit:"log-odds, error of the ranker"}
known = 0.5  # @param {type:"slider", min:0, max:1, step:0.1, unit:"of wishes seen by a fresh feature"}
cutoff = 0.7  # @param {type:"slider", min:0.5, max:1, step:0.05, unit:"of the nearest leader's cosine"}
START = 4  # lists


def marginal_prices(points):
    """Price of each further unit: difference of cost over difference of gain, along (cost, gain) pairs."""
    return [(b[0] - a[0]) / (b[1] - a[1]) if b[1] > a[1] else math.inf for a, b in zip(points, points[1:])]


@cache
def inverted_lists(vectors, lists=LISTS):
    """Evenly spaced vectors lead a list each; every vector joins the leader that it is nearest to."""
    leaders = vectors[:: len(vectors) // lists][:lists]
    members = [[] for _ in leaders]
    for number, vector in enumerate(vectors):
        members[max(range(lists), key=lambda k: cosine(vector, leaders[k]))].append(number)
    return leaders, members


def measure(shop, crowd, probes):
    """[(vectors read, recall, glad clicks a page) of each viewer] by design.

    A number of lists; "cut", as many lists as lie near this viewer; "fresh", START lists and today's wish, told to
    both; "index" and "ranker", told to that one only.
    """
    world = World(seed=shop, items=ITEMS, topics=16, users=120, days=3, search_share=0.0)
    items, rows = catalog(world), {name: [] for name in (*probes, "cut", "fresh", "index", "ranker")}
    leaders, members = inverted_lists(tuple(item.vector for item in items))
    for context in list({c.user.id: c for c in sessions(replace(world, seed=100 + crowd))}.values())[:VIEWERS]:
        viewer, taste, wish = context.user.id, context.user.taste, context.intent
        near = [cosine(taste, item.vector) for item in items]
        exact = nlargest(keep, range(ITEMS), key=near.__getitem__)
        close = [cosine(taste, leader) for leader in leaders]
        order = sorted(range(LISTS), key=lambda k: -close[k])
        # what the person wants now: hidden from index and ranker, but for the fresh feature
        fresh = wish is not None and uniform(crowd, "stream", user=viewer) < known

        @cache
        def score(n):
            slip = normal_quantile(uniform(crowd, "ranker", user=viewer, item=n))
            return relevance_log_odds(world, context, items[n]) - WISH * (items[n].topic == wish) + error * slip

        def glad(found, bonus=0.0):
            page = nlargest(10, found, key=lambda n: score(n) + bonus * (items[n].topic == wish))
            return math.fsum(expected_at(world, context, items[n], k, "satisfaction") for k, n in enumerate(page, 1))

        designs = {lists: order[:lists] for lists in probes}
        designs["cut"] = [k for k in order if close[k] >= cutoff * close[order[0]]]
        for name, lists in designs.items():
            pool = [n for k in lists for n in members[k]]
            found = nlargest(keep, pool, key=near.__getitem__)
            rows[name].append((len(pool), recall(found, exact), glad(found)))
        for name in ("fresh", "index", "ranker"):
            rows[name].append(rows[START][-1])
        if fresh:  # half of the places go to one more list, the wish's own
            pool = [n for k in order[:START] for n in members[k]]
            wanted = members[max(range(LISTS), key=lambda k: leaders[k][wish])]
            usual = nlargest(keep, pool, key=near.__getitem__)
            found = usual[:keep // 2] + nlargest(keep // 2, wanted, key=lambda n: items[n].vector[wish])
            read = len(pool) + len(wanted), recall(found, exact)
            rows["fresh"][-1] = (*read, glad(set(found), WISH))
            rows["index"][-1] = (*read, glad(set(found)))
            rows["ranker"][-1] = (*rows[START][-1][:2], glad(usual, WISH))
    return rows
# --8<-- [end:price]


def total(rows, column):
    """Sum over viewers of one column: 0 vectors read, 1 recall, 2 glad clicks."""
    return math.fsum(row[column] for row in rows)


def gains(runs, name, other):
    """Glad clicks gained by one design over another, in percent of exact search, one a run."""
    return [100 * (total(run[name], 2) - total(run[other], 2)) / total(run[LISTS], 2) for run in runs]


def main():
    probes = (2, START, 10, LISTS)
    runs = [measure(shop, crowd, probes) for shop, crowd in RUNS]
    print("       vectors   recall,   vectors")
    print("lists     read  mean  low  a point")
    points = []
    for name in (*probes, "cut", "fresh"):
        viewers = [row for run in runs for row in run[name]]
        found = sorted(row[1] for row in viewers)
        points.append((total(viewers, 0) / len(viewers), 100 * math.fsum(found) / len(found)))
        price = f"{marginal_prices(points)[-1]:9,.3g}" if len(points) > 1 and name in probes else ""
        print(f"{name:5}{points[-1][0]:9,.0f}{points[-1][1]:5.0f}%{found[len(found) // 10]:5.0%}{price}")
    print("low: at most this in the worst tenth")
    print(f"{LISTS} lists read {points[len(probes) - 1][0] / points[probes.index(START)][0]:.1f} x as much as {START}")
    reads = sorted(row[0] for run in runs for row in run["cut"])
    print(f"cut: one viewer in ten takes {reads[len(reads) * 9 // 10]} or more")
    print(f"glad clicks against {START} lists, {len(runs)} runs")
    for name in (LISTS, "cut", "fresh", "index", "ranker"):
        change = gains(runs, name, START)
        print(f"{name:6}{math.fsum(change) / len(change):+8.1f}%  {min(change):+.1f} to {max(change):+.1f}")
    print("index, ranker: the wish told to one only")
    pairs = sorted(((a[1], a[2], b[2]) for run in runs for a, b in zip(run[START], run[LISTS])), key=lambda pair: pair[0])
    tenth = len(pairs) // 10
    for label, part in (("worst tenth", pairs[:tenth]), ("other nine", pairs[tenth:])):
        before, after = math.fsum(pair[1] for pair in part), math.fsum(pair[2] for pair in part)
        print(f"  of {LISTS} lists, {label}: {100 * (after / before - 1):+.1f}%")
    print("Faiss, a million vectors, one GPU")
    print("lists  seconds  recall  s a point")
    prices = marginal_prices(list(FAISS.values()))
    for (name, (seconds, found)), price in zip(FAISS.items(), [None, *prices]):
        print(f"{name:5}{seconds:9.3f}{found:7.1f}%" + (f"{price:11.3f}" if price else ""))
    average = FAISS[512][0] / FAISS[512][1]
    print(f"average {average:.4f}; last point {prices[-1] / average:.0f} x")


if __name__ == "__main__":
    main()
