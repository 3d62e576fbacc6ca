"""A weight in the value formula is a price. Who changes it without touching it?

Rank by P(click) × (1 + w × P(glad of it | click)). At the margin the page gives up w clicks for one satisfied click:
the sweep below shows the price climb. Then w stays 4 and only the head's scale changes, with its order and AUC
intact. The effective weight says what w is worth on the honest head. Chapter: components/ranking.
Which objective to choose is the case study's question (video recommendation); this is about the unit.
"""
from collections.abc import Callable, Sequence
from math import fsum
from statistics import fmean

from snippets.components.metrics.roc_auc import roc_auc
from snippets.world import World, default_candidates, purchase, relevance, satisfaction, sessions, uniform

Head = Callable[[str, float], float]  # (group, true probability given a click) → what the head predicts
Page = tuple[str, list[tuple[float, float, float]]]  # the viewer's group; P(click), P(glad | click), P(buys | click)
GLAD, BUYS = 1, 2


# --8<-- [start:value]
weight = 4.0  # @param {type:"slider", min:0.5, max:16, step:0.5, unit:"clicks for one good outcome"}
kept = 0.1  # @param {type:"slider", min:0.01, max:1, step:0.01, label:"share of negatives kept"}


def value(click: float, outcome: float, weight: float) -> float:
    """Worth of one look, in clicks: a click, and `weight` clicks for each good outcome that follows one."""
    return click * (1 + weight * outcome)


def keep_negatives(rate: float) -> Head:
    """A head trained on all positives and this share of the negatives, and never corrected."""
    return lambda group, p: p / (p + rate * (1 - p))


def survey_noise(wrong: dict[str, float]) -> Head:
    """A head that predicts survey *answers* without error, where this share of a group's answers is wrong."""
    return lambda group, p: p * (1 - wrong[group]) + (1 - p) * wrong[group]


def earned(pages: Sequence[Page], which: int, weight: float, head: Head) -> tuple[float, float]:
    """Clicks and good outcomes a page, at 1 / place looks, when the head's predictions rank the candidates."""
    clicks, good = [], []
    for group, found in pages:
        ranked = sorted(found, key=lambda row: -value(row[0], head(group, row[which]), weight))[:10]
        clicks += [row[0] / place for place, row in enumerate(ranked, 1)]
        good += [row[0] * row[which] / place for place, row in enumerate(ranked, 1)]
    return fsum(clicks) / len(pages), fsum(good) / len(pages)


def effective_weight(pages: Sequence[Page], which: int, weight: float, head: Head) -> float:
    """The weight at which the honest head gives up as many clicks: bisection between 1/64 and 1,024."""
    wanted, low, high = earned(pages, which, weight, head)[0], -6.0, 10.0
    for _ in range(10):
        middle = (low + high) / 2
        if earned(pages, which, 2.0**middle, honest)[0] > wanted:
            low = middle
        else:
            high = middle
    return 2.0**low
# --8<-- [end:value]


def honest(group: str, p: float) -> float:
    """A calibrated head."""
    return p


def pages_of(seed: int) -> list[Page]:
    """True probabilities of the candidates of 120 sessions."""
    world = World(seed=seed, users=60, items=150, days=14, search_share=0.0, intent_share=0.2)
    return [
        (c.user.group, [(relevance(world, c, x), satisfaction(world, c, x), purchase(world, c, x)) for x in default_candidates(world, c)])
        for c in sessions(world)[:120]
    ]


def prices(pages: Sequence[Page], weights: Sequence[float]) -> list[float]:
    """Clicks given up for one more satisfied click, between neighboring weights."""
    steps = [earned(pages, GLAD, w, honest) for w in weights]
    return [(a[0] - b[0]) / (b[1] - a[1]) for a, b in zip(steps, steps[1:])]


def distortions(pages: Sequence[Page]) -> dict[str, tuple[float, float]]:
    """For each head: the weight as set, and the weight that its scale makes of it."""
    noisy = survey_noise({"A": 0.05, "B": 0.20})
    of = {g: [page for page in pages if page[0] == g] for g in "AB"}
    sampled = keep_negatives(kept)
    return {
        "glad, calibrated": (weight, effective_weight(pages, GLAD, weight, honest)),
        "glad, sampled": (weight, effective_weight(pages, GLAD, weight, sampled)),
        "purchase, sampled": (weight, effective_weight(pages, BUYS, weight, sampled)),
        "survey head, group A": (weight, effective_weight(of["A"], GLAD, weight, noisy)),
        "survey head, group B": (weight, effective_weight(of["B"], GLAD, weight, noisy)),
    }


def main() -> None:
    pages, weights = pages_of(1), (0, 1, 2, 4, 8, 16)
    print("weight from, to   clicks paid for one")
    print("                  more satisfied click")
    for a, b, price in zip(weights, weights[1:], prices(pages, weights)):
        print(f"{a:6} to {b:2} {price:18.2f}")
    rows = [row for _, found in pages for row in found]
    labels = [int(uniform(1, "glad", item=n) < row[GLAD]) for n, row in enumerate(rows)]
    scores = [[head("A", row[GLAD]) for row in rows] for head in (honest, keep_negatives(kept))]
    print(f"glad head, mean: {fmean(scores[0]):.2f}, sampled {fmean(scores[1]):.2f}")
    print(f"  AUC: {roc_auc(labels, scores[0]):.3f}, sampled {roc_auc(labels, scores[1]):.3f}")
    print("head                   weight set  effective")
    for name, (given, got) in distortions(pages).items():
        print(f"{name:22}{given:11.1f}{got:11.2g}")


if __name__ == "__main__":
    main()
