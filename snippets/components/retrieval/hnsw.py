"""How does a search find the ten nearest of all vectors after looking at a few?

It walks a graph. HNSW links each vector to near ones in several directions; sparse upper layers are for long jumps,
the bottom layer holds everybody. `ef`, the size of the list of best nodes kept while walking, trades distance
computations for recall. A deleted vector stays as a stepping stone and is left out of the answer: random deletes cost
little, and when a whole neighborhood is deleted every search there wades through the dead until the graph is rebuilt.
Source: Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable
Small World graphs", arXiv:1603.09320, algorithms 1 to 5.
"""
from collections.abc import Callable, Sequence
from heapq import heappop, heappush, heapreplace
from math import dist
from random import Random
from statistics import fmean

from snippets.world import World, catalog, uniform, users

Vector = Sequence[float]
Scored = list[tuple[float, int]]  # (distance, number of the vector)


def everybody(number: int) -> bool:
    """The filter that lets all pass."""
    return True


# --8<-- [start:graph]
class Hnsw:
    """A graph over vectors, nearest by Euclidean distance. `work` counts the distances that were computed."""

    def __init__(self, vectors: Sequence[Vector] = (), links: int = 8, ef_build: int = 24, seed: int = 1) -> None:
        if links < 2:
            raise ValueError("a graph needs at least two links a node")
        self.vectors, self.layers, self.deleted = [], [], set()
        self.links, self.ef_build, self.chance = links, ef_build, Random(seed)
        self.entry, self.work = 0, 0
        for vector in vectors:
            self.add(vector)

    def add(self, vector: Vector) -> int:
        """Insert one vector; return its number."""
        new = len(self.vectors)
        self.vectors.append(vector)
        height = 1
        while self.chance.random() * self.links < 1:  # one in `links` climbs a layer
            height += 1
        near = [self.entry]
        for level in reversed(range(len(self.layers))):
            best = self.walk(vector, near, self.ef_build if level < height else 1, level)
            near = [number for _, number in best]
            if level < height:
                self.layers[level][new] = self.spread(best, self.links)
                for friend in self.layers[level][new]:
                    self.link(friend, new, level)
        while len(self.layers) < height:
            self.layers.append({new: []})
            self.entry = new
        return new

    def spread(self, best: Scored, most: int) -> list[int]:
        """Near ones, but none that lies nearer to one already taken: so links point in several directions."""
        taken: list[int] = []
        for distance, number in best:
            if len(taken) == most:
                break
            if all(self.distance(self.vectors[number], other) > distance for other in taken):
                taken.append(number)
        return taken

    def link(self, node: int, new: int, level: int) -> None:
        """The way back; a node with too many links keeps those that spread best."""
        friends = self.layers[level][node]
        friends.append(new)
        most = self.links * (1 + (level == 0))
        if len(friends) > most:
            scored = sorted((self.distance(self.vectors[node], friend), friend) for friend in friends)
            self.layers[level][node] = self.spread(scored, most)

    def walk(self, query: Vector, starts: Sequence[int], ef: int, level: int,
             keep: Callable[[int], bool] = everybody, step: Callable[[int], bool] = everybody) -> Scored:
        """The `ef` nearest nodes met that pass `keep`, best first, stepping only on nodes that pass `step`."""
        met = set(starts)
        ahead = sorted((self.distance(query, number), number) for number in starts)
        best = sorted((-distance, number) for distance, number in ahead if keep(number))  # a heap, worst first
        del best[:-ef]
        while ahead:
            distance, node = heappop(ahead)
            if len(best) == ef and distance > -best[0][0]:
                break
            for friend in self.layers[level][node]:
                if friend not in met and step(friend):
                    met.add(friend)
                    distance = self.distance(query, friend)
                    if len(best) < ef or distance < -best[0][0]:
                        heappush(ahead, (distance, friend))
                        if keep(friend):
                            (heappush if len(best) < ef else heapreplace)(best, (-distance, friend))
        return sorted((-distance, number) for distance, number in best)

    def search(self, query: Vector, k: int, ef: int = 24, keep: Callable[[int], bool] = everybody,
               step: Callable[[int], bool] = everybody) -> list[int]:
        """The k nearest found, best first. `keep` filters what is returned, `step` what may be walked on."""
        near = [self.entry]
        for level in reversed(range(1, len(self.layers))):
            near = [number for _, number in self.walk(query, near, 1, level)]
        found = self.walk(query, near, max(ef, k), 0, lambda n: n not in self.deleted and keep(n), step)
        return [number for _, number in found[:k]]
# --8<-- [end:graph]

    def distance(self, query: Vector, number: int) -> float:
        """Euclidean distance to a stored vector; counted."""
        self.work += 1
        return dist(query, self.vectors[number])


def searched(graph: Hnsw, people: Sequence[Vector]) -> tuple[float, float]:
    """(recall at 10 among what is not deleted, distances a query); the oracle looks at everything."""
    graph.work = 0
    found = [graph.search(person, 10) for person in people]
    work, left = graph.work / len(people), [n for n in range(len(graph.vectors)) if n not in graph.deleted]
    best = [sorted(left, key=lambda n: (dist(person, graph.vectors[n]), n))[:10] for person in people]
    return fmean(len(set(f) & set(b)) / 10 for f, b in zip(found, best)), work


def main() -> None:
    world = World(seed=7, items=1000, users=300, topics=16)
    videos, tastes = catalog(world), [user.taste for user in users(world)]
    people = [taste for taste in tastes if max(taste) == taste[3]]  # all who like topic 3 most
    graph = Hnsw([video.vector for video in videos])
    print("layers, from the bottom:", *(len(layer) for layer in graph.layers))
    print("\ndeleted               recall  distances")
    for name, gone in (
        ("nothing", set()),
        ("every second video", {v.id for v in videos if uniform(7, "gone", item=v.id) < 0.5}),
        ("the topic they like", {v.id for v in videos if v.topic == 3}),
    ):
        graph.deleted = gone
        found, work = searched(graph, people)
        print(f"{name:22}{found:6.2f}{work:11.0f}")
    rebuilt = Hnsw([video.vector for video in videos if video.id not in graph.deleted])
    found, work = searched(rebuilt, people)
    print(f"{'the same, rebuilt':22}{found:6.2f}{work:11.0f}")


if __name__ == "__main__":
    main()
