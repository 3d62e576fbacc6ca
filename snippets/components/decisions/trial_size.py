"""How many customers must the trial hold before it can choose whom to target?

For the average effect, thousands. To tell two targeting rules apart, many times as many: only customers on whom the rules
disagree count, and what is compared is a difference of two differences.
Formula: two proportions, two-sided 5% test, 80% power; Fleiss, Statistical Methods for Rates and Proportions.
"""
from math import ceil

Z = 1.96 + 0.8416  # two-sided 5%, power 80%


# --8<-- [start:size]
def customers_needed(base: float, effect: float) -> int:
    """Customers in both arms of a half-and-half trial that shows `effect` on a rate of `base` (both as shares)."""
    other = base - effect
    return 2 * ceil(Z**2 * (base * (1 - base) + other * (1 - other)) / effect**2)


def customers_to_compare(base: float, effect: float, other_effect: float, share: float, overlap: float) -> int:
    """The same, to tell apart two rules that each pick `share` of all customers and have `overlap` of the picks in common.

    Common picks cancel, so on the others the effects differ by (effect - other_effect) / (1 - overlap). Each side's effect is
    a difference of two arms, hence the factor 8 where a plain trial has 4.
    """
    gap = (effect - other_effect) / (1 - overlap)
    each_side = 8 * Z**2 * base * (1 - base) / gap**2
    return ceil(each_side / (share * (1 - overlap)))


def main() -> None:
    base = 0.10  # @param {type:"slider", min:0.01, max:0.5, step:0.01, unit:"would leave"}
    share = 0.2  # @param {type:"slider", min:0.05, max:0.5, step:0.05, unit:"get an offer"}
    overlap = 0.5  # @param {type:"slider", min:0, max:0.9, step:0.1, unit:"of their picks in common"}
    print("saved of 1,000     customers needed")
    print(f"an offer: 20 or 0?{customers_needed(base, 0.02):17,}")
    for one, other in ((50, 0), (60, 40), (60, 55)):
        print(f"two rules: {one} or {other:2}{customers_to_compare(base, one / 1e3, other / 1e3, share, overlap):17,}")


# --8<-- [end:size]


if __name__ == "__main__":
    main()
