"""Whom does the action change, and does the order we chose find them?

Uplift is the probability of the outcome with the action less that without. A two-model learner (T-learner) fits one
model in each arm of a randomized trial and subtracts. Qini counts, down the order, the extra outcomes among the
treated, and compares with a random order. Both need the trial: nobody is seen in both arms.
Sources: Künzel et al., Metalearners for estimating heterogeneous treatment effects, PNAS 2019, arXiv:1706.03461;
Radcliffe, Using control groups to target on predicted lift, 2007 (Qini).
"""
from collections.abc import Sequence
from math import fsum

from snippets.components.models_and_baselines.logistic_regression import fit, predict_all

Row = Sequence[float]


# --8<-- [start:learner]
def t_learner(rows: Sequence[Row], treated: Sequence[bool], outcomes: Sequence[int]) -> tuple[list[float], list[float]]:
    """Logistic weights of the control arm and of the treated arm."""
    arms = []
    for arm in (False, True):
        chosen = [i for i, t in enumerate(treated) if bool(t) == arm]
        arms.append(fit([rows[i] for i in chosen], [outcomes[i] for i in chosen], steps=5))
    return arms[0], arms[1]


def uplift(weights: tuple[list[float], list[float]], rows: Sequence[Row]) -> list[float]:
    """Predicted outcome if treated less that if not, for each row."""
    return [with_it - without for without, with_it in zip(*(predict_all(w, rows) for w in weights))]
# --8<-- [end:learner]


def qini_curve(scores: Sequence[float], treated: Sequence[bool], outcomes: Sequence[int]) -> list[float]:
    """Extra outcomes among the treated, down the order of `scores`: treated positives less control positives scaled to them."""
    curve, n_treated, n_control, hits, control_hits = [0.0], 0, 0, 0, 0
    for i in sorted(range(len(scores)), key=lambda i: (-scores[i], i)):
        if treated[i]:
            n_treated, hits = n_treated + 1, hits + outcomes[i]
        else:
            n_control, control_hits = n_control + 1, control_hits + outcomes[i]
        curve.append(hits - control_hits * n_treated / n_control if n_control else float(hits))
    return curve


def qini_coefficient(scores: Sequence[float], treated: Sequence[bool], outcomes: Sequence[int]) -> float:
    """Mean height of the Qini curve above the straight line of a random order, in outcomes per treated row."""
    curve = qini_curve(scores, treated, outcomes)
    last = len(curve) - 1
    return fsum(height - curve[-1] * k / last for k, height in enumerate(curve)) / (last + 1) / max(1, sum(map(bool, treated)))


def main() -> None:
    treated, stayed = [1, 0, 1, 0, 1, 0, 1, 0], [1, 0, 1, 0, 1, 1, 0, 1]
    for name, scores in (("persuadable first", [8, 7, 6, 5, 4, 3, 2, 1]), ("the other way", [1, 2, 3, 4, 5, 6, 7, 8])):
        print(f"{name:18} Qini {qini_coefficient(scores, treated, stayed):6.3f}")


if __name__ == "__main__":
    main()
