"""The query tower is new and half of the catalog still has the old item vectors. Who is served badly?

Embeddings are learned here from who watched what (a truncated SVD by subspace iteration), so a space is fixed only up
to rotation: two honest trainings from two seeds agree on every distance within a version and on none across. The
refreshed half looks better than ever, because the stale half has left it the places. Starting the new training from
the old vectors keeps the axes, and hides the fault until somebody trains from scratch.
Compare Pinterest Ads (February 2026) on embedding version skew.
"""
from collections.abc import Sequence
from functools import cache
from math import fsum, sqrt
from random import Random
from statistics import fmean

from snippets.components.retrieval.merge import merge, recall
from snippets.components.retrieval.taste_vector import cosine, direction, nearest
from snippets.world import World, catalog, users

K = 20


@cache
def watched(seed: int, items: int = 240, people: int = 120):
    """(videos' content vectors, tastes, histories of week 1, of weeks 1 and 2); nobody watches a video twice."""
    world, chance = World(seed=seed, users=people, items=items), Random(seed)
    videos, tastes = [v.vector for v in catalog(world)], [u.taste for u in users(world)]
    week = lambda: [{n for n, v in enumerate(videos) if chance.random() < 0.35 * cosine(t, v) ** 4} for t in tastes]
    first = week()
    return videos, tastes, first, [a | b for a, b in zip(first, week())]


# --8<-- [start:towers]
def train(histories: Sequence[set[int]], items: int, dimensions: int, seed: int, start=None, rounds: int = 4):
    """The leading axes of who watched what, a coordinate a video on each; from random axes or from given ones."""
    chance, audience = Random(seed), [1] * items
    for history in histories:
        for n in history:
            audience[n] += 1
    axes = start or [[chance.random() - 0.5 for _ in range(items)] for _ in range(dimensions)]
    for _ in range(rounds):
        axes = orthonormal([spread(axis, histories, audience) for axis in axes])
    return axes


def item_vectors(axes):
    """The item tower: a video's coordinates, scaled to length 1 (all 0 if nobody has watched it)."""
    return [direction([row]) or row for row in zip(*axes)]


def people_vectors(items, histories):
    """The query tower: a person is the direction of what they watched."""
    return [direction(items[n] for n in sorted(history)) for history in histories]
# --8<-- [end:towers]


def spread(axis, histories, audience):
    """One step of the iteration: videos to viewers and back, each video weighted by its audience to the minus half."""
    new = [0.0] * len(axis)
    for history in histories:
        if history:
            mean = fsum(axis[n] / sqrt(audience[n]) for n in history) / len(history)
            for n in history:
                new[n] += mean
    return [value / sqrt(count) for value, count in zip(new, audience)]


def orthonormal(axes):
    """Gram and Schmidt: axes of length 1 at right angles."""
    done: list[list[float]] = []
    for axis in axes:
        for other in done:
            along = cosine(axis, other)
            axis = [x - along * y for x, y in zip(axis, other)]
        length = sqrt(fsum(x * x for x in axis))
        done.append([x / length for x in axis])
    return done


# --8<-- [start:experiment]
def compare(seed: int, dimensions: int = 8):
    """{name: (recall, recall of the refreshed half, of the stale half)}, and how alike a video's two versions are."""
    videos, tastes, first, both = watched(seed)
    size = len(videos), dimensions
    axes = train(first, *size, seed=1)
    old = item_vectors(axes)
    versions = {"scratch": item_vectors(train(both, *size, seed=2)),
                "warm": item_vectors(train(both, *size, seed=2, start=axes, rounds=2))}
    unseen = [[n for n in range(len(videos)) if n not in history] for history in both]
    best = [nearest(taste, {n: videos[n] for n in left}, K) for taste, left in zip(tastes, unseen)]

    def scores(lists):
        halves = (lambda n: True, lambda n: n % 2 == 0, lambda n: n % 2 == 1)  # even numbers are refreshed first
        return tuple(fmean(recall(found, filter(half, truth)) for found, truth in zip(lists, best) if any(map(half, truth)))
                     for half in halves)

    def ask(queries, items, only=lambda n: True):
        return [nearest(q, {n: items[n] for n in left if only(n)}, K) for q, left in zip(queries, unseen)]

    old_people = people_vectors(old, both)
    table = {"old tower, old index": scores(ask(old_people, old))}
    alike = {name: fmean(map(cosine, old, new)) for name, new in versions.items()}
    for name, new in versions.items():
        people, half = people_vectors(new, both), [new[n] if n % 2 == 0 else old[n] for n in range(len(videos))]
        table[f"{name}: new, new"] = scores(ask(people, new))
        table[f"{name}: new, old"] = scores(ask(people, old))
        table[f"{name}: new, half"] = scores(ask(people, half))
        if name == "scratch":
            pairs = zip(ask(people, new, lambda n: n % 2 == 0), ask(old_people, old, lambda n: n % 2 == 1))
            table[f"{name}: two pairs"] = scores([merge(pair, K) for pair in pairs])
    return table, alike


def main() -> None:
    dimensions = 8  # @param {type:"slider", min:4, max:16, step:2, unit:"dimensions"}
    seed = 7  # @param {type:"number", min:1, max:1000}
    table, alike = compare(seed, dimensions)
    print("tower and index         recall  refreshed stale")
    for name, (whole, refreshed, stale) in table.items():
        print(f"{name:24}{whole:6.2f}{refreshed:9.2f}{stale:8.2f}")
    print("\na video's two versions, mean cosine:\n" + ", ".join(f"{name} {value:.2f}" for name, value in alike.items()))
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
