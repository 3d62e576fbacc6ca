"""Two arms sell exactly the same goods to the same people, one of them faster. What does the corrected label say?

That the fast arm sells more. The correction divides both arms by one delay curve, so the division cancels and the
delay is read as conversion. A joint model of rate and delay (Chapelle, KDD 2014) needs no old curve, but until the
log is longer than the delay it cannot tell "few buy, soon" from "many buy, late": it fits both equally well.
"""
from collections import Counter
from collections.abc import Sequence
from math import exp, fsum, inf, log
from typing import NamedTuple

from snippets.components.labels.delayed_feedback import Click, age, clicks_of, corrected_rate, rate_in_window

RATE, MEAN_DELAY = 0.08, 6.6  # considered goods of the shared world; days
MEAN_DELAYS = [0.8 * 1.06**k for k in range(90)]  # days, 0.8 to 143
TWO_UNITS = 1.92  # log-likelihood within this of the best: a 95% interval


class Fit(NamedTuple):
    """Conversion rate, and the lowest and highest that the data cannot tell from it."""

    rate: float
    low: float
    high: float


def crossing(holds_above, low: float, high: float) -> float:
    """Where a condition that fails at `low` and holds at `high` begins to hold, by bisection."""
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (low, middle) if holds_above(middle) else (middle, high)
    return high


def delayed_feedback_fit(clicks: Sequence[Click], now: float, tolerance: float = TWO_UNITS) -> Fit:
    """Chapelle's model of one segment, P(buys) and an exponential delay, from clicks that may still buy."""
    delays = [click.delay for click in clicks if click.delay <= age(click, now)]
    waiting = Counter(age(click, now) for click in clicks if click.delay > age(click, now))
    seen, total = len(delays), fsum(delays)
    due = {mean: [(n, 1 - exp(-days / mean)) for days, n in waiting.items()] for mean in MEAN_DELAYS}

    def slope(rate: float, mean: float) -> float:
        return seen / rate - fsum(n * share / (1 - rate * share) for n, share in due[mean])

    def fits(rate: float, mean: float) -> float:
        silent = fsum(n * log(1 - rate * share) for n, share in due[mean])
        return seen * log(rate / mean) - total / mean + silent

    best = {mean: crossing(lambda rate: slope(rate, mean) < 0, 1e-6, 1 - 1e-9) for mean in MEAN_DELAYS}
    top = max(MEAN_DELAYS, key=lambda mean: fits(best[mean], mean))
    enough = fits(best[top], top) - tolerance
    near = [mean for mean in MEAN_DELAYS if fits(best[mean], mean) >= enough]
    low = min(crossing(lambda rate: fits(rate, mean) >= enough, 1e-6, best[mean]) for mean in near)
    high = max(crossing(lambda rate: fits(rate, mean) < enough, best[mean], 1 - 1e-9) for mean in near)
    return Fit(best[top], low, high)


# --8<-- [start:experiment]
def arms(seed: int, days: int, speed: float, per_day: int = 500) -> tuple[list[Click], list[Click]]:
    """The same clicks and purchases twice; in the second arm each purchase comes `speed` times as fast."""
    control = clicks_of(RATE, MEAN_DELAY, range(0, days), per_day, seed)
    return control, [Click(click.day, click.delay / speed) for click in control]


def lift(treated: float, control: float) -> float:
    """Relative difference."""
    return treated / control - 1


def lifts(control: Sequence[Click], treated: Sequence[Click], days: int, old: Sequence[float]) -> tuple[float, float]:
    """(lift of the label corrected with old delays, lift within a 7-day window, 0 while there is none yet)."""
    corrected = lift(corrected_rate(treated, days, old), corrected_rate(control, days, old))
    return corrected, lift(rate_in_window(treated, days, 7), rate_in_window(control, days, 7)) if days > 7 else 0.0


def main() -> None:
    speed = 2.0  # @param {type:"slider", min:1, max:4, step:0.5, unit:"times as fast to buy, in arm B"}
    seed = 5  # @param {type:"number", min:1, max:400}
    print("   lift of B, true 0%  rate of A, true 8%\nday corrected  7-day   joint model, 95%")
    old = sorted(click.delay for click in clicks_of(RATE, MEAN_DELAY, range(28), 500, seed + 500) if click.delay < inf)
    for days in (4, 7, 14, 28, 56):
        control, treated = arms(seed, days, speed)
        (corrected, window), fit = lifts(control, treated, days, old), delayed_feedback_fit(control, days)
        shown = f"{window:7.0%}" if days > 7 else "      -"
        print(f"{days:3}{corrected:9.0%}{shown}{100 * fit.low:9.1f}% to {100 * fit.high:.1f}%")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
