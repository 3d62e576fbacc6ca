"""Does a join that is right on event time promise only what serving can keep?

Not when the value is written later than the moment it is stamped with. Acts are counted in ten-minute windows;
a row is stamped with the window's start and written at its end. A request inside the window joins a count that
holds the very click it should predict, and the online store has no such row yet. One world, one model, five
joins: AUC on each join's own test rows, then on the values that the online store really answered.
"""
from dataclasses import dataclass
from math import fsum, inf, log, log1p

from snippets.components.feature_stores.interest_stream import acts, endless_feed, request_keys, windowed_counts
from snippets.components.feature_stores.point_in_time_join import as_of_join, replay
from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.world import DAY_S, World, catalog

TRAIN_DAYS, TEST_DAYS, TTL_S = 6, 4, 1800.0
LEFT_OUT = "left out"


def joined_five_ways(asked, history):
    """{join: the feature's value for each request}, and what serving got."""
    return {
        LEFT_OUT: [0.0] * len(asked),
        "latest": as_of_join([(key, inf) for key, _ in asked], history),
        "event <=": as_of_join(asked, history, clock="event_time", ttl=TTL_S),
        "event <": as_of_join(asked, history, clock="event_time", strict=True, ttl=TTL_S),
        "available": as_of_join(asked, history, ttl=TTL_S),
    }, replay(asked, history, ttl=TTL_S)


@dataclass(frozen=True)
class Outcome:
    """One join's model on the test days: its scores on its own rows and on what serving answered."""

    equal: float  # share of all rows whose value is the served one
    offline: list[float]
    online: list[float]
    labels: list[int]
    groups: list[int]  # fifth of the users that the row belongs to

    def gap(self, group=None):
        """Offline AUC minus online AUC, of all rows or of one fifth of the users."""
        rows = [i for i, g in enumerate(self.groups) if group in (None, g)]
        pick = lambda values: [values[i] for i in rows]
        return roc_auc(pick(self.labels), pick(self.offline)) - roc_auc(pick(self.labels), pick(self.online))


# --8<-- [start:experiment]
def compare(seed, minutes=10, stamp="window start", users=160):
    """{join: Outcome} for values counted, and written, every `minutes`."""
    world = World(seed=seed, users=users, days=TRAIN_DAYS + TEST_DAYS, batch_minutes=minutes)
    feed = sorted(endless_feed(world), key=lambda row: row.time)
    cut = sum(row.time < TRAIN_DAYS * DAY_S for row in feed)
    labels, items = [int(row.clicked) for row in feed], catalog(world)
    known = [(-log(row.position), 100 * items[row.item].popularity) for row in feed]
    asked = request_keys(world, feed)
    joins, served = joined_five_ways(asked, windowed_counts(acts(world, feed), minutes * 60, stamp=stamp))
    table = {}
    for name, values in joins.items():
        answered = values if name == LEFT_OUT else served
        offline = [(*row, log1p(value)) for row, value in zip(known, values)]
        online = [(*row, log1p(value)) for row, value in zip(known[cut:], answered[cut:])]
        weights = fit(offline[:cut], labels[:cut], steps=4)
        promised, kept = predict_all(weights, offline[cut:]), predict_all(weights, online)
        same = sum(map(float.__eq__, values, served)) / len(feed)
        table[name] = Outcome(same, promised, kept, labels[cut:], [row.user % 5 for row in feed[cut:]])
    return table


def main() -> None:
    minutes = 10  # @param {type:"slider", min:1, max:60, step:1, unit:"minutes until written"}
    stamp = "window start"  # @param {type:"dropdown", options:["window start", "window end"]}
    seed = 17  # @param {type:"number", min:1, max:1000}
    print("          equal to     AUC     predicted")
    print("join      serving offline online /real")
    table = compare(seed, minutes, stamp)
    for name, out in table.items():
        promised, kept = roc_auc(out.labels, out.offline), roc_auc(out.labels, out.online)
        print(f"{name:10}{out.equal:7.1%}{promised:8.3f}{kept:7.3f}{fsum(out.online) / sum(out.labels):6.2f}")
    gaps = sorted(table["event <"].gap(group) for group in range(5))
    print(f"\nAUC that 'event <' loses online,\nin five groups of users: {gaps[0]:.2f} to {gaps[-1]:.2f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
