"""An hour at 1%, 5%, 25% and 50%, back if it is significantly worse. What gets through four such gates?

A good part of all slightly bad models, for "not significantly worse" is what a gate says when it can't see. A gate that
must rule a loss out, and the larger a loss the smaller the next step, lets through what it was asked to. It takes days,
so it needs a limit that holds for any number of looks. Chapter: components/deployment.
Limit: normal mixture, Robbins, 1970. Margins instead of significance: tests of non-inferiority.
"""
from collections.abc import Iterator
from math import fsum, log, sqrt
from random import Random
from statistics import NormalDist
from typing import NamedTuple

from snippets.world import normal

# --8<-- [start:ramp]
STEPS = (0.01, 0.05, 0.25, 0.5, 1.0)
hourly = 1_000_000  # @param {type:"slider", label:"traffic", min:100000, max:20000000, unit:"impressions/h", scale:"log"}
loss = 0.01  # @param {type:"slider", label:"the new model loses", min:0.0025, max:0.05, step:0.0025, unit:"of its clicks"}
budget = 0.005  # @param {type:"slider", label:"loss we accept unseen", min:0.0025, max:0.02, step:0.0025, unit:"of all clicks"}
RATE, ONCE = 0.05, NormalDist().inv_cdf(0.95)


class Ramp(NamedTuple):
    """How a ramp ended: launched, rolled back, or undecided; after how many hours."""

    end: str
    hours: int


def timed_ramp(hours: Iterator) -> Ramp:
    """One hour a step; back if that hour says worse, one-sided 5%."""
    for k, share in enumerate(STEPS[:-1], 1):
        difference, error = hours(share)
        if difference < -ONCE * error:
            return Ramp("rolled back", k)
    return Ramp("launched", k)


def budget_ramp(hours: Iterator, longest: int = 24 * 14) -> Ramp:
    """On to the next step once a loss that would cost more than the budget there is ruled out; back once worse is proven."""
    seen, step = [], 0
    for k in range(1, longest + 1):
        seen.append(hours(STEPS[step]))
        difference, error = combined(seen)
        reach = error * any_look_limit(error)
        if difference + reach < 0:
            return Ramp("rolled back", k)
        if difference - reach > -budget / STEPS[step + 1]:
            step += 1
            if STEPS[step] == 1.0:
                return Ramp("launched", k)
    return Ramp("undecided", longest)


def any_look_limit(error: float, expected: float = 0.01, alpha: float = 0.1) -> float:
    """Standard errors that |difference - truth| exceeds at any look with chance `alpha` at most, half of it each side.

    It is sharpest for differences of about `expected`.
    """
    gain = 1 + (expected / error) ** 2
    return sqrt(gain / (gain - 1) * (log(gain) + 2 * log(1 / alpha)))
# --8<-- [end:ramp]


def combined(parts):
    """(difference, error) of parts with their errors, each weighted by the inverse of its variance."""
    weight = fsum(error**-2 for _, error in parts)
    return fsum(d * error**-2 for d, error in parts) / weight, weight**-0.5


def hour(rng, share, loss):
    """(relative difference, standard error) of the canary's click rate in one hour, against the rest."""
    error = sqrt((1 - RATE) / RATE / hourly / share / (1 - share))
    return -loss + error * normal(rng.getrandbits(32)), error


def ends(rule, loss, runs, seed):
    """`runs` ramps of a model with this relative loss."""
    rng = Random(seed)
    return [rule(lambda share: hour(rng, share, loss)) for _ in range(runs)]


def main() -> None:
    runs = 200
    for name, rule in (("an hour a step", timed_ramp), ("loss ruled out", budget_ramp)):
        print(f"{name:15} launched  back  median h")
        for lost in (0.0, loss, 5 * loss):
            found = ends(rule, lost, runs, seed=1)
            share = {end: sum(r.end == end for r in found) / runs for end in ("launched", "rolled back")}
            hours = sorted(r.hours for r in found)[runs // 2]
            print(f"  worse by {lost:5.1%} {share['launched']:8.0%} {share['rolled back']:5.0%} {hours:7}")


if __name__ == "__main__":
    main()
