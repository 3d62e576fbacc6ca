"""Two interviewers agree more than they did last year. Do they rate more alike, or do fewer pass?

Agreement on yes and no rises when nearly everybody hears no, though the ratings correlate as before.
Ask what the second would say of those whom the first lets through.
Chapter: framework/interviewing-others. Kappa: Cohen, 1960; its paradox: Feinstein and Cicchetti, 1990.
"""
import math
from statistics import NormalDist

NORMAL = NormalDist()

# --8<-- [start:base_rate]
reliability = 0.44  # @param {type:"slider", min:0, max:0.95, step:0.01, unit:"correlation of two interviewers"}


def both_yes(passing, reliability, steps=4000):
    """Share of candidates whom both pass; each passes `passing`, ratings are jointly normal."""
    bar, rest = NORMAL.inv_cdf(1 - passing), math.sqrt(1 - reliability**2)
    mine = (NORMAL.inv_cdf(1 - (i + 0.5) / steps * passing) for i in range(steps))
    return math.fsum(NORMAL.cdf((reliability * x - bar) / rest) for x in mine) / steps * passing


def agreement(passing, yes):
    """Share of candidates on whom both say the same: two yes, or two no."""
    return 1 - 2 * (passing - yes)


def kappa(agreed, by_luck):
    """Agreement beyond luck: 0 as two who draw lots at their own rates, 1 always the same."""
    return (agreed - by_luck) / (1 - by_luck)
# --8<-- [end:base_rate]


def main():
    print(f"ratings correlate {reliability:.2f} throughout")
    print(" pass   agree  by luck   kappa  second yes")
    for passing in (0.5, 0.3, 0.2, 0.1, 0.05):
        yes = both_yes(passing, reliability)
        agreed, luck = agreement(passing, yes), passing**2 + (1 - passing) ** 2
        print(f" {passing:4.0%} {agreed:7.0%} {luck:7.0%} {kappa(agreed, luck):9.2f} {yes / passing:9.0%}")
    agreed = agreement(0.3, both_yes(0.3, reliability))
    low, high = 0.0, 0.999
    for _ in range(40):  # the correlation that would raise agreement as much, at 30%
        middle = (low + high) / 2
        enough = agreement(0.3, both_yes(0.3, middle, 400)) > agreement(0.1, both_yes(0.1, reliability))
        low, high = (low, middle) if enough else (middle, high)
    print("to agree as often as at 10%, at 30% they")
    print(f"  would need a correlation of {low:.2f}")


if __name__ == "__main__":
    main()
