"""Which model is better: at a threshold from costs, or with room for the best few?

Preloading a video costs one cent and, if the video is then clicked, is worth twelve: preload from a probability of
1/12. Or the phone has room for one in twenty. The new model orders better and was trained on one negative in ten;
nobody corrected its odds. It beats the old one for the room and, at the threshold, acts on everything. Then its scores are
bent on purpose: both bends cost at the threshold, only factors by device cost for the room.
Values are exact: the world knows each click's probability.
"""
from math import fsum, log

from snippets.components.decisions.allocation import best_k, break_even
from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.world import World, catalog, expected_at, random_policy, serve, uniform

LEARN_DAYS, KEPT = 7, 0.1


def impressions(world):
    """(old features, new features, clicked, true probability of a click, device, day) of each item shown."""
    rows, items = [], catalog(world)
    for context, shown in serve(world, random_policy(world)):
        for row in shown:
            item = items[row.item]
            old = (-log(row.position), 30 * item.popularity)
            known = (item.topic == context.query, context.query is not None, context.device == "slow phone")
            truth = expected_at(world, context, item, row.position)
            rows.append((old, (*old, *map(float, known)), int(row.clicked), truth, row.device, row.day))
    return rows


# --8<-- [start:experiment]
def with_odds(p, factor):
    """The probability whose odds are `factor` times those of p."""
    return p * factor / (1 - p + p * factor)


def scores_of(rows, bend):
    """{name: scores on the test days}, and the test rows."""
    learn, test = ([row for row in rows if (row[5] < LEARN_DAYS) == early] for early in (True, False))
    kept = [row for i, row in enumerate(learn) if row[2] or uniform(1, "keep", item=i) < KEPT]
    train = lambda part, k: predict_all(fit([r[k] for r in part], [r[2] for r in part], steps=5), [r[k] for r in test])
    raw = train(kept, 1)
    new = [with_odds(p, KEPT) for p in raw]
    return {
        "old": train(learn, 0),
        "new, raw": raw,
        "corrected": new,
        "all odds up": [with_odds(p, bend) for p in new],
        "by device": [with_odds(p, bend if row[4] == "phone" else 1 / bend) for p, row in zip(new, test)],
        "truth": [row[3] for row in test],
    }, test


def value(scores, test, chosen, gain, cost):
    """Cents gained per 1,000 impressions by preloading the chosen ones."""
    return 1000 * fsum(gain * test[i][3] - cost for i in chosen) / len(test)


def compare(seed, gain=12, room=0.05, bend=1.5, cost=1, users=220):
    """{name: (AUC, predicted over true, value at the threshold, value with room for a share)}"""
    scores, test = scores_of(impressions(World(seed=seed, users=users, days=11)), bend)
    labels, true, table = [row[2] for row in test], fsum(row[3] for row in test), {}
    for name, s in scores.items():
        above = [i for i, p in enumerate(s) if p >= break_even(gain, cost)]
        best = best_k(s, int(room * len(s)))
        table[name] = roc_auc(labels, s), fsum(s) / true, value(s, test, above, gain, cost), value(s, test, best, gain, cost)
    return table


def main() -> None:
    gain = 12  # @param {type:"slider", min:2, max:30, step:1, unit:"cents if clicked, for a cost of 1"}
    room = 0.05  # @param {type:"slider", min:0.01, max:0.5, step:0.01, unit:"share that fits"}
    bend = 1.5  # @param {type:"slider", min:1, max:5, step:0.1, unit:"times the odds"}
    seed = 2  # @param {type:"number", min:1, max:1000}
    print("                   said/ cents/1,000")
    print("scores         AUC  true >=1/" + f"{gain:<3} room")
    for name, (auc, ratio, threshold, best) in compare(seed, gain, room, bend).items():
        print(f"{name:12}{auc:6.3f}{ratio:6.2f}{threshold:6.0f}{best:6.0f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
