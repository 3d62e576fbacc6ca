"""We dropped every test ad that has a near copy in training. Is the test clean now?

No. A scam campaign reposts its ad with a few words changed, then changes the repost: first and last share little, and
each is near to the one before. A filter on pairs leaves such cousins in the test; a split by cluster, everything that
a chain of near copies connects, does not. The threshold decides: too high and the chain breaks, too low and shared
boilerplate joins all ads into one cluster. Chapter: components/splits-and-leakage.
Source of the measure: Broder, On the Resemblance and Containment of Documents, 1997.
"""
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import fsum, log
from random import Random
from typing import NamedTuple

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.splits_and_leakage.splits import group_split, random_split

WORDS, LENGTH, COMMON = 1_500, 12, 8  # vocabulary, own words of an ad, phrases that every ad draws from


class Ad(NamedTuple):
    """One ad as the reviewer sees it; `campaign` is the truth that nobody logs."""

    campaign: int
    words: frozenset[int]
    scam: int


def reposts(seed: int, campaigns: int = 300, edits: int = 3) -> list[Ad]:
    """Ads in random order: each campaign posts 1 to 8, each with `edits` words of the previous one replaced."""
    rng, found = Random(seed), []
    for campaign in range(campaigns):
        scam = int(rng.random() < 0.3)
        word = lambda: rng.randrange(WORDS // 2) + (WORDS // 2 if rng.random() < (0.65 if scam else 0.35) else 0)
        own, phrases = [word() for _ in range(LENGTH)], [WORDS + rng.randrange(COMMON) for _ in range(4)]
        for _ in range(1 + rng.randrange(8)):
            found.append(Ad(campaign, frozenset(own + phrases), scam))
            for _ in range(edits):
                own[rng.randrange(LENGTH)] = word()
    return sorted(found, key=lambda _: rng.random())


# --8<-- [start:clusters]
def similar_pairs(documents: Sequence[frozenset[int]], least: float) -> list[tuple[float, int, int]]:
    """(similarity, earlier, later) of all pairs of at least this Jaccard similarity: words shared, over all words of both."""
    holding, found = defaultdict(list), []
    for later, words in enumerate(documents):
        shared = Counter(earlier for word in words for earlier in holding[word])
        for earlier, count in shared.items():
            similarity = count / (len(words) + len(documents[earlier]) - count)
            if similarity >= least:
                found.append((similarity, earlier, later))
        for word in words:
            holding[word].append(later)
    return sorted(found)


def clusters(size: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """For each of `size` documents the smallest index that a chain of pairs connects it with (union-find)."""
    parent = list(range(size))

    def root(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for a, b in pairs:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    return [root(i) for i in range(size)]
# --8<-- [end:clusters]


def naive_bayes_auc(train: Sequence[Ad], test: Sequence[Ad]) -> float | None:
    """Test AUC of word counts by class (Bernoulli, half a count added); None if the test holds one class only."""
    seen, ads = (Counter(), Counter()), [0, 0]
    for ad in train:
        ads[ad.scam] += 1
        seen[ad.scam].update(ad.words)
    weight = lambda word: log((seen[1][word] + 0.5) / (ads[1] + 1)) - log((seen[0][word] + 0.5) / (ads[0] + 1))
    truth = [ad.scam for ad in test]
    return roc_auc(truth, [round(fsum(map(weight, ad.words)), 9) for ad in test]) if 0 < sum(truth) < len(truth) else None


# --8<-- [start:experiment]
def experiment(seed: int, thresholds: Sequence[float] = (0.7, 0.6, 0.5, 0.3, 0.15), edits: int = 3) -> dict:
    """{"random rows", "new campaigns": AUC; each threshold: (AUC after the pair filter, share of the test that it leaves,
    AUC of the split by cluster, share of the ads in the biggest cluster)}."""
    ads = reposts(seed, edits=edits)
    train, test = random_split(len(ads), 0.3, seed)
    pick = lambda rows: [ads[i] for i in rows]
    found = {"random rows": naive_bayes_auc(pick(train), pick(test)),
             "new campaigns": naive_bayes_auc(ads, reposts(1_000 + seed, edits=edits))}
    tested, measured = set(test), similar_pairs([ad.words for ad in ads], min(thresholds))
    for threshold in thresholds:
        pairs = [(a, b) for similarity, a, b in measured if similarity >= threshold]
        copied = {i for pair in pairs for i in pair if len(tested.intersection(pair)) == 1}
        left = [i for i in test if i not in copied]
        cluster = clusters(len(ads), pairs)
        inside, outside = group_split(cluster, 0.3, seed)
        biggest = max(Counter(cluster).values()) / len(ads)
        found[threshold] = (naive_bayes_auc(pick(train), pick(left)), len(left) / len(test),
                            naive_bayes_auc(pick(inside), pick(outside)) if biggest < 0.5 else None, biggest)
    return found


def main() -> None:
    edits = 3  # @param {type:"slider", min:1, max:6, step:1, unit:"words changed per repost"}
    seed = 4  # @param {type:"number", min:1, max:1000}
    found = experiment(seed, edits=edits)
    score = lambda auc: f"{auc:.2f}" if auc is not None else "none"
    print(f"AUC on random rows    {score(found.pop('random rows'))}")
    print(f"AUC on new campaigns  {score(found.pop('new campaigns'))}\n")
    print("          pair filter   cluster split")
    print("similar    AUC  test     AUC   biggest")
    print("at least        left            cluster")
    for threshold, (pair, left, cluster, biggest) in found.items():
        print(f"{threshold:5}{score(pair):>9}{left:6.0%}{score(cluster):>8}{biggest:9.0%}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
