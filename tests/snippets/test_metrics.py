"""Proves the metrics that chapters and case studies import: snippets/components/metrics."""
import random

import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import dcg_score, ndcg_score, precision_score, recall_score, roc_auc_score
from sklearn.metrics import log_loss as sklearn_log_loss

from snippets.components.metrics.calibration import calibration_ratio, expected_calibration_error, normalized_entropy, reliability
from snippets.components.metrics.confusion import precision_at_base_rate, precision_recall_at
from snippets.components.metrics.ranking_metrics import dcg, ndcg, precision_at_k, recall_at_k
from snippets.components.metrics.roc_auc import roc_auc


@pytest.mark.parametrize("seed", range(20))
def test_auc_agrees_with_scikit_learn_ties_included(seed: int) -> None:
    rng = random.Random(seed)
    labels = [0, 1, *(rng.randrange(2) for _ in range(200))]
    scores = [rng.randrange(30) / 30 for _ in labels]
    assert roc_auc(labels, scores) == pytest.approx(roc_auc_score(labels, scores), abs=1e-12)


def test_perfect_reversed_and_tied_scores() -> None:
    assert roc_auc([0, 1], [0.1, 0.9]) == 1.0
    assert roc_auc([0, 1], [0.9, 0.1]) == 0.0
    assert roc_auc([0, 1, 0], [0.5, 0.5, 0.5]) == 0.5


def test_one_class_alone_has_no_auc() -> None:
    for labels in ([], [1, 1], [0]):
        with pytest.raises(ValueError, match="one positive and one negative"):
            roc_auc(labels, [0.5] * len(labels))


@pytest.mark.parametrize("seed", range(20))
def test_ndcg_agrees_with_scikit_learn(seed: int) -> None:
    rng = random.Random(seed)
    gains = [rng.randrange(4) for _ in range(12)] + [1]
    order = [-place for place in range(len(gains))]
    for k in (None, 3, 10):
        assert ndcg(gains, k) == pytest.approx(ndcg_score([gains], [order], k=k), abs=1e-12)
        assert dcg(gains, k) == pytest.approx(dcg_score([gains], [order], k=k), abs=1e-12)


def test_precision_and_recall_of_a_list_by_hand() -> None:
    assert precision_at_k(["a", "b", "c"], {"b", "z"}, 2) == 0.5
    assert precision_at_k(["a"], {"a"}, 4) == 0.25
    assert recall_at_k(["a", "b", "c"], {"b", "z"}, 3) == 0.5
    with pytest.raises(ValueError, match="at least one relevant"):
        recall_at_k(["a"], [], 1)
    with pytest.raises(ValueError, match="at least 1"):
        precision_at_k(["a"], ["a"], 0)
    with pytest.raises(ValueError, match="gain above 0"):
        ndcg([0, 0])


@pytest.mark.parametrize("seed", range(20))
def test_threshold_metrics_agree_with_scikit_learn(seed: int) -> None:
    rng = random.Random(seed)
    labels = [0, 1, *(rng.randrange(2) for _ in range(100))]
    scores = [rng.random() for _ in labels]
    flags = [int(score >= 0.6) for score in scores]
    precision, recall = precision_recall_at(labels, scores, 0.6)
    assert precision == pytest.approx(precision_score(labels, flags, zero_division=1.0))
    assert recall == pytest.approx(recall_score(labels, flags))
    alarms = sum(f for f, y in zip(flags, labels) if not y) / (len(labels) - sum(labels))
    assert precision_at_base_rate(recall, alarms, sum(labels) / len(labels)) == pytest.approx(precision)


def test_what_the_threshold_metrics_refuse() -> None:
    assert precision_recall_at([0, 1], [0.1, 0.2], 0.9) == (1.0, 0.0)
    with pytest.raises(ValueError, match="at least one positive"):
        precision_recall_at([0, 0], [0.1, 0.2], 0.5)
    with pytest.raises(ValueError, match="nothing is flagged"):
        precision_at_base_rate(0.0, 0.0, 0.1)


@pytest.mark.parametrize("seed", range(20))
def test_reliability_bins_agree_with_scikit_learn(seed: int) -> None:
    rng = random.Random(seed)
    probabilities = [rng.random() for _ in range(200)]
    labels = [int(rng.random() < p * p) for p in probabilities]
    observed, predicted = calibration_curve(labels, probabilities, n_bins=10, strategy="quantile")
    bins = reliability(labels, probabilities, 10)
    assert [part.observed for part in bins] == pytest.approx(list(observed))
    assert [part.predicted for part in bins] == pytest.approx(list(predicted))
    assert expected_calibration_error(labels, probabilities) == pytest.approx(abs(observed - predicted).mean())


def test_calibration_by_hand() -> None:
    assert calibration_ratio([0, 1, 0, 1], [0.5, 0.75, 0.5, 0.75]) == 1.25
    assert normalized_entropy([0, 1, 0, 1], [0.5] * 4) == pytest.approx(1.0)
    assert normalized_entropy([0, 0, 0, 1], [0.1, 0.1, 0.1, 0.7]) == pytest.approx(
        sklearn_log_loss([0, 0, 0, 1], [0.1, 0.1, 0.1, 0.7]) / sklearn_log_loss([0, 0, 0, 1], [0.25] * 4))
    for call in (lambda: calibration_ratio([0], [0.1]), lambda: normalized_entropy([1, 1], [0.5, 0.5]), lambda: reliability([], [])):
        with pytest.raises(ValueError):
            call()
