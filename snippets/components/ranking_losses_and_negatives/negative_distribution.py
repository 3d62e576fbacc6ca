"""In-batch negatives with the logQ correction: does the retriever now show fewer popular items?

More of them. In-batch negatives taught it to ignore popularity, the correction gives it back, and both are judged
against a log that an older ranker wrote by popularity. Sources: see sampled_softmax.py.
"""
from collections import Counter
from math import fsum, log
from typing import NamedTuple

from snippets.components.ranking.position_bias import attention
from snippets.components.ranking_losses_and_negatives.sampled_softmax import (
    Towers, fit_two_towers, sampling_probability,
)
from snippets.world import Context, World, catalog, popularity_policy, relevance, sessions, simulate

HISTORY_DAYS, TRAIN_DAYS, DAYS, PLACES = 7, 11, 14, 10


class Log(NamedTuple):
    """What a retriever learns from and is judged by. Pairs are (topic wanted, item clicked)."""

    pairs: list[tuple[int | None, int]]
    looks: list[float]  # by item: its impressions of the training days, each weighted by how likely it was looked at
    later: list[tuple[int | None, int]]  # clicks of the test days
    visits: list[tuple[int | None, Context]]  # sessions of the test days: only the simulator knows what they want


def read_log(world: World, explore: float) -> Log:
    """A popularity ranker's log: the first week says which topic somebody clicks most, the rest is learned from."""
    items, rows = catalog(world), simulate(world, popularity_policy(world, explore))
    clicked = [row for row in rows if row.clicked]
    past: dict[int, Counter[int]] = {}
    for row in clicked:
        if row.day < HISTORY_DAYS:
            past.setdefault(row.user, Counter())[items[row.item].topic] += 1
    wanted = {user: min(topics, key=lambda t: (-topics[t], t)) for user, topics in past.items()}
    fresh = [row for row in clicked if row.day >= HISTORY_DAYS]
    looks = [3.0] * world.items  # three for free: one lucky click on an item hardly shown proves little
    for row in rows:
        if HISTORY_DAYS <= row.day < TRAIN_DAYS:
            looks[row.item] += attention(row.position)
    return Log(
        [(wanted.get(row.user), row.item) for row in fresh if row.day < TRAIN_DAYS],
        looks,
        [(wanted.get(row.user), row.item) for row in fresh if row.day >= TRAIN_DAYS],
        [(wanted.get(c.user.id), c) for c in sessions(world, range(TRAIN_DAYS, DAYS)) if c.query is None],
    )


# --8<-- [start:experiment]
def retrievers(world: World, log_: Log, seed: int = 1) -> dict[str, Towers]:
    """One model, one log, four ways to choose the negatives."""
    topics = [item.topic for item in catalog(world)]
    clicks = sampling_probability([item for _, item in log_.pairs], len(topics))
    seen = [looks / fsum(log_.looks) for looks in log_.looks]
    even = [1 / len(topics)] * len(topics)
    return {
        "in-batch": fit_two_towers(log_.pairs, topics, clicks, seed=seed),
        "in-batch, logQ": fit_two_towers(log_.pairs, topics, clicks, log_q=[log(q) for q in clicks], seed=seed),
        "uniform": fit_two_towers(log_.pairs, topics, even, seed=seed),
        "as often as seen": fit_two_towers(log_.pairs, topics, seen, seed=seed),
    }


def most_clicked(log_: Log, size: int) -> set[int]:
    """The tenth of `size` items that got most of the clicks learned from."""
    return {i for i, _ in Counter(item for _, item in log_.pairs).most_common(size // 10)}


def judge(world: World, log_: Log, model: Towers) -> tuple[float, float, float]:
    """Recall at ten of later clicks; share of places held by the most clicked tenth; true clicks of ten if all are seen."""
    items, head = catalog(world), most_clicked(log_, world.items)
    lists = {wanted: model.retrieve(wanted, PLACES) for wanted in [None, *range(world.topics)]}
    found = sum(item in lists[wanted] for wanted, item in log_.later) / len(log_.later)
    heads = sum(i in head for wanted, _ in log_.visits for i in lists[wanted]) / PLACES / len(log_.visits)
    worth = fsum(relevance(world, c, items[i]) for wanted, c in log_.visits for i in lists[wanted])
    return found, heads, worth / len(log_.visits)


def main() -> None:
    seed = 1  # @param {type:"number", min:1, max:1000}
    explore = 0.3  # @param {type:"slider", min:0.1, max:1, step:0.1, unit:"share of pages in random order"}
    world = World(seed=seed, users=800, items=120, days=DAYS)
    log_ = read_log(world, explore)
    head = most_clicked(log_, world.items)
    print("negatives drawn     recall  head  true")
    print(f"(later clicks)           -{sum(i in head for _, i in log_.later) / len(log_.later):7.0%}")
    for name, model in retrievers(world, log_, seed).items():
        found, heads, worth = judge(world, log_, model)
        print(f"{name:20}{found:6.3f}{heads:6.0%}{worth:6.2f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
