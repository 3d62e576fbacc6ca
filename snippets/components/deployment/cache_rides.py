"""A shadow and a canary both measured the new model's latency. Why are both wrong, in opposite directions?

A shadow reads keys that production has just put into the shared cache: it never waits. A small canary with a cache of
its own meets each key too seldom to find it there: it waits more than the full fleet will. Only a full mirror with its
own cache shows the steady state, and nothing but a warm-up shows the first minute after a flip.
Chapter: components/deployment. Cold caches in canaries: Davidovic, SREcon18 Europe.
"""
from bisect import bisect
from itertools import accumulate
from random import Random

# --8<-- [start:cache]
requests_s = 200  # @param {type:"slider", label:"traffic", min:20, max:400, unit:"requests/s"}
ttl_s = 60  # @param {type:"slider", label:"entries live", min:5, max:120, unit:"s"}
HIT_MS, MISS_MS = 12, 48  # whole request, with the features in the cache or fetched from the store
KEYS = list(accumulate(1 / (rank + 1) ** 0.9 for rank in range(20_000)))  # queries, by Zipf's law


def traffic(seconds, seed):
    """(second, key) of each request, in order of time."""
    chance = Random(seed)
    return [(n / requests_s, bisect(KEYS, chance.random() * KEYS[-1])) for n in range(int(seconds * requests_s))]


def misses(requests, ttl_s, share=1.0, seed=1):
    """(second, missed) of the requests that fall to an arm with its own empty cache and this share of the traffic."""
    chance, expires, found = Random(1_000 + seed), {}, []
    for second, key in requests:
        if chance.random() < share:
            missed = expires.get(key, -1.0) < second
            if missed:
                expires[key] = second + ttl_s
            found.append((second, missed))
    return found


def miss_share(found, since, until):
    """Share of misses from second `since` to `until`."""
    window = [missed for second, missed in found if since <= second < until]
    return sum(window) / len(window)
# --8<-- [end:cache]


def main() -> None:
    requests = traffic(180, seed=1)
    arms = [(f"canary, {share:.0%}", misses(requests, ttl_s, share)) for share in (0.01, 0.05, 0.25)]
    full = misses(requests, ttl_s)
    shadow = [(second, False) for second, _ in requests]  # production has fetched this very key a moment ago
    print("new model, after a minute   waits   mean ms")
    for name, found in [("shadow, shared cache", shadow), *arms, ("100%", full)]:
        share = miss_share(found, 60, 180)
        print(f"{name:26} {share:6.1%}   {HIT_MS + (MISS_MS - HIT_MS) * share:7.1f}")
    first, steady = miss_share(full, 0, 5), miss_share(full, 60, 180)
    print(f"first 5 s after a cold flip {first:.1%}")
    print(f"  reads of the store: {first / steady:.1f} times the usual")


if __name__ == "__main__":
    main()
