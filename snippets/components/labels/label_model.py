"""Several sources label the same cases and nobody knows the truth. How good is each, and what is the label?

Kappa says how far two sources agree beyond chance. The label model of Dawid and Skene learns each source's error
rates from agreement alone and weighs the votes by them: with annotators for sources it is crowd labeling, with
labeling functions (rules that vote or abstain) it is weak supervision. Both believe that errors are independent.
Sources: Cohen, 1960; Dawid and Skene, Applied Statistics 28, 1979; Ratner et al., Data programming, NeurIPS 2016.
"""
from collections import Counter
from collections.abc import Sequence
from math import fsum, log

from snippets.components.models_and_baselines.logistic_regression import sigmoid

ABSTAIN = -1


def cohens_kappa(left: Sequence[int], right: Sequence[int]) -> float:
    """Agreement of two raters of the same cases beyond chance: 1 is perfect, 0 chance. Abstentions are left out."""
    pairs = [(a, b) for a, b in zip(left, right, strict=True) if ABSTAIN not in (a, b)]
    same = sum(a == b for a, b in pairs) / len(pairs)
    yes = [sum(pair[side] for pair in pairs) / len(pairs) for side in (0, 1)]
    by_chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    return (same - by_chance) / (1 - by_chance) if by_chance < 1 else 1.0


def mean_kappa(sources: Sequence[Sequence[int]]) -> float:
    """Cohen's kappa, averaged over all pairs of sources."""
    pairs = [(a, b) for i, a in enumerate(sources) for b in sources[:i]]
    return fsum(cohens_kappa(a, b) for a, b in pairs) / len(pairs)


def majority_vote(sources: Sequence[Sequence[int]]) -> list[float]:
    """Share of yes among the votes on each case; a half if all abstain."""
    votes = [[vote for vote in case if vote != ABSTAIN] for case in zip(*sources)]
    return [sum(case) / len(case) if case else 0.5 for case in votes]


def dawid_skene(sources: Sequence[Sequence[int]], steps: int = 20) -> tuple[list[float], list[float]]:
    """(probability that each case is a yes, believed accuracy of each source on its votes), by EM from the majority.

    Each source has one rate of hits and one of false alarms, both pulled a little toward a half so that none is 0 or 1.
    """
    cases = list(zip(*sources))
    count = Counter(cases)  # cases with the same votes get the same label, so work on patterns of votes
    chance = dict(zip(count, majority_vote(list(zip(*count)))))
    for _ in range(steps):
        yes = {pattern: count[pattern] * p for pattern, p in chance.items()}
        no = {pattern: count[pattern] - yes[pattern] for pattern in count}
        base, weights = fsum(yes.values()) / len(cases), []
        for k in range(len(sources)):
            share = lambda of, vote: fsum(n for pattern, n in of.items() if pattern[k] == vote)
            hits, alarms = ((share(of, 1) + 1) / (share(of, 0) + share(of, 1) + 2) for of in (yes, no))
            weights.append({1: log(hits / alarms), 0: log((1 - hits) / (1 - alarms)), ABSTAIN: 0.0})
        prior = log(base / (1 - base))
        chance = {votes: sigmoid(fsum([prior, *(w[vote] for w, vote in zip(weights, votes))])) for votes in count}
    believed = []
    for k in range(len(sources)):
        cast = [(n, chance[votes] if votes[k] else 1 - chance[votes]) for votes, n in count.items() if votes[k] != ABSTAIN]
        believed.append(fsum(n * p for n, p in cast) / sum(n for n, _ in cast))
    return [chance[votes] for votes in cases], believed


def weighted_vote(sources: Sequence[Sequence[int]], accuracies: Sequence[float], base: float = 0.5) -> list[float]:
    """Probability of a yes if each source is right this often (0 to 1, not included) and errs on its own."""
    weights = [log(right / (1 - right)) for right in accuracies]
    sign = {1: 1.0, 0: -1.0, ABSTAIN: 0.0}
    prior = log(base / (1 - base))
    return [sigmoid(fsum([prior, *(w * sign[vote] for w, vote in zip(weights, case))])) for case in zip(*sources)]


def accuracy(truth: Sequence[int], labels: Sequence[float]) -> float:
    """Share of cases on which a vote or a probability is on the right side of a half; a half itself counts half."""
    right = [0.5 if label == 0.5 else float((label > 0.5) == bool(y)) for y, label in zip(truth, labels, strict=True)]
    return fsum(right) / len(right)
