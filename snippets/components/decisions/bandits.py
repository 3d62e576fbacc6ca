"""Which arm next, when each pull both earns and teaches?

Epsilon-greedy explores at a fixed rate, blindly. UCB takes the arm that could be best, and without new results takes
it again. Thompson sampling draws each arm's rate from what is known about it and takes the best draw, so it
spreads its pulls even while results are on their way.
Sources: Auer, Cesa-Bianchi and Fischer, Machine Learning 47, 2002 (UCB1); Chapelle and Li, NIPS 2011 (Thompson).
"""
from collections.abc import Sequence
from math import fsum, sqrt
from random import Random

from snippets.world import log, normal_quantile


def gamma(shape: float, draw: Random) -> float:
    """A gamma value with this shape, at least 1, and scale 1: Marsaglia and Tsang, ACM TOMS 26, 2000."""
    d = shape - 1 / 3
    c = 1 / sqrt(9 * d)
    while True:
        x = normal_quantile((draw.getrandbits(32) + 0.5) / 2**32)
        v = 1 + c * x
        v *= v * v
        u = 1 - draw.random()
        if v > 0 and (u < 1 - 0.0331 * x * x * x * x or log(u) < x * x / 2 + d * (1 - v + log(v))):
            return d * v


def beta(wins: float, losses: float, draw: Random) -> float:
    """What a rate may be after so many wins and losses, if all rates were likely at first: Beta(1 + wins, 1 + losses)."""
    won = gamma(1 + wins, draw)
    return won / (won + gamma(1 + losses, draw))


# --8<-- [start:arms]
def thompson(wins: Sequence[float], trials: Sequence[float], draw: Random) -> int:
    """The arm whose rate, drawn from Beta(1 + wins, 1 + losses), is highest."""
    rates = [beta(w, max(0.0, n - w), draw) for w, n in zip(wins, trials, strict=True)]
    return rates.index(max(rates))


def epsilon_greedy(wins: Sequence[float], trials: Sequence[float], draw: Random, epsilon: float = 0.1) -> int:
    """A random arm with probability `epsilon`, else the one with the best rate so far."""
    if draw.random() < epsilon:
        return draw.randrange(len(wins))
    rates = [(w + 1) / (n + 2) for w, n in zip(wins, trials, strict=True)]
    return rates.index(max(rates))


def ucb1(wins: Sequence[float], trials: Sequence[float]) -> int:
    """The arm with the highest upper confidence bound; an arm never tried comes first."""
    if min(trials) <= 0:
        return list(trials).index(min(trials))
    total = log(max(2.0, fsum(trials)))
    bounds = [w / n + sqrt(2 * total / n) for w, n in zip(wins, trials, strict=True)]
    return bounds.index(max(bounds))
# --8<-- [end:arms]


def main() -> None:
    wins, trials = [30, 5], [1_000, 100]
    picks = [thompson(wins, trials, Random(seed)) for seed in range(200)]
    print(f"3% of 1,000 pulls or 5% of 100: Thompson takes the second in {picks.count(1) / 2:.0f}% of draws")
    print(f"UCB1 takes arm {ucb1(wins, trials)}, every time")


if __name__ == "__main__":
    main()
