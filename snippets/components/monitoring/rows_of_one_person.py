"""The threshold knows bins and rows now, and promises one false alarm in a hundred. Does it keep the promise?

Not if rows repeat. Two healthy weeks of one product: the five rows of a page share device, age band and search, so a
thousand rows hold the information of two hundred, and the formula, like the p-values of chi-square and
Kolmogorov-Smirnov, fires for such columns. One row a page repairs it here; where persons repeat as well, swapping whole
persons between the weeks gives the level that chance reaches.
What ages by itself, such as an item's age, fires even then: it did change. Chapter: components/monitoring.
"""
from collections.abc import Hashable, Mapping, Sequence
from random import Random

from snippets.components.monitoring.stability_index import histogram, psi, psi_threshold, quantile_edges
from snippets.world import AGE_BANDS, DAY_S, DEVICES, World, catalog, random_policy, simulate, users

Weeks = tuple[list[int], list[int]]  # one person's bin counts, before and after


def two_weeks(seed, people=200, **change):
    """{column: [((person, session), week, value)]} of two weeks in which nothing drifts but what `change` turns on day 7."""
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
    return {name: [((row.user, row.session), row.day // 7, value(row)) for row in log] for name, value in columns.items()}


# --8<-- [start:swap]
def counts_by_unit(rows, bins: int = 10) -> dict[Hashable, Weeks]:
    """{person: bin counts of either week}; columns of few values have a bin for each."""
    values, before = sorted({value for _, _, value in rows}), [value for _, week, value in rows if week == 0]
    edges = quantile_edges(before, bins) if len(values) > bins else values[1:]
    mine: dict[Hashable, tuple[list, list]] = {}
    for (person, _), week, value in rows:
        mine.setdefault(person, ([], []))[week].append(value)
    return {unit: (histogram(first, edges), histogram(second, edges)) for unit, (first, second) in mine.items()}


def one_a_page(rows) -> list:
    """The first row of each page."""
    return list({page: (page, week, value) for page, week, value in reversed(rows)}.values())


def compared(rows) -> tuple[float, float, int]:
    """(PSI of the two weeks, its 1% level for independent rows, rows of the first week)."""
    first, second = (total(week) for week in zip(*counts_by_unit(rows).values()))
    return psi(first, second), psi_threshold(len(first), sum(first), sum(second)), sum(first)


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
    print("two healthy weeks   1% level     one row a page")
    print("                PSI   rows  persons   PSI   rows")
    fired = [0, 0, 0]
    for name, rows in two_weeks(seed).items():
        units = counts_by_unit(rows)
        found, level, n = compared(rows)
        alone, level_alone, pages = compared(one_a_page(rows))
        persons = swap_threshold(units)
        rings = found > level, found > persons, alone > level_alone
        fired = [count + ring for count, ring in zip(fired, rings)]
        a, b, c = ("!" if ring else " " for ring in rings)
        print(f"{name:14}{found:6.3f}{level:6.3f}{a}{persons:6.3f}{b}{alone:8.3f}{level_alone:6.3f}{c}")
    print(f"alarms (!) by rows: {fired[0]} of 5, by persons: {fired[1]} of 5,\nby one row a page: {fired[2]} of 5")
    people = sum(any(first) for first, _ in units.values())
    print(f"first week: {n:,} rows, {pages} pages, {people} persons")
# --8<-- [end:swap]


if __name__ == "__main__":
    main()
