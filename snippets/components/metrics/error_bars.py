"""Two models, two overlapping intervals: is one better?

Each model's log loss swings with which rows fell into the test set, and both swing together. The difference on the
same rows is several times steadier. So two intervals may overlap almost entirely while the difference is certain.
Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, for pairs; Bakshy and Eckles, KDD 2013,
arXiv:1304.7406, for the unit that is drawn.
"""
from math import log

from snippets.components.metrics.calibration import normalized_entropy
from snippets.components.metrics.intervals import bootstrap_interval, ratio, sums_by
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.world import World, catalog, random_policy, serve

TRAIN_DAYS, TEST_DAYS = 5, 5


def losses(seed, users=400):
    """(user of each test row, label, and for each model the predictions): the new one also knows the search."""
    world = World(seed=seed, users=users, days=TRAIN_DAYS + TEST_DAYS, return_effect=0.0)
    items = catalog(world)
    seen = [(context, row) for context, shown in serve(world, random_policy(world)) for row in shown]
    labels, cut = [int(row.clicked) for _, row in seen], sum(row.day < TRAIN_DAYS for _, row in seen)
    old = [(-log(row.position), 100 * items[row.item].popularity) for _, row in seen]
    new = [(*known, float(items[row.item].topic == context.query)) for known, (context, row) in zip(old, seen)]
    models = {}
    for name, rows in (("old", old), ("new", new)):
        models[name] = predict_all(fit(rows[:cut], labels[:cut], steps=4), rows[cut:])
    return [row.user for _, row in seen[cut:]], labels[cut:], models


# --8<-- [start:experiment]
def row_losses(labels, predicted):
    """Log loss of each row, in nats."""
    return [-log(p if label else 1 - p) for label, p in zip(labels, predicted)]


def main() -> None:
    users = 400  # @param {type:"slider", min:100, max:500, step:50, unit:"users"}
    seed = 3  # @param {type:"number", min:1, max:1000}
    who, labels, models = losses(seed, users)
    loss, width = {}, {}
    print(f"{len(labels):,} test rows, {sum(labels)} clicks, {len(set(who))} users\n")
    print("log loss        value   95% interval")
    for name, predicted in models.items():
        loss[name] = row_losses(labels, predicted)
        show(name, sums_by(who, loss[name]), width)
    print(f"{'':14}(NE {normalized_entropy(labels, models['old']):.3f} and {normalized_entropy(labels, models['new']):.3f})")
    gain = [a - b for a, b in zip(loss["old"], loss["new"])]
    print("\nold minus new, the same rows")
    show("drawn by row", [(x, 1) for x in gain], width)
    show("drawn by user", sums_by(who, gain), width)
    apart = (width["old"] ** 2 + width["new"] ** 2) ** 0.5
    print(f"\nunpaired, as precise: {(apart / width['drawn by user']) ** 2:.0f} times the rows")


def show(name, units, width):
    """Print the mean a row with its interval, and keep the interval's width."""
    low, high = bootstrap_interval(units, ratio, resamples=100 if len(units) > 1000 else 200)
    width[name] = high - low
    print(f"{name:14}{ratio(units):7.4f}   {low:.4f} to {high:.4f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
