"""Which weights make the logged labels most likely, and how sure should we be of each prediction?

Logistic regression by Newton's method (iteratively reweighted least squares), with an L2 penalty on every
weight but the intercept: the baseline that a bigger model has to beat. Six to eight steps settle it, so the
step count is fixed and the run is the same everywhere.
Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd ed., section 4.4.1.
"""
from collections.abc import Sequence
from math import exp, fsum, log
from operator import mul


def dot(left: Sequence[float], right: Sequence[float]) -> float:
    """Sum of products, added exactly so that every platform prints the same digits."""
    return fsum(map(mul, left, right))


def sigmoid(score: float) -> float:
    """Log-odds to probability, without overflow at either end."""
    if score >= 0:
        return 1 / (1 + exp(-score))
    odds = exp(score)
    return odds / (1 + odds)


def predict(weights: Sequence[float], row: Sequence[float]) -> float:
    """Probability that `row` is positive. `weights[0]` is the intercept, so it is one longer than `row`."""
    if len(weights) != len(row) + 1:
        raise ValueError(f"{len(weights)} weights need rows of {len(weights) - 1} values, got {len(row)}")
    return sigmoid(weights[0] + dot(weights[1:], row))


def predict_all(weights: Sequence[float], rows: Sequence[Sequence[float]]) -> list[float]:
    """`predict` for many rows at once, column by column: the same but for the last bit, and several times faster."""
    scores = [weights[0]] * len(rows)
    for weight, column in zip(weights[1:], zip(*rows), strict=bool(rows)):
        scores = [score + weight * value for score, value in zip(scores, column)]
    return [sigmoid(score) for score in scores]


def log_loss(probabilities: Sequence[float], labels: Sequence[int]) -> float:
    """Mean negative log-likelihood in nats; a probability of exactly 0 or 1 is pulled in by 1e-12."""
    return fsum(-log(min(max(p if y else 1 - p, 1e-12), 1.0)) for p, y in zip(probabilities, labels)) / len(labels)


def solve(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    """Solve a symmetric positive definite system by elimination (no pivoting needed for such a matrix)."""
    rows = [list(line) + [value] for line, value in zip(matrix, vector)]
    size = len(rows)
    for i in range(size):
        for k in range(i + 1, size):
            factor = rows[k][i] / rows[i][i]
            rows[k] = [b - factor * a for a, b in zip(rows[i], rows[k])]
    answer = [0.0] * size
    for i in reversed(range(size)):
        answer[i] = (rows[i][size] - dot(rows[i][i + 1:size], answer[i + 1:])) / rows[i][i]
    return answer


def fit(rows: Sequence[Sequence[float]], labels: Sequence[int], *, l2: float = 1.0, steps: int = 8) -> list[float]:
    """Weights, intercept first, that minimize the summed log loss plus l2/2 times the squared weights.

    `rows` is n rows of d values on comparable scales, `labels` n zeros and ones. With l2 > 0 the answer is
    finite even when a feature separates the classes. scikit-learn's `C` is 1 / l2.
    """
    if not rows or len(rows) != len(labels):
        raise ValueError("need as many labels as rows, and at least one")
    columns = [[1.0] * len(rows), *(list(column) for column in zip(*rows))]
    size = len(columns)
    penalty = [0.0] + [l2] * (size - 1)
    base_rate = (sum(labels) + 0.5) / (len(labels) + 1)  # a good start: the intercept alone, near its answer
    weights = [log(base_rate / (1 - base_rate))] + [0.0] * (size - 1)
    for _ in range(steps):
        chances = predict_all(weights, rows)
        errors = [y - p for y, p in zip(labels, chances)]
        curvature = [p * (1 - p) + 1e-9 for p in chances]
        gradient = [dot(column, errors) - penalty[j] * weights[j] for j, column in enumerate(columns)]
        hessian = [[0.0] * size for _ in range(size)]
        for j in range(size):
            weighted = list(map(mul, columns[j], curvature))
            for k in range(j, size):
                hessian[j][k] = hessian[k][j] = dot(weighted, columns[k]) + (penalty[j] if j == k else 0.0)
        weights = [w + delta for w, delta in zip(weights, solve(hessian, gradient))]
    return weights


def main() -> None:
    taste = [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0]
    clicked = [0, 0, 0, 1, 0, 1, 1, 1]
    rows = [[x] for x in taste]
    for l2 in (0.1, 1.0, 10.0):
        weights = fit(rows, clicked, l2=l2)
        loss = log_loss([predict(weights, row) for row in rows], clicked)
        print(f"l2 {l2:4}: intercept {weights[0]:6.3f}, weight {weights[1]:.3f}, log loss {loss:.3f}")


if __name__ == "__main__":
    main()
