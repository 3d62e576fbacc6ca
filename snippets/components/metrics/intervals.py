"""How far could the metric be off by luck alone?

The bootstrap answers for any statistic: draw the units again, with replacement, and look at the spread. A unit is
what comes as a whole. If a person's impressions resemble each other, the unit is the person, not the impression.
It cannot draw what the sample lacks. For AUC there is a formula, for a share the normal approximation.
Sources: Efron and Tibshirani, An Introduction to the Bootstrap, 1993 (percentile interval); Hanley and McNeil,
Radiology 143, 1982 (standard error of AUC).
"""
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from math import ceil, fsum, sqrt
from random import Random
from typing import TypeVar

Unit = TypeVar("Unit")


# --8<-- [start:bootstrap]
def bootstrap_interval(
    units: Sequence[Unit], statistic: Callable[[Sequence[Unit]], float], *, resamples: int = 400, level: float = 0.95, seed: int = 1
) -> tuple[float, float]:
    """The middle `level` of the statistic over `resamples` draws of as many units, with replacement."""
    if len(units) < 2:
        raise ValueError("an interval needs at least two units")
    rng, size = Random(seed), len(units)
    values = sorted(statistic(rng.choices(units, k=size)) for _ in range(resamples))
    cut = int(resamples * (1 - level) / 2)
    return values[cut], values[-1 - cut]


def sums_by(keys: Iterable[Hashable], *columns: Sequence[float]) -> list[tuple[float, ...]]:
    """For each key (say, a user) the sum of each column and, last, its number of rows: units for the bootstrap."""
    found = defaultdict(list)
    for key, *values in zip(keys, *columns, strict=True):
        found[key].append(values)
    return [(*map(fsum, zip(*rows)), len(rows)) for rows in found.values()]


def ratio(units: Sequence[Sequence[float]]) -> float:
    """Sum of the first entries over sum of the last: a mean per row, whatever the unit."""
    return fsum(unit[0] for unit in units) / fsum(unit[-1] for unit in units)
# --8<-- [end:bootstrap]


def auc_standard_error(auc: float, positives: int, negatives: int) -> float:
    """Standard error of an AUC from independent rows; what is rarer of the two classes sets it."""
    both_above, both_below = auc / (2 - auc), 2 * auc * auc / (1 + auc)
    spread = auc * (1 - auc) + (positives - 1) * (both_above - auc * auc) + (negatives - 1) * (both_below - auc * auc)
    return sqrt(spread / (positives * negatives))


def rows_for_share(share: float, half_width: float) -> int:
    """Independent rows that estimate a share to plus or minus `half_width`, 95% of the time."""
    return ceil(1.96**2 * share * (1 - share) / half_width**2)


def main() -> None:
    users, clicks = [1, 1, 1, 2, 2, 2, 3, 3, 3], [1, 1, 1, 0, 0, 0, 1, 0, 1]
    low, high = bootstrap_interval([(click, 1) for click in clicks], ratio)
    print(f"rows as units:  {low:.2f} to {high:.2f}")
    low, high = bootstrap_interval(sums_by(users, clicks), ratio)
    print(f"users as units: {low:.2f} to {high:.2f}")
    print(f"AUC 0.75: give or take {1.96 * auc_standard_error(0.75, 100, 10_000):.3f} with 100 positives")
    print(f"a recall of 80% to within 2 points: {rows_for_share(0.8, 0.02):,} positives")


if __name__ == "__main__":
    main()
