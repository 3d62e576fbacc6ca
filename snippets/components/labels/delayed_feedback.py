"""Young clicks have had no time to buy. Does a delay curve put the right goods first?

Only a curve for each kind does. One curve for all divides by the same number: the total comes out right, the order
stays wrong. Clicks follow the shared world's two kinds of goods: impulse (5% buy, after 0.43 days on average) and
considered (8%, after 6.6 days). A day's clicks come at noon, so ages are whole days and a half.
Sources: Chapelle, KDD 2014 (a delay model beside the conversion model); actuaries know the division as chain-ladder.
"""
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from math import fsum, inf, log
from random import Random
from typing import NamedTuple

from snippets.world import World


class Click(NamedTuple):
    """A click at noon of `day`, and the days until its purchase: infinite if there is none."""

    day: int
    delay: float


def clicks_of(rate: float, mean_delay: float, days: range, per_day: int, seed: int) -> list[Click]:
    """Clicks on goods that sell at this rate, after exponential delays of this mean (days)."""
    draw = Random(seed)
    return [
        Click(day, -mean_delay * log(1 - draw.random()) if draw.random() < rate else inf)
        for day in days for _ in range(per_day)
    ]


# --8<-- [start:experiment]
def age(click: Click, now: float) -> float:
    """Days since the click."""
    return now - click.day - 0.5


def rate_in_window(clicks: Sequence[Click], now: float, window: float) -> float:
    """Share that bought within `window` days, of the clicks that are at least so old."""
    ripe = [click for click in clicks if age(click, now) >= window]
    return sum(click.delay <= window for click in ripe) / len(ripe)


def seen_share(delays: Sequence[float], days: float) -> float:
    """The delay curve: of purchases that do come (their sorted delays), the share that is there after so many days."""
    return bisect_right(delays, days) / len(delays)


def corrected_rate(clicks: Sequence[Click], now: float, delays: Sequence[float]) -> float:
    """Purchases seen so far, over clicks that each count for the share of purchases due at its age."""
    ages = Counter(age(click, now) for click in clicks)
    seen = sum(click.delay <= age(click, now) for click in clicks)
    return seen / fsum(count * seen_share(delays, days) for days, count in ages.items())


def readings(seed: int, days: int = 7, slow: float = 6.6, per_day: int = 1000) -> dict[str, tuple[float, ...]]:
    """{label: (rate of impulse, of considered, of all)} from the last `days`, with curves from a month that is done."""
    rates, mean_delays = World().buy_rates, (World().buy_delay_days[0], slow)
    done, fresh, curves = [], [], []
    for kind in (0, 1):
        done += [clicks_of(rates[kind], mean_delays[kind], range(-84, -56), per_day, 10 * seed + kind)]
        fresh += [clicks_of(rates[kind], mean_delays[kind], range(-days, 0), per_day, 10 * seed + 5 + kind)]
        curves += [sorted(click.delay for click in done[kind] if click.delay < inf)]
    groups, one = [*fresh, fresh[0] + fresh[1]], sorted(curves[0] + curves[1])
    own = [corrected_rate(fresh[kind], 0, curves[kind]) for kind in (0, 1)]
    return {
        "true, in the end": tuple(sum(c.delay < inf for c in group) / len(group) for group in groups),
        "one-day window": tuple(rate_in_window(group, 0, 0.5 if days < 2 else 1) for group in groups),
        "seen so far": tuple(sum(c.delay <= age(c, 0) for c in group) / len(group) for group in groups),
        "one delay curve": tuple(corrected_rate(group, 0, one) for group in groups),
        "a curve per kind": (*own, fsum(own) / 2),
    }


def main() -> None:
    days = 7  # @param {type:"slider", min:2, max:28, step:1, unit:"days of fresh clicks"}
    slow = 6.6  # @param {type:"slider", min:0.4, max:14, step:0.1, unit:"days, mean delay of considered goods"}
    seed = 3  # @param {type:"number", min:1, max:1000}
    print("% that buy         impulse considered  all")
    for label, (impulse, considered, everything) in readings(seed, days, slow).items():
        print(f"{label:18}{100 * impulse:8.1f}{100 * considered:11.1f}{100 * everything:5.1f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
