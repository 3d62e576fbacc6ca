"""The labels that active learning bought: may they also judge the next model?

No. The posts about which the model in charge is unsure are, by choice, those it cannot order, so any challenger that
looks at something else beats it there, though it is worse on the queue. Random labels tell them apart; labels drawn
with a known probability and weighted by one over it do too, with more noise. Training minds far less: what a post's
features say about harm is the same in every draw.
Source: Farquhar, Gal and Rainforth, On statistical bias in active learning, ICLR 2021.
"""
from collections.abc import Sequence
from itertools import groupby
from math import fsum
from random import Random

from snippets.components.labels.censored_labels import Post, logged, queue
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all


# --8<-- [start:experiment]
def most_uncertain(scores: Sequence[float], budget: int) -> list[int]:
    """Uncertainty sampling: the cases whose probability is nearest to a half."""
    return sorted(range(len(scores)), key=lambda i: (abs(scores[i] - 0.5), i))[:budget]


def inclusion(scores: Sequence[float], budget: int, floor: float) -> list[float]:
    """Probabilities of being labeled: a share `floor` of the budget for all alike, the rest by uncertainty p(1 - p)."""
    doubt = [p * (1 - p) for p in scores]
    total = fsum(doubt)
    return [min(1.0, budget * (floor / len(scores) + (1 - floor) * d / total)) for d in doubt]


def weighted_auc(labels: Sequence[int], scores: Sequence[float], weights: Sequence[float]) -> float:
    """AUC in which each case counts as often as its weight says."""
    wins, below, above = [], 0.0, 0.0
    for _, tied in groupby(sorted(zip(scores, labels, weights)), key=lambda case: case[0]):
        tied = list(tied)
        ups, downs = (fsum(w for _, y, w in tied if y == side) for side in (1, 0))
        wins.append(ups * (below + downs / 2))
        below, above = below + downs, above + ups
    return fsum(wins) / (above * below)


def models(seed: int) -> tuple[list[Post], list[float], list[float]]:
    """(pool, scores of the incumbent on text and account, scores of a challenger that sees the context only)."""
    train, pool = queue(seed, 1500), queue(seed + 1000, 4000)
    labels = [post.harmful for post in train]
    context = lambda posts: [(post.context,) for post in posts]
    weights, others = fit(logged(train), labels, steps=4), fit(context(train), labels, steps=4)
    return pool, predict_all(weights, logged(pool)), predict_all(others, context(pool))


def compare(seed: int, budget: int = 400, draws: int = 20) -> dict[str, tuple[float, float, float, int]]:
    """{labels: (AUC of incumbent, of challenger, of a model trained on them, draws in which the incumbent leads)}.

    The first three are of one draw, the third tested on the whole queue.
    """
    pool, incumbent, challenger = models(seed)
    truth, everything = [post.harmful for post in pool], range(len(pool))
    dice, chance = Random(seed), inclusion(incumbent, budget, 0.3)
    ways = {
        "whole queue": lambda: list(everything),
        "most uncertain": lambda: most_uncertain(incumbent, budget),
        "random": lambda: dice.sample(everything, budget),
        "drawn, weighted": lambda: [i for i in everything if dice.random() < chance[i]],
    }
    table = {}
    for name, choose in ways.items():
        judged, chosen = [], [choose() for _ in range(draws if name in ("random", "drawn, weighted") else 1)]
        for rows in chosen:
            weights = [1 / chance[i] if name == "drawn, weighted" else 1.0 for i in rows]
            pick = lambda values: [values[i] for i in rows]
            judged.append([weighted_auc(pick(truth), pick(scores), weights) for scores in (incumbent, challenger)])
        trained = predict_all(fit(logged([pool[i] for i in chosen[0]]), [truth[i] for i in chosen[0]], steps=4), logged(pool))
        leads = sum(ours > theirs for ours, theirs in judged) * draws // len(judged)
        table[name] = (*judged[0], weighted_auc(truth, trained, [1.0] * len(pool)), leads)
    return table


def main() -> None:
    budget = 400  # @param {type:"slider", min:100, max:1500, step:100, unit:"labels"}
    seed = 1  # @param {type:"number", min:1, max:900}
    print("AUC of old: incumbent, new: challenger,\nrefit: trained on the row's labels\n")
    print("judged on         old    new  refit  right")
    for name, (incumbent, challenger, trained, leads) in compare(seed, budget).items():
        print(f"{name:16}{incumbent:5.2f}{challenger:7.2f}{trained:7.2f}{leads:4}/20")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
