"""What does it cost to answer when asked, to compute every night, and to be ready for more?

The night computes each user's answer once, in full batches on cheap machines; online pays per request, at the peak, on dear
machines. What decides is how many answers a user could need: past the break-even number of contexts, online
wins. Headroom is the growth of load while a new replica is on its way; polling faster shortens that.
Chapter: components/serving. Method: machines from traffic and cost of framework/scale-estimation.
"""
import math
from collections.abc import Callable

from snippets.components.serving.batching import LARGEST, batch_ms
from snippets.framework.scale_estimation.cost import machines_for_rate, short
from snippets.framework.scale_estimation.overload import DAY, load_at
from snippets.framework.scale_estimation.traffic import peak_of_wave, queries_per_second

# --8<-- [start:fleet]
users = 50_000_000  # @param {type:"slider", min:100000, max:1000000000, unit:"users scored a night", scale:"log"}
daily_share = 0.4  # @param {type:"slider", min:0.01, max:0.8, step:0.01, unit:"of them come on a day"}
requests_each = 24  # @param {type:"slider", min:1, max:100, step:1, unit:"requests a daily user"}
online_batch = 32  # @param {type:"slider", min:1, max:32, step:1, unit:"requests a batch that online is sized for"}
gpu_price = 4.0  # @param {type:"slider", min:0.5, max:12, step:0.5, unit:"dollars an hour"}
spot = 0.4  # @param {type:"slider", min:0.2, max:1, step:0.05, unit:"of that price at night, interruptible"}
cold_start = 60  # @param {type:"slider", min:5, max:600, step:5, unit:"s to load and warm a replica"}
poll = 30  # @param {type:"slider", min:5, max:120, step:5, unit:"s between looks of the autoscaler"}


def gpu_seconds_each(batch: int) -> float:
    """GPU time of one request in a batch of this size."""
    return batch_ms(batch) / batch / 1000


def online_dollars(requests_a_day: float, batch: int, price: float, peak: float, target: float = 0.7) -> float:
    """A day of a fleet sized for its peak and paid around the clock."""
    rate = queries_per_second(requests_a_day) * peak
    return 24 * price * machines_for_rate(rate, gpu_seconds_each(batch), target)


def nightly_dollars(answers: float, price: float, busy: float = 0.9) -> float:
    """All answers once, in full batches, on machines that are busy this share of their paid time."""
    return answers * gpu_seconds_each(LARGEST) / 3600 / busy * price


def break_even_contexts(online: float, nightly_once: float) -> float:
    """Answers to precompute per user at which the night costs what online costs."""
    return online / nightly_once


def headroom(load: Callable[[float], float], reaction: float) -> float:
    """Largest growth of load (a function of s) within `reaction` seconds, as a share of what it was."""
    return max(load(second + reaction) / load(second) for second in range(0, DAY, 10)) - 1
# --8<-- [end:fleet]


def wave(second: float) -> float:
    """A day whose night is a quarter of its peak."""
    return load_at(second, peak_of_wave(0.25))


def push(second: float) -> float:
    """The same day with a notification at ten o'clock that doubles the load within a minute, for half an hour."""
    since = second - 10 * 3600
    return wave(second) * (1 + min(1.0, since / 60) if 0 <= since < 1800 else 1)


def main() -> None:
    requests = users * daily_share * requests_each
    online = online_dollars(requests, online_batch, gpu_price, peak_of_wave(0.25))
    night = nightly_dollars(users, gpu_price * spot)
    print(f"{requests / 1e6:,.4g} million requests a day\n  online     ${short(online)} a day")
    print(f"  nightly    ${short(night)}, one answer a user\n  break-even {short(break_even_contexts(online, night))} answers a user")
    rare = online_dollars(users * 0.01, online_batch, gpu_price, peak_of_wave(0.25))
    print(f"if 1% came once a day\n  online     ${short(rare)}\n  break-even {short(break_even_contexts(rare, night))} answers a user")
    print(f"\nheadroom, %\nlook every         needed  'rule'")
    for name, load in (("daily wave", wave), ("push", push)):
        for seconds in (poll, 5):
            need = headroom(load, cold_start + seconds)
            print(f"{seconds:3} s, {name:11}{100 * need:7.1f}{100 * cold_start / seconds:8,.0f}")


if __name__ == "__main__":
    main()
