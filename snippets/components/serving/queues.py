"""What does a queue do before anybody tunes it?

It makes waiting out of chance: one server at 90% load with exponential sizes lets a request wait nine times as long as
it is served. Here is a small event-driven simulator: a clock, replicas with queues, and requests whose luck has an
address, so that two policies meet the same arrivals and the same slow copies.
Chapter: components/serving. Checked in the tests against Pollaczek and Khinchine, and Little's law.
"""
import heapq
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from snippets.world.randomness import block, exponential

QUEUES = 1_000  # the family of this simulator's chances: block(seed, QUEUES, item=request)


class Request(NamedTuple):
    """One arrival. `chance` is sixteen 32-bit integers of its own: slot 0 made its gap, the others are yours."""

    number: int
    arrival: float  # ms
    chance: tuple[int, ...]


def poisson_requests(seed: int, rate: float, count: int) -> list[Request]:
    """Requests at `rate` a millisecond; another rate only stretches the same gaps."""
    time, made = 0.0, []
    for number in range(count):
        chance = block(seed, QUEUES, item=number)
        time += exponential(chance[0]) / rate
        made.append(Request(number, time, chance))
    return made


def with_burst(requests: list[Request], start: float, end: float, times: float) -> list[Request]:
    """The same requests with a higher rate, by this factor, between start and end (ms)."""
    time = before = 0.0
    moved = []
    for request in requests:
        time += (request.arrival - before) / (times if start <= time < end else 1.0)
        before = request.arrival
        moved.append(request._replace(arrival=time))
    return moved


class Clock:
    """Actions in order of time (ms); those of one instant in the order in which they were set."""

    def __init__(self) -> None:
        self.now, self._set, self._heap = 0.0, 0, []

    def at(self, time: float, action: Callable, *given: object) -> None:
        """Call action(*given) at this time."""
        self._set += 1
        heapq.heappush(self._heap, (time, self._set, action, given))

    def arrivals(self, requests: list[Request], action: Callable[[Request], None]) -> None:
        """Call action(request) at each arrival."""
        left = iter(requests)

        def arrive(request: Request) -> None:
            following = next(left, None)
            if following is not None:
                self.at(following.arrival, arrive, following)
            action(request)

        first = next(left, None)
        if first is not None:
            self.at(first.arrival, arrive, first)

    def run(self) -> None:
        """Until nothing is left to do."""
        heap = self._heap
        while heap:
            self.now, _, action, given = heapq.heappop(heap)
            action(*given)


class Job:
    """One copy of a request at one replica: `size` ms of work, and whom to tell when it is done."""

    __slots__ = ("size", "sent", "started", "done", "cancelled", "tell")

    def __init__(self, size: float, tell: Callable[["Job"], None]) -> None:
        self.size, self.tell = size, tell
        self.sent = self.started = self.done = None  # ms
        self.cancelled = False


class Replica:
    """One server, one job at a time, first come first served. A cancelled job is skipped unless it already runs."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.queue, self.running, self.busy_ms = clock, deque(), None, 0.0

    def depth(self) -> int:
        """Jobs that wait or run here, as a load balancer sees it: cancelled ones count until they are skipped."""
        return len(self.queue) + (self.running is not None)

    def submit(self, job: Job) -> None:
        """Queue the job, or start it if the server is idle."""
        job.sent = self.clock.now
        self.queue.append(job)
        if self.running is None:
            self._next()

    def _next(self) -> None:
        self.running = None
        while self.queue and self.running is None:
            job = self.queue.popleft()
            if not job.cancelled:
                self.running, job.started = job, self.clock.now
                self.busy_ms += job.size
                self.clock.at(self.clock.now + job.size, self._finish, job)

    def _finish(self, job: Job) -> None:
        job.done = self.clock.now
        self._next()
        job.tell(job)
