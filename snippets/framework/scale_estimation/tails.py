"""Five stages each report a p99 of 30 ms. What is the p99 of a request that passes all five?

A sum of p99s is neither the answer nor a ceiling: three systems with one and the same
dashboard differ several-fold, two of them with independent stages: the p99 says nothing about the
1% past it. What does bound the p99 of n stages is the sum of their p(100 - 1/n).
Chapter: framework/scale-estimation. Fan-out: Dean & Barroso, The Tail at Scale, 2013.
"""
import math
import random

STAGES, P99, STALL = 5, 30.0, 300.0  # ms
SCALE = P99 / math.log(100)  # mean (ms) of an exponential whose p99 is 30 ms


# --8<-- [start:tails]
def jitter(u):
    """A stage's latency (ms) at quantile u: small, smooth noise."""
    return -SCALE * math.log(1 - u)


def jitter_or_stall(u):
    """The same up to its p99, but 0.8% of calls stall for 300 ms: a retry, a cold cache."""
    return STALL + P99 if u >= 0.992 else jitter(u)


def independent(rng, stage):
    """Each stage has its own luck: enough for less than the sum only if tails stay thin past the p99."""
    return math.fsum(stage(rng.random()) for _ in range(STAGES))


def shared(rng, stage):
    """One cause for all: a heavy user, a slow host, a long history."""
    return STAGES * stage(rng.random())


def percentile(values, share):
    """The smallest value that at least this share of the values do not exceed."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked) - 1e-9) - 1)]


def request_p99(seed, draw, stage, requests=20_000):
    """p99 (ms) of whole requests, measured end to end."""
    rng = random.Random(seed)
    return percentile([draw(rng, stage) for _ in range(requests)], 0.99)
# --8<-- [end:tails]


def share_hit(shards, per_shard=0.01):
    """Share of requests that meet at least one of n independent shards beyond its own p99."""
    return 1 - (1 - per_shard) ** shards


def bound(stage, share=0.99):
    """What p99 of the request can't exceed, whatever the dependence: each stage's p(1 - 1%/n), added."""
    return STAGES * stage(1 - (1 - share) / STAGES)


def main():
    systems = (
        ("own luck, thin tails", independent, jitter),
        ("one shared cause", shared, jitter),
        ("own luck, rare stalls", independent, jitter_or_stall),
    )
    print(f"five p99s of {P99:.0f} ms: sum {STAGES * P99:.0f} ms")
    print("p99 of a request: mean, 5 seeds' range")
    for name, draw, stage in systems:
        runs = [request_p99(seed, draw, stage) for seed in range(5)]
        print(f"  {math.fsum(runs) / 5:4.0f} ms  {min(runs):3.0f} to {max(runs):3.0f}  {name}")
    print("five p99.8s added: a ceiling")
    print(f"  {bound(jitter):4.0f} ms  jitter alone")
    print(f"  {bound(jitter_or_stall):4.0f} ms  with rare stalls")
    print("requests meeting a shard's slowest 1%")
    print("  " + ", ".join(f"{share_hit(n):.0%} of {n}" for n in (1, 10, 100)) + " shards")


if __name__ == "__main__":
    main()
