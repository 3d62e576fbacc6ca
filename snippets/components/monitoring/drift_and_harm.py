"""Which monitor sees the drift that hurts?

Four worlds that part ways on day 14: nothing changes; who asks changes; what people like changes; everybody clicks more.
A click model trained before is watched with the usual instruments, and its pages are judged by what only the world
knows: exact expected clicks. Input drift sees who asks, which costs nothing. What people like ruins the pages, and
inputs, scores, estimated AUC and even the AUC of real labels look the same: position explains most of it. Labels by
slice see it. Chapter: components/monitoring.
"""
from math import fsum
from typing import NamedTuple

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.judged_pages import of_the_possible
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.components.monitoring.stability_index import histogram, psi, quantile_edges
from snippets.components.monitoring.watched_log import topic_rates, watch, with_rates
from snippets.world import World, replace

DRIFT_DAY, DAYS = 14, 28


def estimated_auc(scores):
    """AUC that the scores promise, if each were the true probability of its row (confidence-based estimation)."""
    below, pairs = 0.0, []
    for p in sorted(scores):
        pairs.append(p * (below + (1 - p) / 2))
        below += 1 - p
    return fsum(pairs) / (fsum(scores) * below)


def clicks_over_predicted(clicks, scores, slices):
    """{slice: real clicks over predicted clicks}; 1 is calibrated. It waits for labels."""
    return {s: sum(c for c, of in zip(clicks, slices) if of == s) / fsum(p for p, of in zip(scores, slices) if of == s)
            for s in sorted(set(slices))}  # fmt: skip


def binned_psi(before, after, bins=10):
    """PSI of a column, in bins of equal count before; few values have a bin each, new ones too."""
    values = sorted(set(before) | set(after))
    edges = quantile_edges(before, bins) if len(values) > bins else values[1:]
    return psi(histogram(before, edges), histogram(after, edges))


# --8<-- [start:worlds]
WORLDS = {
    "nothing": {},
    "who asks": {"covariate_drift": 0.5},
    "what they like": {"concept_drift": 1.2},
    "how often": {"label_drift": 0.7},
}


class Report(NamedTuple):
    """What the instruments say of one world, and what its pages are truly worth."""

    search_psi: float
    score_psi: float
    estimated_auc: float
    real_auc: float
    overall: float  # clicks over predicted
    lowest: float  # the same, of the topic where it is lowest
    highest: float
    pages: float  # 0 is a random page, 1 the best possible


def compare(seed, people=60, judged=40):
    """{name of the world: its report}."""
    world = World(seed=seed, users=people, items=200, days=DAYS, click_intercept=-2.4, newcomer_share=0.0,
                  return_effect=0.0, search_share=0.3, drift_day=DRIFT_DAY)  # fmt: skip
    before = watch(world, range(DRIFT_DAY), {})
    rates = topic_rates(before)
    before = with_rates(before, rates)
    weights = fit(before.rows, before.clicks, steps=4)
    known, table = predict_all(weights, before.rows), {}
    for name, change in WORLDS.items():
        now = replace(world, **change)
        after = watch(now, range(DRIFT_DAY, DAYS), rates, judged)
        scores = predict_all(weights, after.rows)
        slices = sorted(clicks_over_predicted(after.clicks, scores, after.topics).values())
        pages = of_the_possible(now, after.visits, {"model": lambda visit: predict_all(weights, visit.rows)})
        table[name] = Report(
            binned_psi(before.wished, after.wished), binned_psi(known, scores), estimated_auc(scores),
            roc_auc(after.clicks, scores), sum(after.clicks) / fsum(scores), slices[0], slices[-1], pages["model"],
        )  # fmt: skip
    return table


def main() -> None:
    seed = 2  # @param {type:"number", min:1, max:1000}
    reports = compare(seed)
    print("                  no labels        labels\n                  PSI of      AUC     AUC\n"
          "what changed   search score   est.   real")
    for name, r in reports.items():
        print(f"{name:15}{r.search_psi:6.3f}{r.score_psi:6.3f}{r.estimated_auc:7.3f}{r.real_auc:7.3f}")
    print("\n            clicks over predicted    pages'\nwhat changed    all  topic, low to high  value")
    for name, r in reports.items():
        print(f"{name:14}{r.overall:5.2f}{r.lowest:9.2f} to {r.highest:4.2f}{r.pages:10.2f}")
# --8<-- [end:worlds]


if __name__ == "__main__":
    main()
