"""A score and a limit are given. Who gets the action?

Costs give a threshold, a queue gives the best k, a budget gives a price: the most that one unit of gain may cost.
All three are one rule, act while the gain is worth more than what is scarce; they differ in what sets the price.
Sources: Elkan, The Foundations of Cost-Sensitive Learning, IJCAI 2001 (threshold); Dantzig, Discrete-Variable
Extremum Problems, Operations Research 5, 1957 (gain per cost, exact up to the last item).
"""
from collections.abc import Sequence


# --8<-- [start:allocation]
def break_even(gain: float, cost: float) -> float:
    """The probability from which an action pays: it costs `cost` in any case and earns `gain` if the event comes."""
    if gain <= 0 or cost < 0:
        raise ValueError(f"an action needs a gain above 0 and a cost of at least 0, got {gain} and {cost}")
    return cost / gain


def best_k(scores: Sequence[float], k: int) -> list[int]:
    """Places of the k highest scores, best first; of equals, the earlier."""
    return sorted(range(len(scores)), key=lambda i: (-scores[i], i))[:k]


def fill_budget(gains: Sequence[float], costs: Sequence[float], budget: float) -> list[int]:
    """Places bought in order of gain per cost, until one no longer fits. Gains of 0 or less are never bought."""
    bought = []
    for i in sorted((i for i in range(len(gains)) if gains[i] > 0), key=lambda i: (costs[i] / gains[i], i)):
        budget -= costs[i]
        if budget < 0:
            break
        bought.append(i)
    return bought


def price_of_budget(gains: Sequence[float], costs: Sequence[float], budget: float) -> float:
    """The most that one unit of gain costs when the budget is filled so: hold to it and the money lasts; 0 if nothing fits."""
    return max((costs[i] / gains[i] for i in fill_budget(gains, costs, budget)), default=0.0)
# --8<-- [end:allocation]


def main() -> None:
    gains, costs = [10.0, 8.0, 6.0, 1.0], [7.0, 2.0, 4.0, 2.0]
    print(f"acts from a probability of {break_even(12, 1):.3f}")
    print(f"best two by gain:    {best_k(gains, 2)}")
    print(f"a budget of 7 buys:  {fill_budget(gains, costs, 7)}")
    print(f"its price:           {price_of_budget(gains, costs, 7):.2f} per unit of gain")


if __name__ == "__main__":
    main()
