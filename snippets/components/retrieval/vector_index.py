"""What do exact search, inverted lists and product quantization each read to find ten neighbors?

Exact search reads everything. Inverted lists (IVF) cluster the vectors and read the lists nearest to the query.
Product quantization (PQ) cuts each vector into parts and stores, for each part, the number of the nearest of 16
prototypes; the query compares itself with prototypes once and then adds up table entries.
Source: Jégou, Douze and Schmid, "Product quantization for nearest neighbor search", IEEE TPAMI 2011.
"""
from collections.abc import Iterable, Sequence
from heapq import nsmallest
from math import dist, fsum
from operator import getitem

Vector = Sequence[float]


def exact(query: Vector, vectors: Sequence[Vector], k: int, among: Iterable[int] | None = None) -> list[int]:
    """The k nearest by Euclidean distance, of all vectors or of those numbered in `among`; ties by number."""
    numbers = range(len(vectors)) if among is None else among
    return [n for _, n in nsmallest(k, ((dist(query, vectors[n]), n) for n in numbers))]


def nearest_center(vector: Vector, centers: Sequence[Vector]) -> int:
    """The number of the nearest center."""
    return min((dist(vector, center), j) for j, center in enumerate(centers))[1]


def k_means(vectors: Sequence[Vector], k: int, rounds: int = 4) -> list[tuple[float, ...]]:
    """k centers by Lloyd's rounds from an even draw of the vectors; a center left alone stays where it was."""
    centers = [tuple(vectors[j * len(vectors) // k]) for j in range(k)]
    for _ in range(rounds):
        members: list[list[Vector]] = [[] for _ in centers]
        for vector in vectors:
            members[nearest_center(vector, centers)].append(vector)
        centers = [
            tuple(fsum(column) / len(own) for column in zip(*own)) if own else center
            for center, own in zip(centers, members)
        ]
    return centers


# --8<-- [start:lists]
class Ivf:
    """Inverted lists: each vector's number stands in the list of its nearest center."""

    def __init__(self, vectors: Sequence[Vector], lists: int, sample: int = 500) -> None:
        self.vectors = vectors
        self.centers = k_means(vectors[:: max(1, len(vectors) // sample)], lists)
        self.lists: list[list[int]] = [[] for _ in range(lists)]
        for number, vector in enumerate(vectors):
            self.lists[nearest_center(vector, self.centers)].append(number)

    def probed(self, query: Vector, probes: int) -> list[int]:
        """The numbers in the lists of the `probes` nearest centers."""
        return [n for j in exact(query, self.centers, probes) for n in self.lists[j]]

    def search(self, query: Vector, k: int, probes: int) -> list[int]:
        """The k nearest in the probed lists."""
        return exact(query, self.vectors, k, self.probed(query, probes))


class Pq:
    """Codes of `parts` numbers a vector, each the nearest prototype of that part."""

    def __init__(self, vectors: Sequence[Vector], parts: int, prototypes: int = 16, sample: int = 400) -> None:
        width = len(vectors[0]) // parts
        self.cuts = [slice(p * width, (p + 1) * width) for p in range(parts)]
        some = vectors[:: max(1, len(vectors) // sample)]
        self.books = [k_means([v[cut] for v in some], prototypes) for cut in self.cuts]
        self.codes = [self.encode(v) for v in vectors]

    def encode(self, vector: Vector) -> tuple[int, ...]:
        """The numbers of the nearest prototypes, part by part."""
        return tuple(nearest_center(vector[cut], book) for cut, book in zip(self.cuts, self.books))

    def search(self, query: Vector, k: int, among: Iterable[int] | None = None) -> list[int]:
        """The k nearest by the sum of squared distances to prototypes, read from one table a part."""
        tables = [[dist(query[cut], p) ** 2 for p in book] for cut, book in zip(self.cuts, self.books)]
        numbers = range(len(self.codes)) if among is None else among
        scored = ((fsum(map(getitem, tables, self.codes[n])), n) for n in numbers)
        return [n for _, n in nsmallest(k, scored)]
# --8<-- [end:lists]
