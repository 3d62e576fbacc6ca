"""A GPU is 97% busy. How much of its capacity is used, and what does a batching window buy?

A server that starts whatever waits as soon as it is free fills its own batches: the next one collects while this one
computes. So "busy" says almost nothing about capacity, and a window costs latency without adding any. It helps where
calls come in bunches, whose first would otherwise start alone.
Chapter: components/serving. Model: a batch of b takes FIXED + EACH x b ms, at most LARGEST at once.
"""
from collections.abc import Sequence
from math import fsum, inf
from typing import NamedTuple

from snippets.components.serving.queues import poisson_requests
from snippets.framework.scale_estimation.tails import percentile

FIXED, EACH, LARGEST = 4.0, 0.1, 32  # ms, ms an item, items


# --8<-- [start:batching]
window = 5.0  # @param {type:"slider", min:0, max:20, step:1, unit:"ms"}
seed = 1  # @param {type:"number", min:1, max:1000}


class Batched(NamedTuple):
    """What one server did with its arrivals."""

    latencies: list[float]  # ms, in order of arrival
    busy: float  # share of the time in which it computed
    size: float  # mean batch


def batch_ms(items: int) -> float:
    """Time of one batch: launching it costs more than an item."""
    return FIXED + EACH * items


def dynamic_batching(arrivals: Sequence[float], window: float) -> Batched:
    """Start when free, and when the batch is full or its first item has waited `window` ms."""
    latencies, batches, work, free, head = [], 0, [], 0.0, 0
    while head < len(arrivals):
        last = head + LARGEST - 1
        full = arrivals[last] if last < len(arrivals) else inf
        start = max(free, min(arrivals[head] + window, full))
        end = head
        while end < len(arrivals) and end - head < LARGEST and arrivals[end] <= start:
            end += 1
        free = start + batch_ms(end - head)
        work.append(batch_ms(end - head))
        latencies += [free - arrivals[k] for k in range(head, end)]
        head, batches = end, batches + 1
    return Batched(latencies, fsum(work) / free, len(arrivals) / batches)


def capacity(window: float = 0.0, overlap: bool = True) -> float:
    """Items a second with full batches; without overlap, as if nobody could arrive during a computation."""
    return 1000 * LARGEST / (batch_ms(LARGEST) + (0.0 if overlap else window))


def replicas_for_busy(seed: int, rate: float, target: float) -> int:
    """GPUs after which each is busy for at most this share of the time: what an autoscaler on utilization buys."""
    replicas, requests = 1, poisson_requests(seed, rate, 2000)
    while dynamic_batching([r.arrival * replicas for r in requests], 0.0).busy > target:
        replicas += 1
    return replicas


def bunches(seed: int, rate: float, count: int, calls: int = 16, spread: float = 1.0) -> list[tuple[float, int]]:
    """(ms, page) of calls that come `calls` at a time, spread over `spread` ms: one page scored item by item."""
    pages = poisson_requests(seed, rate, count)
    return sorted((p.arrival + spread * k / calls, p.number) for p in pages for k in range(calls))
# --8<-- [end:batching]


def page_latencies(calls: Sequence[tuple[float, int]], latencies: Sequence[float]) -> list[float]:
    """From a page's first call to its last answer, ms."""
    first, last = {}, {}
    for (time, page), latency in zip(calls, latencies):
        first.setdefault(page, time)
        last[page] = max(last.get(page, 0.0), time + latency)
    return [last[page] - first[page] for page in first]


def main() -> None:
    print(f"capacity {capacity():,.0f}/s; if collecting and computing\ntook turns: {capacity(window, False):,.0f}/s\n")
    print(f"          no window     {window:.0f} ms window\n           p99   GPU      p99   GPU\nload/s      ms  busy       ms  busy")
    requests = poisson_requests(seed, 0.1, 6000)
    for rate in (100, 600, 2000, 3000, 4000):
        arrivals = [r.arrival * 100 / rate for r in requests]
        cells = [dynamic_batching(arrivals, w) for w in (0.0, window)]
        print(f"{rate:6,}" + "  ".join(f"{percentile(c.latencies, 0.99):8.1f}{100 * c.busy:5.0f}%" for c in cells))
    print(f"600/s is {600 / capacity():.1%} of capacity\naim at 70% busy with 2,000/s: buys {replicas_for_busy(seed, 2.0, 0.7)} GPUs")
    print("\npages of 16 calls within 1 ms, 30 pages/s\nwindow    page's median")
    calls = bunches(seed, 0.030, 400)
    for w in (0.0, 1.0, 5.0):
        latencies = dynamic_batching([time for time, _ in calls], w).latencies
        print(f"{w:4.0f} ms {percentile(page_latencies(calls, latencies), 0.5):12.1f} ms")


if __name__ == "__main__":
    main()
