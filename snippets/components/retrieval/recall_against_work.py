"""How much work does each index need for its recall, and what does the mean recall hide?

Exact search is the oracle. Every index answers the same 80 people over the same 1,000 videos; we print recall at 10,
the recall of the worst-served tenth of the people, distances computed and kilobytes read. Few probes fail whole
people, those whose best lie in three lists. A graph cut in four shards does nearly three times the work of one.
"""
from collections.abc import Callable, Sequence
from functools import cache
from math import dist
from statistics import fmean

from snippets.components.retrieval.hnsw import Hnsw
from snippets.components.retrieval.merge import recall
from snippets.components.retrieval.vector_index import Ivf, Pq, exact
from snippets.world import World, catalog, users

K, DIMENSIONS = 10, 16  # the world's vectors have a number for each topic


@cache
def videos_and_people(seed: int, items: int = 1000, people: int = 80):
    """(unit vectors of the videos, unit vectors of the people's tastes) of one world."""
    world = World(seed=seed, items=items, users=people, topics=DIMENSIONS)
    return [video.vector for video in catalog(world)], [user.taste for user in users(world)]


def mean_and_worst(found: Sequence[list[int]], best: Sequence[list[int]]) -> tuple[float, float]:
    """(mean recall, mean recall of the worst-served tenth of the queries)."""
    each = sorted(map(recall, found, best))
    return fmean(each), fmean(each[: max(1, len(each) // 10)])


def sharded(graphs: Sequence[Hnsw], query: Sequence[float], k: int, ef: int) -> list[int]:
    """Ask every shard for k, keep the k nearest; video n is number n // shards of shard n % shards."""
    found = [
        (dist(query, graph.vectors[local]), local * len(graphs) + shard)
        for shard, graph in enumerate(graphs)
        for local in graph.search(query, k, ef)
    ]
    return [number for _, number in sorted(found)[:k]]


# --8<-- [start:compare]
def compare(seed: int, lists: int = 30, links: int = 8):
    """Rows of (name, mean recall, worst tenth's recall, distances a query, kB read a query)."""
    videos, people = videos_and_people(seed)
    best = [exact(person, videos, K) for person in people]
    rows = []

    def row(name: str, search: Callable, distances: Callable, codes_kb: float = 0.0):
        found = [search(person) for person in people]
        work = fmean(distances(person) for person in people)
        rows.append((name, *mean_and_worst(found, best), work, work * 4 * DIMENSIONS / 1000 + codes_kb))

    row("exact", lambda p: exact(p, videos, K), lambda p: len(videos))
    ivf = Ivf(videos, lists)
    for n in (1, 2, 4):
        row(f"IVF {n} of {lists}", lambda p: ivf.search(p, K, n), lambda p: lists + len(ivf.probed(p, n)))
    pq, codes_kb = Pq(videos, parts=4), len(videos) * 2 / 1000  # four codes of four bits are two bytes
    short = {person: pq.search(person, 60) for person in people}
    row("PQ, 2 bytes", lambda p: short[p][:K], lambda p: 16, codes_kb)
    row("PQ, rescore 60", lambda p: exact(p, videos, K, short[p]), lambda p: 16 + 60, codes_kb)
    whole, quarters = [Hnsw(videos, links)], [Hnsw(videos[j::4], links) for j in range(4)]
    for name, graphs, ef in (("ef 10", whole, 10), ("ef 20", whole, 20), ("ef 40", whole, 40), ("4 shards", quarters, K)):
        work = -sum(graph.work for graph in graphs)
        answer = {person: sharded(graphs, person, K, ef) for person in people}
        work += sum(graph.work for graph in graphs)
        row(f"HNSW {name}", answer.get, lambda p: work / len(people))
    return rows


def main() -> None:
    lists = 30  # @param {type:"slider", min:10, max:60, step:10, unit:"lists"}
    links = 8  # @param {type:"slider", min:4, max:16, step:1, unit:"links a node"}
    seed = 7  # @param {type:"number", min:1, max:1000}
    print("                recall  worst  dist-  kB")
    print("index            at 10  tenth  ances read")
    rows = compare(seed, lists, links)
    for name, mean, worst, work, kb in rows:
        print(f"{name:15}{mean:7.3f}{worst:7.2f}{work:7.0f}{kb:5.1f}")
    print(f"\nfour shards: {rows[-1][3] / rows[-3][3]:.1f} times the distances\nof one graph at the same recall (ef 20)")
# --8<-- [end:compare]


if __name__ == "__main__":
    main()
