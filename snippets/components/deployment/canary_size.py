"""Does a smaller canary spoil fewer impressions before it finds a bad model?

Not for a small loss: the test needs its sample either way, and few people make a noisy one, so the smaller canary spoils
more, and below some share it never sees the loss, however long it waits. It does bother fewer people. For a model that
is plainly broken the share decides, for the time to react then outlasts the time to see. Chapter: components/deployment.
Method: two proportions with clustered units (design effect: Kish, Survey Sampling, 1965).
"""
from math import inf
from statistics import NormalDist

# --8<-- [start:size]
rate = 0.05  # @param {type:"slider", label:"click rate", min:0.005, max:0.5, step:0.005}
users = 3_300_000  # @param {type:"slider", label:"daily users", min:10000, max:300000000, unit:"users", scale:"log"}
daily = 30  # @param {type:"slider", label:"impressions a user a day", min:1, max:300, scale:"log"}
differ = 0.4  # @param {type:"slider", label:"spread of personal click rates", min:0, max:1, step:0.05, unit:"of the mean"}
react = 15  # @param {type:"slider", label:"from signal to rollback", min:1, max:240, unit:"minutes", scale:"log"}


def impressions_needed(rate, drop, share, alpha=0.05, power=0.8):
    """Canary impressions at which a two-sided test sees a relative `drop` of the click rate, were all independent."""
    z = NormalDist().inv_cdf(1 - alpha / 2) + NormalDist().inv_cdf(power)
    return (z / (rate * drop)) ** 2 * rate * (1 - rate) / (1 - share)


def likeness(rate, differ):
    """Intraclass correlation of clicks, if people's own rates have a standard deviation of `differ` times the mean."""
    return differ**2 * rate / (1 - rate)


def needed_of_each(independent, people, alike):
    """Impressions of each of the canary's `people` worth `independent` ones together; infinite if people are too few."""
    worth = people / independent
    return (1 - alike) / (worth - alike) if worth > alike else inf


def smallest_share(rate, drop, users, alike):
    """Share of users below which no waiting shows the drop (while the canary is a small part of all)."""
    return impressions_needed(rate, drop, 0) * alike / users
# --8<-- [end:size]


def rollout(drop, share):
    """(days until the drop shows, canary impressions served until then and until the rollback)."""
    people = users * share
    days = needed_of_each(impressions_needed(rate, drop, share), people, likeness(rate, differ)) / daily
    return days, people * daily * (days + react / 1440)


def spell(days):
    """A length of time as people say it."""
    for unit, size in (("days", 1), ("h", 24), ("min", 1440)):
        if days * size >= 1 or unit == "min":
            return "never" if days == inf else f"{days * size:.1f} {unit}" if days * size >= 0.1 else "at once"


def main() -> None:
    print(f"{rate:.0%} click rate, 1% drop, 1% canary")
    print(f"  if independent {impressions_needed(rate, 0.01, 0.01):10,.0f} impressions")
    print(f"  of real people {rollout(0.01, 0.01)[1]:10,.0f}")
    print(f"  no waiting helps below {smallest_share(rate, 0.01, users, likeness(rate, differ)):.2%}")
    for drop in (0.01, 0.5):
        print(f"{f'{drop:.0%} drop':<8}{'people':>10} {'seen':>10} {'spoiled':>10}")
        for share in (0.001, 0.005, 0.01, 0.05, 0.25, 0.5):
            days, spoiled = rollout(drop, share)
            print(f"{share:6.1%} {users * share:11,.0f} {spell(days):>10} {'' if days == inf else f'{spoiled:,.0f}':>10}")
        plain = drop >= 0.2  # all at once leaves nobody to compare with, so only an alarm on plain failures can see it
        at_once = f"{users * daily * react / 1440:,.0f}" if plain else "all"
        print(f"100.0% {users:11,.0f} {'by alarm' if plain else 'no control':>10} {at_once:>10}")


if __name__ == "__main__":
    main()
