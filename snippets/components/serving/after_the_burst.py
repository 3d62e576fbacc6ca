"""A burst of less than half a second is over. When is the fleet well again?

Without hedging within a second; with hedging and no cancellation not in this run, at a load that hedging carried
easily before. Every queued request passes the trigger, so all are sent twice, so all are queued: the burst was only the
trigger, the copies sustain it. At half load, cancelling losers, a budget for copies, or a delay that follows the live p95 breaks that.
Chapter: components/serving. Name: metastable failure, Bronson and others, HotOS 2021.
"""
from snippets.components.serving.hedging import Answer, at_load, hedged_share, p99, serve
from snippets.components.serving.queues import with_burst

# --8<-- [start:burst]
BURST = (1000.0, 1400.0, 3.0)  # from, to (ms), times the usual rate

POLICIES = {
    "no hedging": {},
    "hedge": {"hedge_after": 13.0},
    "  cancel losers": {"hedge_after": 13.0, "cancel": True},
    "  at most 10%": {"hedge_after": 13.0, "budget": 0.1},
    "  live p95": {"hedge_after": 13.0, "follow": 200},
}


def between(answers: list[Answer], start: float, end: float) -> list[Answer]:
    """Requests that arrived in this time (ms)."""
    return [answer for answer in answers if start <= answer.arrival < end]


def main() -> None:
    load = 0.5  # @param {type:"slider", min:0.3, max:0.6, step:0.05, unit:"before and after the burst"}
    seed = 1  # @param {type:"number", min:1, max:1000}
    requests = with_burst(at_load(seed, load, 4600), *BURST)
    print(f"load {load}, at {BURST[0] / 1000:.0f} s a burst of {BURST[1] - BURST[0]:.0f} ms\n")
    print("               p99 (ms) in second sent\n                  1    2    4    6 twice")
    for policy, settings in POLICIES.items():
        answers = serve(requests, **settings)
        seconds = [p99(between(answers, 1000 * k, 1000 * k + 1000)) for k in (0, 1, 3, 5)]
        twice = 100 * hedged_share(between(answers, 5000, 6000))
        print(f"{policy:15}" + "".join(f"{s:5,.0f}" if k else f"{s:4.0f}" for k, s in enumerate(seconds)) + f"{twice:5.0f}%")
# --8<-- [end:burst]


if __name__ == "__main__":
    main()
