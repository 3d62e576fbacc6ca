"""What does a churn table look like, and why do two of its rows know each other's answer?

One row per user and day: how often the person came lately, and whether the next week passes without a visit.
Rows of the same person on neighboring days share most of that week, so their labels are nearly the same label.
The shared world supplies the visits. A library for the cells; it prints nothing.
"""
from bisect import bisect_left
from collections import defaultdict
from math import log1p
from typing import NamedTuple

from snippets.world import DAY_S, World, sessions, users

HORIZON = 7  # days that the label looks ahead
WARM_UP = 7  # days of visits before the first snapshot


class Snapshot(NamedTuple):
    """One user on the morning of one day. The label is known `HORIZON` days later."""

    day: int
    user: int
    features: tuple[float, ...]  # log of days since the last visit; visits in 7 and 14 days; when joined, in months
    churned: int  # 1 if no visit comes in the next HORIZON days


def snapshots(world: World, warm_up: int = WARM_UP) -> list[Snapshot]:
    """All users who have visited before, on every morning from day `warm_up` whose label the world's days can close."""
    visits = defaultdict(list)
    for session in sessions(world):
        visits[session.user.id].append(session.time)
    found = []
    for day in range(warm_up, world.days - HORIZON + 1):
        morning = day * DAY_S
        for user in users(world):
            times = visits.get(user.id, [])
            past = bisect_left(times, morning)
            if past:
                recent = [float(past - bisect_left(times, morning - days * DAY_S)) for days in (7, 14)]
                since = log1p((morning - times[past - 1]) / DAY_S)
                ends = bisect_left(times, morning + HORIZON * DAY_S)
                found.append(Snapshot(day, user.id, (since, *recent, user.joined / DAY_S / 30), int(ends == past)))
    return found
