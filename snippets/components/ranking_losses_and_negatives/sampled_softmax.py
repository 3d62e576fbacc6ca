"""What does a retrieval score mean? Whatever the negatives made it.

Train "the clicked item against a few others" and the best score is log p(item | user) minus the log of the rate at
which the item was drawn as a negative. Hand the loss that rate (`log_q`) and the second term goes away.
Sources: Bengio and Senecal, IEEE Transactions on Neural Networks 19, 2008 (sampled softmax, its correction);
Yi et al., RecSys 2019 (the same for items of a batch).
"""
import random
from collections.abc import Hashable, Mapping, Sequence
from itertools import accumulate
from math import exp, fsum, log
from typing import NamedTuple


class Towers(NamedTuple):
    """A user is one wanted topic (or None), an item its topic and a bias: the smallest model with two towers."""

    topics: Sequence[int]  # by item
    bias: Sequence[float]  # by item, log-odds
    match: float  # what an item of the wanted topic gains

    def scores(self, wanted: int | None) -> list[float]:
        """The score of every item for somebody who wants this topic."""
        return [bias + self.match * (topic == wanted) for bias, topic in zip(self.bias, self.topics)]

    def retrieve(self, wanted: int | None, k: int) -> list[int]:
        """The k best items by score; ties by number."""
        scores = self.scores(wanted)
        return sorted(range(len(scores)), key=lambda item: (-scores[item], item))[:k]


def sampling_probability(items: Sequence[int], size: int, prior: float = 0.5) -> list[float]:
    """How often each of `size` items occurs in `items`, as probabilities that add to 1; `prior` occurrences for free."""
    counts = [prior] * size
    for item in items:
        counts[item] += 1
    total = fsum(counts)
    return [count / total for count in counts]


def sampled_softmax_loss(positive: float, negatives: Sequence[float]) -> float:
    """-log of the positive's share among itself and the negatives, in nats. Scores are already corrected."""
    best = max(positive, *negatives) if negatives else positive
    return best + log(fsum(exp(score - best) for score in (positive, *negatives))) - positive


# --8<-- [start:fit]
def fit_two_towers(
    pairs: Sequence[tuple[int | None, int]], topics: Sequence[int], drawn_from: Sequence[float], *,
    log_q: Sequence[float] | None = None, negatives: int = 16, epochs: int = 4, rate: float = 0.15, seed: int = 1,
) -> Towers:
    """Stochastic gradient descent on the sampled softmax over (wanted topic, clicked item).

    Negatives come from `drawn_from`. One that is the clicked item itself (an accidental hit) stays: dropping it favors the head.
    `log_q` is subtracted from every score in the loss, never from the scores that are returned.
    """
    chance, running, everything = random.Random(seed), list(accumulate(drawn_from)), range(len(topics))
    bias, match, off = [0.0] * len(topics), 0.0, log_q or [0.0] * len(topics)
    rows = list(pairs)
    for epoch in range(epochs):
        chance.shuffle(rows)
        step = rate / (1 + epoch)
        for wanted, clicked in rows:
            batch = [clicked, *chance.choices(everything, cum_weights=running, k=negatives)]
            odds = [exp(bias[j] + match * (topics[j] == wanted) - off[j]) for j in batch]
            total, pull = fsum(odds), float(topics[clicked] == wanted)
            for j, odd in zip(batch, odds):
                share = odd / total  # what the model gives this item now
                bias[j] -= step * share
                pull -= share * (topics[j] == wanted)
            bias[clicked] += step
            match += step * pull / 3
    return Towers(topics, bias, match)
# --8<-- [end:fit]
