"""A video was clicked. Was it good, or was it first?

Two corrections, one for each way in which position enters a ranker. The model gets the log of the position as an
input while it trains and loses it when it serves (a shallow tower with one weight). A video's click rate is taken
over expected clicks, not over impressions. Both need a log in which position is not a function of the features.
Sources: Zhao et al., RecSys 2019 (shallow tower); Zhang and Jones, WWW 2007 (clicks over expected clicks).
"""
from collections.abc import Sequence
from math import log

from snippets.components.models_and_baselines.logistic_regression import fit


def fit_without_position(
    rows: Sequence[Sequence[float]], positions: Sequence[int], labels: Sequence[int], *, steps: int = 5
) -> list[float]:
    """Weights, intercept first, of a click model that held position apart. They score a video as if shown first."""
    with_position = [[*row, log(position)] for row, position in zip(rows, positions)]
    return fit(with_position, labels, steps=steps)[:-1]


def attention(position: int) -> float:
    """Expected clicks at a position relative to the top, if attention falls as 1/position. Measure yours by swaps."""
    return 1 / position


def clicks_over_expected(clicks: float, attended: float, rate: float, prior: float = 3.0) -> float:
    """How many times the average click rate a video earns. `attended` sums `attention` over its impressions,
    `rate` is clicks per attended impression over all videos, `prior` expected clicks pull a new video to 1."""
    return (clicks + prior) / (attended * rate + prior)
