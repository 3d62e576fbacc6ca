"""Proves `docs/reference/world.md`, "Who and what": users, catalog and visits have the shapes that the page states."""

from collections import Counter
from statistics import fmean

import numpy as np
import pytest
from scipy import stats

from snippets.world import AGE_BANDS, DAY_S, HOUR, World, catalog, is_live, profile_at, replace, sessions, shelf, users
from snippets.world.sessions import HOURLY, UTC_OFFSET, WEEKLY


@pytest.fixture(scope="module")
def crowd():
    return users(World(seed=3, users=6_000))


@pytest.fixture(scope="module")
def goods():
    return catalog(World(seed=3, items=4_000))


def test_popularity_follows_zipf_with_the_exponent_asked_for():
    items = catalog(World(items=1_000, zipf_exponent=0.8))
    ranks = np.arange(1, 1_001)
    slope, intercept = np.polyfit(np.log(ranks), np.log([item.popularity for item in items]), 1)
    assert slope == pytest.approx(-0.8, abs=1e-6)
    assert fmean(item.popularity for item in items) * 1_000 == pytest.approx(1)


def test_activity_has_a_pareto_tail_with_the_exponent_asked_for(crowd):
    activity = np.sort([user.activity for user in crowd])
    body = activity[(activity > 0.13) & (activity < 6.0)]
    uncut = stats.kstest(body, lambda x: (1 - (0.13 / x) ** 1.5) / (1 - (0.13 / 6.0) ** 1.5))
    assert uncut.pvalue > 1e-4


def test_a_tenth_of_the_users_makes_a_large_share_of_the_visits(crowd):
    activity = sorted((user.activity for user in crowd), reverse=True)
    assert 0.38 < fmean(activity[:600]) * 600 / (fmean(activity) * 6_000) < 0.50


def test_groups_and_newcomers_have_their_shares(crowd):
    assert fmean(user.group == "B" for user in crowd) == pytest.approx(0.3, abs=0.02)
    assert fmean(user.joined > 0 for user in crowd) == pytest.approx(0.3, abs=0.02)


def test_tastes_and_item_vectors_have_length_one(crowd, goods):
    for vector in [user.taste for user in crowd[:50]] + [item.vector for item in goods[:50]]:
        assert len(vector) == 8
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-12)


def test_an_item_points_to_its_topic(goods):
    assert all(int(np.argmax(item.vector)) == item.topic for item in goods)


def test_topics_are_made_alike(goods):
    assert stats.chisquare(np.bincount([item.topic for item in goods])).pvalue > 1e-4


def test_age_tells_a_little_about_taste(crowd):
    for k, band in enumerate(AGE_BANDS):
        likes = fmean(int(np.argmax(user.taste)) == k for user in crowd if user.age_band == band)
        others = fmean(int(np.argmax(user.taste)) == k for user in crowd if user.age_band != band)
        assert likes == pytest.approx(0.3 + 0.7 / 8, abs=0.06)
        assert others == pytest.approx(0.7 / 8, abs=0.03)


def test_quality_is_standard_normal_and_clickbait_is_for_the_few(goods):
    assert stats.kstest([item.quality for item in goods], "norm").pvalue > 1e-4
    assert fmean(item.clickbait > 0 for item in goods) == pytest.approx(0.15, abs=0.02)


def test_considered_goods_cost_ten_times_the_impulse_goods(goods):
    price = {kind: np.median([x.price for x in goods if x.kind == kind]) for kind in ("impulse", "considered")}
    assert price["impulse"] == pytest.approx(8, rel=0.06)
    assert price["considered"] == pytest.approx(80, rel=0.06)


def test_creators_leave_with_all_their_items(goods):
    leaves = {}
    for item in goods:
        leaves.setdefault(item.creator, set()).add(item.leaves)
    assert all(len(times) == 1 for times in leaves.values())
    gone = fmean(times != {float("inf")} for times in leaves.values())
    assert gone == pytest.approx(0.1, abs=0.04)


def test_the_shelf_holds_what_is_live_all_day(goods):
    world = World(seed=3, items=4_000)
    for day in (0, 10):
        on_shelf = {item.id for item in shelf(world, day).items}
        for item in goods:
            live = is_live(item, day * DAY_S) and is_live(item, (day + 1) * DAY_S - 1e-6)
            assert (item.id in on_shelf) == live


def test_histories_are_in_order_and_each_row_changes_something(crowd):
    assert sum(len(user.history) > 1 for user in crowd) > 1_000
    for user in crowd:
        assert user.history[0].since == user.joined
        for old, new in zip(user.history, user.history[1:]):
            assert old.since < new.since < 28 * DAY_S
            assert (old.region, old.device, old.plan) != (new.region, new.device, new.plan)


def test_a_profile_is_the_newest_row_that_has_begun(crowd):
    user = next(user for user in crowd if len(user.history) == 3)
    first, second, third = user.history
    assert profile_at(user, first.since - 1) == first
    assert profile_at(user, second.since) == second
    assert profile_at(user, third.since - 1e-3) == second
    assert profile_at(user, third.since + 1) == third


def test_nobody_visits_before_joining(big_sessions):
    assert any(context.user.joined > 0 for context in big_sessions)
    assert all(context.time >= context.user.joined for context in big_sessions)


def test_visits_come_in_order_of_time_with_unique_keys(big_sessions):
    times = [context.time for context in big_sessions]
    assert times == sorted(times)
    assert len({(c.user.id, c.session) for c in big_sessions}) == len(big_sessions)
    assert all(c.session // 8 == c.day == int(c.time // DAY_S) for c in big_sessions)


def test_visits_follow_the_hour_of_the_day(big_sessions):
    stayed = [c for c in big_sessions if len({p.region for p in c.user.history}) == 1 and c.user.joined < 0]
    hours = Counter(int((c.time / HOUR + UTC_OFFSET[c.region]) % 24) for c in stayed)
    weights = np.diff((0, *HOURLY))
    expected = weights / HOURLY[-1] * len(stayed)
    assert stats.chisquare([hours[h] for h in range(24)], expected).pvalue > 1e-4


def test_visits_follow_the_day_of_the_week(big, big_sessions):
    days = Counter(c.day for c in big_sessions if c.user.joined < 0)
    rate = [days[day] / WEEKLY[day] for day in range(7)]
    assert all(abs(r - fmean(rate)) < 4.5 * fmean(rate) ** 0.5 for r in rate)
    assert max(days, key=days.get) == 5


def test_visits_follow_the_activity_of_the_user(big, big_sessions):
    counts = Counter(c.user.id for c in big_sessions)
    old = [user for user in users(big) if user.joined < 0]
    for low, high in [(0, 0.2), (0.2, 0.6), (0.6, 2.0)]:
        some = [user for user in old if low <= user.activity < high]
        expected = sum(user.activity * sum(WEEKLY) for user in some)
        assert abs(sum(counts[user.id] for user in some) - expected) < 4.5 * expected**0.5


def test_a_fifth_of_the_sessions_begins_with_a_search(big_sessions):
    share = fmean(context.query is not None for context in big_sessions)
    assert share == pytest.approx(0.2, abs=4.5 * (0.2 * 0.8 / len(big_sessions)) ** 0.5)


def test_a_search_names_the_intent_and_most_intents_differ_from_taste(big_sessions):
    wanting = [c for c in big_sessions if c.intent is not None]
    assert all(c.query in (None, c.intent) for c in wanting)
    assert fmean(c.user.taste[c.intent] < 0.5 for c in wanting) > 0.7


def test_another_seed_is_another_world():
    world = World(users=20)
    assert users(world) != users(replace(world, seed=8))
    assert catalog(world) != catalog(replace(world, seed=8))


def test_equal_worlds_share_their_tables():
    assert users(World(users=20)) is users(World(users=20))


def test_a_world_without_users_is_refused():
    with pytest.raises(ValueError, match="at least one user"):
        World(users=0)
