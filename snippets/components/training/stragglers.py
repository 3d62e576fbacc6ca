"""One worker in eight is slow in every step. May the others go on without its gradient?

Yes, if the machine is slow: chance decides whose rows are lost. No, if the rows are slow: a person with a long
history makes a long batch, so the time is saved on your heaviest users, and the error of their predictions grows
most. Give the workers of a step equal work instead, and wait for all of them.
Source of the method: Chen et al., Revisiting Distributed Synchronous SGD, arXiv 1604.00981 (backup workers).
"""
from collections import Counter
from collections.abc import Iterable, Mapping
from math import log
from random import Random

from snippets.components.training.online_sgd import LogRow, Model, excess_loss, learn, predict_rows
from snippets.components.training.resume import train_and_test_rows

Batches = list[list[LogRow]]
Sizes = Mapping[int, int]  # of each user: sessions in the week, and so the length of the history
ARMS = (("machine", "wait"), ("machine", "drop"), ("history", "drop"), ("history", "even"))


def by_session(rows: Iterable[LogRow]) -> Batches:
    """The rows of each session: one small batch of one person, as of a reader that sends a history only once."""
    found = {}
    for row in rows:
        found.setdefault((row.user, row.session), []).append(row)
    return list(found.values())


def heaviest_users(rows: Iterable[LogRow], share: float = 0.05) -> set[int]:
    """The `share` of users with the most rows."""
    counts = Counter(row.user for row in rows)
    ranked = sorted(counts, key=lambda user: (-counts[user], user))
    return set(ranked[: int(share * len(ranked))])


def error_of(model: Model, test: Iterable[LogRow], chosen: set[int] | None) -> float:
    """Excess loss of the model on the test rows of the chosen users (None: all)."""
    rows = [row for row in test if chosen is None or row.user in chosen]
    return excess_loss(rows, predict_rows(model, rows))


# --8<-- [start:experiment]
def steps_of(batches: Batches, history: Sizes, workers: int, even: bool, chance: Random) -> list[Batches]:
    """Batches dealt to steps of `workers`; if `even`, histories of like length share a step."""
    deck = chance.sample(batches, len(batches))
    if even:
        deck.sort(key=lambda batch: history[batch[0].user])
    steps = [deck[i:i + workers] for i in range(0, len(deck) - workers + 1, workers)]
    return chance.sample(steps, len(steps))


def one_pass(
    batches: Batches, history: Sizes, cause: str, policy: str, seed: int, workers: int = 8
) -> tuple[Batches, float, Batches]:
    """(batches learned, time, batches dropped) of a pass; a step lasts until its last gradient."""
    chance, learned, time, dropped = Random(seed), [], 0.0, []
    for step in steps_of(batches, history, workers, policy == "even", chance):
        luck = [-log(1 - chance.random()) for _ in step]
        if cause == "machine":
            costs = [1 + 2 * x for x in luck]
        else:
            costs = [1 + history[batch[0].user] / 4 + 0.3 * x for batch, x in zip(step, luck)]
        order = sorted(range(workers), key=costs.__getitem__)
        if policy == "drop":
            dropped.append(step[order.pop()])
        time += costs[order[-1]]
        learned += [step[worker] for worker in sorted(order)]
    return learned, time, dropped


def main() -> None:
    workers = 8  # @param {type:"slider", min:2, max:16, step:1, unit:"workers"}
    seed = 10  # @param {type:"number", min:1, max:1000}
    rows, test = train_and_test_rows(seed)
    heavy, batches = heaviest_users(rows), by_session(rows)
    history = Counter(batch[0].user for batch in batches)  # as long as the week was busy
    share = sum(row.user in heavy for row in test) / len(test)
    print(f"the top 5% of users have {share:.0%} of test rows\n")
    print("what's        step rows lost   error of")
    print("slow    do    time  all top5   all  top5")
    base = None
    for cause, policy in ARMS:
        learned, time, dropped = one_pass(batches, history, cause, policy, seed, workers)
        model, lost = Model(), [row for batch in dropped for row in batch]
        learn(model, [row for batch in learned for row in batch])
        errors = [error_of(model, test, chosen) for chosen in (None, heavy)]
        base = base or errors
        ours, all_ours = (sum(row.user in heavy for row in some) for some in (lost, rows))
        waiting = one_pass(batches, history, cause, "wait", seed, workers)[1]
        print(f"{cause:8}{policy:4}{time / waiting:6.2f}{len(lost) / len(rows):5.0%}{ours / all_ours:5.0%}"
              + "".join(f"{error / was - 1:+6.1%}" for error, was in zip(errors, base)))
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
