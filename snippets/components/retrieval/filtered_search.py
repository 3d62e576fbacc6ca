"""One video in ten passes the filter. Is fetching ten times as many enough?

If the filter is independent of the query, nearly. If what passes lies elsewhere (the run on a topic has sold it out),
the same share of the catalog leaves four neighbors in a hundred, and the fetch comes back half empty. Lists with fixed
probes fail alike. Walking on through the forbidden until enough is found repairs recall and costs six times the
distances, more lists cost less. Scanning what passes is exact at a price that no correlation moves.
Compare Patel and others, "ACORN", SIGMOD 2024, arXiv:2403.04871, on filters correlated with the query.
"""
from functools import cache
from statistics import fmean

from snippets.components.retrieval.hnsw import Hnsw
from snippets.components.retrieval.merge import recall
from snippets.components.retrieval.vector_index import Ivf, exact
from snippets.world import World, catalog, uniform, users

K, EF, TOPICS, LISTS = 10, 24, 16, 30
WHERE = ("in my topic", "anywhere", "elsewhere")


@cache
def shop(seed: int, items: int = 1200, people: int = 30):
    """(videos, the people's tastes, a graph and inverted lists of the videos' vectors) of one world."""
    world = World(seed=seed, items=items, users=people, topics=TOPICS)
    videos = catalog(world)
    vectors = [video.vector for video in videos]
    return videos, [user.taste for user in users(world)], Hnsw(vectors), Ivf(vectors, LISTS)


# --8<-- [start:experiment]
def passing(seed: int, topic: int, where: str, share: float, left: float) -> set[int]:
    """The videos that pass: always this share of all, but lying where the query is, anywhere, or elsewhere.

    `left` is the share that passes inside the topic when the rest lies elsewhere.
    """
    videos = shop(seed)[0]
    size = sum(video.topic == topic for video in videos) / len(videos)
    inside = {"anywhere": share, "elsewhere": min(left, share), "in my topic": min(0.9, 0.9 * share / size)}[where]
    outside = (share - inside * size) / (1 - size)
    return {v.id for v in videos if uniform(seed, where, topic, item=v.id) < (inside if v.topic == topic else outside)}


def measure(seed: int, where: str, share: float = 0.1, left: float = 0.01):
    """(share of the 100 nearest that pass, {strategy: (recall, distances)}), means over the people."""
    videos, people, graph, lists = shop(seed)
    vectors, among_nearest, found = [v.vector for v in videos], [], {}
    for taste in people:
        topic = max(range(TOPICS), key=lambda t: taste[t])
        allowed = passing(seed, topic, where, share, left)
        best = exact(taste, vectors, K, allowed)
        fetched = round(K / share)
        strategies = {
            "fetch more, filter": lambda: [n for n in graph.search(taste, fetched, fetched) if n in allowed][:K],
            "step only on passing": lambda: graph.search(taste, K, EF, allowed.__contains__, allowed.__contains__),
            "walk on until enough": lambda: graph.search(taste, K, EF, allowed.__contains__),
        }
        for name, search in strategies.items():
            graph.work = 0
            answer = search()
            found.setdefault(name, []).append((recall(answer, best), graph.work))
        for probes in (4, 16):
            listed = allowed.intersection(lists.probed(taste, probes))
            found.setdefault(f"{probes} of {LISTS} lists", []).append(
                (recall(exact(taste, vectors, K, sorted(listed)), best), LISTS + len(listed)))
        found.setdefault("scan all that pass", []).append((1.0, len(allowed)))
        among_nearest.append(recall(exact(taste, vectors, 100), allowed) * len(allowed) / 100)
    return fmean(among_nearest), {name: tuple(map(fmean, zip(*each))) for name, each in found.items()}


def main() -> None:
    share = 0.1  # @param {type:"slider", min:0.02, max:0.5, step:0.02, unit:"of all videos pass"}
    left = 0.01  # @param {type:"slider", min:0, max:0.1, step:0.01, unit:"pass near the query, if elsewhere"}
    seed = 7  # @param {type:"number", min:1, max:1000}
    results = {where: measure(seed, where, share, left) for where in WHERE}
    print(f"{share:.0%} of all videos pass: {', '.join(WHERE)}\n")
    for column, title, form in ((0, "recall at 10", "7.2f"), (1, "distances computed", "7.0f")):
        print(f"{title:23}  topic   any   else")
        for name in results["anywhere"][1]:
            print(f"{name:23}" + "".join(format(results[where][1][name][column], form) for where in WHERE))
        print()
    print(f"{'pass, of 100 nearest':23}" + "".join(f"{results[where][0]:7.0%}" for where in WHERE))
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
