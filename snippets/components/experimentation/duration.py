"""How many days must the experiment run, given the traffic that you have?

More than people needed over people a day: those who come on day two mostly came on day one. What waiting buys is less
and less, and one's own past buys more. A guardrail that must pass as well costs more days than either asks for alone.
Chapter: components/experimentation. Own past (CUPED): Deng, Xu, Kohavi and Walker, WSDM 2013. Power with several
guardrails: Schultzberg, Ankargren and Frånberg, arXiv:2402.11609.
"""
from functools import cache
from math import ceil, inf, sqrt
from statistics import NormalDist, fmean

from snippets.world import exp, power

# --8<-- [start:duration]
daily = 400_000  # @param {type:"slider", label:"visitors a day", min:1000, max:100000000, unit:"people", scale:"log"}
in_test = 0.2  # @param {type:"slider", label:"in the test", min:0.01, max:1, unit:"of people, both arms", scale:"log"}
lift = 0.01  # @param {type:"slider", label:"worth shipping", min:0.001, max:0.1, unit:"of the mean", scale:"log"}
tail = 1.5  # @param {type:"slider", label:"heavy users", min:1.1, max:3, step:0.1, unit:"Pareto exponent, less is heavier"}
rare = 0.002  # @param {type:"slider", label:"guardrail", min:0.0005, max:0.2, unit:"of people complain", scale:"log"}
margin = 0.25  # @param {type:"slider", label:"at most", min:0.02, max:1, unit:"more of them", scale:"log"}
PAST = 28  # days before the test that are subtracted
RATES = [min(6.0, 0.13 * power((k + 0.5) / 200, -1 / tail)) for k in range(200)]  # visits a day of 200 typical users


def z_sum(alpha, power_wanted, sides=2):
    """Both quantiles of the sample-size formula, added."""
    return NormalDist().inv_cdf(1 - alpha / sides) + NormalDist().inv_cdf(power_wanted)


@cache
def reach(days):
    """Share of all users who come at least once in so many days."""
    return fmean([1 - exp(-rate * days) for rate in RATES])


def people_per_arm(days):
    """Different people in each arm after so many days."""
    return daily * in_test / 2 * reach(days) / reach(1)


@cache
def variation(days, own_past=False):
    """Standard deviation over mean of a person's minutes in the window, among those who came in it.

    Visits are Poisson at the person's own rate; a visit lasts a minute on average, with as much spread. With
    `own_past`, what the minutes of the PAST days before the test predict linearly is subtracted.
    """
    came = reach(days)
    average = days * fmean(RATES) / came
    spread = fmean([2 * days * rate + (days * rate) ** 2 for rate in RATES]) / came - average * average
    if own_past:
        weights = [(1 - exp(-rate * days)) / came for rate in RATES]
        past = fmean([PAST * rate * w for rate, w in zip(RATES, weights)])
        past_spread = fmean([(2 * PAST * rate + (PAST * rate) ** 2) * w for rate, w in zip(RATES, weights)]) - past * past
        both = fmean([days * rate * PAST * rate for rate in RATES]) / came - average * past
        spread -= both * both / past_spread
    return sqrt(spread) / average


def detectable(days, own_past=False, wanted=0.8):
    """The smallest relative effect found with this power at 5%, two-sided."""
    return z_sum(0.05, wanted) * variation(days, own_past) * sqrt(2 / people_per_arm(days))


def days_until(enough, most=90):
    """The first day on which `enough(day)` holds; infinite if none of a quarter does."""
    return next((day for day in range(1, most + 1) if enough(day)), inf)


def guardrail_people(rate, margin, wanted=0.8, alpha=0.05):
    """People an arm to show that a rare rate is not worse by `margin` (relative), one-sided, if it is unchanged."""
    return ceil(2 * (z_sum(alpha, wanted, sides=1) / margin) ** 2 * (1 - rate) / rate)
# --8<-- [end:duration]


def day_text(day):
    """A day, or never."""
    return f"{day:3}" if day < inf else "never"


def main():
    naive = 2 * (z_sum(0.05, 0.8) * variation(1) / lift) ** 2 / people_per_arm(1)
    sees = lambda own_past, wanted: day_text(days_until(lambda day: detectable(day, own_past, wanted) <= lift))
    print(f"{daily:,} visitors a day, {in_test:.0%} in the test")
    print("day  people an arm  detects  own past off")
    for day in (1, 7, 14, 28, 56):
        print(f"{day:3} {people_per_arm(day):14,.0f} {detectable(day):8.2%} {detectable(day, True):10.2%}")
    print(f"first day that sees {lift:.1%}")
    print(f"  people needed / people a day {naive:5.1f}")
    print(f"  with returning people        {sees(False, 0.8)}")
    print(f"  own past off                 {sees(True, 0.8)}")
    print(f"  own past off, 90% power      {sees(True, 0.9)}")
    print(f"guardrail {rare:.1%}, margin {margin:.0%}: people an arm")
    for wanted in (0.8, 0.9):
        need = guardrail_people(rare, margin, wanted)
        print(f"  {wanted:.0%} power {need:9,}    day      {day_text(days_until(lambda day: people_per_arm(day) >= need))}")


if __name__ == "__main__":
    main()
