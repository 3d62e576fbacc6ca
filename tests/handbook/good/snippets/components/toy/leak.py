"""How much AUC does a leaked value add?

A little, offline.
"""

import math


# --8<-- [start:auc]
def gain(leaky: float, honest: float) -> float:
    """What the leak adds."""
    return leaky - honest
# --8<-- [end:auc]


def main() -> None:
    rows = 12_345  # @param {type:"slider", min:1, max:20000, step:1, unit:"rows"}
    print(f"rows {rows:,}")
    print(f"leaky 0.90  honest 0.81  gain {gain(math.fsum([0.5, 0.4]), 0.81):.2f}")


if __name__ == "__main__":
    main()
