"""Proves the metrics that chapters and case studies import: snippets/components/metrics."""
import random

import pytest
from sklearn.metrics import roc_auc_score

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
