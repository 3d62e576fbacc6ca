"""How often does the model score a random positive above a random negative?

That chance is the area under the ROC curve (AUC); a tie counts half. It comes from the positives' ranks, as
the Mann-Whitney statistic does, in one sort.
Source: Hanley and McNeil, The Meaning and Use of the Area under a ROC Curve, Radiology 143, 1982.
"""
from collections.abc import Sequence
from itertools import groupby


def roc_auc(labels: Sequence[int], scores: Sequence[float]) -> float:
    """AUC in [0, 1] of `scores` against 0/1 `labels` of the same length; ValueError unless both classes occur."""
    positives = sum(labels)
    negatives = len(labels) - positives
    if not positives or not negatives:
        raise ValueError("AUC needs at least one positive and one negative")
    wins, below = 0.0, 0  # halves and integers: exact in floats, in any order
    for _, tied in groupby(sorted(zip(scores, labels)), key=lambda pair: pair[0]):
        tied_labels = [label for _, label in tied]
        ups = sum(tied_labels)
        downs = len(tied_labels) - ups
        wins += ups * (below + downs / 2)
        below += downs
    return wins / (positives * negatives)


def main() -> None:
    labels = [0, 0, 1, 1]
    print(f"one pair swapped: {roc_auc(labels, [0.1, 0.4, 0.35, 0.8]):.2f}")
    print(f"all tied:         {roc_auc(labels, [0.5] * 4):.2f}")
    print(f"scores squashed:  {roc_auc(labels, [0.01, 0.04, 0.035, 0.08]):.2f} (AUC sees order, not calibration)")


if __name__ == "__main__":
    main()
