"""How many people must be kept without the model, for how long, and what do they cost?

More weeks hardly help: heavy users stay heavy, so people are the sample, not weeks. Subtracting each person's own
past removes most of that noise. The price is small, because only those held back lose, and only the gain.
Chapter: framework/life-after-launch. Weeks against people: Li and Yu, arxiv.org/abs/2408.02830.
"""
from math import ceil, fsum, sqrt
from statistics import NormalDist

# --8<-- [start:holdback]
users = 50_000_000  # @param {type:"slider", label:"product", min:10000, max:1000000000, unit:"users", scale:"log"}
held = 0.01  # @param {type:"slider", label:"held back", min:0.0005, max:0.2, unit:"of users", scale:"log"}
at_launch, now = 0.03, 0.01  # gain of the model over what the held-back people get
variation = 1.9  # @param {type:"slider", label:"spread of a week", min:0.5, max:5, step:0.1, unit:"× mean"}
alike = 0.75  # @param {type:"slider", label:"next week like this", min:0, max:0.95, step:0.05, unit:"correlation"}
kept = 0.98  # @param {type:"slider", label:"of that, kept", min:0.8, max:1, step:0.01, unit:"each week"}


def covariance(some, others):
    """Of a user's means over two sets of weeks, in units of one week's variance."""
    terms = [1.0 if a == b else alike * kept ** (abs(a - b) - 1) for a in some for b in others]
    return fsum(terms) / len(terms)


def plain(weeks):
    """Variance of a user's mean over the weeks 1 to n: what waiting can do."""
    return covariance(range(1, weeks + 1), range(1, weeks + 1))


def own_past_removed(weeks, before=4):
    """The same, after the part that the user's weeks before launch predict is subtracted (CUPED)."""
    past, present = range(1 - before, 1), range(1, weeks + 1)
    return plain(weeks) - covariance(past, present) ** 2 / covariance(past, past)


def within(early, late):
    """Variance of a user's change between two sets of weeks: heavy users cancel."""
    return covariance(early, early) + covariance(late, late) - 2 * covariance(early, late)


def error(variance, held_back, others):
    """Standard error of the relative difference of two groups of users."""
    return variation * sqrt(variance * (1 / held_back + 1 / others))


def people(variance, gain, power=0.8, alpha=0.05):
    """Held-back users needed to see this gain; the other group is so large that it adds no noise."""
    z = NormalDist().inv_cdf(1 - alpha / 2) + NormalDist().inv_cdf(power)
    return ceil((z * variation / gain) ** 2 * variance)


def minutes_dark(held, mean_gain, weeks):
    """The price: value not earned from those held back, as minutes of the whole product being down."""
    return held * mean_gain * weeks * 7 * 24 * 60
# --8<-- [end:holdback]


def main():
    short, long = people(plain(2), now), people(plain(12), now)
    print(f"held-back users, to see a gain of {now:.0%}")
    print(f"  {short:9,}  after 2 weeks")
    print(f"  {long:9,}  after 12 weeks: {long / short:.0%} as many")
    print(f"  {people(own_past_removed(2), now):9,}  after 2, own past removed")
    print(f"  {people(own_past_removed(12), now):9,}  after 12, own past removed:")
    need = people(own_past_removed(12), now)
    print(f"             {need / 50e6:.2%} of 50 million users")
    print(f"             {need / 1e6:.1%} of one million")
    print(f"to see that {at_launch:.0%} became {now:.0%}")
    fade = within(range(1, 3), range(11, 13))
    print(f"  {people(fade, at_launch - now):9,}  weeks 1-2 against 11-12")
    group = users * held
    reach = 1.96 * error(plain(12), group, users - group)
    print(f"{held:.2%} of {users:,} users, 12 weeks")
    print(f"  gain known to {reach:+.2%} or {-reach:.2%}")
    print(f"  own past removed {1.96 * error(own_past_removed(12), group, users - group):.2%}, "
          f"fade {1.96 * error(fade, group, users - group):.2%}")
    dark = minutes_dark(held, (at_launch + now) / 2, 12)
    print(f"  costs as much as {dark:.3g} min of downtime")


if __name__ == "__main__":
    main()
