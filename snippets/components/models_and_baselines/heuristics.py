"""What can be shipped by Friday, and does the model beat that?

Two counters and one rule: the click rate of an item, pulled toward the average until it has been seen often; how often
a person clicked each topic; what was searched for goes first. The same counters are a model's best features, so a
comparison of the two compares what is done with equal knowledge. Counts are taken before the session that they describe.
Rule 1 to 3 of Zinkevich, Rules of Machine Learning: launch without a model first, and keep it as the yardstick.
"""
from collections import Counter, defaultdict
from collections.abc import Sequence

from snippets.world import DAY_S, DEVICES, Context, Impression, Item, World, catalog

FEATURES = ("position", "device", "searched", "other search", "click rate", "taste", "age")


def smoothed_rate(clicks: float, shown: float, prior: float, weight: float = 20) -> float:
    """Click rate as if `weight` more impressions had been seen at the rate `prior`: a new item starts there, not at 0."""
    return (clicks + weight * prior) / (shown + weight)


class Counters:
    """What the log has told so far: counts by item, and by person and topic."""

    def __init__(self, world: World) -> None:
        self.items = catalog(world)
        self.shown, self.clicks = Counter(), Counter()
        self.liked = defaultdict(Counter)
        self.rows, self.clicked = 100, 10  # a prior for the average: one click in ten

    def learn(self, impressions: Sequence[Impression]) -> None:
        """Count one session, after its own rows were made."""
        for row in impressions:
            self.shown[row.item] += 1
            self.rows += 1
            if row.clicked:
                self.clicks[row.item] += 1
                self.liked[row.user][self.items[row.item].topic] += 1
                self.clicked += 1

    def popular(self, item: Item) -> float:
        """The baseline of baselines: the item's click rate, shrunk to the average."""
        return smoothed_rate(self.clicks[item.id], self.shown[item.id], self.clicked / self.rows)

    def rule(self, context: Context, item: Item) -> float:
        """What was searched for first; within that, the popular."""
        return (item.topic == context.query) + self.popular(item)

    def taste(self, context: Context, item: Item) -> float:
        """Share of this person's clicks that went to the item's topic, as if two more were spread evenly over eight."""
        liked = self.liked[context.user.id]
        return (liked[item.topic] + 0.25) / (sum(liked.values()) + 2)

    def features(self, context: Context, item: Item, position: int) -> list[float]:
        """One row, in the order of FEATURES; age in weeks."""
        return [
            float(position), float(DEVICES.index(context.device)),
            float(item.topic == context.query), float(context.query not in (None, item.topic)),
            self.popular(item), self.taste(context, item), max(0.0, context.time - item.published) / (7 * DAY_S),
        ]


def main() -> None:
    print("clicks/shown  raw rate  smoothed")
    for clicks, shown in ((0, 0), (1, 2), (30, 200), (90, 600)):
        raw = f"{clicks / shown:.1%}" if shown else "-"
        print(f"{clicks:4} / {shown:<5}{raw:>11}{smoothed_rate(clicks, shown, prior=0.1):10.1%}")


if __name__ == "__main__":
    main()
