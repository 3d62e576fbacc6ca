"""The new release loses clicks, so the model is rolled back. Why do clicks fall further?

Its features stayed: the release had also changed two of them, under the same names and types, and old weights on new
units rank by something else. Roll back the features too and clicks return; but the calibration of the new release
is still there, and it can't be seen in clicks, since it never changes an order. Only all three together are the old
release. Chapter: components/deployment. Entanglement: Sculley et al., Hidden Technical Debt, NeurIPS 2015.
"""
from collections import defaultdict
from math import fsum, log
from random import Random

from snippets.components.models_and_baselines.logistic_regression import fit, sigmoid
from snippets.components.ranking.position_bias import attention, clicks_over_expected
from snippets.world import DAY_S, Slate, World, catalog, default_candidates, expected_reward, freshness
from snippets.world import popularity_policy, sessions, simulate

KEEP = 0.1  # share of the negatives that the new release trains on
EVERY_ITEM = -1


# --8<-- [start:release]
def old_features(item, appeal, query, time):
    """Appeal as a ratio (1 is average), recency (1 is new, a half after a week), whether its topic was searched for."""
    return appeal[item.id], freshness(item, time), float(query == item.topic)


def new_features(item, appeal, query, time):
    """The same names, types and order; but appeal is a logarithm now, and recency the days since it was published."""
    return log(appeal[item.id]), (time - item.published) / DAY_S, float(query == item.topic)


def train(log_rows, appeal, items, features, keep=1.0, seed=1):
    """Weights of a click model from `log_rows`, all clicks and a share `keep` of the rest."""
    chance = Random(seed)
    kept = [row for row in log_rows if row.clicked or chance.random() < keep]
    inputs = [(*features(items[r.item], appeal, r.query, r.time), log(r.position)) for r in kept]
    return fit(inputs, [int(r.clicked) for r in kept], steps=6)


def score(weights, values):
    """Log-odds without the position's part."""
    return weights[0] + fsum(w * v for w, v in zip(weights[1:-1], values))
# --8<-- [end:release]


def learned_appeal(world, rows):
    """Clicks over expected clicks of each item, from these rows; 1 for items never shown."""
    clicks, attended = defaultdict(float), defaultdict(float)
    for row in rows:
        for key in (row.item, EVERY_ITEM):
            clicks[key] += row.clicked
            attended[key] += attention(row.position)
    rate = clicks[EVERY_ITEM] / attended[EVERY_ITEM]
    return [clicks_over_expected(clicks[i.id], attended[i.id], rate) for i in catalog(world)]


def outcome(world, contexts, appeal, weights, features, calibration):
    """(true clicks a session, predicted over true clicks) of serving with these three parts."""
    clicks, predicted = [], []
    for context in contexts:
        found = default_candidates(world, context)
        scores = {x.id: score(weights, features(x, appeal, context.query, context.time)) for x in found}
        page = sorted(scores, key=lambda i: (-scores[i], i))[: world.slate]
        clicks.append(expected_reward(world, context, found, Slate(tuple(page))))
        predicted += [sigmoid(scores[i] + weights[-1] * log(k) + calibration) for k, i in enumerate(page, 1)]
    return fsum(clicks) / len(contexts), fsum(predicted) / fsum(clicks)


def releases(seed):
    """{which parts were rolled back: (clicks relative to the old release, predicted over true clicks)}."""
    world = World(seed=seed, users=300, items=300, days=12)
    rows = simulate(world, popularity_policy(world, explore=0.3), days=range(10))
    items, appeal = catalog(world), learned_appeal(world, [r for r in rows if r.day < 5])
    rows = [r for r in rows if r.day >= 5]
    old = train(rows, appeal, items, old_features), old_features, 0.0
    unasked = [r for r in rows if r.query is None]  # the fault: its data job lost the pages that began with a search
    new = train(unasked, appeal, items, new_features, KEEP), new_features, log(KEEP)
    contexts = sessions(world, range(10, 12))[:150]
    parts = {"nothing": (new, new, new), "model": (old, new, new), "model, features": (old, old, new),
             "all three": (old, old, old)}
    found = {name: outcome(world, contexts, appeal, m[0], f[1], c[2]) for name, (m, f, c) in parts.items()}
    whole = found["all three"][0]
    return {name: (clicks / whole - 1, ratio) for name, (clicks, ratio) in found.items()}


def main() -> None:
    print("rolled back       clicks   predicted/true")
    for name, (change, ratio) in releases(7).items():
        print(f"{name:16} {change:+7.1%}   {ratio:.2f}")


if __name__ == "__main__":
    main()
