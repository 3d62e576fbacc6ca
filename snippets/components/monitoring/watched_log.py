"""What does a click model's monitor get to see? The rows it scored, their clicks, topics and searches.

The log of some days under random slates, as model rows, and visits on which pages can be judged against the truth.
A library for the cells; it prints nothing. Chapter: components/monitoring.
"""
from math import log
from typing import NamedTuple

from snippets.components.models_and_baselines.judged_pages import Visit
from snippets.world import catalog, default_candidates, freshness, random_policy, serve


class Period(NamedTuple):
    """A stretch of the log, row by row, and some visits to judge pages on."""

    rows: list[list[float]]
    clicks: list[int]
    topics: list[int]
    wished: list[int]  # topic searched for, -1 for none
    visits: list[Visit]


def features(context, item, position, rates):
    """What the model sees: place, match with the search, the topic's click rate in training, popularity, freshness."""
    return [-log(position), float(item.topic == context.query), float(context.query not in (None, item.topic)),
            10 * rates.get(item.topic, 0.0), 20 * item.popularity, freshness(item, context.time)]  # fmt: skip


def watch(world, days, rates, judged=0):
    """The log of these days under random slates, which favor no model."""
    items, seen = catalog(world), Period([], [], [], [], [])
    for context, shown in serve(world, random_policy(world), days=days):
        if len(seen.visits) < judged:
            found = default_candidates(world, context)
            seen.visits.append(Visit(context, found, [features(context, item, 1, rates) for item in found]))
        for row in shown:
            seen.rows.append(features(context, items[row.item], row.position, rates))
            seen.clicks.append(int(row.clicked))
            seen.topics.append(items[row.item].topic)
            seen.wished.append(-1 if context.query is None else context.query)
    return seen


def with_rates(period, rates):
    """The same rows, now that the topics' click rates are known."""
    return period._replace(rows=[[*row[:3], 10 * rates[t], *row[4:]] for row, t in zip(period.rows, period.topics)])


def topic_rates(period):
    """Click rate of each topic."""
    return {t: sum(c for c, of in zip(period.clicks, period.topics) if of == t) / period.topics.count(t)
            for t in sorted(set(period.topics))}  # fmt: skip
