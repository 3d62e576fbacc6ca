"""Blocked fraud never gets a label. What does a model do that retrains each week on what was let in?

It forgets: what it blocks leaves the window, looks harmless, is let in, and costs a wave before it is learned again.
To call all that was blocked fraud never forgets, and never forgives: the gang leaves, the customers stay refused. A few
blocked payments let in by lot, each weighted by one over its chance, cure both. Cells (card country by shop, say) that
gangs enter and leave; chargebacks ripen late. Source of the lot: Manapat, Counterfactual evaluation, QCon.ai 2018.
"""
from collections.abc import Sequence
from math import fsum
from random import Random
from typing import NamedTuple

from snippets.world import log

CELLS, WEEKS, PAYMENTS, STAY = 30, 46, 500, 26  # payments a cell and week; weeks that a gang stays
BASE, ATTACK, STOP = 0.004, 0.25, 0.09  # share of fraud without and with a gang; above STOP blocking is cheaper
RIPE, WINDOW, PRIOR = 4, 8, 100  # weeks until chargebacks are in; weeks trained on; payments that a cell starts from
FRAUD, REFUSED = 100, 10  # dollars lost by a fraud let in, by a good customer refused
HOW = ("never blocked", "blocked dropped", "blocked = fraud", "a few let in")


class CellWeek(NamedTuple):
    """One week of one cell: payments let in, frauds among them, payments blocked, how many each one let in stands for."""

    allowed: int
    frauds: float
    blocked: int
    weight: float


class Bill(NamedTuple):
    """From week 16 on: frauds let in, good customers refused, and dollars for both."""

    frauds: int
    refused: int
    dollars: int


def gangs_by_week(seed: int) -> list[set[int]]:
    """Cells with a gang, week by week: each quiet cell is found with 1% a week."""
    draw, left, weeks = Random(seed), [0] * CELLS, []
    for _ in range(WEEKS):
        left = [weeks_left - 1 if weeks_left else STAY * (draw.random() < 0.01) for weeks_left in left]
        weeks.append({cell for cell, weeks_left in enumerate(left) if weeks_left})
    return weeks


def successes(draw: Random, trials: int, chance: float) -> int:
    """How many of the trials succeed; it jumps from success to success."""
    count, at = 0, -1
    while (at := at + 1 + int(log(1 - draw.random()) / log(1 - chance))) < trials:
        count += 1
    return count


# --8<-- [start:loop]
def fraud_rate(rows: Sequence[CellWeek], blocked_is_fraud: bool = False) -> float:
    """Share of fraud in a cell by the ripe weeks of the window, pulled to the base rate where rows are few."""
    blocked = sum(row.blocked for row in rows) if blocked_is_fraud else 0
    frauds = fsum(row.frauds * row.weight for row in rows) + blocked
    seen = fsum(row.allowed * row.weight for row in rows) + blocked
    return (frauds + PRIOR * BASE) / (seen + PRIOR)


def is_shut(history: Sequence[CellWeek], how: str) -> bool:
    """What tonight's model, trained on the ripe weeks, decides about a cell."""
    ripe = history[max(0, len(history) - RIPE - WINDOW):max(0, len(history) - RIPE)]
    return how != "never blocked" and fraud_rate(ripe, how == "blocked = fraud") > STOP


def week_of(rate: float, shut: bool, how: str, share: float, draw: Random | None = None) -> CellWeek:
    """A week's log; frauds are drawn, or the expected number if there is nothing to draw with."""
    keep = 1.0 if not shut else share if how == "a few let in" else 0.0
    allowed = round(PAYMENTS * keep)
    frauds = successes(draw, allowed, rate) if draw else allowed * rate
    return CellWeek(allowed, frauds, PAYMENTS - allowed, 1 / keep if keep else 0.0)


def one_cell(how: str, share: float = 0.05, gang: range = range(4, 28), weeks: int = 40) -> str:
    """A cell with one gang, without chance: o let in, # shut."""
    history, states = [], ""
    for week in range(weeks):
        shut = is_shut(history, how)
        states += "#" if shut else "o"
        history.append(week_of(ATTACK if week in gang else BASE, shut, how, share))
    return states


def bill(seed: int, how: str, share: float = 0.05, every: int = 1) -> Bill:
    """Thirty cells, gangs that come and go; the model is retrained every so many weeks."""
    draw, logs, shut = Random(seed + 1000), [[] for _ in range(CELLS)], [False] * CELLS
    frauds, refused = 0, 0.0
    for week, gangs in enumerate(gangs_by_week(seed)):
        if week % every == 0:
            shut = [is_shut(history, how) for history in logs]
        for cell, history in enumerate(logs):
            rate = ATTACK if cell in gangs else BASE
            history.append(week_of(rate, shut[cell], how, share, draw))
            if week >= 16:
                frauds += history[-1].frauds
                refused += history[-1].blocked * (1 - rate)
    return Bill(frauds, round(refused), round(FRAUD * frauds + REFUSED * refused))


def main() -> None:
    share = 0.05  # @param {type:"slider", min:0.01, max:0.2, step:0.01, unit:"of the blocked are let in"}
    seed = 7  # @param {type:"number", min:1, max:900}
    gang = range(4, 28)
    print("one cell, 40 weeks: o let in, # shut")
    print("".join("G" if week in gang else "." for week in range(40)))
    for how in HOW[1:]:
        states = one_cell(how, share, gang)
        found = states.index("#")
        print(f"{how}: gang in {states[found:28].count('o') / (28 - found):.0%}, shut after {states[28:].count('#')}")
        print(states)
    print("\nthirty cells     frauds     good    cost")
    print("                 let in  refused  $1,000")
    for how in HOW:
        found = bill(seed, how, share)
        print(f"{how:15}{found.frauds:8,}{found.refused:9,}{found.dollars / 1000:8,.0f}")
    print("\nsaved by training weekly, not every 13 weeks")
    for how in HOW[1:]:
        often, seldom = (bill(seed, how, share, every).dollars for every in (1, 13))
        print(f"  {how:17}{1 - often / seldom:4.0%}")
# --8<-- [end:loop]


if __name__ == "__main__":
    main()
