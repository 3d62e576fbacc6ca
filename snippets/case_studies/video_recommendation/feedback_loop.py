"""A feed retrains every night on what it showed. What does it still show after six weeks?

Two feeds start alike and rank by what earned long watches; one gives the fifth place of each page to a video it has
hardly shown. In week five the fashion changes: odd topics sink, even ones rise.
Chapter: case-studies/video-recommendation.
"""
from collections import Counter, defaultdict
from statistics import fmean

from snippets.case_studies.video_recommendation.feed import home_feed
from snippets.charts import show
from snippets.components.ranking.position_bias import attention
from snippets.components.ranking.rerank import reserve
from snippets.world import Slate, catalog, expected_reward, serve, shelf, uniform

AVERAGE, PRIOR = 0.12, 4.0  # long watches an attended impression; what an unseen video is taken to earn, and how firmly


# --8<-- [start:loop]
class NightlyFeed:
    """Rates by the log so far, rebuilt each night for each favorite topic; optionally one place to explore."""

    def __init__(self, world, explore):
        self.world, self.explore, self.day = world, explore, -1
        self.attended, self.long, self.shown = defaultdict(float), Counter(), Counter()
        self.liked = defaultdict(Counter)  # viewer → topics

    def retrain(self, day, found):
        """Rate every live video by long watches an attended impression; list the least shown fifth."""
        self.day, self.pages = day, {}
        self.rate = {x.id: (self.long[x.id] + PRIOR * AVERAGE) / (self.attended[x.id] + PRIOR) for x in found}
        self.hardly_shown = sorted(self.rate, key=lambda v: (self.shown[v], v))[: len(found) // 5]

    def page(self, context, found):
        """The policy: best rated first, the viewer's favorite topic preferred, one place reserved if exploring."""
        if context.day != self.day:
            self.retrain(context.day, found)
        liked = self.liked[context.user.id]
        topic = max(sorted(liked), key=liked.get, default=None)
        if topic not in self.pages:
            score = {x.id: self.rate[x.id] * (1.6 if x.topic == topic else 1) for x in found}
            self.pages[topic] = sorted(score, key=lambda v: (-score[v], v))[: self.world.slate]
        page = self.pages[topic]
        if self.explore:
            u = uniform(self.world.seed, "explore", context.user.id, context.session)
            page = reserve(page, self.hardly_shown[int(u * len(self.hardly_shown))], place=5)
        return Slate(tuple(page))

    def learn(self, item, row):
        """Count one impression; ratings change with the next night only."""
        self.shown[item.id] += 1
        self.attended[item.id] += attention(row.position)
        if row.clicked and row.watch_s >= item.duration / 2:
            self.long[item.id] += 1
            self.liked[row.user][item.topic] += 1
# --8<-- [end:loop]


def six_weeks(seed, explore):
    """For each week: different videos shown, and expected satisfied clicks a page (every third page)."""
    world = home_feed(seed, days=42, concept_drift=2.0, drift_day=28.0)
    items, feed = catalog(world), NightlyFeed(world, explore)
    shown, value = defaultdict(set), defaultdict(list)
    for n, (context, rows) in enumerate(serve(world, feed.page, lambda world, context: shelf(world, context.day).items)):
        week, page = context.day // 7, tuple(r.item for r in rows)
        shown[week].update(page)
        if n % 3 == 0:
            value[week].append(expected_reward(world, context, (), Slate(page), "satisfaction"))
        for row in rows:
            feed.learn(items[row.item], row)
    return [(len(shown[week]), fmean(value[week])) for week in range(6)]


def main():
    seeds = range(2)
    greedy, curious = ([six_weeks(seed, explore) for seed in seeds] for explore in (False, True))
    live = fmean(len(shelf(home_feed(seed, days=42, concept_drift=2.0, drift_day=28.0), 41).items) for seed in seeds)
    print(f"{live:.0f} videos are live at the end")
    print("      different       satisfied       gain by")
    print("      videos shown    clicks a page   exploring")
    print("week  greedy  +place  greedy  +place  seed 0, 1")
    for week in range(6):
        a, b = ([fmean(run[week][j] for run in runs) for j in (0, 1)] for runs in (greedy, curious))
        gains = [c[week][1] / g[week][1] - 1 for g, c in zip(greedy, curious)]
        print(f"{week + 1:4} {a[0]:6.0f} {b[0]:7.0f} {a[1]:8.2f} {b[1]:7.2f}   {gains[0]:+6.0%}, {gains[1]:+.0%}")
    points = [
        {"week": week + 1, "videos": fmean(run[week][0] for run in runs), "feed": name}
        for name, runs in (("greedy", greedy), ("one place to explore", curious)) for week in range(6)
    ]
    show({
        "data": {"values": points}, "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "week", "type": "ordinal", "title": "week"},
            "y": {"field": "videos", "type": "quantitative", "title": "different videos shown"},
            "color": {"field": "feed", "type": "nominal", "title": None},
        },
    }, f"different videos a week: greedy from {points[0]['videos']:.0f} to {points[5]['videos']:.0f},"
       f" with one place to explore from {points[6]['videos']:.0f} to {points[11]['videos']:.0f}")


if __name__ == "__main__":
    main()
