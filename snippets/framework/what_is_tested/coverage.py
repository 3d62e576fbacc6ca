"""Your modeling is superb, the rest merely good. Do you spend the interview on it or touch all five signals?

From one end of its range to the other, what is written for a signal hardly shown moves the result more than the
form's weights do; by one notch, less. You can't know either; six to nine minutes on each make both matter less.
Chapter: framework/what-is-tested. Five signals as in Exponent's rubric; the model is ours.
"""
import math
from random import Random

from snippets.framework.what_is_tested.luck import reliability
from snippets.world.exact import normal_quantile

# --8<-- [start:coverage]
best = 0.98  # @param {type:"slider", min:0.05, max:0.99, step:0.01, unit:"beaten in modeling"}
rest = 0.71  # @param {type:"slider", min:0.05, max:0.99, step:0.01, unit:"beaten in the other four"}
halfway = 6  # @param {type:"slider", min:1, max:20, step:1, unit:"minutes that move a rating halfway"}
seed = 7  # @param {type:"slider", min:0, max:19, step:1}
SIGNALS, MODELING, MINUTES = 5, 2, 45  # modeling is the third of Exponent's five
OPENINGS = {"weak": -1.0, "average": 0.0, "like the rest": None}  # before it is seen


def plan(floor):
    """Minutes for each signal: the floor on four, all else on modeling."""
    most = MINUTES - (SIGNALS - 1) * floor
    return [most if i == MODELING else floor for i in range(SIGNALS)]


def ratings(skills, noises, minutes, opening, halfway):
    """Each starts at the opening and moves to what was shown, halfway in so many minutes."""
    seen = [s + n * math.sqrt(halfway / m) for s, n, m in zip(skills, noises, minutes)]
    shown = math.fsum(m * s for m, s in zip(minutes, seen)) / math.fsum(minutes)
    start = shown if opening is None else opening
    return [(m * s + halfway * start) / (m + halfway) for m, s in zip(minutes, seen)]


def rater_spread(opening, halfway, reliability):
    """Spread between raters at which two of them correlate so much, at even minutes and equal weights."""
    even = MINUTES / SIGNALS
    weight = 1.0 if opening is None else even / (even + halfway)
    skill = weight**2 * (0.5 + 0.5 / SIGNALS)  # variances
    noise = weight**2 * halfway / even / SIGNALS
    return math.sqrt(max(0.0, skill / reliability - skill - noise))


def overall(ratings, modeling_weight=0.2):
    """The form's weighted mean; the other four share what modeling leaves."""
    other = (1 - modeling_weight) / (SIGNALS - 1)
    return math.fsum((modeling_weight if i == MODELING else other) * r
                     for i, r in enumerate(ratings))
# --8<-- [end:coverage]


def pass_rates(candidate, opening, combine, floors, halfway=halfway, seed=seed, applicants=2000):
    """Pass rate of a candidate's plans; the best-rated 30% of applicants, at even minutes, set the bar."""
    uniform = Random(seed).random
    rater, scores, passed = rater_spread(opening, halfway, reliability), [], []
    for _ in range(applicants):
        # half of a skill's variance is common to all five signals, half its own
        common, *draws = (normal_quantile(uniform() * (1 - 1e-9) + 5e-10) for _ in range(2 * SIGNALS + 2))
        own, noises, severity = draws[:SIGNALS], draws[SIGNALS:-1], draws[-1] * rater
        skills = [math.sqrt(0.5) * (common + mine) for mine in own]
        scores.append(combine(ratings(skills, noises, plan(MINUTES / SIGNALS), opening, halfway)) + severity)
        passed.append([combine(ratings(candidate, noises, plan(f), opening, halfway)) + severity for f in floors])
    bar = sorted(scores)[int(0.7 * applicants)]
    return [sum(row[i] > bar for row in passed) / applicants for i in range(len(floors))]


def main():
    candidate = [normal_quantile(best if i == MODELING else rest) for i in range(SIGNALS)]
    forms = {"mean of five": overall, "weakest of five": min,
             "mean, modeling is 40% of it, not 20%": lambda ratings: overall(ratings, 0.4)}
    print("pass rate, minutes on each of four:")
    print("hardly seen counts as    1     6     9")
    first = []
    for form, combine in forms.items():
        print(form)
        for label, opening in OPENINGS.items():
            row = pass_rates(candidate, opening, combine, (1, 6, 9))
            first.append(round(100 * row[0]))
            print(f"  {label:18}" + "".join(f"{rate:6.0%}" for rate in row))
    print("from mean and weak, one minute moves by")
    for i, change in ((2, "what hardly seen counts"), (6, "modeling's weight"), (3, "mean or weakest")):
        print(f"  {abs(first[i] - first[0]):2} points by {change}")
    seeds = [pass_rates(candidate, -1.0, overall, (1,), seed=other)[0] for other in range(10)]
    print("mean and weak, one minute, ten seeds")
    print(f"  {min(seeds):.0%} to {max(seeds):.0%}")


if __name__ == "__main__":
    main()
