"""Which of two rankers is better, judged on a log whose order a third one made?

Compare a clicked and an unclicked impression only where both stood at the same position. Then a ranker gains
nothing by guessing who was shown first. Positions count by their number of such pairs.
A stratified Mann-Whitney statistic: van Elteren, Bulletin of the International Statistical Institute, 1960.
"""
from collections import defaultdict
from collections.abc import Hashable, Sequence
from math import fsum

from snippets.components.metrics.roc_auc import roc_auc


def within_position_auc(labels: Sequence[int], scores: Sequence[float], positions: Sequence[int]) -> float:
    """Chance that a clicked impression outscores an unclicked one of the same position; a tie counts half."""
    return stratified_auc(labels, scores, positions)


def stratified_auc(labels: Sequence[int], scores: Sequence[float], strata: Sequence[Hashable]) -> float:
    """The same over pairs of one stratum (a position, a request), each pair counting once."""
    parts = defaultdict(lambda: ([], []))
    for label, score, stratum in zip(labels, scores, strata):
        parts[stratum][0].append(label)
        parts[stratum][1].append(score)
    pairs, wins = 0, []
    for clicked, scored in parts.values():
        here = sum(clicked) * (len(clicked) - sum(clicked))
        if here:
            pairs += here
            wins.append(here * roc_auc(clicked, scored))
    if not pairs:
        raise ValueError("no stratum has both a click and an impression without one")
    return fsum(wins) / pairs
