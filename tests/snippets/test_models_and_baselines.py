"""Proves the baseline model that chapters and case studies import: snippets/components/models_and_baselines."""
import random

import pytest
from sklearn.linear_model import LogisticRegression

from snippets.components.models_and_baselines.logistic_regression import fit, log_loss, predict, predict_all, sigmoid, solve


def logged(seed: int, n: int = 400) -> tuple[list[list[float]], list[int]]:
    rng = random.Random(seed)
    rows = [[rng.random() * 4 - 2, rng.random() * 2, float(rng.random() < 0.3)] for _ in range(n)]
    labels = [int(rng.random() < sigmoid(-0.5 + 1.2 * a - 0.7 * b + 2 * c)) for a, b, c in rows]
    return rows, labels


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("l2", [0.1, 1.0, 20.0])
def test_weights_agree_with_scikit_learn(seed: int, l2: float) -> None:
    rows, labels = logged(seed)
    oracle = LogisticRegression(C=1 / l2, tol=1e-10, max_iter=1000).fit(rows, labels)
    assert fit(rows, labels, l2=l2) == pytest.approx([oracle.intercept_[0], *oracle.coef_[0]], abs=1e-5)


def test_the_intercept_alone_is_the_base_rate() -> None:
    weights = fit([[0.0]] * 4, [1, 0, 0, 0])
    assert predict(weights, [0.0]) == pytest.approx(0.25)


def test_a_feature_that_separates_the_classes_keeps_finite_weights() -> None:
    weights = fit([[-1.0], [-1.0], [1.0], [1.0]], [0, 0, 1, 1], l2=1.0, steps=20)
    assert weights[0] == pytest.approx(0, abs=1e-9)
    assert weights[1] == pytest.approx(1.0426, abs=1e-4)  # w = 4 sigmoid(-w), where the gradient is zero


def test_sigmoid_does_not_overflow() -> None:
    assert sigmoid(-1000) == 0.0
    assert sigmoid(0) == 0.5
    assert sigmoid(1000) == 1.0


def test_log_loss_of_a_coin_is_log_two_and_of_a_sure_mistake_is_finite() -> None:
    assert log_loss([0.5, 0.5], [0, 1]) == pytest.approx(0.693147, abs=1e-6)
    assert log_loss([0.0], [1]) == pytest.approx(27.631, abs=1e-3)


def test_solve_meets_a_system_solved_by_hand() -> None:
    assert solve([[2.0, 1.0], [1.0, 3.0]], [3.0, 5.0]) == pytest.approx([0.8, 1.4])


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="rows of 1 values, got 2"):
        predict([0.0, 1.0], [1.0, 1.0])


def test_no_rows_or_too_few_labels_are_refused() -> None:
    for rows, labels in ([], []), ([[1.0]], []):
        with pytest.raises(ValueError, match="as many labels as rows"):
            fit(rows, labels)


def test_many_rows_at_once_agree_with_one_by_one() -> None:
    rows, labels = logged(1, n=50)
    weights = fit(rows, labels)
    assert predict_all(weights, rows) == pytest.approx([predict(weights, row) for row in rows], rel=1e-12)
    assert predict_all(weights, []) == []
    with pytest.raises(ValueError):
        predict_all(weights, [[1.0]])
