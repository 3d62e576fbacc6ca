"""Of those that we flag, how many deserve it, and how many do we miss?

Precision depends on the base rate, recall does not: the same model at the same threshold is another system where
positives are rarer.
"""
from collections.abc import Sequence


def precision_recall_at(labels: Sequence[int], scores: Sequence[float], threshold: float) -> tuple[float, float]:
    """Precision and recall of flagging every score of at least `threshold`; precision is 1 if nothing is flagged."""
    positives = sum(labels)
    if not positives:
        raise ValueError("recall needs at least one positive")
    flagged = [label for label, score in zip(labels, scores, strict=True) if score >= threshold]
    hits = sum(flagged)
    return (hits / len(flagged) if flagged else 1.0), hits / positives


def precision_at_base_rate(recall: float, false_positive_rate: float, base_rate: float) -> float:
    """Precision of the same operating point where `base_rate` of all cases are positive (Bayes' rule)."""
    hits, alarms = recall * base_rate, false_positive_rate * (1 - base_rate)
    if hits + alarms <= 0:
        raise ValueError("nothing is flagged: recall or false positive rate must be above 0")
    return hits / (hits + alarms)


def main() -> None:
    print("threshold 0.5: precision {:.2f}, recall {:.2f}".format(*precision_recall_at([0, 1, 0, 1], [0.1, 0.4, 0.6, 0.9], 0.5)))
    for base_rate in (0.5, 0.1, 0.01, 0.001):
        print(f"base rate {base_rate:<5}  precision {precision_at_base_rate(0.9, 0.05, base_rate):.3f}")


if __name__ == "__main__":
    main()
