"""A fleet has 20% to spare on average. How many of the day's requests wait at the peak?

The queue that forms while load exceeds capacity outlives the peak by hours, so average
utilization says almost nothing about who waits. First come, first served; nobody gives up.
Chapter: framework/scale-estimation. Queue: one line, c equal machines, Poisson arrivals.
"""
import heapq
import math
import random

DAY = 86_400  # s
SERVICE = 400  # s, mean of an agent run; an overloaded fleet waits as much with 20 s, one sized to its peak far less


# --8<-- [start:overload]
def load_at(second, peak_factor):
    """Load over its daily average: a wave with its trough at midnight, its peak at noon."""
    return 1 - (peak_factor - 1) * math.cos(2 * math.pi * second / DAY)


def arrivals(rng, average_rate, peak_factor):
    """Poisson arrivals (s) whose rate follows the wave: draw at peak rate, keep in proportion."""
    second, peak_rate = 0.0, average_rate * peak_factor
    while True:
        second -= math.log(1 - rng.random()) / peak_rate
        if second >= DAY:
            return
        if rng.random() * peak_factor < load_at(second, peak_factor):
            yield second


def waits(seed, machines, average_busy, peak_factor):
    """Seconds that each request of one day waits before a machine takes it, sorted."""
    rng = random.Random(seed)
    free_at = [0.0] * machines  # a heap: when each machine is next free
    result = []
    for second in arrivals(rng, average_busy / SERVICE, peak_factor):
        start = max(second, free_at[0])
        heapq.heapreplace(free_at, start - SERVICE * math.log(1 - rng.random()))
        result.append(start - second)
    return sorted(result)
# --8<-- [end:overload]


def share_waiting(day, limit):
    """Share of requests that wait longer than limit (s)."""
    return sum(wait > limit for wait in day) / len(day)


def main():
    average_busy, peak_factor = 20, 1.6
    fleets = (
        ("average / 0.8", average_busy / 0.8),
        ("peak", average_busy * peak_factor),
        ("peak / 0.8", average_busy * peak_factor / 0.8),
    )
    print(f"{average_busy} machines busy, {SERVICE} s a request")
    print("waits over a minute, longest wait")
    for name, size in fleets:
        days = [waits(seed, math.ceil(size), average_busy, peak_factor) for seed in range(5)]
        shares = [share_waiting(day, 60) for day in days]
        print(f"{shares[0]:4.0%} {days[0][-1] / 60:3.0f} min  {math.ceil(size)} machines: {name}")
        print(f"     {min(shares):.0%} to {max(shares):.0%} on seeds 0 to 4")


if __name__ == "__main__":
    main()
