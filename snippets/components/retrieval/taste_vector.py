"""How can a video be found that nobody has watched yet?

By content: a viewer is the mean of the vectors of what they finished, a video its own vector, the score their
cosine. That is a two-tower model with averaging for a user tower. The search here is exact; at 20 million videos
an approximate index returns nearly the same list.
Source: Covington, Adams and Sargin, "Deep Neural Networks for YouTube Recommendations", RecSys 2016, section 3.
"""
from collections.abc import Iterable, Mapping, Sequence
from math import fsum, sqrt
from operator import mul

Vector = Sequence[float]


def direction(vectors: Iterable[Vector]) -> tuple[float, ...]:
    """The sum of the vectors, scaled to length 1; empty for a viewer who finished nothing."""
    total = [fsum(column) for column in zip(*vectors)]
    length = sqrt(fsum(x * x for x in total))
    return tuple(x / length for x in total) if length else ()


def cosine(unit: Vector, other_unit: Vector) -> float:
    """Inner product of two vectors of length 1."""
    return fsum(map(mul, unit, other_unit))


def nearest(unit: Vector, videos: Mapping[int, Vector], k: int) -> list[int]:
    """The k videos whose unit vectors point the same way, best first; ties by number. None for an empty vector."""
    if not unit:
        return []
    return sorted(videos, key=lambda video: (-cosine(unit, videos[video]), video))[:k]
