"""How wrong is a forecast, and which side of wrong is dearer?

Every loss asks for another number: the mean absolute error for the median, the squared error for the mean, the
pinball loss for a quantile. So choose the number that the decision needs, then the loss that asks for it.
Source: Gneiting, Making and Evaluating Point Forecasts, JASA 106, 2011, arXiv:0912.0902.
"""
from collections.abc import Sequence
from math import fsum, sqrt


# --8<-- [start:losses]
def mae(actual: Sequence[float], forecast: Sequence[float]) -> float:
    """Mean absolute error, in the target's unit; smallest for the median."""
    return fsum(abs(x - f) for x, f in zip(actual, forecast, strict=True)) / len(actual)


def rmse(actual: Sequence[float], forecast: Sequence[float]) -> float:
    """Root of the mean squared error, in the target's unit; smallest for the mean."""
    return sqrt(fsum((x - f) ** 2 for x, f in zip(actual, forecast, strict=True)) / len(actual))


def pinball_loss(actual: Sequence[float], forecast: Sequence[float], quantile: float) -> float:
    """`quantile` for each unit too low, 1 - `quantile` for each too high; smallest for that quantile."""
    if not 0 < quantile < 1:
        raise ValueError(f"a quantile lies between 0 and 1, got {quantile}")
    over = 1 - quantile
    return fsum(max(quantile * (x - f), over * (f - x)) for x, f in zip(actual, forecast, strict=True)) / len(actual)
# --8<-- [end:losses]


def main() -> None:
    sold = [0, 0, 0, 1, 9]
    for name, forecast in (("median 0", 0.0), ("mean 2", 2.0), ("nine", 9.0)):
        same = [forecast] * len(sold)
        print(f"{name:9} MAE {mae(sold, same):.1f}  RMSE {rmse(sold, same):.2f}  "
              f"pinball at 0.9 {pinball_loss(sold, same, 0.9):.2f}")


if __name__ == "__main__":
    main()
