"""How many alarms a day does a monitoring plan raise when all is well, and what does a quiet pager cost?

Features times statistics times slices times runs: checks multiply, and each brings its share of false alarms. The
limit that keeps two false pages a week is not much higher than the one that rings all day, because tails are thin;
so strictness costs little sensitivity, if the noise is what you believe. Chapter: components/monitoring.
"""
from math import erfc, sqrt

from snippets.world import normal_quantile

# --8<-- [start:budget]
features = 200  # @param {type:"slider", min:10, max:2000, step:10, scale:"log", unit:"columns"}
statistics = 3  # @param {type:"slider", min:1, max:10, step:1, unit:"checks on each"}
slices = 10  # @param {type:"slider", min:1, max:200, step:1, scale:"log", unit:"slices"}
runs = 1  # @param {type:"slider", min:1, max:24, step:1, unit:"runs a day"}
pages = 2.0  # @param {type:"slider", min:0.5, max:20, step:0.5, unit:"false alarms a week that people bear"}
incidents = 1.0  # @param {type:"slider", min:0.1, max:10, step:0.1, unit:"real ones a week"}
slice_rows = 20_000  # @param {type:"slider", min:1000, max:1000000, step:1000, scale:"log", unit:"rows a slice and run"}
base_rate = 0.05  # @param {type:"slider", min:0.01, max:0.5, step:0.01, unit:"positives"}


def two_sided(limit: float) -> float:
    """Chance that a standard normal lies beyond +- limit."""
    return erfc(limit / sqrt(2))


def limit_for(chance: float) -> float:
    """The limit in standard errors that chance alone passes this often, either way."""
    return normal_quantile(1 - chance / 2)


def precision(real: float, false: float, found: float = 0.9) -> float:
    """Share of alarms that mean something, if `found` of the real incidents raise one."""
    return real * found / (real * found + false)


def visible_change(rows: float, rate: float, limit: float, found: float = 0.9) -> float:
    """Relative change of a rate that passes the limit with probability `found`, at so many independent rows."""
    return (limit + normal_quantile(found)) * sqrt((1 - rate) / (rate * rows))


def main() -> None:
    checks = features * statistics * slices * runs
    print(f"{checks:,} checks a day\n\nplan         limit  false  precise  sees")
    budget = pages / 7 / checks
    plans = [("1% each", 1, 0.01), ("3 sigma", 1, two_sided(3)), ("budget", 1, budget),
             ("10 x checks", 10, budget / 10), ("100 x", 100, budget / 100)]  # fmt: skip
    for name, times, chance in plans:
        limit, false = limit_for(chance), times * checks * chance
        print(f"{name:12}{limit:6.1f}{false:7.1f}{precision(incidents / 7, false):8.1%}"
              f"{visible_change(slice_rows, base_rate, limit):7.1%}")
    noisy = checks * two_sided(limit_for(budget) / 1.5)
    print("limit: in standard errors; false: a day;\nprecise: share of alarms that are real;\nsees: smallest change found 9 in 10 times")
    print(f"\nbudget, but noise 1.5 times as believed:\n{noisy:.1f} false alarms a day")
    few = slices * runs
    limit = limit_for(pages / 7 / few)
    print(f"outcome only, {few} checks: {limit:.1f}, sees {visible_change(slice_rows, base_rate, limit):.1%}")
# --8<-- [end:budget]


if __name__ == "__main__":
    main()
