"""Proves `docs/reference/world.md`, "What can go wrong": each switch does what it says, and off it does nothing."""

from statistics import fmean

import pytest

from snippets.world import (
    DAY_S, World, catalog, drift_strength, popularity_policy, purchase, relevance, replace, satisfaction, sessions,
    sigmoid, simulate,
)
from snippets.world.behavior import relevance_log_odds

PLAIN = World(seed=5, users=400, days=10)
SWITCHES = [{"covariate_drift": 0.5}, {"concept_drift": 1.0}, {"label_drift": 0.5}]


@pytest.fixture(scope="module")
def plain_log():
    return simulate(PLAIN, popularity_policy(PLAIN))


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda s: next(iter(s)))
def test_before_its_day_a_drift_changes_nothing_and_after_it_something(plain_log, switch):
    drifted = simulate(replace(PLAIN, drift_day=4.0, **switch), popularity_policy(PLAIN))
    assert [r for r in drifted if r.day < 4] == [r for r in plain_log if r.day < 4]
    assert [r for r in drifted if r.day >= 4] != [r for r in plain_log if r.day >= 4]


@pytest.mark.parametrize(
    "switch", [{"drift_day": 2.0}, {"drift_ramp_days": 3.0}, {"drift_period_days": 2.0}, {"novelty_days": 9.0}]
)
def test_dates_without_a_drift_change_nothing(plain_log, switch):
    assert simulate(replace(PLAIN, **switch), popularity_policy(PLAIN)) == plain_log


@pytest.mark.parametrize(
    "switch", [{"outage_hours": (1.0, 99.0)}, {"stall_hours": (1.0, 99.0)}, {"unit_bug_day": 0.0}, {"clock_skew_s": 9.0}]
)
def test_faults_of_the_log_change_nothing_that_happened(plain_log, switch):
    assert simulate(replace(PLAIN, **switch), popularity_policy(PLAIN)) == plain_log


def test_drift_is_sudden_gradual_or_recurring():
    sudden, gradual = World(drift_day=4.0), World(drift_day=4.0, drift_ramp_days=2.0)
    recurring = World(drift_day=4.0, drift_period_days=2.0)
    days = [3.99, 4.0, 4.5, 5.0, 5.5, 6.0, 7.0]
    assert [drift_strength(sudden, d * DAY_S) for d in days] == [0, 1, 1, 1, 1, 1, 1]
    assert [drift_strength(gradual, d * DAY_S) for d in days] == [0, 0, 0.25, 0.5, 0.75, 1, 1]
    assert [drift_strength(recurring, d * DAY_S) for d in days] == [0, 1, 1, 0, 0, 1, 0]


def test_covariate_drift_moves_what_is_asked_but_not_the_answers():
    drifted = replace(PLAIN, users=2_000, covariate_drift=0.5, drift_day=5.0)
    plain = sessions(replace(PLAIN, users=2_000))
    moved = sessions(drifted)
    share = lambda some: fmean(c.intent == 0 for c in some if c.day >= 5)  # noqa: E731
    assert share(plain) == pytest.approx(0.4 / 8, abs=0.02)
    assert share(moved) == pytest.approx(0.5 + 0.5 * 0.4 / 8, abs=0.04)
    context, item = moved[-1], catalog(PLAIN)[3]
    assert relevance(drifted, context, item) == relevance(PLAIN, context, item)
    assert [(c.user.id, c.session, c.time) for c in plain] == [(c.user.id, c.session, c.time) for c in moved]


def test_concept_drift_turns_the_fashion_and_leaves_what_is_asked():
    drifted = replace(PLAIN, concept_drift=1.0, drift_day=5.0)
    assert sessions(drifted) == sessions(PLAIN)
    late = next(c for c in sessions(PLAIN) if c.day == 6)
    for item in catalog(PLAIN)[:20]:
        change = relevance_log_odds(drifted, late, item) - relevance_log_odds(PLAIN, late, item)
        assert change == pytest.approx(1.0 if item.topic % 2 == 0 else -1.0)
        assert satisfaction(drifted, late, item) == satisfaction(PLAIN, late, item)
        assert purchase(drifted, late, item) == purchase(PLAIN, late, item)


def test_label_drift_moves_the_base_rate_of_all_alike():
    drifted = replace(PLAIN, label_drift=-0.7, drift_day=5.0)
    late = next(c for c in sessions(PLAIN) if c.day == 6)
    for item in catalog(PLAIN)[:20]:
        odds = relevance_log_odds(PLAIN, late, item)
        assert relevance(drifted, late, item) == pytest.approx(sigmoid(odds - 0.7))


def test_the_hidden_cause_moves_clicks_by_mood_and_is_off_by_default():
    keen = next(c for c in sessions(PLAIN) if c.mood == 1)
    dull = next(c for c in sessions(PLAIN) if c.mood == -1)
    item, hidden = catalog(PLAIN)[3], replace(PLAIN, hidden_cause=0.6)
    for context, change in [(keen, 0.6), (dull, -0.6)]:
        odds = relevance_log_odds(PLAIN, context, item)
        assert relevance_log_odds(hidden, context, item) - odds == pytest.approx(change)
    assert fmean(c.mood == 1 for c in sessions(PLAIN)) == pytest.approx(0.5, abs=0.06)


def test_drift_brings_intents_to_a_world_that_had_none():
    world = World(seed=5, users=100, days=4, intent_share=0.0, search_share=0.0, covariate_drift=1.0, drift_day=2.0)
    assert {c.intent for c in sessions(world) if c.day < 2} == {None}
    assert {c.intent for c in sessions(world) if c.day >= 2} == {0}
