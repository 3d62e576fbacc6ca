"""How good is one ranked list, if only the top is read?

Precision counts what was shown, recall what was missed, normalized discounted cumulative gain (NDCG) also where it
stood: a result at position k earns gain / log2(k + 1), as a share of what the best order would have earned.
Source: Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, ACM TOIS 20(4), 2002.
"""
from collections.abc import Hashable, Iterable, Sequence
from math import fsum, log2


def precision_at_k(ranked: Sequence[Hashable], relevant: Iterable[Hashable], k: int) -> float:
    """Share of the first `k` places that hold a relevant item; places left empty count as misses."""
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    return len(set(ranked[:k]) & set(relevant)) / k


def recall_at_k(ranked: Sequence[Hashable], relevant: Iterable[Hashable], k: int) -> float:
    """Share of the relevant items (at least one) among the first `k`."""
    wanted = set(relevant)
    if k < 1 or not wanted:
        raise ValueError("recall needs k of at least 1 and at least one relevant item")
    return len(set(ranked[:k]) & wanted) / len(wanted)


def dcg(gains: Sequence[float], k: int | None = None) -> float:
    """Discounted cumulative gain of the first `k` gains in the order shown; all if None."""
    return fsum(gain / log2(place + 1) for place, gain in enumerate(gains[:k], 1))


def ndcg(gains: Sequence[float], k: int | None = None) -> float:
    """DCG of the order shown over that of the best order, 0 to 1; ValueError if no gain is above 0.

    `gains` holds the gain of *every* candidate in the order shown, so that the best order is known.
    """
    best = dcg(sorted(gains, reverse=True), k)
    if best <= 0:
        raise ValueError("NDCG needs at least one gain above 0: drop queries without a relevant result, and count them")
    return dcg(gains, k) / best


def main() -> None:
    shown, relevant = ["a", "b", "c", "d", "e"], {"b", "e", "z"}
    print(f"precision at 3: {precision_at_k(shown, relevant, 3):.3f}")
    print(f"recall at 3:    {recall_at_k(shown, relevant, 3):.3f} (z was never retrieved)")
    print(f"NDCG:           {ndcg([0, 1, 0, 0, 1]):.3f}")
    print(f"NDCG, e first:  {ndcg([1, 0, 1, 0, 0]):.3f}")


if __name__ == "__main__":
    main()
