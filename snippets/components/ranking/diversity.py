"""Is a determinantal point process worth its trouble, next to a limit of three a topic?

Only as much as viewers are bored, and less than tuning its strength. A page is worth its satisfied clicks, where each
further video of a topic is worth `boredom` times the one before. Every rule reranks the same 40 candidates with the
same perfect scores. Chapter: components/ranking. Sources: Carbonell and Goldstein, SIGIR 1998 (MMR);
Chen, Zhang and Zhou, NeurIPS 2018 (fast greedy inference for a DPP).
"""
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from math import fsum, sqrt
from operator import mul

from snippets.components.ranking.rerank import diversify
from snippets.world import World, relevance, satisfaction, sessions, shelf, uniform

Scores = Mapping[int, float]
SIZE = 10


# --8<-- [start:rules]
def cap(scores: Scores, topics: Mapping[int, Hashable], size: int, most: int) -> list[int]:
    """Best first, at most so many of a topic; short if the candidates run out."""
    used, page = Counter(), []
    for v in sorted(scores, key=lambda v: (-scores[v], v)):
        if used[topics[v]] < most and len(page) < size:
            used[topics[v]] += 1
            page.append(v)
    return page


def mmr(scores: Scores, alike: Callable[[int, int], float], size: int, balance: float) -> list[int]:
    """Maximal marginal relevance: `balance` × score − (1 − `balance`) × likeness to the most similar pick; scores up to 1."""
    left, closest, page = sorted(scores, key=lambda v: (-scores[v], v)), dict.fromkeys(scores, 0.0), []
    while left and len(page) < size:
        best = max(left, key=lambda v: balance * scores[v] - (1 - balance) * closest[v])
        left.remove(best)
        page.append(best)
        for v in left:
            closest[v] = max(closest[v], alike(v, best))
    return page


def dpp(scores: Scores, alike: Callable[[int, int], float], size: int, strength: float) -> list[int]:
    """Greedy pick of the largest determinant of q·likeness·q, with q = score to the power `strength`: lower is more diverse."""
    left = sorted(scores, key=lambda v: (-scores[v], v))
    quality = {v: scores[v] ** strength for v in left}
    gain, seen, page = {v: quality[v] ** 2 for v in left}, {v: [] for v in left}, []
    while left and len(page) < size:
        best = max(left, key=gain.get)
        left.remove(best)
        page.append(best)
        root = sqrt(max(gain[best], 1e-12))
        for v in left:
            shared = (quality[v] * quality[best] * alike(v, best) - fsum(map(mul, seen[v], seen[best]))) / root
            seen[v].append(shared)
            gain[v] -= shared * shared
    return page
# --8<-- [end:rules]


def worth(page: Sequence[int], scores: Scores, topics: Mapping[int, Hashable], boredom: float) -> float:
    """Expected satisfied clicks with 1 / place looks; each repetition of a topic multiplies by `boredom` (1: none)."""
    used, parts = Counter(), []
    for place, v in enumerate(page, 1):
        parts.append(scores[v] * boredom ** used[topics[v]] / place)
        used[topics[v]] += 1
    return fsum(parts)


def candidates(seed: int, pages: int = 40) -> list[tuple[dict, dict, dict, Callable]]:
    """For each session: scores of the 40 best videos, their topics, labels of which a third is wrong, and likeness."""
    world, found = World(seed=seed, users=40, items=100, days=7, search_share=0.0, intent_share=0.2), []
    for context in sessions(world)[:pages]:
        items = {x.id: x for x in shelf(world, context.day).items}
        every = {v: relevance(world, context, x) * satisfaction(world, context, x) for v, x in items.items()}
        scores = {v: every[v] for v in sorted(every, key=lambda v: (-every[v], v))[:40]}
        topics = {v: items[v].topic for v in scores}
        wrong = {v: uniform(seed, "label", item=v) for v in scores}
        labels = {v: (t + 1 + int(21 * wrong[v])) % 8 if wrong[v] < 1 / 3 else t for v, t in topics.items()}
        vectors = {v: items[v].vector for v in scores}
        found.append((scores, topics, labels, lambda a, b, of=vectors: fsum(map(mul, of[a], of[b]))))
    return found


RULES = {
    "cap 3": lambda scores, topics, alike: cap(scores, topics, SIZE, 3),
    "cap 2": lambda scores, topics, alike: cap(scores, topics, SIZE, 2),
    "discount 0.85": lambda scores, topics, alike: diversify(scores, topics, SIZE, 0.85),
    "discount 0.7": lambda scores, topics, alike: diversify(scores, topics, SIZE, 0.7),
    "MMR 0.7": lambda scores, topics, alike: mmr(scaled(scores), alike, SIZE, 0.7),
    "DPP, score¹": lambda scores, topics, alike: dpp(scores, alike, SIZE, 1),
    "DPP, score⁴": lambda scores, topics, alike: dpp(scores, alike, SIZE, 4),
}
BORED = 1.0, 0.85, 0.7, 0.5


def scaled(scores: Scores) -> dict[int, float]:
    """Scores relative to the best, so that MMR's balance means the same on every page."""
    best = max(scores.values())
    return {v: s / best for v, s in scores.items()}


def gains(seed: int) -> dict[str, list[float]]:
    """For each rule and boredom: worth of its pages over that of the ten best scores, minus 1."""
    found = candidates(seed)
    plain = [fsum(worth(list(s)[:SIZE], s, t, b) for s, t, _, _ in found) for b in BORED]

    def of(rule, labeled=False):
        made = [(rule(s, labels if labeled else t, alike), s, t) for s, t, labels, alike in found]
        return [fsum(worth(page, s, t, b) for page, s, t in made) / base - 1 for b, base in zip(BORED, plain)]

    rows = {name: of(rule) for name, rule in RULES.items()}
    return rows | {f"{name}, bad labels": of(RULES[name], labeled=True) for name in ("cap 3", "discount 0.7")}


def main() -> None:
    print("satisfied clicks, against the ten best scores")
    print(f"{'repeated topic':24}" + "".join(f"{f'×{b:g}':>7}" for b in BORED))
    for name, row in gains(7).items():
        print(f"{name:24}" + "".join(f"{x:+7.1%}" for x in row))


if __name__ == "__main__":
    main()
