"""How does a ranker learn from its log in one pass?

Row by row: score the row, note the loss, then move the weights of its ids, each with a step that shrinks as that
id is seen more often (AdaGrad). The loss is noted before the row is learned, so on new rows it is an honest test;
on repeated rows it is not. A library for the chapter's cells; it prints nothing.
Method: Duchi, Hazan and Singer, Adaptive Subgradient Methods, JMLR 12, 2011.
"""
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from math import fsum, inf, log, nan, sqrt
from typing import NamedTuple

from snippets.components.models_and_baselines.logistic_regression import sigmoid
from snippets.world import World, catalog, click_if_seen, examination, random_policy, relevance, serve

BIAS = -2.0  # log-odds of a click before any row: a guess of one in eight


class LogRow(NamedTuple):
    """One impression as a training row: its ids, and whether it was clicked."""

    ids: tuple[Hashable, ...]  # position, item, user, user and topic, whether the topic was searched for
    label: int
    user: int
    session: int
    day: int
    truth: float  # the world's own probability of this click, where it was asked for


@dataclass
class Model:
    """What a checkpoint of the model must hold: weights, and the optimizer's sum of squared gradients."""

    weights: dict[Hashable, float] = field(default_factory=dict)
    squares: dict[Hashable, float] = field(default_factory=dict)

    def copy(self) -> "Model":
        """A checkpoint: later steps leave it alone."""
        return Model(dict(self.weights), dict(self.squares))


def log_rows(world: World, truth_from: float = inf) -> list[LogRow]:
    """The log of random slates as training rows, in order of time; with the truth from day `truth_from` on."""
    items, found = catalog(world), []
    for context, shown in serve(world, random_policy(world)):
        for row in shown:
            item, chance = items[row.item], nan
            if row.day >= truth_from:
                clicked = click_if_seen(world, row.device, row.position, relevance(world, context, item))
                chance = examination(world, row.device, row.position) * clicked
            ids = (("position", row.position), ("item", row.item), ("user", row.user),
                   ("taste", row.user, item.topic), ("asked", row.query == item.topic))
            found.append(LogRow(ids, int(row.clicked), row.user, row.session, row.day, chance))
    return found


def learn(model: Model, rows: Iterable[LogRow], rate: float = 0.3) -> list[float]:
    """Learn the rows in their order, in place; the loss (nats) of each row just before it was learned."""
    weights, squares, losses = model.weights, model.squares, []
    for ids, label, *_ in rows:
        known = [weights.get(key, 0.0) for key in ids]
        chance = sigmoid(BIAS + fsum(known))
        losses.append(-log(chance if label else 1 - chance))
        error = chance - label
        for key, weight in zip(ids, known):
            squares[key] = square = squares.get(key, 1.0) + error * error
            weights[key] = weight - rate * error / sqrt(square)
    return losses


def predict_rows(model: Model, rows: Sequence[LogRow]) -> list[float]:
    """The probability of a click for each row; an id never learned counts nothing."""
    known = model.weights
    return [sigmoid(BIAS + fsum([known.get(key, 0.0) for key in row.ids])) for row in rows]


def excess_loss(rows: Sequence[LogRow], scores: Sequence[float]) -> float:
    """Mean log loss above that of the true probabilities, in thousandths of a nat; 0 is perfect."""
    parts = [p * log(p / q) + (1 - p) * log((1 - p) / (1 - q)) for p, q in zip((row.truth for row in rows), scores)]
    return 1000 * fsum(parts) / len(parts)
