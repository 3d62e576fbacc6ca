"""Declined payments have no label. What does that do to the next comparison, and what does a label cost?

A challenger that ranks exactly as well looks better, for the old model's best catches are missing from
the exam. A random sample, weighted, repairs it, and a place in the review queue buys the labels cheaper
than letting fraud through. Chapter: framework/levels-and-roles. Weights: Horvitz and Thompson, 1952.
"""
import math
import random
from statistics import fmean as mean

from snippets.framework.levels_and_roles.threshold import (
    APPROVE, DAYS, DECLINE, FRAUD, NORMAL, REVIEW, auc, cheapest, costs, payments, price_of_a_place,
    saved_by_review)


def rank_auc(rows):
    """Chance that a fraud outscores a good payment; rows of (score, fraud, weight)."""
    good = pairs = frauds = 0.0
    for _, fraud, weight in sorted(rows):
        if fraud:
            frauds, pairs = frauds + weight, pairs + weight * good
        else:
            good += weight
    return pairs / (frauds * good)


def cut(apart, declined):
    """The score above which this share of all payments lies."""
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        above = (1 - FRAUD) * NORMAL.cdf(-middle) + FRAUD * NORMAL.cdf(apart - middle)
        low, high = (middle, high) if above > declined else (low, middle)
    return high


# --8<-- [start:unlabeled]
declined = 0.02  # @param {type:"slider", min:0.005, max:0.1, step:0.005, unit:"of all payments"}
alike = 0.5  # @param {type:"slider", min:0, max:0.95, step:0.05, unit:"correlation of the models' errors"}
sampled = 0.05  # @param {type:"slider", min:0.01, max:0.5, step:0.01, unit:"of declines get a label anyway"}
PAIRS = 4_000  # drawn twice, with the models swapped: so they rank exactly as well


def exam(seed, alike):
    """AUC of (old model, challenger): on all payments, on the labeled ones, with a weighted sample of the rest."""
    rng, apart = random.Random(seed), math.sqrt(2) * NORMAL.inv_cdf(auc)
    limit, truth, labeled, repaired = cut(apart, declined), ([], []), ([], []), ([], [])
    for number in range(PAIRS):
        fraud = number % 2 == 1  # as many frauds as good payments: AUC does not depend on their ratio
        first, other = (NORMAL.inv_cdf(rng.random() or 0.5) for _ in range(2))
        second = alike * first + math.sqrt(1 - alike * alike) * other
        for old, new in ((first, second), (second, first)):
            passed, lucky = old + apart * fraud <= limit, rng.random() < sampled
            for model, score in enumerate((old + apart * fraud, new + apart * fraud)):
                truth[model].append((score, fraud, 1))
                if passed:
                    labeled[model].append((score, fraud, 1))
                if passed or lucky:
                    repaired[model].append((score, fraud, 1 if passed else 1 / sampled))
    return [tuple(map(rank_auc, rows)) for rows in (truth, labeled, repaired)]


def buy_labels(seed):
    """With the queue priced: (declines a day, share of fraud in them, and for both ways dollars and labels a year)."""
    price, week = price_of_a_place(payments(seed + 1_000, auc)), payments(seed, auc)
    gone = [(p, amount) for p, amount in week
            if cheapest(p, amount) == DECLINE and saved_by_review(p, amount) <= price]
    a_day = len(gone) / DAYS
    harm = math.fsum(costs(p, a)[APPROVE] - costs(p, a)[DECLINE] for p, a in gone) / DAYS
    relief = math.fsum(costs(p, a)[DECLINE] - costs(p, a)[REVIEW] for p, a in gone) / len(gone)
    days = 365 * (1 - math.exp(-a_day))  # with something declined; one of it, at random, takes a place
    return (a_day, math.fsum(p for p, _ in gone) / math.fsum(p for p, _ in week),
            (sampled * harm * 365, sampled * a_day * 365), ((price - relief) * days, days))
# --8<-- [end:unlabeled]


def main():
    exams = [exam(seed, alike) for seed in range(5)]
    print("AUC, mean of 5 seeds: old, challenger")
    for row, name in enumerate(("all payments: the truth", "labeled payments only", f"{sampled:.0%} of the rest too, weighted")):
        print(f"  {mean(e[row][0] for e in exams):.3f}  {mean(e[row][1] for e in exams):.3f}  {name}")
    gaps = [100 * (e[1][1] - e[1][0]) for e in exams]
    print(f"it looks {mean(gaps):.1f} points better, and is not")
    for other in (0.0, 0.8):
        gift = mean(100 * (e[1][1] - e[1][0]) for e in (exam(seed, other) for seed in range(5)))
        print(f"  {gift:.1f} when errors correlate {other:g}")
    bought = [buy_labels(seed) for seed in range(5)]
    print("still declined with the queue priced")
    print(f"  {mean(b[0] for b in bought):.1f} a day, {mean(b[1] for b in bought):.0%} of the fraud")
    print("labels on them, a year")
    each = []
    for way, name in ((2, f"let {sampled:.0%} through"), (3, "one review place a day")):
        dollars, labels = (mean(b[way][i] for b in bought) for i in range(2))
        each.append(dollars / labels)
        print(f"  {labels:3.0f} for ${dollars:5,.0f}, ${each[-1]:2.0f} each: {name}")
    print(f"  {each[0] / each[1]:.0f} times the labels for a dollar")


if __name__ == "__main__":
    main()
