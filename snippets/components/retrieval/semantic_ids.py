"""Do finer semantic IDs make a better generative retriever, and who pays?

A semantic ID spells an item by its content: the nearest of a few centers, then the nearest center to what is left
over, and so on. A generator predicts the spelling code by code, so a video that nobody has seen can be spelled if its
prefix has been. More centers a level make IDs unique, which looks better, and leave a new video alone with its ID.
The generator here counts, where a real one is a Transformer.
Source: Rajput and others, "Recommender Systems with Generative Retrieval" (TIGER), NeurIPS 2023, arXiv:2305.05065.
"""
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from random import Random
from statistics import fmean

from snippets.components.retrieval.merge import recall
from snippets.components.retrieval.taste_vector import cosine, direction, nearest
from snippets.components.retrieval.vector_index import k_means, nearest_center
from snippets.world import World, catalog, log, users

K, LEVELS, BEAM = 20, 3, 30
Code = tuple[int, ...]


@cache
def old_and_new(seed: int, items: int = 360, people: int = 60):
    """(content vectors, tastes, numbers of the new fifth, histories); nobody has seen the new ones."""
    world, chance = World(seed=seed, items=items, users=people), Random(seed)
    videos, tastes = [v.vector for v in catalog(world)], [u.taste for u in users(world)]
    new = {n for n in range(items) if chance.random() < 0.2}
    seen = lambda t: {n for n, v in enumerate(videos) if n not in new and chance.random() < 0.25 * cosine(t, v) ** 4}
    return videos, tastes, new, [seen(taste) for taste in tastes]


# --8<-- [start:ids]
def residual_codebooks(vectors: Sequence[Sequence[float]], centers: int, levels: int = LEVELS):
    """One list of centers a level; each level clusters what the levels above left over."""
    books, left = [], list(vectors)
    for _ in range(levels):
        books.append(k_means(left, centers, rounds=3))
        left = [minus(v, books[-1][nearest_center(v, books[-1])]) for v in left]
    return books


def semantic_id(vector: Sequence[float], books) -> Code:
    """The number of the nearest center at each level, coarse to fine."""
    code = []
    for book in books:
        code.append(nearest_center(vector, book))
        vector = minus(vector, book[code[-1]])
    return tuple(code)


def minus(a: Sequence[float], b: Sequence[float]) -> tuple[float, ...]:
    """The difference of two vectors."""
    return tuple(x - y for x, y in zip(a, b))


def counts(codes: Iterable[Code]) -> dict[Code, Counter]:
    """{prefix: how often each next code followed it}."""
    found: dict[Code, Counter] = defaultdict(Counter)
    for code in codes:
        for level, number in enumerate(code):
            found[code[:level]][number] += 1
    return found


def generate(mine, everyone, live: dict[Code, Counter], width: int = BEAM) -> list[Code]:
    """The likeliest IDs by beam search over prefixes of live items: own counts, backed off to everyone's."""
    beams: list[tuple[float, Code]] = [(0.0, ())]
    for _ in range(LEVELS):
        longer = []
        for cost, prefix in beams:
            own, all_of_us, choices = mine.get(prefix, Counter()), everyone.get(prefix, Counter()), live[prefix]
            for number in choices:
                shared = (all_of_us[number] + 0.5) / (all_of_us.total() + 0.5 * len(choices))
                longer.append((cost - log((own[number] + 4 * shared) / (own.total() + 4)), (*prefix, number)))
        beams = sorted(longer)[:width]
    return [code for _, code in beams]
# --8<-- [end:ids]


# --8<-- [start:experiment]
def compare(seed: int, centers: int):
    """(IDs in use, share of old videos alone with their ID, of new ones that share an old one's, recall old, recall new)."""
    videos, tastes, new, histories = old_and_new(seed)
    books = residual_codebooks([v for n, v in enumerate(videos) if n not in new], centers)
    codes = [semantic_id(v, books) for v in videos]
    used_by_old = Counter(code for n, code in enumerate(codes) if n not in new)
    behind = defaultdict(list)
    for n, code in enumerate(codes):
        behind[code].append(n)
    everyone, live = counts(codes[n] for h in histories for n in sorted(h)), counts(codes)
    found = [[n for code in generate(counts(codes[n] for n in sorted(h)), everyone, live) for n in behind[code] if n not in h][:K]
             for h in histories]
    alone = fmean(used_by_old[codes[n]] == 1 for n in range(len(videos)) if n not in new)
    shares = fmean(codes[n] in used_by_old for n in sorted(new))
    return len(behind), alone, shares, *recalls(seed, found)


def recalls(seed: int, lists: Sequence[Sequence[int]]) -> tuple[float, float]:
    """(recall of the old, of the new) among each person's twenty truly nearest unseen videos."""
    videos, tastes, new, histories = old_and_new(seed)
    old_scores, new_scores = [], []
    for taste, history, found in zip(tastes, histories, lists):
        best = nearest(taste, {n: v for n, v in enumerate(videos) if n not in history}, K)
        for scores, some in ((old_scores, [n for n in best if n not in new]), (new_scores, [n for n in best if n in new])):
            if some:
                scores.append(recall(found, some))
    return fmean(old_scores), fmean(new_scores)


def by_content(seed: int) -> list[list[int]]:
    """The yardstick: the unseen videos nearest to the mean of what was seen, by content."""
    videos, _, _, histories = old_and_new(seed)
    return [nearest(direction(videos[n] for n in sorted(h)), {n: v for n, v in enumerate(videos) if n not in h}, K) for h in histories]


def main() -> None:
    seed = 7  # @param {type:"number", min:1, max:1000}
    print("centers   IDs  old,  new, ID  recall recall\na level  used alone  known     old    new")
    for centers in (4, 8, 16):
        used, alone, shares, old, new = compare(seed, centers)
        print(f"{centers:5}{used:8}{alone:6.0%}{shares:7.0%}{old:8.2f}{new:7.2f}")
    old, new = recalls(seed, by_content(seed))
    print(f"nearest by content{old:16.2f}{new:7.2f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
