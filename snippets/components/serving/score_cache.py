"""A better model is deployed, and the score cache lives a day. How good are the pages meanwhile?

Somewhere between old and new, you would say; and so it is if both models speak on one scale. If the new one's scores
sit lower (other negatives, another loss), each model ranks well alone and the mixture ranks worse than either: what is
cached stays on top. The model's version belongs into the key, and the misses that this costs into the capacity plan.
Chapter: components/serving. Method: the same pages under four caches, on the shared world, valued exactly.
"""
from collections.abc import Callable, Iterator
from math import fsum, log
from typing import NamedTuple

from snippets.world import DAY_S, Context, Item, World, default_candidates, sessions, top, uniform
from snippets.world.exact import normal_quantile
from snippets.world.value import expected_reward

DEPLOY, SHIFT = 2, -log(10)  # day; log-odds: the new model saw ten times as many negatives a positive


# --8<-- [start:cache]
hours = 24  # @param {type:"slider", min:1, max:48, step:1, unit:"hours that a score is kept"}
seed = 3  # @param {type:"number", min:1, max:1000}


class Model(NamedTuple):
    """A ranker that knows query and item up to an error of its own, on its own scale."""

    name: str
    error: float  # log-odds, standard deviation
    shift: float  # log-odds

    def score(self, world: World, context: Context, item: Item) -> float:
        """Log-odds of a click."""
        known = 0.5 * item.quality + item.clickbait + 20 * item.popularity
        asked = 1.8 * (item.topic == context.query)
        return known + asked + self.shift + self.error * normal_quantile(uniform(world.seed, self.name, item=item.id))


class ScoreCache:
    """Scores by query and item, kept for `ttl_s` seconds; `versioned` puts the model's name into the key."""

    def __init__(self, ttl_s: float, versioned: bool) -> None:
        self.ttl_s, self.versioned, self.kept, self.looked, self.hits = ttl_s, versioned, {}, 0, 0

    def score(self, model: Model, world: World, context: Context, item: Item) -> float:
        """The kept score if it is fresh enough, else the model's, which is then kept."""
        key = (context.query, item.id, model.name if self.versioned else "")
        time, score = self.kept.get(key, (None, 0.0))
        self.looked += 1
        if time is not None and context.time - time <= self.ttl_s:
            self.hits += 1
            return score
        score = model.score(world, context, item)
        self.kept[key] = (context.time, score)
        return score


def day_after(world: World, old: Model, new: Model, cache: ScoreCache) -> tuple[float, float]:
    """(clicks a session, hit rate) on the day on which `new` replaces `old`, with a cache that `old` has filled."""
    clicks = []
    for context, found in visits(world):
        live = new if context.day >= DEPLOY else old
        if context.day == DEPLOY and not clicks:
            cache.looked = cache.hits = 0
        scores = {item.id: cache.score(live, world, context, item) for item in found}
        if context.day == DEPLOY:
            clicks.append(clicks_of(world, context, found, lambda item: scores[item.id]))
    return fsum(clicks) / len(clicks), cache.hits / cache.looked
# --8<-- [end:cache]


def visits(world: World) -> Iterator[tuple[Context, list[Item]]]:
    """Sessions with their candidates."""
    return ((context, default_candidates(world, context)) for context in sessions(world))


def clicks_of(world: World, context: Context, found: list[Item], score: Callable[[Item], float]) -> float:
    """Expected clicks on the page that this score makes."""
    return expected_reward(world, context, found, top(world, found, score), "click")


def alone(world: World, model: Model) -> float:
    """Clicks a session on the same day with this model for every item, and no cache."""
    clicks = [
        clicks_of(world, context, found, lambda item: model.score(world, context, item))
        for context, found in visits(world) if context.day == DEPLOY
    ]
    return fsum(clicks) / len(clicks)


def main() -> None:
    world = World(seed=seed, users=300, days=DEPLOY + 1)
    old, same, new = Model("old", 0.8, 0.0), Model("new", 0.6, 0.0), Model("new", 0.6, SHIFT)
    base = alone(world, old)
    print("the day after a deploy    clicks   hit\n                         vs. old   rate")
    print(f"new model, no cache      {100 * (alone(world, new) / base - 1):+6.1f}%")
    for name, model, versioned in (
        ("cache, same scale", same, False), ("cache, scores lower", new, False), ("version in the key", new, True),
    ):
        clicks, hits = day_after(world, old, model, ScoreCache(hours * 3600, versioned))
        print(f"{name:25}{100 * (clicks / base - 1):+6.1f}%{100 * hits:6.0f}%")


if __name__ == "__main__":
    main()
