"""You promise a delivery time. Which quantile of the delay should it be?

Not the 90% of habit. A longer quote loses orders before they exist, a shorter one pays for late ones. So the share
of late orders worth accepting is about (orders lost per quoted minute) times (margin) over (cost of a late minute).
A fixed buffer on the mean reaches 90% overall and fails in the rush; two teams that each promise 90% add up to more.
A small world of orders: the kitchen, then the ride, both longer and less certain in the rush.
Source: Newsvendor quantile, as in Koenker and Bassett, Econometrica 46, 1978 (a quantile is the least asymmetric loss).
"""
from math import fsum
from random import Random

from snippets.world import exp, normal_quantile

VISIT_TO_ORDER, RUSH = 0.3, 0.3  # orders a visitor if the quote were 0 minutes; share of visits in the rush


# --8<-- [start:experiment]
def visits(seed, count=2_500):
    """(in the rush, kitchen minutes, ride minutes) of each visit, if it ordered."""
    draw, rows = Random(seed), []
    around = lambda typical, spread: typical * exp(spread * normal_quantile((draw.getrandbits(32) + 0.5) / 2**32))
    for _ in range(count):
        rush = draw.random() < RUSH
        rows.append((rush, around(20 if rush else 14, 0.6 if rush else 0.25), around(14 if rush else 12, 0.45 if rush else 0.25)))
    return rows


def quantile(values, share):
    """The value below or at which at least `share` of the sample lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def profit(quote, minutes, lost, margin, late):
    """Dollars per 100 visitors: fewer order the longer the quote, and each late minute costs."""
    each = fsum(margin - late * max(0.0, m - quote) for m in minutes) / len(minutes)
    return 100 * VISIT_TO_ORDER * exp(-lost * quote) * each


def rules(past, lost, margin, late):
    """{rule: (quote in calm hours, quote in the rush)} in minutes, from the same history."""
    parts = [[row for row in past if row[0] == rush] for rush in (False, True)]
    total = [[k + r for _, k, r in part] for part in parts]
    means = [fsum(values) / len(values) for values in total]
    buffer = quantile([k + r - means[rush] for rush, k, r in past], 0.9)
    return {
        "mean": means,
        "mean+buffer": [mean + buffer for mean in means],
        "90% + 90%": [quantile([k for _, k, _ in part], 0.9) + quantile([r for _, _, r in part], 0.9) for part in parts],
        "90% by hour": [quantile(values, 0.9) for values in total],
        "most profit": [max(range(10, 90), key=lambda q: profit(q, values, lost, margin, late)) for values in total],
    }


def outcome(quotes, test, lost, margin, late):
    """(late in calm hours, late in the rush, late of all visits, dollars per 100 visitors)."""
    total = [[k + r for rush, k, r in test if rush == hour] for hour in (False, True)]
    tardy = [sum(m > quote for m in values) for quote, values in zip(quotes, total)]
    earned = fsum(len(values) * profit(quote, values, lost, margin, late) for quote, values in zip(quotes, total))
    return *(t / len(v) for t, v in zip(tardy, total)), sum(tardy) / len(test), earned / len(test)


def main() -> None:
    lost = 0.02  # @param {type:"slider", min:0, max:0.06, step:0.005, unit:"of orders lost per quoted minute"}
    margin = 8.0  # @param {type:"slider", min:2, max:20, step:1, unit:"dollars an order"}
    late = 0.5  # @param {type:"slider", min:0.1, max:3, step:0.1, unit:"dollars a late minute"}
    seed = 1  # @param {type:"number", min:1, max:1000}
    past, test = visits(seed), visits(seed + 1_000)
    print("           quote      late, %   $/100")
    print("           calm rush calm rush all visit")
    for name, quotes in rules(past, lost, margin, late).items():
        calm, rush, both, dollars = outcome(quotes, test, lost, margin, late)
        print(f"{name:11}{quotes[0]:4.0f}{quotes[1]:5.0f}{100 * calm:5.0f}{100 * rush:5.0f}{100 * both:4.0f}{dollars:6.1f}")
    print(f"\nrule of thumb: accept {min(1.0, lost * margin / late):.0%} late")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
