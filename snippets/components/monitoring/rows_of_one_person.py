"""The threshold knows bins and rows now, and promises one false alarm in a hundred. Does it keep the promise?

Not if rows come from people. Two healthy weeks of one product: a person's rows share device, age and wishes, so a
thousand rows hold the information of a few dozen, and the formula, like the p-values of chi-square and
Kolmogorov-Smirnov, fires nearly always. Swapping whole persons between the weeks gives the level that chance reaches.
What ages by itself, such as an item's age, fires even then: it did change. Chapter: components/monitoring.
"""
from collections.abc import Hashable, Mapping, Sequence
from random import Random

from snippets.components.monitoring.stability_index import histogram, psi, psi_threshold, quantile_edges
from snippets.world import AGE_BANDS, DAY_S, DEVICES, World, catalog, random_policy, simulate, users

Weeks = tuple[list[int], list[int]]  # one person's bin counts, before and after


def two_weeks(seed, people=200, **change):
    """{column: [(person, week, value)]} of two weeks in which nothing drifts, or what `change` makes drift on day 7."""
    world = World(seed=seed, users=people, items=300, days=14, slate=5, newcomer_share=0.0, return_effect=0.0,
                  drift_day=7.0, **change)  # fmt: skip
    items, crowd = catalog(world), users(world)
    columns = {
        "item's price": lambda row: items[row.item].price,
        "device": lambda row: DEVICES.index(row.device),
        "age band": lambda row: AGE_BANDS.index(crowd[row.user].age_band),
        "searched topic": lambda row: -1 if row.query is None else row.query,
        "item's age": lambda row: (row.time - items[row.item].published) / DAY_S,
    }
    log = simulate(world, random_policy(world))
    return {name: [(row.user, row.day // 7, value(row)) for row in log] for name, value in columns.items()}


# --8<-- [start:swap]
def counts_by_unit(rows, bins: int = 10) -> dict[Hashable, Weeks]:
    """{person: bin counts of either week}; columns of few values have a bin for each."""
    values, before = sorted({value for _, _, value in rows}), [value for _, week, value in rows if week == 0]
    edges = quantile_edges(before, bins) if len(values) > bins else values[1:]
    mine: dict[Hashable, tuple[list, list]] = {}
    for unit, week, value in rows:
        mine.setdefault(unit, ([], []))[week].append(value)
    return {unit: (histogram(first, edges), histogram(second, edges)) for unit, (first, second) in mine.items()}


def total(counts: Sequence[Sequence[int]]) -> list[int]:
    """Sum by bin."""
    return [sum(column) for column in zip(*counts)]


def swap_threshold(units: Mapping[Hashable, Weeks], swaps: int = 99, seed: int = 1) -> float:
    """The highest PSI of so many random swaps of whole persons between the weeks: 99 make a test at 1%."""
    rng, found = Random(seed), []
    everybody = total([a + b for a, b in units.values()])
    half = len(everybody) // 2
    both = [x + y for x, y in zip(everybody[:half], everybody[half:])]
    for _ in range(swaps):
        first = total([pair[rng.random() < 0.5] for pair in units.values()])
        found.append(psi(first, [x - y for x, y in zip(both, first)]))
    return max(found)


def main() -> None:
    seed = 1  # @param {type:"number", min:1, max:1000}
    print("two healthy weeks      1% level, if units are\n                    PSI       rows     persons")
    fired = [0, 0]
    for name, rows in two_weeks(seed).items():
        units = counts_by_unit(rows)
        first, second = (total(week) for week in zip(*units.values()))
        found, n = psi(first, second), sum(first)
        levels = psi_threshold(len(first), n, sum(second)), swap_threshold(units)
        fired = [count + (found > level) for count, level in zip(fired, levels)]
        print(f"{name:15}{found:8.4f}", *(f"{x:8.4f} {'!' if found > x else ' '}" for x in levels))
    print(f"alarms (!) by rows: {fired[0]} of 5, by persons: {fired[1]} of 5")
    print(f"{n:,} rows in the first week, {len(units)} persons")
# --8<-- [end:swap]


if __name__ == "__main__":
    main()
