"""Five raters of five would have passed you. How likely is a yes in the interview itself?

Less than four in five: some who are not ready pass five times, and there are many of them. With one
friend in all five it says less still, and least when the friend is milder than the interviewer.
Chapter: framework/study-plan. Bayes' rule on the shares of mocks.py; the normal curves are ours.
"""
import math
from statistics import NormalDist

from snippets.framework.study_plan.mocks import parts, separate, stays, together

NORMAL = NormalDist()

# --8<-- [start:ready]
passing = 0.3  # @param {type:"slider", min:0.05, max:0.8, step:0.05, unit:"of applicants like you pass a round"}
mild = 0.5  # @param {type:"slider", min:0.05, max:0.9, step:0.05, unit:"of them would pass with a mild friend"}


def grid(points):
    """Equally likely values of a standard normal: the middles of so many slices."""
    return [NORMAL.inv_cdf((i + 0.5) / points) for i in range(points)]


def yes_chance(known, share_passing, noise):
    """Chance of a yes from a rater who passes this share; `noise` is the variance not known."""
    return NORMAL.cdf((known - NORMAL.inv_cdf(1 - share_passing)) / math.sqrt(noise))


def after(yeses, mocks, share_passing, friend=None, points=201):
    """(Chance of a yes from the next interviewer, chance that your own rate is 60% or more.)

    Votes of fresh raters, or of one friend who would pass the share `friend`.
    """
    you, day, taste, opinion = parts(separate, together, stays)
    tastes = [0.0] if friend is None else grid(61)
    total, next_yes, sure = [], [], []
    for skill in grid(points):
        own = yes_chance(math.sqrt(you) * skill, share_passing, 1 - you)
        for liking in tastes:
            vote = own if friend is None else yes_chance(
                math.sqrt(you) * skill + math.sqrt(taste) * liking, friend, day + opinion)
            weight = vote**yeses * (1 - vote) ** (mocks - yeses)
            total.append(weight)
            next_yes.append(weight * own)
            sure.append(weight * (own >= 0.6))
    return math.fsum(next_yes) / math.fsum(total), math.fsum(sure) / math.fsum(total)


def votes_for_rating(above_bar):
    """Votes that carry what one rating on a fine scale does, this many deviations (of luck) above the bar."""
    p = NORMAL.cdf(above_bar)
    return p * (1 - p) / NORMAL.pdf(above_bar) ** 2
# --8<-- [end:ready]


def main():
    print(f"{passing:.0%} of applicants pass a round")
    print("votes of strangers   next yes   60%+")
    for yeses, mocks in ((0, 0), (0, 3), (1, 3), (2, 3), (3, 3), (3, 4), (4, 5), (5, 5), (10, 10)):
        chance, sure = after(yeses, mocks, passing)
        print(f"  {f'{yeses} of {mocks}' if mocks else 'none':12} {chance:12.0%} {sure:8.0%}")
    print("one friend, at the interviewer's bar")
    for mocks in (5, 10):
        chance, sure = after(mocks, mocks, passing, friend=passing)
        print(f"  {f'{mocks} of {mocks}':12} {chance:12.0%} {sure:8.0%}")
    print(f"one mild friend, who would pass {mild:.0%}")
    chance, sure = after(10, 10, passing, friend=mild)
    print(f"  {'10 of 10':12} {chance:12.0%} {sure:8.0%}")
    print("5 of 5 strangers, by who applies")
    for share in (0.2, 0.3, 0.5):
        print(f"  {share:.0%} pass: next yes {after(5, 5, share)[0]:.0%}")
    print("three ratings carry as much as")
    for distance, where in ((0, "if you are at the bar"), (1, "a deviation above"), (1.5, "one and a half above")):
        print(f"  {3 * votes_for_rating(distance):4.1f} votes {where}")


if __name__ == "__main__":
    main()
