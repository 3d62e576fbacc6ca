"""How large is the PSI when nothing has drifted, and from where on is it news?

The population stability index compares two histograms. It is a sum of squares in disguise, so noise only adds to it:
without drift its mean is (bins - 1)(1/n + 1/m), and divided by (1/n + 1/m) it follows chi-square with bins - 1 degrees
of freedom, if rows are independent. 0.1 and 0.25 know neither bins nor rows.
Chapter: components/monitoring. Source: Yurdakul, Statistical Properties of Population Stability Index, 2018.
"""
from bisect import bisect_right
from collections.abc import Sequence
from math import fsum, log, sqrt
from random import Random

from snippets.world import normal_quantile


# --8<-- [start:psi]
def quantile_edges(reference: Sequence[float], bins: int) -> list[float]:
    """Inner edges that cut the reference into `bins` of equal count; fewer where values repeat."""
    ordered = sorted(reference)
    return sorted({ordered[len(ordered) * k // bins] for k in range(1, bins)})


def histogram(values: Sequence[float], edges: Sequence[float]) -> list[int]:
    """Rows in each bin; what lies beyond the reference falls into the outer bins."""
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[bisect_right(edges, value)] += 1
    return counts


def psi(reference: Sequence[int], current: Sequence[int]) -> float:
    """Population stability index of two rows of bin counts, half a row added to each so that none is empty."""
    n, m = sum(reference), sum(current)
    pad = len(reference) / 2
    shares = [((a + 0.5) / (n + pad), (b + 0.5) / (m + pad)) for a, b in zip(reference, current, strict=True)]
    return fsum((p - q) * log(p / q) for p, q in shares)


def expected_psi(bins: int, n: int, m: int) -> float:
    """Mean PSI of two samples of n and m independent rows of one distribution."""
    return (bins - 1) * (1 / n + 1 / m)


def psi_threshold(bins: int, n: int, m: int, false_alarms: float = 0.01) -> float:
    """PSI that independent rows without drift exceed with this probability (chi-square after Wilson and Hilferty)."""
    spread = 2 / (9 * (bins - 1))
    cube_root = 1 - spread + normal_quantile(1 - false_alarms) * sqrt(spread)
    return expected_psi(bins, n, m) * cube_root**3
# --8<-- [end:psi]


def ks_distance(reference: Sequence[float], current: Sequence[float]) -> float:
    """Kolmogorov-Smirnov: the largest gap between the two samples' shares of values up to x."""
    a, b = sorted(reference), sorted(current)
    return max(abs(bisect_right(a, x) / len(a) - bisect_right(b, x) / len(b)) for x in (*a, *b))


def ks_threshold(n: int, m: int, false_alarms: float = 0.01) -> float:
    """Gap that independent rows of one continuous distribution exceed with about this probability."""
    return sqrt(-log(false_alarms / 2) / 2 * (1 / n + 1 / m))


# --8<-- [start:level]
def psi_without_drift(bins: int, rows: int, runs: int, seed: int) -> list[float]:
    """PSI of pairs of samples of one distribution, binned by the first of the pair."""
    rng, found = Random(seed), []
    for _ in range(runs):
        before, after = ([rng.random() for _ in range(rows)] for _ in range(2))
        edges = quantile_edges(before, bins)
        found.append(psi(histogram(before, edges), histogram(after, edges)))
    return found


def main() -> None:
    limit = 0.1  # @param {type:"slider", min:0.05, max:0.3, step:0.05}
    seed = 1  # @param {type:"number", min:1, max:1000}
    print(f"no drift       PSI         over    1% level\nbins    rows  mean formula {limit:>5}   formula")
    for bins, rows, runs in ((10, 100, 300), (20, 100, 300), (10, 300, 100), (10, 1000, 30)):
        found = psi_without_drift(bins, rows, runs, seed)
        over = sum(x > limit for x in found) / runs
        print(f"{bins:4}{rows:8,}{fsum(found) / runs:7.3f}{expected_psi(bins, rows, rows):7.3f}{over:7.0%}"
              f"{psi_threshold(bins, rows, rows):9.4f}")
    print("\n1% level at    PSI, 10 bins    KS")
    for rows in (1_000, 100_000, 10_000_000):
        print(f"{rows:10,}{psi_threshold(10, rows, rows):15.2g}{ks_threshold(rows, rows):9.2g}")
# --8<-- [end:level]


if __name__ == "__main__":
    main()
