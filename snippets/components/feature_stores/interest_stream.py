"""How do clicks and searches become a counter that a model may read, and from when on?

The chapter's data: an endless feed of the shared world that asks for the next video every two minutes, and a
stream job that counts each person's acts per topic in tumbling windows. Late events make it publish a window
again; retries of one event carry one id. A library for the cells; it prints nothing.
Source: Akidau et al., The Dataflow Model, VLDB 2015 (event time, processing time, refinement of a window).
"""
from collections import defaultdict
from collections.abc import Iterable
from math import floor
from typing import NamedTuple

from snippets.components.feature_stores.point_in_time_join import Version
from snippets.world import Impression, World, catalog, events, random_policy, simulate

EVERY_S = 120.0  # seconds between two requests of the feed


class Act(NamedTuple):
    """One click or search as the stream delivers it; a retry repeats the id."""

    id: str
    key: tuple[int, int]  # user, topic
    event_time: float  # seconds
    available_time: float  # seconds


def endless_feed(world: World) -> list[Impression]:
    """The world's log under random slates (no taste of ours in it), one item every `EVERY_S` seconds."""
    return [row._replace(time=row.time + EVERY_S * (row.position - 1)) for row in simulate(world, random_policy(world))]


def request_keys(world: World, feed: Iterable[Impression]) -> list[tuple[tuple[int, int], float]]:
    """What the ranker asks of the store for each row: ((user, topic of the item), time)."""
    items = catalog(world)
    return [((row.user, items[row.item].topic), row.time) for row in feed]


def acts(world: World, feed: Iterable[Impression]) -> list[Act]:
    """Clicks and searches with the times, delays and retries of the world's event log, in order of availability."""
    feed, items, batch = list(feed), catalog(world), world.batch_minutes * 60
    found = [
        Act(event.id, (event.user, items[event.item].topic), event.event_time, event.available_time)
        for event in events(world, [row for row in feed if row.clicked])
        if event.kind == "click"
    ]
    for row in feed:
        if row.query is not None and row.position == 1:  # the search opened the session
            ready = (floor(row.time / batch) + 1) * batch if batch else row.time
            found.append(Act(f"{row.user}-{row.session}-search", (row.user, row.query), row.time, ready))
    return sorted(found, key=lambda act: (act.available_time, act.id))


def windowed_counts(
    stream: Iterable[Act], width_s: float, *, stamp: str = "window start", dedup: bool = True
) -> dict[tuple[int, int], list[Version]]:
    """Counts per key and tumbling window, published when the window has closed and again when a late act comes.

    `stamp` says which moment the stored row claims to be about: "window start" or "window end".
    Without `dedup` a retried act counts again, as at-least-once delivery does.
    """
    windows, seen = defaultdict(list), set()
    for act in sorted(stream, key=lambda act: act.available_time):
        if not (dedup and act.id in seen):
            seen.add(act.id)
            windows[act.key, floor(act.event_time / width_s)].append(act.available_time)
    history = defaultdict(list)
    for (key, n), times in windows.items():
        about, closed = (n if stamp == "window start" else n + 1) * width_s, (n + 1) * width_s
        for count, time in enumerate(times, start=1):
            history[key].append(Version(about, max(time, closed), float(count)))
    return dict(history)
