"""When is the answer a threshold or an interaction that nobody wrote down?

Gradient boosting: each small tree is fitted to what the trees before it still get wrong. Features are cut into a few
bins, so a split is chosen from sums per bin and not from rows. A tree bends and crosses features by itself; it is
also flat beyond the last row it saw, and spends many splits on a straight line.
Sources: Friedman, Annals of Statistics 29(5), 2001; bins and second-order gain as in Chen and Guestrin, KDD 2016.
"""
import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, log
from typing import NamedTuple

from snippets.components.models_and_baselines.logistic_regression import fit as fit_line
from snippets.components.models_and_baselines.logistic_regression import predict_all as on_line
from snippets.components.models_and_baselines.logistic_regression import sigmoid

GRID = 2**20  # gradients are rounded to this grid: their sums are then exact, and a tie is a tie everywhere


class Split(NamedTuple):
    """Rows whose bin of `feature` is at most `cut` go `low`, the others `high`; a float is a leaf, in log-odds."""

    feature: int
    cut: int
    low: "Split | float"
    high: "Split | float"


@dataclass(frozen=True)
class Model:
    """Bin edges for each feature, the log-odds to start from, and the trees that add to them."""

    edges: list[list[float]]
    base: float
    trees: list[Split | float]


def bin_edges(column: Sequence[float], bins: int) -> list[float]:
    """Upper ends of at most `bins` bins that hold about as many rows each; the last bin is open."""
    ordered = sorted(column)
    return sorted({ordered[len(ordered) * k // bins] for k in range(1, bins)} - {ordered[-1]})


def binned(edges: list[list[float]], rows: Sequence[Sequence[float]]) -> list[list[int]]:
    """Columns of bin numbers: how many edges lie below the value."""
    return [[bisect_left(cuts, value) for value in column] for cuts, column in zip(edges, zip(*rows))]


# --8<-- [start:tree]
def score(total: complex, l2: float) -> float:
    """Twice the loss that a leaf with these sums takes away; real part gradient, imaginary part curvature."""
    return total.real * total.real / (total.imag + l2 * GRID)


def grow(columns, sizes, wrong, rows, depth, rate, l2, least):
    """The best tree of this depth for `rows`, greedily. A leaf must hold `least` rows' worth of curvature (a quarter each)."""
    here = [wrong[i] for i in rows]
    total = sum(here, 0j)
    best, where = 1e-9 * GRID, None
    for feature, column in enumerate(columns if depth else ()):
        bins = [0j] * sizes[feature]
        for i, value in zip(rows, here):
            bins[column[i]] += value
        low = 0j
        for cut, value in enumerate(bins[:-1]):
            low += value
            if min(low.imag, total.imag - low.imag) >= least * GRID / 4:
                gain = score(low, l2) + score(total - low, l2) - score(total, l2)
                if gain > best:
                    best, where = gain, (feature, cut)
    if not where:
        return rate * total.real / (total.imag + l2 * GRID)
    feature, cut = where
    column = columns[feature]
    parts = [i for i in rows if column[i] <= cut], [i for i in rows if column[i] > cut]
    return Split(feature, cut, *(grow(columns, sizes, wrong, part, depth - 1, rate, l2, least) for part in parts))


def fit(rows, labels, *, trees=30, depth=2, rate=0.25, bins=12, l2=1.0, least=20, share=2) -> Model:
    """Boosted trees on `rows` (n of d values) and 0/1 `labels`; each tree sees every `share`-th row, in turn."""
    edges = [bin_edges(column, bins) for column in zip(*rows)]
    columns, sizes = binned(edges, rows), [len(cuts) + 1 for cuts in edges]
    base = log((sum(labels) + 0.5) / (len(labels) - sum(labels) + 0.5))
    scores, grown = [base] * len(labels), []
    for turn in range(trees):
        wrong = [0j] * len(labels)
        for i in range(turn % share, len(labels), share):
            p = sigmoid(scores[i])
            wrong[i] = complex(round((labels[i] - p) * GRID), round(p * (1 - p) * GRID))
        grown.append(grow(columns, sizes, wrong, range(turn % share, len(labels), share), depth, rate, l2, least))
        scores = [score + add for score, add in zip(scores, outputs(grown[-1], columns, len(labels)))]
    return Model(edges, base, grown)
# --8<-- [end:tree]


def outputs(tree: Split | float, columns: list[list[int]], count: int) -> list[float]:
    """What one tree adds to each of `count` rows, in log-odds."""
    if isinstance(tree, float):
        return [tree] * count
    low, high = (outputs(side, columns, count) for side in (tree.low, tree.high))
    cut = tree.cut
    return [a if value <= cut else b for value, a, b in zip(columns[tree.feature], low, high)]


def predict_all(model: Model, rows: Sequence[Sequence[float]]) -> list[float]:
    """The probability that each row is positive."""
    columns = binned(model.edges, rows)
    scores = [model.base] * len(rows)
    for tree in model.trees:
        scores = [score + add for score, add in zip(scores, outputs(tree, columns, len(rows)))]
    return [sigmoid(score) for score in scores]


# --8<-- [start:shapes]
def line(x, y):
    """A plain trend: the log-odds rise with x."""
    return sigmoid(2 * x)


def corner(x, y):
    """Likely only where both are high, such as a phone at night."""
    return 0.7 if x > 0.2 and y > 0.2 else 0.1


def errors(truth, seed, beyond=0.0, rows=1500):
    """Mean distance from the true probability (logistic regression, trees), on new rows whose x lies `beyond` higher."""
    rng = random.Random(seed)
    seen = [(2 * rng.random() - 1, 2 * rng.random() - 1) for _ in range(rows)]
    labels = [int(rng.random() < truth(*row)) for row in seen]
    asked = [(x + beyond, y) for x, y in seen[:300]]
    answers = on_line(fit_line(seen, labels), asked), predict_all(fit(seen, labels), asked)
    return [fsum(abs(p - truth(*row)) for p, row in zip(found, asked)) / len(asked) for found in answers]


def main() -> None:
    seed = 1  # @param {type:"number", min:1, max:1000}
    print("mean error, points of probability")
    print("truth                 logistic   trees")
    for name, truth, beyond in (("a line", line, 0), ("a corner", corner, 0), ("the line, further on", line, 1.5)):
        logistic, trees = errors(truth, seed, beyond)
        print(f"{name:20}{100 * logistic:10.1f}{100 * trees:8.1f}")
# --8<-- [end:shapes]


if __name__ == "__main__":
    main()
