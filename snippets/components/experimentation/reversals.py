"""When every part of the traffic loses and the total wins, what is broken?

The mix of the arms. Under one coin the total lies between its parts: it can hide a loser, never reverse them all.
It reverses when days of a ramp are pooled, which no ratio check notices, or when the arms lose different people,
which the check of all people notices only if nothing fills the gap. Compare like with like; check where you slice.
Chapter: components/experimentation. The ramp: Crook and others, Seven pitfalls, KDD 2009. Lost people: Fabijan and
others, Diagnosing sample ratio mismatch, KDD 2019.
"""
from math import fsum, sqrt
from random import Random
from statistics import NormalDist
from typing import NamedTuple

# --8<-- [start:experiment]
ramp = 0.1  # @param {type:"slider", min:0.02, max:0.5, step:0.02, unit:"of Friday's people get the new page"}
lost = 0.2  # @param {type:"slider", min:0, max:0.4, step:0.02, unit:"of the new arm's slow phones never report"}
twice = 0.067  # @param {type:"slider", min:0, max:0.2, step:0.001, unit:"of its desktops are counted twice"}


class Slice(NamedTuple):
    """A part of the traffic: what is true, who gets the new page, who is counted."""

    name: str
    people: int
    rate: float  # clicks a person on the old page
    effect: float  # true relative effect of the new page
    share: float  # of people who get the new page
    counted_new: float = 1.0  # people counted over people there, new arm


class Counts(NamedTuple):
    """What a report shows of a slice: people and clicks of each arm."""

    n: float
    clicks: float
    n_new: float
    clicks_new: float


def ratio_p_value(control, treatment, share=0.5):
    """Chi-square test (one degree of freedom) of counts against the intended share of treatment."""
    n = control + treatment
    z = (treatment - share * n) / sqrt(n * share * (1 - share))
    return 2 * NormalDist().cdf(-abs(z))


def pooled_lift(parts):
    """Relative difference of the rates with everything in one pot."""
    n, clicks, n_new, clicks_new = map(fsum, zip(*parts))
    return clicks_new / n_new / (clicks / n) - 1


def stratified_lift(parts):
    """The same with each slice's two rates weighted by all its people: like is compared with like."""
    weights = [part.n + part.n_new for part in parts]
    old = fsum(w * p.clicks / p.n for w, p in zip(weights, parts))
    return fsum(w * p.clicks_new / p.n_new for w, p in zip(weights, parts)) / old - 1
# --8<-- [end:experiment]


def near(rng, mean):
    """A count with this mean and Poisson's spread; twelve uniforms stand in for a normal."""
    return max(1, round(mean + sqrt(mean) * (fsum(rng.random() for _ in range(12)) - 6)))


def run(rng, slices):
    """Draws what the report of this test shows."""
    parts = []
    for s in slices:
        n, n_new = near(rng, s.people * (1 - s.share)), near(rng, s.people * s.share * s.counted_new)
        parts.append(Counts(n, near(rng, n * s.rate), n_new, near(rng, n_new * s.rate * (1 + s.effect))))
    return parts


def stories():
    """Three tests. In the first the effect differs by device, in the others the new page does harm everywhere."""
    return {
        "one coin, two effects": [Slice("mobile", 1_200_000, 0.15, -0.03, 0.5), Slice("desktop", 800_000, 0.30, 0.06, 0.5)],
        "a ramp, pooled": [Slice("Friday", 1_000_000, 0.20, -0.03, ramp), Slice("Saturday", 1_000_000, 0.23, -0.03, 0.5)],
        "losses that cancel": [Slice("desktop", 1_500_000, 0.25, -0.03, 0.5, 1 + twice),
                               Slice("slow phone", 500_000, 0.08, -0.03, 0.5, 1 - lost)],
    }


def p_text(p):
    """A p-value for people."""
    return f"{p:.2f}" if p >= 0.001 else "under 0.001"


def main():
    rng = Random(1)
    for name, slices in stories().items():
        parts = run(rng, slices)
        meant = fsum(s.people * s.share for s in slices) / fsum(s.people for s in slices)
        print(name)
        for s, part in zip(slices, parts):
            print(f"  {s.name:<13} {pooled_lift([part]):+6.1%}  ratio p {p_text(ratio_p_value(part.n, part.n_new, s.share))}")
        total = ratio_p_value(fsum(p.n for p in parts), fsum(p.n_new for p in parts), meant)
        print(f"  in one pot    {pooled_lift(parts):+6.1%}  ratio p {p_text(total)}")
        print(f"  like for like {stratified_lift(parts):+6.1%}")


if __name__ == "__main__":
    main()
