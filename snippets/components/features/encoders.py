"""How does a category, a rate or a stream of events become a number that a model can use?

Five encoders, each with the trap that it carries. A hash needs no vocabulary and can't tell two colliding values
apart. A rate is shrunk toward a prior, or one click in one view wins. A decayed counter needs one number and one
time, no list of events. A cross is a new category, and its cardinality is a product.
Sources: Weinberger et al., ICML 2009 (hashing); Micci-Barreca, SIGKDD Explorations 2001 (smoothed target encoding).
"""
from bisect import bisect_right
from collections.abc import Hashable, Sequence
from hashlib import blake2b
from typing import NamedTuple


def hash_bucket(value: Hashable, buckets: int, salt: str = "") -> int:
    """A bucket in range(buckets), the same in every process (Python's own `hash` of a text is not)."""
    digest = blake2b(repr(value).encode(), key=salt.encode()[:64], digest_size=8).digest()
    return int.from_bytes(digest, "little") % buckets


def one_hot(value: Hashable, vocabulary: Sequence[Hashable]) -> list[float]:
    """A 1 in the value's place; all zeros for a value that is not in the vocabulary."""
    return [float(value == known) for known in vocabulary]


def quantile_bucket(value: float, cuts: Sequence[float]) -> int:
    """How many of the sorted cuts are at or below the value: equal counts if the cuts are quantiles."""
    return bisect_right(cuts, value)


def cross(*values: Hashable) -> tuple[Hashable, ...]:
    """One category from several: its cardinality is the product of theirs."""
    return values


def smoothed_rate(clicks: float, views: float, prior: float, weight: float) -> float:
    """Click rate as if `weight` views at the `prior` rate had come before."""
    return (clicks + weight * prior) / (views + weight)


class DecayedCounter(NamedTuple):
    """Events that lose half their weight every `half_life`: the whole state is a value and a time."""

    half_life: float
    value: float = 0.0
    time: float = 0.0

    def at(self, time: float) -> float:
        """The count, seen at this time (not before the last event)."""
        return self.value * 0.5 ** ((time - self.time) / self.half_life)

    def add(self, time: float, amount: float = 1.0) -> "DecayedCounter":
        """The counter after one more event."""
        return self._replace(value=self.at(time) + amount, time=time)


def main() -> None:
    print("device, one-hot       ", one_hot("phone", ("desktop", "phone")))
    print("age × topic, hashed   ", hash_bucket(cross("18-24", "music"), 1_000), "of 1,000")
    print("watched 95 s, bucket  ", quantile_bucket(95.0, (10.0, 60.0, 300.0)), "of 0 to 3")
    print("\nclick rate, prior 5%:   raw  shrunk")
    for clicks, views in ((1, 1), (0, 3), (60, 1_000)):
        print(f"{clicks:4} of {views:5,} views {clicks / views:10.1%}{smoothed_rate(clicks, views, 0.05, 20):8.1%}")
    counter = DecayedCounter(half_life=30.0)
    for minute in (0, 10, 20):
        counter = counter.add(minute)
    print("\n3 clicks in 20 minutes, half-life 30 minutes:")
    print(f"  {counter.at(20):.2f} at once, {counter.at(80):.2f} an hour later")


if __name__ == "__main__":
    main()
