"""The model says 4%. Does it happen four times in a hundred?

A calibrated score can be multiplied by money; an order alone can't. One ratio sees a bias over all rows, bins see it
along the score, normalized entropy prices order and calibration together against predicting the base rate.
Sources: Naeini et al., AAAI 2015 (expected calibration error); He et al., ADKDD 2014 (normalized entropy).
"""
from collections.abc import Sequence
from itertools import groupby
from math import fsum, log
from typing import NamedTuple

from snippets.components.models_and_baselines.logistic_regression import log_loss


class Bin(NamedTuple):
    """Rows with neighboring scores: how many, what was predicted on average, what happened."""

    rows: int
    predicted: float
    observed: float


def calibration_ratio(labels: Sequence[int], probabilities: Sequence[float]) -> float:
    """Predicted over real positives: 1 is unbiased, 1.2 promises a fifth too many. ValueError without a positive."""
    positives = sum(labels)
    if not positives:
        raise ValueError("the calibration ratio needs at least one positive")
    return fsum(probabilities) / positives


def reliability(labels: Sequence[int], probabilities: Sequence[float], bins: int = 10) -> list[Bin]:
    """Rows sorted by probability and cut into `bins` of (nearly) equal count.

    A cut through rows of one probability gives both sides the same share of positives; sorting ties by label would
    make a constant prediction look miscalibrated.
    """
    if not labels or len(labels) != len(probabilities):
        raise ValueError("need as many labels as probabilities, and at least one")
    pairs: list[tuple[float, float]] = []
    for probability, tied in groupby(sorted(zip(probabilities, labels)), key=lambda pair: pair[0]):
        happened = [label for _, label in tied]
        pairs += [(probability, sum(happened) / len(happened))] * len(happened)
    cuts = [len(pairs) * i // bins for i in range(bins + 1)]
    parts = [pairs[start:end] for start, end in zip(cuts, cuts[1:]) if end > start]
    return [Bin(len(part), fsum(p for p, _ in part) / len(part), fsum(y for _, y in part) / len(part)) for part in parts]


def expected_calibration_error(labels: Sequence[int], probabilities: Sequence[float], bins: int = 10) -> float:
    """Mean distance between predicted and observed over bins of equal count, weighted by their rows."""
    return fsum(part.rows * abs(part.predicted - part.observed) for part in reliability(labels, probabilities, bins)) / len(labels)


def normalized_entropy(labels: Sequence[int], probabilities: Sequence[float]) -> float:
    """Log loss over that of predicting the base rate for everybody: below 1 is better than knowing nothing."""
    rate = sum(labels) / len(labels)
    if not 0 < rate < 1:
        raise ValueError("normalized entropy needs at least one positive and one negative")
    return log_loss(probabilities, labels) / -(rate * log(rate) + (1 - rate) * log(1 - rate))


def main() -> None:
    labels = [0, 0, 0, 1, 0, 1, 1, 1]
    honest = [0.1, 0.1, 0.2, 0.4, 0.4, 0.8, 0.9, 0.9]
    squeezed = [0.4 + p / 10 for p in honest]
    for name, scores in (("honest", honest), ("squeezed", squeezed)):
        print(f"{name:9} ratio {calibration_ratio(labels, scores):.2f}  "
              f"ECE {expected_calibration_error(labels, scores, bins=2):.2f}  NE {normalized_entropy(labels, scores):.2f}")


if __name__ == "__main__":
    main()
