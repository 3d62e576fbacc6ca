"""What does a monitor see of eight topics, day by day, before and after the world changes?

Impressions and clicks of each topic under random slates: a month to learn what is usual, a month in which all is well,
six weeks after a change. A library for the cells; it prints nothing. Chapter: components/monitoring.
"""
from collections import Counter
from functools import lru_cache

from snippets.world import World, catalog, random_policy, replace, simulate

LEARN, HEALTHY, AFTER = 28, 28, 42  # days: to learn the usual rate, to count false alarms, to find the drift
Daily = list[tuple[int, int]]  # impressions and clicks


@lru_cache(maxsize=8)
def daily_clicks(world: World, days: range) -> list[Daily]:
    """Impressions and clicks of each topic and day, under random slates."""
    items, shown, clicked = catalog(world), Counter(), Counter()
    for row in simulate(world, random_policy(world), days=days):
        key = items[row.item].topic, row.day
        shown[key] += 1
        clicked[key] += row.clicked
    return [[(shown[t, d], clicked[t, d]) for d in days] for t in range(world.topics)]


def streams(seed: int, people: int = 45, **change: float) -> list[Daily]:
    """Each topic's days before and after a change on day 56, for example `concept_drift=1.2`."""
    world = World(seed=seed, users=people, items=200, days=LEARN + HEALTHY + AFTER, click_intercept=-2.4,
                  newcomer_share=0.0, return_effect=0.0, drift_day=LEARN + HEALTHY)  # fmt: skip
    days = LEARN + HEALTHY
    before = daily_clicks(world, range(days))
    after = daily_clicks(replace(world, **change), range(days, days + AFTER))
    return [first + then for first, then in zip(before, after)]
