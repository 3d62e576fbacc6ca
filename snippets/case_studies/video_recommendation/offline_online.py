"""Does the ranker with the better AUC on the log make the better feed?

Six rankers, scored offline on the log that production wrote and truly on the same viewers. Plain AUC rewards a
ranker for guessing what production had put on top. Comparing impressions of one position takes that away.
Chapter: case-studies/video-recommendation.
"""
from itertools import combinations
from math import fsum
from statistics import fmean

from snippets.case_studies.video_recommendation.feed import columns, home_feed, partner, production, training_rows
from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import fit
from snippets.components.ranking.position_bias import fit_without_position
from snippets.components.ranking.within_position_auc import within_position_auc
from snippets.world import default_candidates, expected_reward, relevance, serve, sessions, top


def linear(weights, names):
    """A score from weights (intercept first) and features; the intercept moves no order."""
    return lambda features: fsum(w * features[name] for w, name in zip(weights[1:], names))


def agreement(metric, truth):
    """Share of all pairs of rankers that the metric orders as the truth does."""
    pairs = list(combinations(truth, 2))
    return sum((metric[a] - metric[b]) * (truth[a] - truth[b]) > 0 for a, b in pairs) / len(pairs)


# --8<-- [start:rankers]
def rankers(world, memory, rows, log):
    """Six scores of (context, item, features): two rules, three models, and the truth."""
    clicks, positions = [int(r.clicked) for r in log], [r.position for r in log]
    biased, dropped = ("taste", "click rate", "partner"), ("taste", "click rate")
    corrected = ("taste", "appeal")
    naive = linear(fit(columns(rows, biased), clicks, steps=5), biased)
    blind = linear(fit(columns(rows, dropped), clicks, steps=5), dropped)
    held_apart = fit_without_position(columns(rows, corrected), positions, clicks)
    fair = linear(held_apart, corrected)
    return {
        "partners first (today)": lambda c, item, f: item.popularity + partner(item),
        "most clicked so far": lambda c, item, f: memory.clicks[item.id],
        "naive ranker": lambda c, item, f: naive(f),
        "naive, flag dropped": lambda c, item, f: blind(f),
        "position held apart": lambda c, item, f: fair(f),
        "the truth itself": lambda c, item, f: relevance(world, c, item),
    }
# --8<-- [end:rankers]


def judge(seed):
    """For each ranker: AUC on production's later log, the same within positions, and true clicks a page."""
    world = home_feed(seed)
    memory, rows, log = training_rows(world, production(world), range(14))
    scores = rankers(world, memory, rows, log)
    later = [(c, r) for c, shown in serve(world, production(world), days=range(14, 28)) for r in shown]
    shown = [(c, memory.items[r.item], memory.features(r.user, memory.items[r.item])) for c, r in later]
    pages = []
    for context in sessions(world, range(14, 28))[::2]:
        found = default_candidates(world, context)
        pages.append((context, found, {item.id: memory.features(context.user.id, item) for item in found}))
    clicks, positions = [int(r.clicked) for _, r in later], [r.position for _, r in later]
    auc, within, truth = {}, {}, {}
    for name, score in scores.items():
        values = [score(*row) for row in shown]
        auc[name] = roc_auc(clicks, values)
        within[name] = within_position_auc(clicks, values, positions)
        truth[name] = fmean(
            expected_reward(world, c, found, top(world, found, lambda item: score(c, item, f[item.id])))
            for c, found, f in pages
        )
    return auc, within, truth


def main():
    runs = [judge(seed) for seed in range(2)]
    print("                         AUC on  within     true clicks")
    print("                         log     positions  a page")
    for name in runs[0][0]:
        auc, within, truth = (fmean(run[j][name] for run in runs) for j in range(3))
        print(f"{name:23} {auc:7.3f} {within:8.3f} {truth:12.3f}")
    losses = [run[2]["naive ranker"] / run[2]["position held apart"] - 1 for run in runs]
    print(f"naive against held apart: true clicks {fmean(losses):+.0%} (by seed {losses[0]:+.0%}, {losses[1]:+.0%})")
    print("pairs of rankers in their true order")
    for j, name in enumerate(("AUC on the log", "AUC within positions")):
        print(f"  by {name:22} {fmean(agreement(run[j], run[2]) for run in runs):.0%}")


if __name__ == "__main__":
    main()
