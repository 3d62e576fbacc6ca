"""How many looks does a test set survive?

It depends on what you do with the answer. Choosing once among a hundred worthless changes costs next to nothing. Keeping each
change that helps and trying the next one on top of it fits the test set, although no model ever trained on it. A
margin slows that down and refuses small true gains too. Chapter: components/splits-and-leakage.
Sources: Blum and Hardt, The Ladder, ICML 2015; Dwork et al., The Reusable Holdout, Science 349, 2015.
"""
from math import log
from random import Random
from typing import NamedTuple

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import fit
from snippets.world import World, catalog, random_policy, simulate

TRAIN_DAYS, TEST_DAYS, FRESH_DAYS = 7, 2, 7
PUSH = 0.25  # log-odds by which an idea moves each item up or down


class Claim(NamedTuple):
    """What the reused test set says of a ranker, what a fresh week says, and how many ideas it has taken in."""

    test: float
    fresh: float
    kept: int


# --8<-- [start:experiment]
def experiment(seed: int, ideas: int = 100, margin: float = 0.01, users: int = 200) -> dict[str, Claim]:
    """AUC after `ideas` worthless changes, each a random push to every item, under four rules for keeping them."""
    world = World(seed=seed, users=users, items=240, days=TRAIN_DAYS + TEST_DAYS + FRESH_DAYS, click_intercept=-2.6)
    items, log_ = catalog(world), simulate(world, random_policy(world))
    first, second = (sum(row.day < day for row in log_) for day in (TRAIN_DAYS, TRAIN_DAYS + TEST_DAYS))
    x = [(-log(row.position), 100 * items[row.item].popularity) for row in log_]
    clicked, shown = [int(row.clicked) for row in log_], [row.item for row in log_]
    weights = fit(x[:first], clicked[:first], steps=4)
    start = [round(weights[1] * place + weights[2] * demand, 9) for place, demand in x]

    def auc(push, lo, hi):
        return roc_auc(clicked[lo:hi], [score + push[item] for score, item in zip(start[lo:hi], shown[lo:hi])])

    def claim(push, kept):
        return Claim(auc(push, first, second), auc(push, second, len(log_)), kept)

    rng, nothing = Random(seed), [0.0] * world.items
    pushes = [[rng.choice((-PUSH, PUSH)) for _ in range(world.items)] for _ in range(ideas)]
    best = max(pushes, key=lambda push: auc(push, first, second))
    found = {"no idea": claim(nothing, 0), "best single": claim(best, 1)}
    for name, least in (("keep what helps", 0.0), ("keep if clear", margin)):
        push, reached, kept = nothing, found["no idea"].test, 0
        for idea in pushes:
            tried = [a + b for a, b in zip(push, idea)]
            score = auc(tried, first, second)
            if score > reached + least:
                push, reached, kept = tried, score, kept + 1
        found[name] = claim(push, kept)
    return found


def main() -> None:
    ideas = 100  # @param {type:"slider", min:10, max:200, step:10, unit:"ideas, all worthless"}
    margin = 0.01  # @param {type:"slider", min:0, max:0.03, step:0.005, unit:"AUC that a gain must clear"}
    seed = 8  # @param {type:"number", min:1, max:1000}
    found = experiment(seed, ideas, margin)
    base = found["no idea"]
    print("                ideas  test fresh")
    print("rule             kept   AUC   AUC change")
    for name, row in found.items():
        print(f"{name:16}{row.kept:5}{row.test:6.3f}{row.fresh:6.3f}{row.fresh - base.fresh:+7.3f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
