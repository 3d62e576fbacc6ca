"""What did each feature family say about an impression when it was shown?

One pass over the log of random slates, in order of time. A session's rows are encoded first and counted afterwards,
so no rate holds its own label, and none the clicks of its own page. A library for the cells; it prints nothing.
"""
from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import groupby
from math import log
from typing import NamedTuple

from snippets.components.features.encoders import cross, one_hot, smoothed_rate
from snippets.components.ranking.within_position_auc import stratified_auc
from snippets.world import DEVICES, HOUR, World, catalog, random_policy, simulate, users

RECENT_DAYS = 3


class Rows(NamedTuple):
    """Columns of one log, in order of time; `families` maps a name to the columns of that family."""

    families: dict[str, list[tuple[float, ...]]]
    labels: list[int]
    requests: list[tuple[int, int]]  # (user, session): the rows that compete with one another
    cut: int  # the first row of the test days


class RunningRate:
    """Clicks and views per key so far."""

    def __init__(self) -> None:
        self.counts = defaultdict(lambda: [0, 0])

    def learn(self, key, clicked) -> None:
        """Count one view."""
        counts = self.counts[key]
        counts[0] += clicked
        counts[1] += 1

    def lift(self, key, prior: float, weight: float) -> float:
        """Log of the key's smoothed rate over `prior`: 0 for a key never seen."""
        clicks, views = self.counts.get(key, (0, 0))
        return log(smoothed_rate(clicks, views, prior, weight) / prior)

    def rate(self, key, prior: float, weight: float) -> float:
        """The key's smoothed rate."""
        clicks, views = self.counts.get(key, (0, 0))
        return smoothed_rate(clicks, views, prior, weight)


def feature_rows(seed: int, people: int = 220, days: int = 12, items: int = 240) -> Rows:
    """Nine families of features as of the showing of each impression; the last four tenths of the days test."""
    world = World(seed=seed, users=people, days=days, items=items)
    everybody, goods, seen = users(world), catalog(world), RunningRate()
    families, labels, requests = defaultdict(list), [], []
    log_of_all = simulate(world, random_policy(world))
    for request, page in groupby(log_of_all, key=lambda row: (row.user, row.session)):
        page, learned = list(page), []
        first, user = page[0], everybody[page[0].user]
        base, searched = seen.rate("all", 0.1, 10), float(first.query is not None)
        age, hour = ("age", user.age_band), ("hour", int(first.time // HOUR) % 24)
        same = {  # equal for all candidates of the request
            "device": tuple(one_hot(first.device, DEVICES[1:])), "searched at all": (searched,),
            "demographics": (seen.lift(age, base, 50),), "hour": (seen.lift(hour, base, 50),),
        }
        for row in page:
            topic = goods[row.item].topic
            of_topic = seen.rate(("topic", topic), base, 50)
            of_age, of_user = cross("age", user.age_band, topic), cross("user", row.user, topic)
            recent = [("item", row.item, row.day - back) for back in range(RECENT_DAYS)]
            clicks, views = (sum(seen.counts[key][k] for key in recent if key in seen.counts) for k in (0, 1))
            values = same | {
                "place": (-log(row.position),),
                "age × topic": (seen.lift(of_age, of_topic, 30),),
                "query × topic": (float(row.query == topic),),
                "click history": (seen.lift(of_user, of_topic, 10),),
                "item, all time": (seen.lift(("item", row.item), base, 20),),
                "item, 3 days": (log(smoothed_rate(clicks, views, base, 20) / base),),
            }
            for name, value in values.items():
                families[name].append(value)
            labels.append(int(row.clicked))
            requests.append(request)
            keys = ("all", ("topic", topic), age, hour, of_age, of_user, ("item", row.item), recent[0])
            learned += [(key, row.clicked) for key in keys]
        for key, clicked in learned:
            seen.learn(key, clicked)
    return Rows(dict(families), labels, requests, sum(row.day < days * 6 // 10 for row in log_of_all))


def request_auc(labels: Sequence[int], scores: Sequence[float], requests: Sequence[Hashable]) -> float:
    """AUC of pairs that stood in the same request, each pair counting once: what a ranking can change."""
    return stratified_auc(labels, scores, requests)
