"""Does a click rate survive retries, since copies hit numerator and denominator alike?

Not after the join. Impressions and clicks are each copied at random; a joined click with m copies meets an impression
with n copies and makes m times n positives, while a negative makes only n. Slow phones retry most, so they look keener.
Deduplicating by (user, item) is worse than doing nothing: most of what it deletes was shown again, for real.
Chapter: components/data-foundation. Method: an idempotency key made once, where the event happens.
"""
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from math import inf

from snippets.world import DEVICES, Event, World, events, popularity_policy, simulate

Key = Callable[[Event], Hashable]


# --8<-- [start:rows]
def deduplicate(stream: Iterable[Event], key: Key, memory_s: float = inf) -> list[Event]:
    """The first arrival of each key, from a stream in order of arrival; a key is forgotten `memory_s` seconds later."""
    first: dict[Hashable, float] = {}
    kept = []
    for event in stream:
        if event.arrival_time - first.get(key(event), -inf) > memory_s or key(event) not in first:
            first[key(event)] = event.arrival_time
            kept.append(event)
    return kept


def label_join(impressions: Iterable[Event], clicks: Iterable[Event], key: Key) -> list[tuple[Event, int]]:
    """(impression, clicked) rows, as SQL's left join makes them: one for each pair that matches."""
    matches = Counter(key(click) for click in clicks)
    return [(shown, int(key(shown) in matches)) for shown in impressions for _ in range(matches.get(key(shown), 1))]


def exposure(event: Event) -> Hashable:
    """One showing of one item: what an impression and its click have in common."""
    return event.user, event.session, event.item


def user_item(event: Event) -> Hashable:
    """What was shown to whom, however often."""
    return event.user, event.item


def pipelines(stream: list[Event], memory_s: float = inf) -> dict[str, list[tuple[Event, int]]]:
    """{what is deduplicated by: its training rows}; ids are forgotten after `memory_s`."""
    made_once = deduplicate(stream, lambda event: event.id, memory_s)
    on_arrival = deduplicate(stream, lambda event: (event.id, event.attempt), memory_s)
    by_pair = deduplicate(stream, lambda event: (event.kind, user_item(event)))
    return {
        "nothing": label_join(*impressions_and_clicks(stream), exposure),
        "user and item": label_join(*impressions_and_clicks(by_pair), user_item),
        "id made on arrival": label_join(*impressions_and_clicks(on_arrival), exposure),
        "id made on device": label_join(*impressions_and_clicks(made_once), exposure),
        "  joined on pair": label_join(*impressions_and_clicks(made_once), user_item),
    }


def impressions_and_clicks(stream: list[Event]) -> tuple[list[Event], list[Event]]:
    """The two sides of the join."""
    return [e for e in stream if e.kind == "impression"], [e for e in stream if e.kind == "click"]


def click_rate(rows: Iterable[tuple[str, int]], device: str | None = None) -> float:
    """Clicks per row, of all (device, clicked) rows or of one device's."""
    clicked = [label for kind, label in rows if device in (None, kind)]
    return sum(clicked) / len(clicked)


def main() -> None:
    memory = 60  # @param {type:"slider", min:0.25, max:60, step:0.25, unit:"minutes that an id is remembered"}
    seed = 17  # @param {type:"number", min:1, max:1000}
    world = World(seed=seed, days=10)
    log = simulate(world, popularity_policy(world, explore=0.3))
    truth = [(row.device, int(row.clicked)) for row in log]
    sent = events(world, log)
    made = pipelines(sent, memory * 60)
    print("                              click rate\n                       rows,   over truth")
    print("deduplicated by         %     all   slow ph.")
    for name, rows in made.items():
        found = [(shown.device, label) for shown, label in rows]
        over = [click_rate(found, device) / click_rate(truth, device) for device in (None, DEVICES[2])]
        print(f"{name:20}{100 * len(rows) / len(log):6.0f}{over[0]:8.2f}{over[1]:9.2f}")
    shown, clicks = (
        sum(e.kind == kind and e.device == DEVICES[2] for e in sent) for kind in ("impression", "click")
    )
    print(f"{'nothing, not joined':20}{clicks / shown / click_rate(truth, DEVICES[2]):23.2f}")
    dropped = len(made["nothing"]) - len(made["user and item"])
    real = len(log) - len(made["user and item"])
    print(f"\n'user and item' deletes {dropped:,} rows,\n{real / dropped:.0%} of them genuine")
# --8<-- [end:rows]


if __name__ == "__main__":
    main()
