"""Send a second copy when the first is slow: when does that stop being cheap?

When slow comes to mean "queued". The trigger is a latency, set on a quiet day so that one request in twenty passes it.
More load makes more requests pass it, each adds a copy, and the copies are load. Cancelling the loser breaks the loop at moderate load, not near capacity: a loser that runs is finished.
Nothing helps if the request itself is slow: the copy is slow too.
Chapter: components/serving. Method: Dean and Barroso, The Tail at Scale, 2013.
"""
from collections.abc import Callable
from math import inf
from typing import NamedTuple

from snippets.components.serving.queues import Clock, Job, Replica, Request, poisson_requests
from snippets.framework.scale_estimation.tails import percentile, share_hit
from snippets.world.randomness import exponential, pick, unit

REPLICAS, STALL_SHARE, STALL = 10, 0.02, 40.0  # one copy in fifty meets a pause of 40 ms
MEAN = 4.0 + 2.0 + STALL_SHARE * STALL  # ms


# --8<-- [start:hedging]
busier = 0.6  # @param {type:"slider", min:0.3, max:0.8, step:0.1, unit:"load"}
seed = 1  # @param {type:"number", min:1, max:1000}


class Answer(NamedTuple):
    """What one request got."""

    arrival: float  # ms
    latency: float  # ms
    copies: int


def size(request: Request, copy: int, own_luck: bool = True) -> float:
    """Work (ms) of one copy: 4 ms and a random part, at times a stall; `own_luck` if each copy draws anew."""
    slot = 3 + 2 * copy if own_luck else 3
    stalls = unit(request.chance[slot + 1]) < STALL_SHARE
    return 4.0 + 2.0 * exponential(request.chance[slot]) + (STALL if stalls else 0.0)


def serve(
    requests: list[Request], hedge_after: float | None = None, cancel: bool = False, budget: float = inf,
    follow: int = 0, work: Callable[[Request, int], float] = size,
) -> list[Answer]:
    """Each request to the shorter of two queues; after `hedge_after` ms a copy to another replica.

    `cancel` takes the loser out of its queue; one that already runs is finished, as a forward pass is. `budget` is
    the share of requests that may be sent twice, up to ten at once. `follow` sets the delay anew, after so many
    answers, to their p95.
    """
    clock, tokens, delay, recent = Clock(), 10.0, hedge_after, []
    fleet = [Replica(clock) for _ in range(REPLICAS)]
    answers: list[Answer] = [None] * len(requests)

    def send(request: Request, jobs: list[Job], avoid: Replica | None) -> Replica:
        def tell(job: Job) -> None:
            nonlocal delay
            if answers[request.number] is None:
                answers[request.number] = Answer(request.arrival, clock.now - request.arrival, len(jobs))
                recent.append(clock.now - request.arrival)
                if len(recent) == follow:
                    delay = percentile(recent, 0.95)
                    recent.clear()
                for rival in jobs if cancel else ():
                    rival.cancelled = True

        slot = 7 if jobs else 1
        one = pick(request.chance[slot], REPLICAS)
        two = (one + 1 + pick(request.chance[slot + 1], REPLICAS - 1)) % REPLICAS
        chosen, other = fleet[one], fleet[two]
        if chosen is avoid or other is not avoid and other.depth() < chosen.depth():
            chosen = other
        jobs.append(Job(work(request, len(jobs)), tell))
        chosen.submit(jobs[-1])
        return chosen

    def hedge(request: Request, jobs: list[Job], first: Replica) -> None:
        nonlocal tokens
        if answers[request.number] is None and tokens >= 1:
            tokens -= 1
            send(request, jobs, first)

    def arrive(request: Request) -> None:
        nonlocal tokens
        tokens = min(10.0, tokens + budget)
        jobs: list[Job] = []
        first = send(request, jobs, None)
        if delay is not None:
            clock.at(clock.now + delay, hedge, request, jobs, first)

    clock.arrivals(requests, arrive)
    clock.run()
    return answers
# --8<-- [end:hedging]


def at_load(seed: int, load: float, count: int = 4000) -> list[Request]:
    """Requests that keep the replicas busy for this share of the time, without copies."""
    return poisson_requests(seed, load * REPLICAS / MEAN, count)


def p99(answers: list[Answer]) -> float:
    """The 99th percentile of latency, ms."""
    return percentile([a.latency for a in answers], 0.99)


def hedged_share(answers: list[Answer]) -> float:
    """Share of requests that were sent twice."""
    return sum(a.copies > 1 for a in answers) / len(answers)


def trigger(seed: int, load: float = 0.3) -> float:
    """The p95 (ms) of a quiet fleet without hedging: the textbook's delay."""
    return percentile([a.latency for a in serve(at_load(seed, load))], 0.95)


POLICIES = {
    "no hedging": {},
    "hedge": {"hedge": True},
    "  and cancel": {"hedge": True, "cancel": True},
    "  slow requests": {"hedge": True, "cancel": True, "work": lambda request, copy: size(request, copy, False)},
}


def run(policy: str, requests: list[Request], delay: float) -> list[Answer]:
    """The fleet under one of POLICIES."""
    chosen = dict(POLICIES[policy])
    return serve(requests, delay if chosen.pop("hedge", False) else None, **chosen)


def main() -> None:
    delay = trigger(seed)
    print(f"copy after {delay:.0f} ms, the p95 at load 0.3\n")
    print(f"                p99, ms  sent twice, %\nload            0.3  {busier:.1f}     0.3  {busier:.1f}")
    late, calls = {}, [at_load(seed, load) for load in (0.3, busier)]
    for policy in POLICIES:
        quiet, busy = (run(policy, requests, delay) for requests in calls)
        late[policy] = sum(a.latency > STALL for a in quiet) / len(quiet)
        print(f"{policy:15}{p99(quiet):4.0f}{p99(busy):5,.0f}{100 * hedged_share(quiet):8.0f}{100 * hedged_share(busy):5.0f}")
    print(f"\npages that wait for 20 such answers, load 0.3:\nshare over {STALL:.0f} ms")
    for policy in ("no hedging", "hedge"):
        print(f"  {share_hit(20, late[policy]):4.0%}  {policy}")


if __name__ == "__main__":
    main()
