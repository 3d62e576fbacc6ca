"""Which videos do the same people finish?

Cosine of two videos' audiences: shared viewers over the geometric mean of their audiences, shrunk toward 0 while
the shared viewers are few. Needs no content and no training; knows nothing about a video that nobody has seen.
Source: Linden, Smith and York, "Amazon.com recommendations: item-to-item collaborative filtering", 2003.
"""
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from math import fsum, sqrt

Neighbors = dict[int, dict[int, float]]


def co_watch(histories: Iterable[set[int]], shrink: float = 2.0) -> Neighbors:
    """For each video its similarity (0 to 1) to every video that shares a viewer; `histories` has one set a viewer."""
    audience, shared = defaultdict(int), defaultdict(int)
    for watched in histories:
        for video in watched:
            audience[video] += 1
        for pair in combinations(sorted(watched), 2):
            shared[pair] += 1
    similar: Neighbors = defaultdict(dict)
    for (a, b), both in shared.items():
        cosine = both / sqrt(audience[a] * audience[b]) * both / (both + shrink)
        similar[a][b] = similar[b][a] = cosine
    return dict(similar)


def most_similar(similar: Mapping[int, Mapping[int, float]], watched: set[int], k: int) -> list[int]:
    """The k unseen videos with the largest summed similarity to what was watched; ties by number."""
    scores = defaultdict(list)
    for video in sorted(watched):
        for other, weight in similar.get(video, {}).items():
            if other not in watched:
                scores[other].append(weight)
    return sorted(scores, key=lambda other: (-fsum(scores[other]), other))[:k]
