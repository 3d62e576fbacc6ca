"""Clicks rose in the two months after a model's launch. What does the holdback say about the model?

That the model now loses to the rule it beat: the season lifts every list, while fashion leaves what a frozen model
learned. Before/after sees the season; only people kept on the rule see the model. Drift: snippets/world/drift.py.
Chapter: framework/life-after-launch.
"""
from collections import Counter, defaultdict
from math import log
from statistics import fmean

from snippets.case_studies.video_recommendation.feed import home_feed
from snippets.components.ranking.position_bias import attention, clicks_over_expected
from snippets.world import Slate, catalog, default_candidates, expected_reward, serve, top

LAUNCH, WEEKS = 28, 8  # day of the launch, weeks after it


class Counts:
    """What a log says, by video and by viewer's topic. Model and rule learn nothing else."""

    def __init__(self):
        self.attended, self.clicks = Counter(), Counter()

    def learn(self, row, item):
        """Count one impression."""
        for key in ("all", item.id, (row.user, item.topic)):
            self.attended[key] += attention(row.position)
            self.clicks[key] += row.clicked

    def worth(self):
        """Log of clicks over expected clicks, for each video and each viewer's topic."""
        rate = self.clicks["all"] / (self.attended["all"] or 1) or 0.3
        return {key: log(clicks_over_expected(self.clicks[key], self.attended[key], rate)) for key in self.attended}


def last(n, days, today):
    """What the counts of the last n days say."""
    recent = Counts()
    for day in range(today - n, today):
        recent.attended.update(days[day].attended)
        recent.clicks.update(days[day].clicks)
    return recent.worth()


# --8<-- [start:fading]
def ranking(world, worth, personal):
    """The rule: one top list for all. The model adds what this viewer thinks of the topic."""
    def page(context, found):
        def score(item):
            taste = worth.get((context.user.id, item.topic), 0.0) if personal else 0.0
            return worth.get(item.id, 0.0) + taste
        return top(world, found, score).items
    return page


def two_months(seed, season=0.7, fashion=1.2):
    """Expected clicks a session by (week, who ranks); week -1 is the last one before launch."""
    world = home_feed(
        seed, users=50, newcomer_share=0.0, days=LAUNCH + 7 * WEEKS,
        drift_day=LAUNCH + 7.0, drift_ramp_days=21.0, label_drift=season, concept_drift=fashion)
    items, days, who, value = catalog(world), defaultdict(Counts), {}, defaultdict(list)
    today = -1

    def live(context, found):
        nonlocal today
        if context.day != today:
            today = context.day
            who["rule"] = ranking(world, last(7, days, today), personal=False)
            if today >= LAUNCH and (today % 7 == 0 or "frozen" not in who):
                who["retrained"] = ranking(world, last(28, days, today), personal=True)
                who.setdefault("frozen", who["retrained"])
        return Slate(who.get("frozen", who["rule"])(context, found), explore=0.1)

    for n, (context, rows) in enumerate(serve(world, live)):
        for name in who if n % 2 else ():  # every second session is valued, each exactly
            page = Slate(who[name](context, found := default_candidates(world, context)))
            value[(context.day - LAUNCH) // 7, name].append(expected_reward(world, context, found, page))
        for row in rows:
            days[context.day].learn(row, items[row.item])
    return {key: fmean(values) for key, values in value.items()}
# --8<-- [end:fading]


def summary(value):
    """Relative gains: (all clicks, frozen over rule, retrained over rule), in week 1 and in weeks 5 to 8."""
    def gain(weeks, name, base):
        return fmean(value[w, name] / base(w) for w in weeks) - 1
    return [(gain(weeks, "frozen", lambda w: value[-1, "rule"]), gain(weeks, "frozen", lambda w: value[w, "rule"]),
             gain(weeks, "retrained", lambda w: value[w, "rule"])) for weeks in ([0], range(4, 8))]


def main():
    seeds = range(2)
    runs = [summary(two_months(seed)) for seed in seeds]
    print(f"clicks a session, mean of {len(seeds)} seeds")
    print("                 week 1 5 to 8  each seed")
    for j, name in enumerate(("after / before", "frozen / rule", "retrained / rule")):
        first, late = (fmean(run[k][j] for run in runs) for k in (0, 1))
        each = ", ".join(f"{100 * run[1][j]:+.0f}" for run in runs)
        print(f"{name:<16} {first:+6.1%} {late:+6.1%}  {each}")
    frozen, fresh = (fmean(run[1][j] for run in runs) for j in (1, 2))
    print(f"not retraining costs {1 - (1 + frozen) / (1 + fresh):.0%} of the clicks")


if __name__ == "__main__":
    main()
