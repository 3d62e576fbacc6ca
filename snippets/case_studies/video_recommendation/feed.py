"""What does the feed know when it ranks, and where did that knowledge come from?

Counters that a streaming job keeps. Each page is turned into training rows *before* its own outcome is learned, so a
row holds what was known when it was shown: the join as of the moment, done by order.
Chapter: case-studies/video-recommendation.
"""
from collections import defaultdict
from functools import cache
from math import fsum, log

from snippets.components.ranking.position_bias import attention, clicks_over_expected
from snippets.components.retrieval.taste_vector import cosine, direction
from snippets.world import World, catalog, serve, top

UNKNOWN_TASTE = 0.35  # the usual cosine of a viewer and a video, for viewers who finished nothing


@cache
def home_feed(seed: int, **settings) -> World:
    """The shared world as a home feed: nobody searches, fewer come with a wish, some thumbnails lie."""
    return World(**{"seed": seed, "users": 30, "items": 200, "days": 28, "activity_tail": 1.1,
                    "search_share": 0.0, "intent_share": 0.2} | settings)


def partner(item) -> bool:
    """Videos of a quarter of the creators, whom a contract put on top."""
    return item.creator % 4 == 0


def production(world: World, explore: float = 0.1):
    """Today's rule: partners first, then by popularity. One page in ten is random, with its propensities logged."""
    return lambda context, found: top(world, found, lambda item: item.popularity + partner(item), explore)


class Memory:
    """Counters by viewer and by video. `learn` takes only what a log has: clicks, seconds, positions."""

    def __init__(self, world: World):
        self.items = catalog(world)
        self.finished = defaultdict(list)  # viewer → videos watched to at least a half
        self.taste = {}
        self.shown, self.clicks, self.long = defaultdict(int), defaultdict(int), defaultdict(int)
        self.attended = defaultdict(list)
        self.all_shown = self.all_clicks = 0
        self.all_attended = 0.0

    def learn(self, impressions) -> None:
        """Count what these impressions showed, once their outcomes are in."""
        for row in impressions:
            item = self.items[row.item]
            self.shown[item.id] += 1
            self.attended[item.id].append(attention(row.position))
            self.all_shown += 1
            self.all_attended += attention(row.position)
            if row.clicked:
                self.clicks[item.id] += 1
                self.all_clicks += 1
                if row.watch_s >= item.duration / 2:
                    self.long[item.id] += 1
                    self.finished[row.user].append(item.id)
                    self.taste.pop(row.user, None)

    def taste_of(self, user: int) -> tuple[float, ...]:
        """The direction of what this viewer finished; empty at first."""
        if user not in self.taste:
            self.taste[user] = direction(self.items[i].vector for i in self.finished[user])
        return self.taste[user]

    def features(self, user: int, item) -> dict[str, float]:
        """What the ranker may read about this viewer and this video, now."""
        taste = self.taste_of(user)
        rate = self.all_clicks / max(1, self.all_shown) or 0.1
        attended_rate = self.all_clicks / (self.all_attended or 1) or 0.3
        clicks = self.clicks[item.id]
        return {
            "taste": cosine(taste, item.vector) if taste else UNKNOWN_TASTE,
            "click rate": log((clicks + 20 * rate) / (self.shown[item.id] + 20) / rate),
            "appeal": log(clicks_over_expected(clicks, fsum(self.attended[item.id]), attended_rate)),
            "held": (self.long[item.id] + 2) / (clicks + 4) - 0.5,
            "partner": float(partner(item)),
        }


def training_rows(world: World, policy, days: range) -> tuple[Memory, list[dict], list]:
    """Serve the days; return the memory, one feature row an impression as of its showing, and the impressions."""
    memory, rows, impressions = Memory(world), [], []
    for context, shown in serve(world, policy, days=days):
        rows += [memory.features(context.user.id, memory.items[r.item]) for r in shown]
        impressions += shown
        memory.learn(shown)
    return memory, rows, impressions


def columns(rows, names):
    """Feature rows as lists, in this order."""
    return [[row[name] for name in names] for row in rows]
