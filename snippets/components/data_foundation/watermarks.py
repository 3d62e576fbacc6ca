"""How long should a window wait for late events, and whose events does it lose?

Delays come in two kinds, seconds of network and hours offline, so waiting ten times longer buys nothing until it
reaches the second kind; what is lost until then is the slow phones'. And the watermark trusts clocks: a phone that
is slow loses its own events, phones that are fast lose everybody's.
Chapter: components/data-foundation. Method: bounded out-of-orderness, as in Flink, the smallest over partitions.
Source: Akidau et al., The Dataflow Model, VLDB 2015.
"""
from collections.abc import Iterable
from math import inf

from snippets.world import DEVICES, HOUR, Event, World, events, popularity_policy, simulate, uniform


# --8<-- [start:watermark]
def in_time(stream: Iterable[Event], wait_s: float, window_s: float = 600.0, partitions: int = 4) -> list[bool]:
    """For each event, in order of arrival: whether its tumbling window was still open.

    Each partition's watermark stands `wait_s` behind the newest event time that it has seen; the job's watermark is
    the smallest of them, and closes every window that ends at or before it.
    """
    newest, kept = [-inf] * partitions, []
    for event in stream:
        window_end = (event.event_time // window_s + 1) * window_s
        kept.append(window_end > min(newest) - wait_s)
        own = event.user % partitions
        newest[own] = max(newest[own], event.event_time)
    return kept


def with_clocks_off(world: World, stream: Iterable[Event], share: float, hours: float) -> list[Event]:
    """The stream if the clocks of this share of the phones were `hours` fast (slow if negative)."""
    off = {user for user in range(world.users) if uniform(world.seed, "wrong clock", user) < share}
    return [
        event._replace(event_time=event.event_time + hours * HOUR)
        if event.user in off and event.device != "desktop" else event
        for event in stream
    ]


def not_after_arrival(stream: Iterable[Event]) -> list[Event]:
    """Event times held to what is possible: nothing happens after it has arrived."""
    return [event._replace(event_time=min(event.event_time, event.arrival_time)) for event in stream]


def completeness(stream: list[Event], kept: list[bool], device: str | None = None) -> float:
    """Share of clicks that were in time, of all or of one device."""
    clicks = [ok for event, ok in zip(stream, kept) if event.kind == "click" and device in (None, event.device)]
    return sum(clicks) / len(clicks)


def a_day_of_messages(seed: int, users: int = 5000) -> tuple[World, list[Event]]:
    """(world, one busy day's messages in order of arrival, without retries)."""
    world = World(seed=seed, users=users, days=1, slate=5)
    return world, [e for e in events(world, simulate(world, popularity_policy(world, 0.3))) if e.attempt == 1]


def main() -> None:
    share = 2  # @param {type:"slider", min:0, max:5, step:0.5, unit:"% of phones with a wrong clock"}
    hours = 8  # @param {type:"slider", min:1, max:24, step:1, unit:"hours off"}
    seed = 17  # @param {type:"number", min:1, max:1000}
    world, sent = a_day_of_messages(seed)
    fast, slow = (with_clocks_off(world, sent, share / 100, sign * hours) for sign in (1, -1))
    print("clicks in time, %      all  slow phones")
    for name, stream, wait in (
        ("wait 1 minute", sent, 60), ("wait 10 minutes", sent, 600), ("wait 1 hour", sent, HOUR),
        ("wait 6 hours", sent, 6 * HOUR), ("10 min, clocks slow", slow, 600),
        ("10 min, clocks fast", fast, 600), ("same, held to arrival", not_after_arrival(fast), 600),
    ):
        kept = in_time(stream, wait)
        print(f"{name:21}{100 * completeness(stream, kept):5.1f}{100 * completeness(stream, kept, DEVICES[2]):11.1f}")
# --8<-- [end:watermark]


if __name__ == "__main__":
    main()
