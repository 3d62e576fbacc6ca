"""Which ranker makes the better pages? The world knows; a log can only guess.

A random log to learn from, then visits at which every ranker orders the same candidates, as known at that moment.
Pages are judged by exact expected clicks, as a share of the way from a random page (0) to the best possible one (1).
Chapter: components/models-and-baselines.
"""
from dataclasses import dataclass
from statistics import fmean

from snippets.components.models_and_baselines.heuristics import Counters
from snippets.world import (
    Context, Item, Slate, World, default_candidates, expected_reward, random_policy, relevance, serve, top,
)


@dataclass(frozen=True)
class Visit:
    """One test session: who came, what could be shown, and a row of features for each, as known then, at place 1."""

    context: Context
    candidates: list[Item]
    rows: list[list[float]]


def logged(world, train_days, judged=70):
    """(rows, labels, how many of them train, test visits) of a log in random order, which favors no ranker."""
    counters, rows, labels, visits, cut = Counters(world), [], [], [], 0
    for context, shown in serve(world, random_policy(world)):
        if context.day < train_days:
            cut += len(shown)
        elif len(visits) < judged:
            found = default_candidates(world, context)
            visits.append(Visit(context, found, [counters.features(context, item, 1) for item in found]))
        rows += [counters.features(context, counters.items[r.item], r.position) for r in shown]
        labels += [int(r.clicked) for r in shown]
        counters.learn(shown)
    return rows, labels, cut, visits


def true_clicks(world, visits, scored, reward="click"):
    """Exact clicks (or another reward of the world) a session if each visit's candidates are ordered by `scored(visit)`, one score a candidate."""
    clicks = []
    for visit in visits:
        score = dict(zip((item.id for item in visit.candidates), scored(visit)))
        page = top(world, visit.candidates, lambda item: score[item.id])
        clicks.append(expected_reward(world, visit.context, visit.candidates, page, reward))
    return fmean(clicks)


def of_the_possible(world, visits, ways):
    """{name: share of the way from a random page to the best possible} for {name: scored}."""
    shuffled = fmean(expected_reward(world, v.context, v.candidates, Slate((), explore=1.0)) for v in visits)
    best = true_clicks(world, visits, lambda v: [relevance(world, v.context, item) for item in v.candidates])
    return {name: (true_clicks(world, visits, scored) - shuffled) / (best - shuffled) for name, scored in ways.items()}


def main() -> None:
    world = World(seed=1, users=100, days=12, click_intercept=-2.4)
    rows, labels, cut, visits = logged(world, 8, judged=40)
    shares = of_the_possible(world, visits, {"popular": lambda visit: [row[4] for row in visit.rows]})
    print(f"{cut:,} rows to learn from, {sum(labels[:cut])} clicks; {len(rows) - cut:,} rows and {len(visits)} visits to judge")
    print(f"popular first: {shares['popular']:.0%} of the possible clicks")


if __name__ == "__main__":
    main()
