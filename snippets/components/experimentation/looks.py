"""What do ten looks at a running test cost, and which rule lets you look?

About 20% false alarms at the 5% line if every look brings new people, far less than 1 - 0.95^10, because looks share
data. If the same people come back each day, later looks bring little news and less harm. A boundary fixed beforehand
keeps the promise; stopping early by any rule flatters the effect.
Chapter: components/experimentation. Boundaries: Pocock, 1977; O'Brien and Fleming, 1979; the always-valid one is the
normal mixture of Robbins, 1970, as in Howard and others, Annals of Statistics 49, 2021.
"""
from math import fsum, log, sqrt
from random import Random

from snippets.world import normal_quantile

# --8<-- [start:experiment]
looks = 10  # @param {type:"slider", min:2, max:10, step:1, unit:"looks, equally spaced"}
alike = 0.75  # @param {type:"slider", label:"a person's days", min:0, max:0.95, step:0.05, unit:"correlation"}
NORMAL = [normal_quantile((k + 0.5) / 4096) for k in range(4096)]


def new_people(rng, looks, effect=0.0):
    """z at each look when every look adds as many new people; `effect` is the expected z at the last."""
    total, path = 0.0, []
    for k in range(1, looks + 1):
        total += NORMAL[rng.getrandbits(12)] + effect / sqrt(looks)
        path.append(total / sqrt(k))
    return path


def same_people(rng, looks, alike):
    """z at each look when everybody came on day one and adds a day: heavy users stay heavy."""
    person, days, path = NORMAL[rng.getrandbits(12)], 0.0, []
    for k in range(1, looks + 1):
        days += NORMAL[rng.getrandbits(12)]
        path.append((sqrt(alike) * person + sqrt(1 - alike) * days / k) / sqrt(alike + (1 - alike) / k))
    return path


def always_valid(k, looks, alpha=0.05, tuned=0.1):
    """|z| that a mixture boundary asks at look k, however many follow; `tuned`: the mixture's weight, in shares of the plan; it is tightest at about eight times that."""
    r = tuned * looks
    return sqrt((k + r) / k * (log((k + r) / r) - 2 * log(alpha)))


RULES = {  # |z| asked at look k of n; the constants are those of ten looks and 5%
    "5% line, every look": lambda k, n: 1.960,
    "Pocock": lambda k, n: 2.555,
    "O'Brien-Fleming": lambda k, n: 2.087 * sqrt(n / k),
    "always valid": always_valid,
    "5% line, last look": lambda k, n: 1.960 if k == n else 99.0,
}


def stopped(path, rule):
    """The first look (from 1) whose |z| crosses the rule's line, or None."""
    return next((k for k, z in enumerate(path, start=1) if abs(z) > rule(k, len(path))), None)
# --8<-- [end:experiment]


def alarms(paths, rule):
    """Share of tests that stop."""
    return sum(stopped(path, rule) is not None for path in paths) / len(paths)


def when_real(paths, rule, effect):
    """(share found, data used, effect shown over true one when it won) of a rule, when there is an effect."""
    ends = [stopped(path, rule) for path in paths]
    won = [(k, path[k - 1]) for k, path in zip(ends, paths) if k and path[k - 1] > 0]
    shown = fsum(z / sqrt(k / looks) / effect for k, z in won) / len(won)
    return len(won) / len(paths), fsum(k or looks for k in ends) / looks / len(paths), shown


def main():
    rng, tests, effect = Random(1), 4000, 2.8  # an effect that one last look finds four times in five
    null = [new_people(rng, looks) for _ in range(tests)]
    back = [same_people(rng, looks, alike) for _ in range(tests)]
    real = [new_people(rng, looks, effect) for _ in range(tests)]
    line = RULES["5% line, every look"]
    print(f"no effect, {looks} looks at the 5% line")
    print(f"  if looks were independent {1 - 0.95 ** looks:4.0%}")
    print(f"  new people at each look   {alarms(null, line):4.0%}")
    print(f"  the same people again     {alarms(back, line):4.0%}")
    print("rule                 false found data shown")
    for name, rule in RULES.items():
        found, data, shown = when_real(real, rule, effect)
        print(f"{name:<20} {alarms(null, rule):4.0%} {found:5.0%} {data:4.0%} {shown:4.2f}x")


if __name__ == "__main__":
    main()
