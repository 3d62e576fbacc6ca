"""Traffic is 10% above capacity. What share of answers still comes in time?

Not 91% but next to none: first come, first served means that everybody waits for the backlog, so every answer is late
and all work is wasted. Dropping requests whose deadline has passed hardly helps, since the next in line is served too
late by a little. Drop those that can no longer finish, bound the queue, or serve the newest first.
Chapter: components/serving. Adaptive LIFO and controlled delay: Maurer, Fail at Scale, ACM Queue 2015.
"""
import heapq
from collections import deque
from typing import NamedTuple

from snippets.components.serving.queues import Request, poisson_requests
from snippets.world.randomness import unit

SERVERS, MEAN, LONGEST, DEADLINE = 10, 20.0, 30.0, 100.0  # ms; work is even from 10 to 30


# --8<-- [start:deadlines]
load = 1.1  # @param {type:"slider", min:0.8, max:2, step:0.1, unit:"of capacity"}
seed = 1  # @param {type:"number", min:1, max:1000}


class Outcome(NamedTuple):
    """Shares of all requests."""

    in_time: float
    late: float  # computed for nobody
    refused: float  # told at once or dropped: free for a fallback


def one_queue(
    requests: list[Request], drop_after: float | None = None, newest_first: bool = False, longest: int | None = None,
) -> Outcome:
    """SERVERS servers behind one queue; a request that has waited more than `drop_after` ms is not started, and one
    that finds `longest` others waiting is not let in."""
    free, queue, coming = [0.0] * SERVERS, deque(), deque(requests)
    in_time = late = 0
    while coming or queue:
        now = free[0] if queue else max(free[0], coming[0].arrival)
        while coming and coming[0].arrival <= now:
            request = coming.popleft()
            if longest is None or len(queue) < longest:
                queue.append(request)
        if queue:
            request = queue.pop() if newest_first else queue.popleft()
            waited, work = now - request.arrival, MEAN * (0.5 + unit(request.chance[1]))
            if drop_after is None or waited <= drop_after:
                heapq.heapreplace(free, now + work)
                in_time += waited + work <= DEADLINE
                late += waited + work > DEADLINE
    count = len(requests)
    return Outcome(in_time / count, late / count, 1 - (in_time + late) / count)


POLICIES = {
    "first come": {},
    "drop if expired": {"drop_after": DEADLINE},
    "drop if hopeless": {"drop_after": DEADLINE - LONGEST},
    "newest first": {"newest_first": True},
    "queue of at most 35": {"longest": 35},  # SERVERS x (DEADLINE - LONGEST) / MEAN
}
# --8<-- [end:deadlines]


def main() -> None:
    print(f"deadline {DEADLINE:.0f} ms, work {MEAN:.0f} ms\n                     load {load}     0.9\n                      in          in\n                    time  late  time\nqueue                  %     %     %")
    busy, calm = (poisson_requests(seed, at * SERVERS / MEAN, 8000) for at in (load, 0.9))
    for name, policy in POLICIES.items():
        over, under = one_queue(busy, **policy), one_queue(calm, **policy)
        print(f"{name:19}{100 * over.in_time:5.0f}{100 * over.late:6.0f}{100 * under.in_time:6.1f}")
    print(f"capacity allows {min(1, 1 / load):.0%}")


if __name__ == "__main__":
    main()
