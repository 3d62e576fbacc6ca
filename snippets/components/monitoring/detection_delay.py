"""How long does the drift that hurts stay unseen, at the same number of false alarms?

Eight topics, one click rate a day each. On day 56 taste turns, at once or over four weeks. A limit on single days, two
days in a row and CUSUM (which adds up what is left of small deviations) get limits with equal false alarms: CUSUM finds
most. Compare with "the last two weeks" instead of a frozen month, and the reference learns the drift before the alarm
does; compare with the total, and a season stays quiet. Chapter: components/monitoring. Source: Page, Continuous Inspection Schemes, 1954.
"""
from collections.abc import Callable, Sequence
from math import sqrt
from statistics import median

from snippets.components.monitoring.topic_streams import HEALTHY, LEARN, Daily, streams


def deviations(days: Daily, reference: Callable[[int], Sequence[tuple[int, int]]]) -> list[float]:
    """How many standard errors each day's click rate lies from that of the days in `reference(day)`."""
    found = []
    for day, (n, clicks) in enumerate(days):
        usual = reference(day)
        seen = sum(shown for shown, _ in usual)
        rate = sum(clicked for _, clicked in usual) / max(1, seen)
        error = sqrt(max(1e-9, n * rate * (1 - rate) * (1 + n / max(1, seen))))
        found.append((clicks - n * rate) / error)
    return found


def one_day(zs: Sequence[float], limit: float) -> int | None:
    """First day beyond the limit, either way."""
    return next((day for day, z in enumerate(zs) if abs(z) > limit), None)


def two_days(zs: Sequence[float], limit: float) -> int | None:
    """First day that is beyond the limit on the same side as the day before."""
    return next((day for day, (y, z) in enumerate(zip(zs, zs[1:]), 1) if min(y, z) > limit or max(y, z) < -limit), None)


def alarms(zs: Sequence[float], rule: Callable, limit: float) -> int:
    """Alarms in a stretch of days, the rule starting afresh after each."""
    count, start = 0, 0
    while (day := rule(zs[start:], limit)) is not None:
        count, start = count + 1, start + day + 1
    return count


# --8<-- [start:rules]
def cusum(zs: Sequence[float], limit: float, slack: float = 0.5) -> int | None:
    """First day on which the sum of what exceeds the slack, never below 0, passes the limit, either way."""
    up = down = 0.0
    for day, z in enumerate(zs):
        up, down = max(0.0, up + z - slack), max(0.0, down - z - slack)
        if max(up, down) > limit:
            return day
    return None


RULES = {  # name: (rule, limit, what a day is compared with); limits for about one false alarm in 100 topic-days
    "one day": (one_day, 3.0, "first month"),
    "two days": (two_days, 1.5, "first month"),
    "CUSUM": (cusum, 4.0, "first month"),
    "CUSUM, last 14": (cusum, 3.5, "last 14 days"),
    "CUSUM, to total": (cusum, 3.5, "total"),
}


def against_total(topics: list[Daily]) -> list[Daily]:
    """Impressions scaled by how far that day's click rate of all topics lies from the first month's."""
    total = [(sum(n for n, _ in day), sum(clicks for _, clicks in day)) for day in zip(*topics)]
    usual = sum(clicks for _, clicks in total[:LEARN]) / sum(n for n, _ in total[:LEARN])
    lift = [clicks / max(1, n) / usual for n, clicks in total]
    return [[(n * factor, clicks) for (n, clicks), factor in zip(days, lift)] for days in topics]


def standardized(topics: list[Daily], compared_with: str) -> list[list[float]]:
    """Deviations of each topic from a frozen first month, from a window that moves along, or relative to the total."""
    if compared_with == "last 14 days":
        return [deviations(days, lambda day: days[max(0, day - 14):day]) for days in topics]
    topics = against_total(topics) if compared_with == "total" else topics
    return [deviations(days, lambda day: days[:LEARN]) for days in topics]


def rung(topics: list[Daily], name: str) -> int:
    """Topics that set the rule off after the healthy weeks."""
    rule, limit, compared_with = RULES[name]
    return sum(rule(z[LEARN + HEALTHY:], limit) is not None for z in standardized(topics, compared_with))


def judge(drifting: list[Daily], seasonal: list[Daily], name: str) -> tuple[int, list[int], int]:
    """(false alarms in healthy weeks, days until each drift that was found, topics that a season sets off)."""
    rule, limit, compared_with = RULES[name]
    start = LEARN + HEALTHY
    zs = standardized(drifting, compared_with)
    false = sum(alarms(z[LEARN:start], rule, limit) for z in zs)
    delays = [day + 1 for z in zs if (day := rule(z[start:], limit)) is not None]
    return false, delays, rung(seasonal, name)


def main() -> None:
    turn = 1.2  # @param {type:"slider", min:0.3, max:2, step:0.1, unit:"log-odds between topics"}
    season = 0.5  # @param {type:"slider", min:0, max:1, step:0.1, unit:"log-odds for all topics"}
    ramp = 0.0  # @param {type:"slider", min:0, max:35, step:7, unit:"days until the change is complete"}
    changes = {"concept_drift": turn}, {"label_drift": season}, {}
    worlds = [[streams(seed, drift_ramp_days=ramp, **change) for change in changes] for seed in range(3, 5)]
    topics = sum(len(drifting) for drifting, _, _ in worlds)
    print("              taste turns        season chance\nrule           found days  false   fires  fires")
    for name in RULES:
        false, delays, fired = zip(*(judge(drifting, seasonal, name) for drifting, seasonal, _ in worlds))
        found = [day for days in delays for day in days]
        days = f"{median(found):.0f}" if found else "-"
        chance = sum(rung(quiet, name) for _, _, quiet in worlds)
        print(f"{name:15}{len(found):2}/{topics}{days:>5}{sum(false):7}{sum(fired):5}/{topics}{chance:4}/{topics}")
    print(f"false: alarms in {topics} topics x {HEALTHY} healthy days")
# --8<-- [end:rules]


if __name__ == "__main__":
    main()
