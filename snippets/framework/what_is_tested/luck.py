"""You beat 80% of the applicants and the best-rated 30% pass. How often does one round say no?

Nearly half the time: two interviewers who see one person separately agree only so far, and what they
don't share is luck (the question, the day, the rater). Averaging helps less than it seems.
Chapter: framework/what-is-tested. Reliability: Huffcutt, Culbertson and Weyhrauch, 2013;
of an average: Spearman and Brown, 1910.
"""
import math
from statistics import NormalDist

NORMAL = NormalDist()

# --8<-- [start:luck]
you = 0.80  # @param {type:"slider", min:0.05, max:0.99, step:0.01, unit:"of the applicants are behind you"}
passing = 0.30  # @param {type:"slider", min:0.05, max:0.9, step:0.05, unit:"of the applicants pass"}
reliability = 0.44  # @param {type:"slider", min:0.05, max:0.95, step:0.01, unit:"correlation of two interviewers"}


def averaged(reliability, rounds):
    """Reliability of the mean of so many rounds that rate one skill (Spearman, Brown)."""
    return rounds * reliability / (1 + (rounds - 1) * reliability)


def chance_of_no(percentile, passing, reliability):
    """Share of rounds that reject this skill percentile when a share `passing` of all pass.

    rating = sqrt(reliability) × skill + sqrt(1 - reliability) × luck, both normal.
    """
    skill, bar = NORMAL.inv_cdf(percentile), NORMAL.inv_cdf(1 - passing)
    return NORMAL.cdf((bar - math.sqrt(reliability) * skill) / math.sqrt(1 - reliability))


def percentile_to_pass(chance, passing, reliability):
    """Skill percentile at which a candidate passes with this chance."""
    clear = NORMAL.inv_cdf(chance) * math.sqrt(1 - reliability)
    return NORMAL.cdf((NORMAL.inv_cdf(1 - passing) + clear) / math.sqrt(reliability))


def still_good(nos, no_if_good, no_if_average, before=0.5):
    """Chance that you are the good one of two after so many independent rejections (Bayes)."""
    good, average = before * no_if_good**nos, (1 - before) * no_if_average**nos
    return good / (good + average)
# --8<-- [end:luck]


def main():
    one, four = reliability, averaged(reliability, 4)
    print(f"share of \"no\" when {passing:.0%} pass")
    print("you beat   1 round   4 averaged")
    for percentile in (0.5, 0.7, you, 0.9, 0.99):
        single, mean = (chance_of_no(percentile, passing, r) for r in (one, four))
        print(f"   {percentile:3.0%} {single:9.0%} {mean:10.0%}")
    print("to pass 4 times in 5, beat")
    print(f"  {percentile_to_pass(0.8, passing, one):.0%} if one round decides")
    print(f"  {percentile_to_pass(0.8, passing, four):.0%} if four are averaged")
    print(f"one round, you beat {you:.0%}, by reliability")
    for r in (0.2, 0.44, 0.74):
        print(f"  {r:.2f}: {chance_of_no(you, passing, r):.0%} no")
    print("no from each of three such companies")
    print(f"  {chance_of_no(you, passing, one) ** 3:.0%} if one round decides")
    print(f"  {chance_of_no(you, passing, four) ** 3:.0%} if four are averaged")
    print(f"do you beat {you:.0%} (good) or 50% (average)?")
    print("  50% good before any \"no\"")
    for nos, r, what in ((1, one, "1 round"), (3, one, "3 rounds"), (5, one, "5 rounds"), (1, four, "four averaged")):
        chance = still_good(nos, chance_of_no(you, passing, r), chance_of_no(0.5, passing, r))
        print(f"  {chance:.0%} good after no from {what}")


if __name__ == "__main__":
    main()
