"""Which value may a training row hold: the newest, the newest about the past, or the newest that was readable then?

The third. A stored value has two times: what moment it is about (event time) and when it could first be read
(available time). A join on event time alone trusts values that were written after the prediction.
Source: Snodgrass and Ahn, A Taxonomy of Time in Databases, SIGMOD 1985 (valid time and transaction time).
"""
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Mapping, Sequence
from itertools import accumulate
from math import inf
from typing import NamedTuple


class Version(NamedTuple):
    """One stored value of one key. Times in any one unit."""

    event_time: float
    available_time: float
    value: float


def newer(a: Version, b: Version) -> Version:
    """The version about the later moment; of two about the same moment, the one written later."""
    return b if b[:2] >= a[:2] else a


def replay(
    requests: Sequence[tuple[Hashable, float]], history: Mapping[Hashable, Sequence[Version]], *,
    ttl: float = inf, default: float = 0.0,
) -> list[float]:
    """What the online store answered: all writes and reads happen in order, and an older value replaces no newer one."""
    writes = sorted(((key, v) for key, vs in history.items() for v in vs), key=lambda write: write[1].available_time)
    store: dict[Hashable, Version] = {}
    answers, done = [default] * len(requests), 0
    for i in sorted(range(len(requests)), key=lambda i: requests[i][1]):
        key, now = requests[i]
        while done < len(writes) and writes[done][1].available_time <= now:
            written, version = writes[done]
            store[written] = newer(store.get(written, version), version)
            done += 1
        if key in store and store[key].event_time >= now - ttl:
            answers[i] = store[key].value
    return answers


# --8<-- [start:join]
def as_of_join(
    requests: Sequence[tuple[Hashable, float]], history: Mapping[Hashable, Sequence[Version]], *,
    clock: str = "available_time", strict: bool = False, ttl: float = inf, default: float = 0.0,
) -> list[float]:
    """For each (key, time), the newest version whose `clock` is at most `time` (below it if `strict`).

    A version about a moment earlier than `time - ttl` has expired and gives `default`, as having none does.
    Joined at time infinity, without a ttl, it is the latest value.
    """
    search, shelves, joined = bisect_left if strict else bisect_right, {}, []
    for key, time in requests:
        if key not in shelves:
            ordered = sorted(history.get(key, ()), key=lambda version: getattr(version, clock))
            times = [getattr(version, clock) for version in ordered]
            shelves[key] = times, list(accumulate(ordered, newer))  # the newest so far, also if one came late
        times, newest = shelves[key]
        found = search(times, time)
        alive = found and (ttl == inf or newest[found - 1].event_time >= time - ttl)
        joined.append(newest[found - 1].value if alive else default)
    return joined


def main() -> None:
    asked_at = 20  # @param {type:"slider", min:0, max:59, step:1, unit:"minutes past ten"}
    ttl = 30  # @param {type:"slider", min:5, max:60, step:5, unit:"minutes"}
    written = [Version(0, 10, 1), Version(10, 20, 3), Version(20, 30, 4), Version(10, 45, 2)]
    print("clicks in the ten\nminutes from   written at  value")
    for version in written:
        print(f"  10:{version.event_time:02.0f}          10:{version.available_time:02.0f}{version.value:9.0f}")
    history, request = {"ana": written}, [("ana", asked_at)]
    print(f"\nasked at 10:{asked_at:02d}, so the row holds")
    print(f"  latest value              {as_of_join([('ana', inf)], history)[0]:.0f}")
    print(f"  event time                {as_of_join(request, history, clock='event_time', ttl=ttl)[0]:.0f}")
    print(f"  event time, strictly <    {as_of_join(request, history, clock='event_time', strict=True, ttl=ttl)[0]:.0f}")
    print(f"  available time            {as_of_join(request, history, ttl=ttl)[0]:.0f}")
    print(f"  the online store said     {replay(request, history, ttl=ttl)[0]:.0f}")
# --8<-- [end:join]


if __name__ == "__main__":
    main()
