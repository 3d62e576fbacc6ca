"""When did it happen, when did we hear of it, and when could a model have used it? Three times, never the same.

`events` turns what happened into what a data platform receives: late, twice, with a wrong clock or unit, or not at
all. Event and processing time after Akidau et al., "The Dataflow Model" (VLDB 2015); the third, availability, is when
the batch that holds the event is published. Retries follow lost acknowledgments, so duplicates cluster on slow phones.
"""

from collections.abc import Iterable, Iterator
from math import floor
from typing import NamedTuple

from snippets.world.catalog import catalog
from snippets.world.config import DAY_S, DEVICES, HOUR, World
from snippets.world.randomness import EVENT, block, exponential, happens, normal, unit
from snippets.world.simulation import Impression
from snippets.world.users import users

KINDS = ("impression", "click", "watch", "survey", "purchase")
NETWORK, OFFLINE, OFFLINE_TIME, FIRST_RETRY = range(4)
SKEW = 15
NETWORK_S = (0.3, 1.5, 8.0)  # mean seconds to the collector, by device
OFFLINE_SHARE = (0.002, 0.02, 0.06)  # events kept on the device until it is connected again
OFFLINE_S = 2 * HOUR  # mean time until then
LOST_ACK = (0.002, 0.02, 0.12)  # acknowledgments lost, after which the device sends again
RETRY_S = 30.0  # first pause; doubled each time
MOST_ATTEMPTS = 4
NIGHTLY_S = 2 * HOUR  # the account table is copied each night at 02:00 UTC


class Event(NamedTuple):
    """One message as it lies in the event table. Retries of a message share its `id`."""

    id: str
    kind: str  # one of KINDS
    user: int
    session: int
    item: int
    position: int
    device: str
    value: float  # seconds for "watch", dollars for "purchase", 0 or 1 for "survey", else 1
    event_time: float  # seconds, by the clock of the device
    arrival_time: float  # seconds, by the clock of the collector
    available_time: float  # seconds; nobody could read the event earlier
    attempt: int  # 1 for the first


class ProfileUpdate(NamedTuple):
    """One row of the history of an account."""

    user: int
    region: str
    device: str
    plan: str
    event_time: float  # true from then on
    available_time: float  # readable from then on: after the nightly copy


def events(world: World, log: Iterable[Impression]) -> list[Event]:
    """What the platform received for this log, in order of arrival."""
    received = [event for row in log for fact in facts(world, row) for event in deliver(world, row, *fact)]
    return sorted(received, key=lambda event: (event.arrival_time, event.id, event.attempt))


def facts(world: World, row: Impression) -> Iterator[tuple[str, float, float]]:
    """(kind, true time, value) of all that followed from one impression."""
    yield "impression", row.time, 1.0
    if row.clicked:
        yield "click", row.time + 1.0 + row.position, 1.0
        yield "watch", row.time + 1.0 + row.position + row.watch_s, row.watch_s
    if row.survey is not None:
        yield "survey", row.time + 31.0 + row.watch_s, float(row.survey)
    if row.bought_at is not None:
        yield "purchase", row.bought_at, catalog(world)[row.item].price


def deliver(world: World, row: Impression, kind: str, time: float, value: float) -> Iterator[Event]:
    """Each arrival of one message: none in an outage, more than one after a lost acknowledgment."""
    device = DEVICES.index(row.device)
    chance = block(world.seed, EVENT, row.user, row.session, row.item * len(KINDS) + KINDS.index(kind))
    arrival = time + NETWORK_S[device] * exponential(chance[NETWORK])
    if happens(chance[OFFLINE], OFFLINE_SHARE[device]):
        arrival += OFFLINE_S * exponential(chance[OFFLINE_TIME])
    if world.unit_bug_day is not None and kind == "watch" and device == 2 and time >= world.unit_bug_day * DAY_S:
        value *= 1000.0
    clock = time + clock_error(world, row.user) if world.clock_skew_s and device else time
    name = f"{row.user}-{row.session}-{row.item}-{kind}"
    for attempt in range(1, MOST_ATTEMPTS + 1):
        if not within(world.outage_hours, arrival):
            yield Event(
                name, kind, row.user, row.session, row.item, row.position, row.device, value,
                clock, arrival, available(world, arrival), attempt,
            )  # fmt: skip
        if not happens(chance[FIRST_RETRY + attempt - 1], LOST_ACK[device]):
            return
        arrival += RETRY_S * 2 ** (attempt - 1)


def clock_error(world: World, user: int) -> float:
    """Seconds by which this user's phone is fast."""
    return world.clock_skew_s * normal(block(world.seed, EVENT, user=user)[SKEW])


def within(hours: tuple[float, float] | None, time: float) -> bool:
    """Whether the time lies in this span of hours."""
    return hours is not None and hours[0] * HOUR <= time < hours[1] * HOUR


def available(world: World, arrival: float) -> float:
    """When the batch with this arrival is published; at once if there are no batches."""
    batch = world.batch_minutes * 60
    published = (floor(arrival / batch) + 1) * batch if batch else arrival
    if within(world.stall_hours, published):
        return world.stall_hours[1] * HOUR + batch
    return published


def profile_updates(world: World) -> list[ProfileUpdate]:
    """The account table's history, in order of availability; rows that are older than day 0 can be read from day 0."""
    rows = [
        ProfileUpdate(user.id, p.region, p.device, p.plan, p.since, nightly(p.since))
        for user in users(world)
        for p in user.history
    ]
    return sorted(rows, key=lambda row: (row.available_time, row.user, row.event_time))


def nightly(time: float) -> float:
    """The first nightly copy after this time, not before day 0."""
    return 0.0 if time < 0 else (floor((time - NIGHTLY_S) / DAY_S) + 1) * DAY_S + NIGHTLY_S
