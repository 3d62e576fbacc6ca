"""From how much data does a model beat a rule, and from how much traffic does it pay?

Two different thresholds. A few hundred logged pages teach the model enough to win; whether the win pays its upkeep
depends on pages a day times the worth of a difference, and on the best rule an hour can buy, not the first.
Chapter: framework/framing. Rule before model: developers.google.com/machine-learning/guides/rules-of-ml.
"""
from collections import Counter, defaultdict
from math import log

from snippets.components.models_and_baselines.logistic_regression import fit, predict
from snippets.world import (
    World, catalog, freshness, popularity_policy, random_policy, relevance, satisfaction, serve, sessions, top, true_value,
)

RULE = ("topic searched", "popularity")
LEARNED = ("taste", "freshness", "held")


class Log:
    """Counters over pages already served: long watches by video and by person and topic."""

    def __init__(self, world):
        self.items, self.shown, self.long, self.taste = catalog(world), Counter(), Counter(), defaultdict(Counter)

    def learn(self, shown):
        """Count a page after its rows were made; a long watch is a click watched to half."""
        for r in shown:
            self.shown[r.item] += 1
            if r.watch_s > self.items[r.item].duration / 2:
                self.long[r.item] += 1
                self.taste[r.user][self.items[r.item].topic] += 1

    def row(self, context, item, names):
        """The named inputs of one candidate, as known now."""
        liked = self.taste[context.user.id]
        values = {
            "topic searched": float(item.topic == context.query),
            "popularity": 10 * item.popularity,
            "taste": (liked[item.topic] + 0.25) / (sum(liked.values()) + 2),
            "freshness": freshness(item, context.time),
            "held": log((self.long[item.id] + 0.15) / (self.shown[item.id] + 3) / 0.05),
        }
        return [values[name] for name in names]


def trained(world, pages, names):
    """A policy: logistic regression on P(long watch), from these pages of a random log in order of time."""
    memory, rows, labels = Log(world), [], []
    for context, shown in pages:
        for r in shown:
            rows.append(memory.row(context, memory.items[r.item], names))
            labels.append(int(r.watch_s > memory.items[r.item].duration / 2))
        memory.learn(shown)
    weights = fit(rows, labels, steps=6)
    return lambda context, found: top(world, found, lambda x: predict(weights, memory.row(context, x, names)))


def counted(world, pages):
    """The second hour's rule: the topic searched for, then the share of long watches, shrunk to 0."""
    memory = Log(world)
    for _, shown in pages:
        memory.learn(shown)
    return lambda context, found: top(
        world, found, lambda x: (x.topic == context.query) + memory.long[x.id] / (memory.shown[x.id] + 10))


# --8<-- [start:payback]
worth = 0.005  # @param {type:"slider", min:0.0005, max:1, scale:"log", unit:"dollars a liked video"}
upkeep = 15_000  # @param {type:"slider", min:500, max:100000, scale:"log", unit:"dollars a month"}


def pages_a_day(lift, worth, upkeep):
    """Traffic at which a lift (liked videos a page) earns the upkeep (dollars a month); infinite without a lift."""
    return upkeep / 30 / (lift * worth) if lift > 0 else float("inf")


def compare(seed, sizes=(30, 100, 300, 1000), users=340, judged=40):
    """Liked videos a page, exact, of each way to rank, on pages of the week after the log; models by the pages they learned from."""
    world = World(seed=seed, users=users, days=21)
    pages = list(serve(world, random_policy(world), days=range(14)))[-max(sizes):]
    later = sessions(world, range(14, 21))[:judged]
    ways = {
        "random": random_policy(world),
        "popular first": popularity_policy(world),
        "rule of an hour": lambda c, found: top(world, found, lambda x: (x.topic == c.query) + x.popularity),
        "rule with counters": counted(world, pages),
        **{f"model, {n} pages": trained(world, pages[-n:], RULE + LEARNED) for n in sizes},
        "  without the rule": trained(world, pages, LEARNED),
        "nothing left to know": lambda c, found: top(
            world, found, lambda x: relevance(world, c, x) * satisfaction(world, c, x)),
    }
    return {name: true_value(world, way, "satisfaction", contexts=later) for name, way in ways.items()}
# --8<-- [end:payback]


def main():
    liked = compare(seed=1)  # a world not far from the mean of twenty
    floor, ceiling = liked["random"], liked["nothing left to know"]
    print("liked a page         of the possible")
    for name, value in liked.items():
        print(f"{name:21} {value:4.2f} {(value - floor) / (ceiling - floor):6.0%}")
    print(f"${upkeep:,} a month at ${worth:g} a like:")
    print("pays from so many pages a day")
    for rule in ("rule of an hour", "rule with counters"):
        lift = liked["model, 1000 pages"] - liked[rule]
        print(f"  {pages_a_day(lift, worth, upkeep) / 1e6:.1f} million over the {rule}")
    small = 20_000 * worth * (liked["model, 1000 pages"] - liked["rule of an hour"])
    print(f"at 20,000 pages: ${small:.2f} of ${upkeep / 30:,.0f} a day")
    print("a reminder: 0.002 visits at $0.05")
    print(f"  {pages_a_day(0.002, 0.05, upkeep) / 1e6:.1f} million sends a day")


if __name__ == "__main__":
    main()
