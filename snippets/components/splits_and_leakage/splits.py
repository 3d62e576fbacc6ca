"""We split strictly by time. Is that enough when the label takes a week to close?

No. A row of the last training morning carries a label that is read off the test week itself, and a model that can
recognize the person copies it. A gap as long as the label repairs it: train only on labels that were closed when the
test begins, which is all that serving will have. Chapter: components/splits-and-leakage.
Source of the gap (purging, embargo): Lopez de Prado, Advances in Financial Machine Learning, 2018, chapter 7.
"""
from collections.abc import Sequence

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.components.splits_and_leakage.churn_snapshots import HORIZON, Snapshot, snapshots
from snippets.components.splits_and_leakage.decision_tree import grow, tree_predict
from snippets.world import World, uniform

USERS, TRAIN_MORNINGS, WARM_UP, LONGEST_GAP = 400, 10, 14, 7
DAYS = WARM_UP + TRAIN_MORNINGS + LONGEST_GAP + HORIZON - 1  # as many training mornings whatever the gap


# --8<-- [start:splits]
def random_split(rows: int, share: float, seed: int) -> tuple[list[int], list[int]]:
    """(train, test) indices; each row is tested with probability `share`."""
    return group_split(range(rows), share, seed)


def group_split(groups: Sequence[int], share: float, seed: int) -> tuple[list[int], list[int]]:
    """(train, test) indices; each whole group (a user, an item, a cluster of copies) is tested with probability `share`."""
    held = {group: uniform(seed, "split", item=group) < share for group in sorted(set(groups))}
    return [i for i, g in enumerate(groups) if not held[g]], [i for i, g in enumerate(groups) if held[g]]


def time_split(times: Sequence[float], cut: float, gap: float = 0) -> tuple[list[int], list[int]]:
    """(train, test) indices: train on rows whose `time + gap` has passed at the cut, test on rows from the cut on.

    The gap is how long a label takes to close, in the unit of `times`. Rows between are used by neither.
    """
    return [i for i, t in enumerate(times) if t < cut and t + gap <= cut], [i for i, t in enumerate(times) if t >= cut]
# --8<-- [end:splits]


def churn_table(seed: int) -> list[Snapshot]:
    """Snapshots whose every feature looks back two whole weeks."""
    return snapshots(World(seed=seed, users=USERS, days=DAYS), WARM_UP)


# --8<-- [start:experiment]
def compare(rows: Sequence[Snapshot], train: Sequence[int], test: Sequence[int]) -> tuple[float, float]:
    """Test AUC of (logistic regression, a tree eight questions deep)."""
    x, y = [rows[i].features for i in train], [rows[i].churned for i in train]
    asked, truth = [rows[i].features for i in test], [rows[i].churned for i in test]
    weights, tree = fit(x, y, steps=4), grow(x, y, depth=8, min_leaf=5)
    return roc_auc(truth, predict_all(weights, asked)), roc_auc(truth, tree_predict(tree, asked))


def by_group(rows: Sequence[Snapshot], seed: int) -> dict[str, tuple[float, float]]:
    """AUC of both models on a fifth of the last mornings' rows, and on the rows of a fifth of the users."""
    lately = [i for i, row in enumerate(rows) if row.day > rows[-1].day - TRAIN_MORNINGS]
    found = {}
    for name, groups in (("random rows", range(len(lately))), ("other users", [rows[i].user for i in lately])):
        train, test = group_split(groups, 0.2, seed)
        found[name] = compare(rows, [lately[i] for i in train], [lately[i] for i in test])
    return found


def by_time(rows: Sequence[Snapshot], gap: int) -> tuple[float, float]:
    """AUC of both models on the last morning, trained on as many mornings whatever the gap (days)."""
    days = [row.day for row in rows]
    train, test = time_split(days, days[-1], gap)
    newest = days[train[-1]]
    return compare(rows, [i for i in train if days[i] > newest - TRAIN_MORNINGS], test)


def main() -> None:
    gap = 0  # @param {type:"slider", min:0, max:7, step:1, unit:"days between training and test"}
    seed = 6  # @param {type:"number", min:1, max:1000}
    rows = churn_table(seed)
    served = by_time(rows, HORIZON)
    found = by_group(rows, seed) | {f"by time, gap {gap} days": by_time(rows, gap), f"by time, gap {HORIZON} days": served}
    print(f"{'AUC':24}logistic   tree")
    for name, (linear, tree) in found.items():
        print(f"{name:24}{linear:8.3f}{tree:7.3f}")
    linear, tree = found[f"by time, gap {gap} days"]
    print(f"\nlead of the tree\nwith a gap of {gap} days      {tree - linear:+.3f}")
    print(f"on closed labels, served  {served[1] - served[0]:+.3f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
