"""Proves `docs/reference/world.md`, "What people do": logs show the biases, and only the known truth undoes them."""

from collections import defaultdict
from math import sqrt
from statistics import fmean

import numpy as np
import pytest
from scipy import stats

from snippets.world import (
    DAY_S, DEVICES, World, catalog, default_candidates, examination, is_live, popularity_policy, purchase, relevance,
    replace, satisfaction, sessions, simulate, top, true_value, trust,
)
from snippets.world.behavior import MISSED, click_if_seen, expected_watch, freshness, novelty_lift, watched


def near(share, probability, n, sigmas=4.5):
    """Whether an observed share of n trials fits a probability."""
    return abs(share - probability) < sigmas * sqrt(max(probability * (1 - probability), 1e-9) / n)


def test_examination_is_a_power_of_the_position():
    world = World()
    assert examination(world, "desktop", 1) == 1
    assert examination(world, "phone", 10) == pytest.approx(10**-0.9)
    assert examination(world, "slow phone", 4) == pytest.approx(4**-1.1)


@pytest.mark.parametrize("device", DEVICES)
def test_a_random_log_shows_examination_by_position_and_device(big, random_log, device):
    for position in (1, 2, 5, 10):
        rows = [r.examined for r in random_log if r.device == device and r.position == position]
        assert near(fmean(rows), examination(big, device, position), len(rows))


@pytest.fixture(scope="module")
def phone_rows(big, random_log, big_sessions):
    """Position to (clicked, true relevance) of the phone's impressions under random slates."""
    contexts, items = {(c.user.id, c.session): c for c in big_sessions}, catalog(big)
    rows = defaultdict(list)
    for r in random_log:
        if r.device == "phone":
            rows[r.position].append((r.clicked, relevance(big, contexts[r.user, r.session], items[r.item])))
    return rows


@pytest.mark.parametrize("position", [1, 2, 3, 6, 10])
def test_clicks_are_affine_in_relevance_so_the_affine_correction_recovers_it(big, phone_rows, position):
    clicks, truth = map(np.array, zip(*phone_rows[position]))
    seen, trusted = examination(big, "phone", position), trust(big, "phone", position)
    corrected = (clicks / seen - trusted) / (1 - MISSED - trusted)
    assert abs(corrected.mean() - truth.mean()) < 4.5 * corrected.std() / sqrt(len(clicks))


def test_dividing_by_examination_alone_flatters_the_top(big, phone_rows):
    naive = {k: np.mean([c for c, _ in phone_rows[k]]) / examination(big, "phone", k) for k in (1, 10)}
    truth = {k: np.mean([r for _, r in phone_rows[k]]) for k in (1, 10)}
    assert naive[1] > 1.15 * truth[1]
    assert naive[10] < 1.12 * truth[10]


def test_satisfaction_comes_as_often_as_its_probability_says(big, random_log, big_sessions):
    contexts, items = {(c.user.id, c.session): c for c in big_sessions}, catalog(big)
    rows = [(r.satisfied, satisfaction(big, contexts[r.user, r.session], items[r.item])) for r in random_log if r.clicked]
    for low, high in [(0, 0.3), (0.3, 0.6), (0.6, 1)]:
        some = [(s, p) for s, p in rows if low <= p < high]
        assert len(some) > 300
        assert near(fmean(s for s, _ in some), fmean(p for _, p in some), len(some))


def test_clickbait_is_clicked_more_and_liked_less(big, random_log):
    items = catalog(big)
    bait = [r for r in random_log if items[r.item].clickbait]
    fair = [r for r in random_log if not items[r.item].clickbait]
    assert fmean(r.clicked for r in bait) > 1.2 * fmean(r.clicked for r in fair)
    assert fmean(r.satisfied for r in bait if r.clicked) < 0.5 * fmean(r.satisfied for r in fair if r.clicked)


def test_watch_time_has_the_mean_that_is_stated(random_log):
    item = catalog(World())[0]
    grid = (np.arange(100_000) + 0.5) / 100_000
    for satisfied in (True, False):
        mean = fmean(watched(item, satisfied, u) for u in grid)
        assert mean == pytest.approx(expected_watch(item, float(satisfied)), rel=1e-3)
    assert all((r.watch_s > 0) == r.clicked for r in random_log)


def test_freshness_halves_after_a_week():
    item = catalog(World())[0]
    assert freshness(item, item.published) == 1
    assert freshness(item, item.published + 7 * DAY_S) == 0.5


def test_an_intent_outweighs_taste_for_the_moment(big, big_sessions):
    context = next(c for c in big_sessions if c.intent is not None and c.user.taste[c.intent] < 0.2)
    wanted = [x for x in catalog(big) if x.topic == context.intent]
    liked = [x for x in catalog(big) if x.topic == int(np.argmax(context.user.taste))]
    assert fmean(relevance(big, context, x) for x in wanted) > fmean(relevance(big, context, x) for x in liked)


def test_groups_differ_in_base_rate_and_in_label_noise():
    world = World(seed=5, users=2_500, days=7, survey_rate=1.0)
    group = {c.user.id: c.user.group for c in sessions(world)}
    clicks = [r for r in simulate(world, popularity_policy(world)) if r.clicked]
    glad = {g: fmean(r.satisfied for r in clicks if group[r.user] == g) for g in "AB"}
    assert glad["A"] - glad["B"] > 0.04
    for g, noise in zip("AB", world.group_label_noise):
        rows = [r for r in clicks if group[r.user] == g]
        assert near(fmean(r.survey != r.satisfied for r in rows), noise, len(rows))


def test_surveys_are_answered_at_their_rate(random_log):
    clicks = [r for r in random_log if r.clicked]
    assert near(fmean(r.survey is not None for r in clicks), 0.2, len(clicks))
    assert all(r.survey is None for r in random_log if not r.clicked)


@pytest.fixture(scope="module")
def bought():
    """Impressions of a world in which every second click ends in a purchase."""
    world = World(seed=5, users=1_500, days=7, buy_rates=(0.5, 0.5))
    return world, [r for r in simulate(world, popularity_policy(world, 1.0)) if r.bought_at is not None]


@pytest.mark.parametrize("kind, within_a_day", [("impulse", 0.902), ("considered", 0.141)])
def test_purchases_come_late_by_kind_of_goods(bought, kind, within_a_day):
    world, rows = bought
    items = catalog(world)
    delays = [(r.bought_at - r.time) / DAY_S for r in rows if items[r.item].kind == kind]
    assert stats.kstest(delays, "expon", args=(0, {"impulse": 0.43, "considered": 6.6}[kind])).pvalue > 1e-4
    assert near(fmean(d < 1 for d in delays), within_a_day, len(delays))


def test_considered_goods_are_bought_more_often_in_the_end(big, big_sessions):
    items = catalog(big)[:200]
    rate = {
        kind: fmean(purchase(big, c, x) for c in big_sessions[::200] for x in items if x.kind == kind)
        for kind in ("impulse", "considered")
    }
    assert rate["impulse"] == pytest.approx(0.05, rel=0.15)
    assert rate["considered"] == pytest.approx(0.08, rel=0.15)


def test_the_pleased_return_more_often_than_the_disappointed():
    world = World(seed=5, users=800, days=14)
    bait = lambda c, found: top(world, found, lambda x: x.clickbait)  # noqa: E731
    good = lambda c, found: top(world, found, lambda x: satisfaction(world, c, x))  # noqa: E731
    visits = {}
    for name, policy in [("bait", bait), ("good", good)]:
        visits[name] = len({(r.user, r.session) for r in simulate(world, policy)})
    assert visits["good"] > 1.1 * visits["bait"]


def test_without_return_effect_every_policy_meets_the_same_visits(big, random_log, popular_log, big_sessions):
    keys = {(c.user.id, c.session) for c in big_sessions}
    assert {(r.user, r.session) for r in random_log} == {(r.user, r.session) for r in popular_log} == keys


def test_nothing_is_shown_before_it_is_published_or_after_its_creator_left(random_log, big):
    items = catalog(big)
    assert all(is_live(items[r.item], r.time) for r in random_log)


def test_finite_stock_sells_out_and_infinite_stock_does_not():
    plain = World(seed=5, users=800, days=10, items=60, buy_rates=(1.0, 1.0))
    items = catalog(plain)

    def sold(world):
        counts = defaultdict(int)
        for r in simulate(world, popularity_policy(world)):
            counts[r.item] += r.bought_at is not None
        return counts

    free, short = sold(plain), sold(replace(plain, finite_stock=True))
    assert any(free[i] > items[i].stock for i in free)
    assert all(short[i] <= items[i].stock for i in short)


def test_novelty_fades_to_a_third_in_three_days():
    world = World(novelty=0.9)
    assert novelty_lift(world, 0.0, None) == 0
    assert novelty_lift(world, DAY_S - 1, DAY_S) == 0
    assert novelty_lift(world, DAY_S, DAY_S) == pytest.approx(0.9)
    assert novelty_lift(world, 4 * DAY_S, DAY_S) == pytest.approx(0.9 / np.e)


def test_a_new_policy_is_clicked_more_while_it_is_new():
    world = World(seed=5, users=1_500, days=10, return_effect=0.0, novelty=1.5, novelty_days=2.0)
    old = simulate(world, popularity_policy(world))
    new = simulate(world, popularity_policy(world), launched=3 * DAY_S)
    clicks = lambda log, days: sum(r.clicked for r in log if r.day in days)  # noqa: E731
    assert [r for r in old if r.day < 3] == [r for r in new if r.day < 3]
    assert clicks(new, {3}) > 1.5 * clicks(old, {3})
    assert clicks(new, {9}) < 1.1 * clicks(old, {9})


def test_the_best_for_clicks_is_not_the_best_for_satisfaction():
    world = World(seed=5, users=200, days=7)
    for_clicks = lambda c, found: top(world, found, lambda x: relevance(world, c, x))  # noqa: E731
    for_both = lambda c, found: top(world, found, lambda x: relevance(world, c, x) * satisfaction(world, c, x))  # noqa: E731
    assert true_value(world, for_clicks) > 1.03 * true_value(world, for_both)
    assert true_value(world, for_both, "satisfaction") > 1.03 * true_value(world, for_clicks, "satisfaction")


def test_default_candidates_serve_the_search():
    world = World(users=200, days=7)
    searching = [c for c in sessions(world) if c.query is not None]
    share = fmean(x.topic == c.query for c in searching for x in default_candidates(world, c))
    assert share > 0.4
    found = [len(default_candidates(world, c)) for c in sessions(world)]
    assert 15 <= min(found) and max(found) <= 26


def test_click_if_seen_has_its_two_ends():
    world = World()
    assert click_if_seen(world, "phone", 1, 1.0) == 0.95
    assert click_if_seen(world, "phone", 1, 0.0) == 0.08
    assert click_if_seen(world, "phone", 8, 0.0) == 0.01
    assert click_if_seen(world, "slow phone", 1, 0.0) == 0.10
