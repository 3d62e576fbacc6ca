"""A ranker serves, logs, retrains, serves. Its calibration is right on all that it shows. What has it given up on?

An estimate that is too high gets its video shown, and is corrected. One that is too low takes the video off the page,
and stays. So a loop without exploration keeps its mistakes where no dashboard looks. Examination is known here and
the prior is the true mean of all videos, so nothing but the loop is at fault. Chapter: components/ranking.
"""
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from math import fsum, sqrt
from statistics import fmean

from snippets.components.ranking.rerank import reserve
from snippets.world import Slate, World, catalog, examination, expected_at, serve, sessions, shelf

PRIOR = 5.0  # attended impressions that the prior is worth
TRIED = 8.0  # attended impressions after which a video has had its trial


@cache
def feed(seed: int) -> World:
    """Four weeks of a home feed: nobody searches, nobody clicks out of trust."""
    return World(seed=seed, users=100, items=200, days=28, search_share=0.0, intent_share=0.2, trust_bias=(0.0, 0.0, 0.0))


@cache
def worth(seed: int, day: int) -> dict[int, float]:
    """The truth: expected click rate of each live video if it stood on top, over some sessions of the week before."""
    world = feed(seed)
    contexts = sessions(world, range(max(0, day - 6), day + 1))[:25]
    return {x.id: fmean(expected_at(world, c, x, 1) for c in contexts) for x in shelf(world, day).items}


# --8<-- [start:loop]
class Ranker:
    """Click rate a look, smoothed toward the mean of all videos; rebuilt each night from what was shown."""

    def __init__(self, mean: float):
        self.mean, self.day = mean, -1
        self.looks, self.clicks, self.shown = defaultdict(float), Counter(), Counter()

    def retrain(self, day: int, live: Sequence[int]) -> None:
        """Rates of all live videos, the page they make, and those that have not had their trial."""
        self.day = day
        self.rate = {v: (self.clicks[v] + PRIOR * self.mean) / (self.looks[v] + PRIOR) for v in live}
        self.page = sorted(live, key=lambda v: (-self.rate[v], v))[:10]
        self.off_page = [v for v in live if v not in self.page]

    def candidates(self, promising: bool) -> list[int]:
        """Whom to try: anybody without a trial, or the ten with the highest upper bound of what they may be worth."""
        if not promising:
            return [v for v in self.off_page if self.looks[v] < TRIED]
        bound = {v: self.rate[v] + 2 * sqrt(self.rate[v] / (self.looks[v] + PRIOR)) for v in self.off_page}
        return sorted(bound, key=lambda v: (-bound[v], v))[:10]

    def learn(self, video: int, looked: float, clicked: bool) -> None:
        """One impression; `looked` is the probability that its place was looked at."""
        self.looks[video] += looked
        self.clicks[video] += clicked
        self.shown[video] += 1


def four_weeks(seed: int, place: int, promising: bool) -> tuple[Ranker, list[float], Counter]:
    """Serve 28 days; `place` goes to a video under trial, drawn from the candidates (0: no exploration)."""
    world, rng = feed(seed), random.Random(seed)
    items, ranker, values, last_week = catalog(world), Ranker(fmean(worth(seed, 0).values())), [], Counter()

    def policy(context, found):
        if context.day != ranker.day:
            ranker.retrain(context.day, [x.id for x in found])
            ranker.trial = ranker.candidates(promising)
        if place and ranker.trial:
            return Slate(tuple(reserve(ranker.page, rng.choice(ranker.trial), place)))
        return Slate(tuple(ranker.page))

    for n, (context, rows) in enumerate(serve(world, policy, lambda world, context: shelf(world, context.day).items)):
        if n % 4 == 0:
            values.append(fsum(expected_at(world, context, items[r.item], r.position) for r in rows))
        for r in rows:
            ranker.learn(r.item, examination(world, r.device, r.position), r.clicked)
            last_week[r.item] += context.day >= 21
    return ranker, values, last_week
# --8<-- [end:loop]


def audit(seed: int, place: int = 0, promising: bool = False) -> dict[str, float]:
    """What the loop earned, what its calibration is where it looks and where it doesn't, and what it would serve next."""
    ranker, values, last_week = four_weeks(seed, place, promising)
    true = worth(seed, 27)
    ranker.retrain(28, list(true))
    dropped = [v for v in true if ranker.shown[v] and v not in ranker.page]
    best = sorted(true, key=lambda v: (-true[v], v))[:10]

    def calibration(videos):
        return fsum(ranker.rate[v] for v in videos) / fsum(true[v] for v in videos)

    def page_worth(page):
        return fsum(true[v] / place for place, v in enumerate(page, 1))

    half = sorted(true[v] for v in ranker.page)[5]
    return {
        "clicks a page": fmean(values),
        "top ten's share, week 4": sum(n for _, n in last_week.most_common(10)) / sum(last_week.values()),
        "live, never shown": sum(not ranker.shown[v] for v in true) / len(true),
        "off page, above its half": sum(true[v] > half for v in true if v not in ranker.page),
        "next page of best page": page_worth(ranker.page) / page_worth(best),
        "predicted/true, on page": calibration(ranker.page),
        "predicted/true, dropped": calibration(dropped),
    }


ARMS = {"greedy": (0, False), "place 3": (3, False), "place 6": (6, True)}  # place explored, only the promising


def main() -> None:
    found = {name: audit(12, *arm) for name, arm in ARMS.items()}
    print(" " * 24 + "".join(f"{name:>8}" for name in ARMS) + "")
    print(" " * 24 + "".join(f"{name:>8}" for name in ("", "anybody", "promise")))
    for row, value in found["greedy"].items():
        shape = "d" if isinstance(value, int) else ".2f" if row.startswith(("clicks", "predicted")) else ".0%"
        print(f"{row:24}" + "".join(f"{found[name][row]:>8{shape}}" for name in ARMS))


if __name__ == "__main__":
    main()
