"""What is freshness worth to the ranker, and does the ablation's best feature survive the pipeline it will get?

Two features, each as late as its pipeline: what the person sought in a half hour that ends at the delay, and the
item's click rate. A day late the first is worth nothing that can be measured, and the second as much as before. So
ablate at the delay that serving can give, and over several seeds: one small run does not rank two features.
"""
from bisect import bisect_right
from collections import defaultdict
from math import fsum, log

from snippets.charts import show
from snippets.components.feature_stores.interest_stream import acts, endless_feed, request_keys
from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.world import DAY_S, World

TRAIN_DAYS, TEST_DAYS, RECENT_S = 6, 4, 1800.0
PRIOR_VIEWS, PRIOR_CLICKS = 20, 2  # a guess made before any label: one click in ten views
DELAYS = {"none": 0.0, "1 minute": 60.0, "10 minutes": 600.0, "1 day": DAY_S}  # seconds


def times_by(pairs):
    """{key: sorted times} of (key, time) pairs."""
    found = defaultdict(list)
    for key, time in sorted(pairs, key=lambda pair: pair[1]):
        found[key].append(time)
    return found


def item_times(feed):
    """({item: times of its clicks}, {item: times of its views}); a click comes seconds after its view, as in the world's log."""
    clicks = times_by((row.item, row.time + 1 + row.position) for row in feed if row.clicked)
    return clicks, times_by((row.item, row.time) for row in feed)


def between(times, after, until):
    """How many of the sorted times lie in (after, until]."""
    return bisect_right(times, until) - bisect_right(times, after)


def prepare(seed, searches=0.4, users=160):
    """{"labels", "cut", "place", and per delay "interest" and "click rate"}: columns of the feed's rows, in order of time."""
    world = World(seed=seed, users=users, days=TRAIN_DAYS + TEST_DAYS, items=240, search_share=searches)
    feed = sorted(endless_feed(world), key=lambda row: row.time)
    sought = times_by({(act.key, act.event_time) for act in acts(world, feed)})
    clicks, views = item_times(feed)
    labels = [int(row.clicked) for row in feed]
    cut = sum(row.time < TRAIN_DAYS * DAY_S for row in feed)
    table, asked = {"labels": labels, "cut": cut}, request_keys(world, feed)
    table["place"] = [-log(row.position) for row in feed]
    for name, delay in DELAYS.items():
        table["interest", name] = [
            float(between(sought.get(key, ()), time - delay - RECENT_S, time - delay) > 0) for key, time in asked
        ]
        known = [(row.item, row.time - delay - 1) for row in feed]  # a second earlier: never the row's own view
        table["click rate", name] = [
            log((bisect_right(clicks[item], t) + PRIOR_CLICKS) / (bisect_right(views[item], t) + PRIOR_VIEWS)) for item, t in known
        ]
    return table


def train(table, *features):
    """Weights of a ranker on these columns, from the training days."""
    rows = list(zip(*(table[name][: table["cut"]] for name in features)))
    return fit(rows, table["labels"][: table["cut"]], steps=4)


def test(table, weights, *features):
    """(AUC, predicted clicks per real click) on the test days."""
    scores = predict_all(weights, list(zip(*(table[name][table["cut"]:] for name in features))))
    truth = table["labels"][table["cut"]:]
    return roc_auc(truth, scores), fsum(scores) / sum(truth)


# --8<-- [start:experiment]
def ablate(table, delay):
    """(AUC with both features at this delay, AUC lost without the interest, AUC lost without the click rate)."""
    interest, rate = ("interest", delay), ("click rate", delay)
    kept = (("place", rate, interest), ("place", rate), ("place", interest))
    full, no_interest, no_rate = (test(table, train(table, *names), *names)[0] for names in kept)
    return full, full - no_interest, full - no_rate


def main() -> None:
    searches = 0.4  # @param {type:"slider", min:0.1, max:0.4, step:0.1, unit:"of sessions open with a search"}
    seed = 8  # @param {type:"number", min:1, max:1000}
    table, points = prepare(seed, searches), []
    fresh = train(table, "place", ("click rate", "none"), ("interest", "none"))
    late = "trained fresh, served late:\ndelay        AUC  retrained  predicted/real\n"
    print("AUC lost when a feature is dropped:\ndelay       interest  click rate")
    for delay in DELAYS:
        full, interest, rate = ablate(table, delay)
        score, ratio = test(table, fresh, "place", ("click rate", delay), ("interest", delay))
        print(f"{delay:10}{interest:10.3f}{rate:12.3f}")
        late += f"{delay:10}{score:6.3f}{full:11.3f}{ratio:16.2f}\n"
        points += [{"delay": delay, "feature": "interest of the last half hour", "lost": round(interest, 4)},
                   {"delay": delay, "feature": "item's click rate", "lost": round(rate, 4)}]
    print("\n" + late)
    show({
        "data": {"values": points}, "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "delay", "type": "ordinal", "sort": list(DELAYS), "title": "delay of the pipeline"},
            "y": {"field": "lost", "type": "quantitative", "title": "AUC lost when dropped"},
            "color": {"field": "feature", "type": "nominal", "title": None},
        },
    }, f"worth of interest falls from {points[0]['lost']:.3f} to {points[-2]['lost']:.3f} AUC as it gets a day late; "
       f"the click rate's goes from {points[1]['lost']:.3f} to {points[-1]['lost']:.3f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
