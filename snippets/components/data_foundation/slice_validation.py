"""Can a batch pass its validation while one slice of it is wrong?

Yes, and a cleaning step helps it to. From day 7 on one app release logs watch time in the wrong unit. Capping watch
time at the video's length, to protect the model, turns the absurd into the merely enthusiastic before anybody checks.
Counting what the cap repaired finds it; a unit that errs downward never touches the cap, and only slices see it.
Chapter: components/data-foundation. Source: Breck et al., Data Validation for Machine Learning, SysML 2019.
"""
from collections import defaultdict
from collections.abc import Callable, Hashable
from math import fsum, sqrt
from typing import NamedTuple

from snippets.world import DAY_S, World, catalog, events, popularity_policy, profile_at, simulate, users

FIRST_BAD_DAY, DAYS = 7, 14
UNITS = {"milliseconds": 1000.0, "minutes": 1 / 60}  # what a value in seconds is multiplied by


class Watch(NamedTuple):
    """One watch message: which batch it came in, from whom, and the share of the video watched, as logged."""

    day: int
    happened: float  # seconds
    device: str
    region: str
    completion: float  # 1 is the whole video


def watches(seed: int, people: int = 900) -> list[Watch]:
    """Two weeks of watch messages without retries and without a bug."""
    world = World(seed=seed, users=people, days=DAYS, slate=5, return_effect=0.0)
    crowd, items = users(world), catalog(world)
    clicked = [row for row in simulate(world, popularity_policy(world, 0.3)) if row.clicked]
    return [
        Watch(int(e.available_time // DAY_S), e.event_time, e.device, profile_at(crowd[e.user], e.event_time).region,
              e.value / items[e.item].duration)
        for e in events(world, clicked) if e.kind == "watch" and e.attempt == 1
    ]  # fmt: skip


def with_bug(rows: list[Watch], unit: str) -> list[Watch]:
    """The same, if slow phones in Asia got the release that logs this unit on the first bad day."""
    bad = lambda w: w.device == "slow phone" and w.region == "Asia" and w.happened >= FIRST_BAD_DAY * DAY_S
    return [w._replace(completion=w.completion * UNITS[unit]) if bad(w) else w for w in rows]


# --8<-- [start:validate]
def capped(rows: list[Watch]) -> list[Watch]:
    """The cleaning step: nobody watches more than the whole video."""
    return [w._replace(completion=min(w.completion, 1.0)) for w in rows]


def mean_completion(rows: list[Watch]) -> float:
    """Mean share of the video watched; a half for a slice that is empty."""
    return fsum(w.completion for w in rows) / len(rows) if rows else 0.5


def share_repaired(rows: list[Watch]) -> float:
    """Share of rows that the cap would change."""
    return sum(w.completion > 1 for w in rows) / len(rows) if rows else 0.0


def alarms(
    rows: list[Watch], statistic: Callable[[list[Watch]], float], by: Callable[[Watch], Hashable], deviations: float
) -> list[tuple[int, Hashable]]:
    """(day, slice) in the second week where a daily statistic leaves the first week's mean +- so many deviations."""
    slices = defaultdict(lambda: [[] for _ in range(DAYS + 1)])
    for row in rows:
        slices[by(row)][row.day].append(row)
    found = []
    for name, days in slices.items():
        daily = [statistic(day) for day in days[:DAYS]]
        usual = fsum(daily[:7]) / 7
        spread = sqrt(fsum((x - usual) ** 2 for x in daily[:7]) / 6)
        found += [(day, name) for day in range(7, DAYS) if abs(daily[day] - usual) > deviations * spread]
    return sorted(found)


CHECKS = {
    "mean, after the cap": (capped, mean_completion, lambda w: "all"),
    "rows the cap repairs": (list, share_repaired, lambda w: "all"),
    "mean of 9 slices, after": (capped, mean_completion, lambda w: f"{w.device} in {w.region}"),
}


def main() -> None:
    deviations = 3.0  # @param {type:"slider", min:1.5, max:6, step:0.5, unit:"standard deviations"}
    seed = 9  # @param {type:"number", min:1, max:1000}
    healthy = watches(seed)
    print("                         first alarm       false\ncheck                     ms   minutes    alarms")
    for name, (clean, statistic, by) in CHECKS.items():
        days = []
        for unit in UNITS:
            found = alarms(clean(with_bug(healthy, unit)), statistic, by, deviations)
            days.append(next((f"day {day}" for day, who in found if who in ("all", "slow phone in Asia")), "never"))
        false = len(alarms(clean(healthy), statistic, by, deviations))
        print(f"{name:24}{days[0]:>7}{days[1]:>8}{false:8}")
    print(f"\nthe bug starts on day {FIRST_BAD_DAY}; the last column is\nthe same week without it")
# --8<-- [end:validate]


if __name__ == "__main__":
    main()
