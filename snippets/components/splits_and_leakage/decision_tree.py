"""Which yes-or-no questions about a row separate the classes best?

A classification tree that splits by Gini impurity: small, and able to cut between any two values, as the trees
inside a boosted ensemble do. It is here because leaks need a model that can use them. A library; it prints nothing.
Source: Breiman, Friedman, Olshen and Stone, Classification and Regression Trees, 1984.
"""
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple


class Question(NamedTuple):
    """Rows with `row[feature] <= threshold` go to `low`, the others to `high`; a leaf is a probability."""

    feature: int
    threshold: float
    low: "Question | float"
    high: "Question | float"


def best_question(rows: Sequence[Sequence[float]], labels: Sequence[int], min_leaf: int) -> tuple[int, float] | None:
    """(feature, threshold) with the purest two sides of at least `min_leaf` rows; None if nothing gets purer."""
    count, positives = len(rows), sum(labels)
    best, most = None, positives * positives / count + 1e-9  # Gini impurity falls as this sum over the sides grows
    for feature, column in enumerate(zip(*rows)):
        values, ordered = zip(*sorted(zip(column, labels)))
        below = accumulate(ordered)
        for k, (a, value, following) in enumerate(zip(below, values, values[1:]), start=1):
            if value != following and min_leaf <= k <= count - min_leaf:
                purity = a * a / k + (positives - a) ** 2 / (count - k)
                if purity > most:
                    best, most = (feature, (value + following) / 2), purity
    return best


def grow(rows: Sequence[Sequence[float]], labels: Sequence[int], *, depth: int, min_leaf: int = 20) -> Question | float:
    """A tree of at most `depth` questions in a row; a leaf says its share of positives, counting one more of each class."""
    split = best_question(rows, labels, min_leaf) if depth and 0 < sum(labels) < len(labels) else None
    if split is None:
        return (sum(labels) + 1) / (len(labels) + 2)
    feature, threshold = split
    side = [row[feature] <= threshold for row in rows]
    low, high = (
        grow([r for r, s in zip(rows, side) if s is want], [y for y, s in zip(labels, side) if s is want],
             depth=depth - 1, min_leaf=min_leaf)
        for want in (True, False)
    )
    return Question(feature, threshold, low, high)


def tree_predict(tree: Question | float, rows: Sequence[Sequence[float]]) -> list[float]:
    """The probability of a positive for each row."""
    found = []
    for row in rows:
        node = tree
        while isinstance(node, Question):
            node = node.low if row[node.feature] <= node.threshold else node.high
        found.append(node)
    return found
