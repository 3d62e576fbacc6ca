"""Two challengers are judged on the champion's log. Does the gate see which of them is better?

No: the champion took place for merit, and its own pages, clicked most at the top, say that it was right. A gate on that
log rewards agreement with the champion. Comparing rows of the same position removes the favor, and so does a share of
random pages, with fewer rows. All models saw the same two weeks; the third is the gate's.
Position held apart: Zhao et al., RecSys 2019, as in components/ranking.
"""
from collections.abc import Callable, Iterable, Sequence
from math import fsum
from statistics import fmean
from typing import NamedTuple

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.training.online_sgd import LogRow, Model, learn
from snippets.world import (
    Impression, Item, Policy, World, catalog, default_candidates, expected_reward, popularity_policy, serve, sessions, top,
)

Score = Callable[[int, int | None, Item], float]  # of viewer, query and video


class Verdict(NamedTuple):
    """One model: AUC on the champion's log, within its positions, on its random pages; true clicks a page."""

    log_auc: float
    same_position: float
    random_auc: float
    clicks: float


def small_world(seed: int) -> World:
    """Three weeks in which few look far down, and what is shown does not change who comes."""
    return World(seed=seed, users=150, items=120, days=21, return_effect=0.0, examination_decay=(1.0, 1.2, 1.4))


def auc(world: World, score: Score, log: Sequence[Impression]) -> float:
    """How well the scores sort the log's clicks from its other rows."""
    items = catalog(world)
    return roc_auc([int(r.clicked) for r in log], [score(r.user, r.query, items[r.item]) for r in log])


def auc_within_positions(world: World, score: Score, log: Sequence[Impression]) -> float:
    """Pairs of a click and a non-click at the same position that the score puts in order: AUC without the place."""
    items, right, pairs = catalog(world), [], 0
    for position in range(1, world.slate + 1):
        rows = [r for r in log if r.position == position]
        clicks = sum(r.clicked for r in rows)
        if here := clicks * (len(rows) - clicks):
            right.append(here * roc_auc([int(r.clicked) for r in rows], [score(r.user, r.query, items[r.item]) for r in rows]))
            pairs += here
    return fsum(right) / pairs


def true_clicks(world: World, score: Score) -> float:
    """Expected clicks a page in the gate's week, over every fourth visit."""
    policy, values = policy_of(world, score), []
    for context in sessions(world, range(14, 21))[::4]:
        found = default_candidates(world, context)
        values.append(expected_reward(world, context, found, policy(context, found)))
    return fmean(values)


# --8<-- [start:gate]
MODELS = {  # what each learns from, besides the video
    "champion": (),
    "careful": ("position",),
    "personal": ("position", "taste", "asked"),
}


def as_rows(world: World, log: Iterable[Impression], inputs: Sequence[str]) -> list[LogRow]:
    """Training rows with these inputs; a position that is no input is left to the videos to explain."""
    items, rows = catalog(world), []
    for r in log:
        ids = (("item", r.item), ("position", r.position), ("taste", r.user, items[r.item].topic),
               ("asked", r.query == items[r.item].topic))
        kept = tuple(key for key in ids if key[0] in ("item", *inputs))
        rows.append(LogRow(kept, int(r.clicked), r.user, r.session, r.day, 0.0))
    return rows


def ranker(world: World, log: Iterable[Impression], inputs: Sequence[str]) -> Score:
    """Learn the log in one pass; a video's score leaves the position out."""
    model = Model()
    learn(model, as_rows(world, log, inputs))
    known = model.weights.get
    return lambda user, query, x: fsum(known(key, 0.0) for key in (
        ("item", x.id), ("taste", user, x.topic), ("asked", query == x.topic)))


def policy_of(world: World, score: Score, explore: float = 0.0) -> Policy:
    """The best ten by score, or with probability `explore` a random page."""
    return lambda c, found: top(world, found, lambda x: score(c.user.id, c.query, x), explore)


def serve_days(world: World, policy: Policy, days: range) -> list[Impression]:
    """The log of these days."""
    return [row for _, rows in serve(world, policy, days=days) for row in rows]


def judge(seed: int, explore: float = 0.1) -> dict[str, Verdict]:
    """A week of popularity, a week of the champion, then the gate's week, which the retrained champion serves."""
    world = small_world(seed)
    week1 = serve_days(world, popularity_policy(world, explore), range(7))
    week2 = serve_days(world, policy_of(world, ranker(world, week1, ()), explore), range(7, 14))
    models = {name: ranker(world, week1 + week2, inputs) for name, inputs in MODELS.items()}
    gate = serve_days(world, policy_of(world, models["champion"], explore), range(14, 21))
    at_random = [r for r in gate if r.propensity < 0.5]
    return {
        name: Verdict(auc(world, score, gate), auc_within_positions(world, score, gate), auc(world, score, at_random),
                      true_clicks(world, score))
        for name, score in models.items()}


def main() -> None:
    seed = 8  # @param {type:"number", min:1, max:900}
    explore = 0.1  # @param {type:"slider", min:0.02, max:0.5, step:0.02, unit:"of the pages are random"}
    found = judge(seed, explore)
    print(" " * 14 + "".join(f"{name:>{len(name) + 1}}" for name in found))
    for name, key in (("AUC, whole log", "log_auc"), ("same position", "same_position"),
                      ("random pages", "random_auc"), ("true clicks", "clicks")):
        print(f"{name:14}" + "".join(f"{getattr(found[model], key):{len(model) + 1}.3f}" for model in found))
    champion, _, personal = found.values()
    print(f"true gain of personal {personal.clicks / champion.clicks - 1:+.1%}")
# --8<-- [end:gate]


if __name__ == "__main__":
    main()
