"""Which forecast should fill the shelf, the one with the smallest error?

Most goods sell nothing on most days. A missed sale costs nine dollars, a leftover one. Mean absolute error asks for
the median, which is often 0; the decision needs the 90% quantile. The forecast with the largest error is the cheapest.
World: independent goods, each with its own rate, busier on weekends; three weeks to learn from, one to sell in.
"""
from random import Random

from snippets.components.metrics.intervals import bootstrap_interval, ratio
from snippets.components.metrics.regression import mae, pinball_loss, rmse
from snippets.world import exp, normal_quantile

LEARN, SELL = 21, 7  # days


def sales(seed, goods=100, level=-1.4):
    """{good: units wanted on each day}; a day's count is Poisson around a rate that itself varies."""
    rng = Random(seed)
    normal = lambda: normal_quantile((rng.getrandbits(32) + 0.5) / 2**32)

    def poisson(mean):
        count, product, floor = 0, rng.random(), exp(-mean)
        while product > floor:
            count, product = count + 1, product * rng.random()
        return count

    rates = [exp(level + normal()) for _ in range(goods)]
    return [[poisson(rate * (1.5 if day % 7 > 4 else 0.8) * exp(0.6 * normal() - 0.18)) for day in range(LEARN + SELL)]
            for rate in rates]


# --8<-- [start:experiment]
def quantile(values, share):
    """The value below or at which at least `share` of the sample lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def forecasts(history, short, over):
    """Four rules that look at the same three weeks."""
    return {
        "always zero": 0.0,
        "median": quantile(history, 0.5),
        "mean": sum(history) / len(history),
        f"quantile {short / (short + over):.0%}": quantile(history, short / (short + over)),
    }


def cost(actual, stocked, short, over):
    """Dollars per product and day: `short` for each sale missed, `over` for each unit left."""
    return (short + over) * pinball_loss(actual, stocked, short / (short + over))


def main() -> None:
    short = 9  # @param {type:"slider", min:1, max:20, step:1, unit:"$ per missed sale"}
    over = 1  # @param {type:"slider", min:1, max:20, step:1, unit:"$ per leftover"}
    seed = 5  # @param {type:"number", min:1, max:1000}
    goods = sales(seed)
    rules = [forecasts(days[:LEARN], short, over) for days in goods]
    wanted = [x for days in goods for x in days[LEARN:]]
    print(f"days without a sale: {wanted.count(0) / len(wanted):.0%}\n")
    print("              MAE RMSE  $/product-day")
    for name in rules[0]:
        stocked = [rule[name] for rule in rules for _ in range(SELL)]
        units = [(cost(days[LEARN:], [rule[name]] * SELL, short, over), 1) for days, rule in zip(goods, rules)]
        low, high = bootstrap_interval(units, ratio, resamples=200)
        print(f"{name:12}{mae(wanted, stocked):5.2f}{rmse(wanted, stocked):5.2f}"
              f"{cost(wanted, stocked, short, over):6.2f} ({low:.2f}-{high:.2f})")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
