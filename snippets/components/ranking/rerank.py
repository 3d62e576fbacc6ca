"""The best ten videos one by one: are they the best page?

Greedy re-ranking with a price for repetition: each pick multiplies the score of what shares its topic. One place
can be reserved for a video that the system knows little about.
Source: Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking", SIGIR 1998 (the greedy idea).
"""
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence


def diversify(
    scores: Mapping[int, float], topics: Mapping[int, Hashable], size: int, discount: float = 0.7
) -> list[int]:
    """Pick `size` videos; a score counts `discount` times less for each video of its topic already picked."""
    left, used, page = sorted(scores, key=lambda v: (-scores[v], v)), Counter(), []
    while left and len(page) < size:
        best = max(left, key=lambda v: scores[v] * discount ** used[topics[v]])
        left.remove(best)
        used[topics[best]] += 1
        page.append(best)
    return page


def reserve(page: Sequence[int], newcomer: int, place: int) -> list[int]:
    """The page with a newcomer at `place` (from 1); what was last gives way, unless the newcomer is on it already."""
    if newcomer in page:
        return list(page)
    return [*page[: place - 1], newcomer, *page[place - 1 : -1]]
