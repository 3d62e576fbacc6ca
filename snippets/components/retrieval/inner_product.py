"""The model scores by inner product and the index measures distance. Does it find what the model wants?

Only if all item vectors have the same length. Let lengths vary by a sixth and the ten nearest, found exactly, hold
one of the ten best; scaling all to length 1, which makes it a cosine index, finds fewer than one in three. One more
coordinate makes the two orders the same, and then a graph can search it. Raise the spread and the graph needs more
work for the same recall: queries lie ever farther from the items.
Source of the coordinate: Bachrach and others, "Speeding Up the Xbox Recommender System Using a Euclidean
Transformation for Inner-Product Spaces", RecSys 2014.
"""
from collections.abc import Sequence
from math import fsum, sqrt
from operator import mul
from statistics import fmean

from snippets.components.retrieval.hnsw import Hnsw
from snippets.components.retrieval.merge import recall
from snippets.components.retrieval.vector_index import exact
from snippets.world import World, catalog, exp, users

K, TOPICS = 10, 16


def inner(a: Sequence[float], b: Sequence[float]) -> float:
    """Inner product."""
    return fsum(map(mul, a, b))


# --8<-- [start:experiment]
def with_lengths(seed: int, spread: float, items: int = 800, people: int = 50):
    """(item vectors whose length grows with quality, the people's tastes): what a dot-product model learns."""
    world = World(seed=seed, items=items, users=people, topics=TOPICS)
    vectors = [tuple(exp(spread * item.quality) * x for x in item.vector) for item in catalog(world)]
    return vectors, [user.taste for user in users(world)]


def augmented(vectors: Sequence[Sequence[float]]) -> list[tuple[float, ...]]:
    """One more coordinate, so that all lengths are equal; a query gets 0 there. Nearest is then largest inner product."""
    squares = [inner(v, v) for v in vectors]
    longest = max(squares)
    return [(*v, sqrt(max(0.0, longest - square))) for v, square in zip(vectors, squares)]


def compare(seed: int, spread: float):
    """Recall at 10 of the ten largest inner products, by three exact searches and by a graph at three sizes of ef."""
    vectors, people = with_lengths(seed, spread)
    best = [sorted(range(len(vectors)), key=lambda n: (-inner(person, vectors[n]), n))[:K] for person in people]
    score = lambda found: fmean(map(recall, found, best))
    units = [tuple(x / sqrt(inner(v, v)) for x in v) for v in vectors]
    longer, asked = augmented(vectors), [(*person, 0.0) for person in people]
    table = {
        "exact, Euclidean": (score([exact(p, vectors, K) for p in people]), len(vectors)),
        "exact, cosine": (score([exact(p, units, K) for p in people]), len(vectors)),
        "exact, one coordinate more": (score([exact(q, longer, K) for q in asked]), len(vectors)),
    }
    graph = Hnsw(longer)
    for ef in (20, 40, 80):
        graph.work = 0
        found = [graph.search(q, K, ef) for q in asked]
        table[f"graph of these, ef {ef}"] = score(found), graph.work / len(people)
    return table


def main() -> None:
    spread = 0.15  # @param {type:"slider", min:0, max:0.6, step:0.05, unit:"spread of log length"}
    seed = 7  # @param {type:"number", min:1, max:1000}
    print("of the ten largest inner products\n" + " " * 26 + "found  distances")
    for name, (found, work) in compare(seed, spread).items():
        print(f"{name:26}{found:5.2f}{work:11.0f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
