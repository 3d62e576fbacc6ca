"""Five interviewers tell their scores in turn and the mean decides. How many opinions is that?

Between two and three, if each counts own impression and every score heard alike. Two errors add up: what
the third one says already holds the first one's view (the persuasion bias of DeMarzo, Vayanos and Zwiebel,
2003), and a mean over scores that hold one another counts it again. The first voice weighs 60%.
Chapter: framework/interviewing-others. Reliability of separate interviews 0.44: Huffcutt and others, 2013.
"""
import math
from random import Random
from statistics import NormalDist

from snippets.world.exact import normal_quantile

NORMAL = NormalDist()

# --8<-- [start:debrief]
interviewers = 5  # @param {type:"slider", min:2, max:12, step:1}
own = 1.0  # @param {type:"slider", min:0.25, max:20, label:"own view", unit:"times a score heard", scale:"log"}
reliability = 0.44  # @param {type:"slider", min:0.1, max:0.9, step:0.02, unit:"correlation of two interviewers"}
passing = 0.30  # @param {type:"slider", min:0.05, max:0.6, step:0.05, unit:"of the candidates pass"}


def spoken(impressions, own=1.0):
    """Scores said in turn: own impression counts `own` times, each score heard once."""
    said = []
    for mine in impressions:
        said.append((own * mine + math.fsum(said)) / (own + len(said)))
    return said


def shares(n, own=1.0):
    """Share of each first impression in the mean of what n people say."""
    said = [spoken([float(i == j) for j in range(n)], own) for i in range(n)]
    return [math.fsum(column) / n for column in said]


def worth(shares):
    """Independent opinions with as little noise as this weighted mean: 1 / sum of squares."""
    return 1 / math.fsum(share * share for share in shares)


def reliability_of_mean(reliability, opinions):
    """Squared correlation of skill with the mean of so many opinions (Spearman, Brown)."""
    return opinions * reliability / (1 + (opinions - 1) * reliability)
# --8<-- [end:debrief]


def wrong_hires(reliability, passing, steps=2000):
    """Share of those hired who are not in the best `passing` of the candidates (midpoint rule)."""
    bar, link = NORMAL.inv_cdf(1 - passing), math.sqrt(reliability)
    below = ((i + 0.5) / steps * (1 - passing) for i in range(steps))
    hired = (1 - NORMAL.cdf((bar - link * NORMAL.inv_cdf(u)) / math.sqrt(1 - link * link)) for u in below)
    return math.fsum(hired) / steps * (1 - passing) / passing


def unanimous_hires(n, own, reliability, passing, seed, candidates=2000):
    """Simulated: share of candidates with n votes for yes, and how many of those are not in the best `passing`.

    Returns the pair for scores spoken in turn, for scores written unseen, of the same impressions, and for as many
    as the first, chosen by the mean of the written scores.
    """
    uniform, bar = Random(seed).random, NORMAL.inv_cdf(1 - passing)
    noise, counts, means = math.sqrt(1 / reliability - 1), [[0, 0], [0, 0]], []
    for _ in range(candidates):
        skill, *luck = (normal_quantile(uniform() * (1 - 1e-9) + 5e-10) for _ in range(n + 1))
        views = [skill + noise * error for error in luck]
        means.append((math.fsum(views), skill < bar))
        for count, scores in zip(counts, (spoken(views, own), views)):
            if min(scores) > bar / math.sqrt(reliability):  # the bar that passes `passing` of single views
                count[0] += 1
                count[1] += skill < bar
    yes = counts[0][0]
    counts.append([yes, sum(wrong for _, wrong in sorted(means, reverse=True)[:yes])])
    return [(yes / candidates, wrong / max(yes, 1)) for yes, wrong in counts]


def main():
    alone, room = [1 / interviewers] * interviewers, shares(interviewers, own)
    print("share in the mean, speaking in turn")
    print("  " + " ".join(f"{share:.0%}" for share in room))
    print("worth in independent opinions")
    print(f"  {worth(room):.2f} spoken, {worth(alone):.2f} written unseen")
    print("hired, but not among the best " + f"{passing:.0%}")
    for label, opinions in (("one interviewer", 1), ("spoken in turn", worth(room)), ("written unseen", worth(alone))):
        print(f"  {wrong_hires(reliability_of_mean(reliability, opinions), passing):.0%} {label}")
    print("worth, by size of the room")
    for n in (2, 3, 8, 20, 100):
        print(f"  {n:3} people {worth(shares(n, own)):5.2f}, first voice {shares(n, own)[0]:.0%}")
    print("worth of five, own view counts")
    for weight in (0.5, 1, 2, 4, 10):
        print(f"  {weight:4g} times {worth(shares(5, weight)):5.2f}, first voice {shares(5, weight)[0]:.0%}")
    print("all say yes (ten simulated years)")
    years = [unanimous_hires(interviewers, own, reliability, passing, seed) for seed in range(10)]
    for label, runs in zip(("spoken", "written", "as many"), zip(*years)):
        yes, wrong = (math.fsum(values) / len(runs) for values in zip(*runs))
        low, high = min(wrong for _, wrong in runs), max(wrong for _, wrong in runs)
        print(f"  {label:7} {yes:.0%} of candidates,")
        print(f"    {wrong:.0%} of those wrongly ({low:.0%} to {high:.0%})")
    print("as many: the best by written mean")


if __name__ == "__main__":
    main()
