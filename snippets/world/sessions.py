"""When do people come, and what do they want right now?

Visits follow the hour, the weekday, the person's activity and how pleased the last visits left them. What a session
wants (`intent`) is often not what the person likes in the long run, and a search says it aloud.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from snippets.world.config import DAY_S, HOUR, REGIONS, World
from snippets.world.drift import moved_intent
from snippets.world.exact import exp
from snippets.world.randomness import DAY, SESSION, block, happens, pick, poisson, unit
from snippets.world.users import MOST_A_DAY, User, profile_at, users

VISITS = 0
HOUR_OF_DAY, SECOND, HAS_INTENT, INTENT, SEARCHES, MOOD, DRIFTS = range(7)
HOURLY = tuple(accumulate((2, 1, 1, 1, 1, 2, 4, 6, 6, 5, 5, 6, 8, 7, 6, 6, 7, 9, 11, 13, 14, 13, 9, 5)))  # local time
WEEKLY = (0.9, 0.9, 0.9, 0.95, 1.05, 1.2, 1.1)  # Monday first
UTC_OFFSET = dict(zip(REGIONS, (-5, 1, 8)))  # hours; one for each region, no summer time


@dataclass(frozen=True, slots=True)
class Context:
    """What is known when a session opens, and two causes that no log has: `intent` without a search, and `mood`."""

    user: User
    session: int  # unique for the user: 8 * day + number of the visit
    day: int
    time: float  # seconds
    region: str
    device: str
    plan: str
    query: int | None  # the topic searched for
    intent: int | None  # hidden: the topic wanted now
    mood: int  # hidden: +1 or -1; acts only if `world.hidden_cause` is on


def visits(world: World, user: User, day: int, pleased: float = 1.0) -> Iterator[Context]:
    """The sessions of one user on one day, in the order of their numbers; `pleased` multiplies the rate."""
    if user.joined >= (day + 1) * DAY_S:
        return
    mean = user.activity * WEEKLY[day % 7] * pleased
    count = poisson(block(world.seed, DAY, user.id, day)[VISITS], exp(-mean), mean, MOST_A_DAY)
    for number in range(count):
        context = open_session(world, user, day, MOST_A_DAY * day + number)
        if context.time >= user.joined:
            yield context


def open_session(world: World, user: User, day: int, session: int) -> Context:
    """The session's time, profile and intent."""
    chance = block(world.seed, SESSION, user.id, session)
    local = bisect_right(HOURLY, pick(chance[HOUR_OF_DAY], HOURLY[-1]))
    offset = UTC_OFFSET[profile_at(user, day * DAY_S).region]
    time = day * DAY_S + (local - offset) % 24 * HOUR + HOUR * unit(chance[SECOND])
    now = profile_at(user, time)
    intent = pick(chance[INTENT], world.topics) if happens(chance[HAS_INTENT], world.intent_share) else None
    intent = moved_intent(world, time, intent, unit(chance[DRIFTS]))
    searching = world.search_share / max(world.search_share, world.intent_share, 1e-9)
    searches = intent is not None and happens(chance[SEARCHES], searching)
    return Context(
        user=user,
        session=session,
        day=day,
        time=time,
        region=now.region,
        device=now.device,
        plan=now.plan,
        query=intent if searches else None,
        intent=intent,
        mood=1 if happens(chance[MOOD], 0.5) else -1,
    )


def sessions(world: World, days: range | None = None) -> list[Context]:
    """All sessions in order of time, as if nobody were ever pleased or displeased: the same for every policy."""
    met = [c for day in days or range(world.days) for user in users(world) for c in visits(world, user, day)]
    return sorted(met, key=moment)


def moment(context: Context) -> tuple[float, int, int]:
    """Sort key: time, then user and session, so that ties have one order."""
    return context.time, context.user.id, context.session
