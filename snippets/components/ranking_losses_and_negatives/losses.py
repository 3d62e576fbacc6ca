"""Pointwise, pairwise or listwise: what does a loss compare, and what does it therefore not know?

Pointwise compares a row with its label, and so knows probabilities. Pairwise and listwise compare rows of one page, so
whatever moves a whole page cancels: causes that nobody logged, and the probability too.
Sources: Burges et al., ICML 2005 (RankNet: pairwise); Cao et al., ICML 2007 (ListNet: listwise).
"""
import random
from collections.abc import Sequence
from math import exp, fsum, log1p

from snippets.components.models_and_baselines.logistic_regression import dot, fit
from snippets.components.ranking_losses_and_negatives.sampled_softmax import sampled_softmax_loss

Row = Sequence[float]


# --8<-- [start:losses]
def pointwise_loss(score: float, label: int) -> float:
    """Binary cross entropy in nats; `score` is the log-odds of a click on this row."""
    signed = score if label else -score
    return log1p(exp(-abs(signed))) + max(0.0, -signed)


def pairwise_loss(clicked: float, passed: float) -> float:
    """RankNet (with BPR, the same formula): only the difference of two scores of one page counts."""
    return pointwise_loss(clicked - passed, 1)


def listwise_loss(scores: Sequence[float], clicked: int) -> float:
    """Softmax over the page: -log of the clicked place's share. Adding 5 to all scores changes nothing."""
    return sampled_softmax_loss(scores[clicked], [s for place, s in enumerate(scores) if place != clicked])
# --8<-- [end:losses]


def fit_pointwise(pages: Sequence[Sequence[tuple[Row, int]]]) -> list[float]:
    """Weights, intercept first, of a logistic regression on all rows of all pages; a row comes with its 0/1 label."""
    rows = [pair for page in pages for pair in page]
    return fit([row for row, _ in rows], [label for _, label in rows], steps=5)


def fit_pairwise(pages: Sequence[Sequence[tuple[Row, int]]]) -> list[float]:
    """The same on differences, a clicked row minus each row passed on its page. The intercept is 0: it cancels."""
    gaps = [[a - b for a, b in zip(liked, passed)]
            for page in pages for liked, yes in page if yes for passed, no in page if not no]
    flip = [[-gap for gap in row] if n % 2 else row for n, row in enumerate(gaps)]  # half of them the other way round
    return [0.0, *fit(flip, [1 - n % 2 for n in range(len(gaps))], steps=5)[1:]]


def fit_listwise(pages: Sequence[Sequence[tuple[Row, int]]], *, epochs: int = 8, rate: float = 0.04) -> list[float]:
    """Gradient descent on the softmax over each page with a click; pages without one teach it nothing."""
    chance, useful = random.Random(1), [page for page in pages if any(label for _, label in page)]
    weights = [0.0] * len(useful[0][0][0])
    for epoch in range(epochs):
        chance.shuffle(useful)
        for page in useful:
            odds = [exp(dot(weights, row)) for row, _ in page]
            share = sum(label for _, label in page) / fsum(odds)
            misses = [label - share * odd for (_, label), odd in zip(page, odds)]
            columns = zip(*(row for row, _ in page))
            weights = [w + rate / (1 + epoch) * dot(misses, column) for w, column in zip(weights, columns)]
    return [0.0, *weights]
