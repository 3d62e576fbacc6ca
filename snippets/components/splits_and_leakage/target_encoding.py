"""Which encoding of an identifier leaks the label, and through which column?

Each encoding has its own leak. The mean over the whole training set contains the row's own label: fatal where a key has
few rows. Leave-one-out subtracts it, and so writes it into the last digits: fatal where a key has many rows, for a
model that can cut between neighboring values. Out-of-fold repairs both, unless the rows of one key share their
outcome; then only labels that were closed on the row's day are safe. Chapter: components/splits-and-leakage.
Sources: Micci-Barreca, SIGKDD Explorations 3, 2001 (shrunk means); Prokhorenkova et al., CatBoost, NeurIPS 2018.
"""
from collections import Counter
from collections.abc import Hashable, Sequence

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.components.splits_and_leakage.churn_snapshots import HORIZON, snapshots
from snippets.components.splits_and_leakage.decision_tree import grow, tree_predict
from snippets.world import DAY_S, World, profile_at, uniform, users

PRIOR_ROWS = 1.0  # weight of the overall mean, in rows
TRAIN_MORNINGS = 8


# --8<-- [start:encoders]
def shrunk(total: float, rows: float, base: float) -> float:
    """A key's mean label, pulled toward `base` as by PRIOR_ROWS further rows."""
    return (total + PRIOR_ROWS * base) / (rows + PRIOR_ROWS)


def sums(keys: Sequence[Hashable], labels: Sequence[int]) -> tuple[Counter, Counter]:
    """(rows, sum of labels) of each key."""
    rows, total = Counter(), Counter()
    for key, label in zip(keys, labels):
        rows[key] += 1
        total[key] += label
    return rows, total


def whole_set(keys: Sequence[Hashable], labels: Sequence[int], asked: Sequence[Hashable]) -> list[float]:
    """The mean label of each asked key over all rows given: right for rows that come later, a leak for the same rows."""
    (rows, total), base = sums(keys, labels), sum(labels) / len(labels)
    return [shrunk(total[key], rows[key], base) for key in asked]


def leave_one_out(keys: Sequence[Hashable], labels: Sequence[int]) -> list[float]:
    """The mean label of each row's key over the other rows of that key."""
    (rows, total), base = sums(keys, labels), sum(labels) / len(labels)
    return [shrunk(total[key] - label, rows[key] - 1, base) for key, label in zip(keys, labels)]


def out_of_fold(keys: Sequence[Hashable], labels: Sequence[int], folds: Sequence[int]) -> list[float]:
    """The mean label of each row's key over the rows of the other folds."""
    (rows, total), base = sums(keys, labels), sum(labels) / len(labels)
    inside, inside_total = sums(list(zip(keys, folds)), labels)
    return [shrunk(total[k] - inside_total[k, f], rows[k] - inside[k, f], base) for k, f in zip(keys, folds)]


def closed_labels(keys: Sequence[Hashable], labels: Sequence[int], days: Sequence[int], horizon: int) -> list[float]:
    """The mean label of each row's key over rows at least `horizon` days older, whose labels were known. Days ascend."""
    base, rows, total, done, found = sum(labels) / len(labels), Counter(), Counter(), 0, []
    for key, day in zip(keys, days):
        while days[done] + horizon <= day:
            rows[keys[done]] += 1
            total[keys[done]] += labels[done]
            done += 1
        found.append(shrunk(total[key], rows[key], base))
    return found
# --8<-- [end:encoders]


# --8<-- [start:experiment]
def experiment(seed: int, size: int = 4, people: int = 300) -> dict[tuple[str, str], tuple[float, float, float, float]]:
    """{(column, encoding): AUC of the tree on training rows and when served, then the same of logistic regression}."""
    world = World(seed=seed, users=people, days=28)
    everybody, table = users(world), snapshots(world)
    today = table[-1].day
    train = [row for row in table if today - HORIZON - TRAIN_MORNINGS < row.day <= today - HORIZON]  # labels closed
    test = [row for row in table if row.day == today]
    labels, days = [row.churned for row in train], [row.day for row in train]
    columns = {
        "random id": lambda row: int(uniform(seed, "id", row.user, row.day) * len(train) / size),
        "device": lambda row: profile_at(everybody[row.user], row.day * DAY_S).device,
        "user": lambda row: row.user,
    }
    folds = [int(5 * uniform(seed, "fold", row.user, row.day)) for row in train]
    found = {("none", ""): four_auc(train, test, [0.0] * len(train), [0.0] * len(test))}
    for name, key in columns.items():
        keys, asked = [key(row) for row in train], [key(row) for row in test]
        encoded = {
            "whole set": whole_set(keys, labels, keys),
            "leave one out": leave_one_out(keys, labels),
            "out of fold": out_of_fold(keys, labels, folds),
        }
        if name == "user":  # the column whose rows share their outcome
            encoded["closed labels"] = closed_labels(keys, labels, days, HORIZON)
        for how, column in encoded.items():
            found[name, how] = four_auc(train, test, column, whole_set(keys, labels, asked))
    return found


def four_auc(train, test, column, served):
    """AUC on (training rows, test rows) of a tree, then of logistic regression, with one more column."""
    x, y = [(*row.features[:3], value) for row, value in zip(train, column)], [row.churned for row in train]
    asked, truth = [(*row.features[:3], value) for row, value in zip(test, served)], [row.churned for row in test]
    tree, weights = grow(x, y, depth=5), fit(x, y, steps=4)
    return (roc_auc(y, tree_predict(tree, x)), roc_auc(truth, tree_predict(tree, asked)),
            roc_auc(y, predict_all(weights, x)), roc_auc(truth, predict_all(weights, asked)))


def main() -> None:
    size = 4  # @param {type:"slider", min:2, max:40, step:1, unit:"rows of each random id"}
    seed = 20  # @param {type:"number", min:1, max:1000}
    print("                    tree      logistic")
    print("encoding        train serve train serve")
    for (name, how), row in experiment(seed, size).items():
        if how in ("", "whole set"):
            print(name)
        print(f"  {how:13}" + "".join(f"{value:6.2f}" for value in row))
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
