"""Several sources nominate videos. Which go to the ranker, and how many of the best are among them?

Sources' scores are not comparable, so places are: take everybody's first, then everybody's second, until the
ranker's budget is spent. Recall against the truly best is the stage's only metric: the ranker restores the order.
"""
from collections.abc import Iterable, Sequence
from itertools import chain, islice, zip_longest


def merge(sources: Iterable[Sequence[int]], k: int) -> list[int]:
    """The first k distinct videos, taken from the sources in turn."""
    in_turn = chain.from_iterable(zip_longest(*sources))
    return list(islice((v for v in dict.fromkeys(in_turn) if v is not None), k))


def recall(found: Iterable[int], best: Iterable[int]) -> float:
    """Share of the best (not empty) that was found."""
    best = set(best)
    return len(best & set(found)) / len(best)
