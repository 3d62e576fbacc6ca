"""Nine negatives in ten are thrown away. What does the bid become, and when does the formula bring it back?

Sampling multiplies the odds by 1/w and leaves the order alone, so AUC is silent and the auction is not.
p / (p + (1 - p) / w) undoes it if every negative was kept with the same probability w. If w differed between groups,
one w gives each group the wrong price, even when the total is right.
Sources: He et al., ADKDD 2014 (the formula); Dal Pozzolo et al., CIDM 2015 (the same, and why the order stays).
"""
from collections.abc import Sequence
from math import exp, fsum, log

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all, sigmoid
from snippets.world import (
    World, catalog, click_if_seen, examination, popularity_policy, relevance, sessions, simulate, uniform,
)

TRAIN_DAYS, DAYS = 7, 10
SLICES = ("desktop", "phone", "slow phone")



def experiment(world: World, kept: float, by_device: dict[str, float]) -> dict[str, tuple[float, ...]]:
    """By training set and correction: AUC, predicted over true clicks (all, desktop, slow phone), share of the best profit."""
    items, contexts = catalog(world), {(c.user.id, c.session): c for c in sessions(world)}
    log_ = [row for row in simulate(world, popularity_policy(world, explore=0.5)) if (row.user, row.session) in contexts]
    x = [[log(row.position), log(100 * items[row.item].popularity), float(items[row.item].topic == row.query),
          float(row.device == "phone"), float(row.device == "slow phone")] for row in log_]
    cut = sum(row.day < TRAIN_DAYS for row in log_)
    clicked, tested = [int(row.clicked) for row in log_], log_[cut:]
    truth = [examination(world, row.device, row.position) * click_if_seen(
        world, row.device, row.position, relevance(world, contexts[row.user, row.session], items[row.item]))
        for row in tested]
    most = 3 * fsum(truth) / len(truth)
    best, table = expected_profit(truth, truth, most), {}

    def learn(keep) -> tuple[list[float], float]:
        chosen = [i for i in range(cut) if clicked[i]
                  or uniform(world.seed, "keep", log_[i].user, log_[i].session, log_[i].item) < keep(log_[i])]
        weights = fit([x[i] for i in chosen], [clicked[i] for i in chosen], steps=5)
        left = (len(chosen) - sum(clicked[:cut])) / (cut - sum(clicked[:cut]))
        return predict_all(weights, x[cut:]), left

    def note(name: str, bids: Sequence[float]) -> None:
        ratios = [fsum(b for b, row in zip(bids, tested) if row.device in group)
                  / fsum(t for t, row in zip(truth, tested) if row.device in group)
                  for group in (SLICES, SLICES[:1], SLICES[2:])]
        table[name] = roc_auc(clicked[cut:], bids), *ratios, expected_profit(truth, bids, most) / best

    note("all rows", learn(lambda row: 1.0)[0])
    scores, _ = learn(lambda row: kept)
    note("same for all", scores)
    note("  formula", [recalibrate(p, kept) for p in scores])
    scores, left = learn(lambda row: by_device[row.device])
    note("by device", scores)
    note("  formula, overall w", [recalibrate(p, left) for p in scores])
    note("  shifted to total", shift_to(fsum(truth), scores))
    note("  formula, own w", [recalibrate(p, by_device[row.device]) for p, row in zip(scores, tested)])
    return table


# --8<-- [start:experiment]
def recalibrate(probability: float, kept: float) -> float:
    """The probability among all rows, from one learned where only this share of the negatives was kept."""
    return probability / (probability + (1 - probability) / kept)


def shift_to(total: float, probabilities: Sequence[float]) -> list[float]:
    """One constant added to all log-odds, so that the probabilities add up to `total`: what a daily recalibration does."""
    odds = [p / (1 - p) for p in probabilities]
    low, high = -12.0, 12.0
    for _ in range(50):
        middle = (low + high) / 2
        if fsum(o * exp(middle) / (1 + o * exp(middle)) for o in odds) > total:
            high = middle
        else:
            low = middle
    return [o * exp(low) / (1 + o * exp(low)) for o in odds]


def expected_profit(chances: Sequence[float], bids: Sequence[float], most: float) -> float:
    """Of bidding for clicks worth 1 each, in second-price auctions whose best other bid is uniform up to `most`."""
    won = [min(bid, most) for bid in bids]
    return fsum(chance * bid - bid * bid / 2 for chance, bid in zip(chances, won)) / most


def main() -> None:
    seed = 7  # @param {type:"number", min:1, max:1000}
    kept = 0.1  # @param {type:"slider", min:0.02, max:1, step:0.02, unit:"of all negatives kept"}
    desktop = 0.05  # @param {type:"slider", min:0.02, max:1, step:0.01, unit:"of desktop negatives kept"}
    world = World(seed=seed, users=300, items=120, days=DAYS)
    rates = {"desktop": desktop, "phone": 0.1, "slow phone": 1.0}
    print("negatives kept        AUC pred./true profit")
    print("                          all desk slow")
    for name, (auc, *ratios, profit) in experiment(world, kept, rates).items():
        print(f"{name:20}{auc:6.3f}{ratios[0]:5.2f}{ratios[1]:5.2f}{ratios[2]:5.2f}{profit:6.0%}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
