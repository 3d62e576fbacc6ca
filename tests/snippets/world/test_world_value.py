"""Proves `docs/reference/world.md`, "The true value of a policy": exact, equal to simulation, and what IPS aims at."""

from collections import defaultdict
from math import sqrt
from statistics import fmean, stdev

import pytest

from snippets.world import (
    Slate, World, catalog, default_candidates, expected_at, expected_reward, popularity_policy, propensity,
    random_policy, relevance, replace, sessions, shelf, simulate, top, true_value,
)
from snippets.world.policies import as_tickets, drawn, random_slate, tilted
from snippets.world.simulation import react, show
from snippets.world.value import REWARDS


def by_session(world, log, value):
    """Session key to the total of a reward."""
    totals = defaultdict(float)
    for r in log:
        totals[r.user, r.session] += value(r)
    return totals


def z(estimates, truth):
    """By how many standard errors a mean misses the truth."""
    return (fmean(estimates) - truth) / (stdev(estimates) / sqrt(len(estimates)))


def freshest(world):
    return lambda context, found: top(world, found, lambda item: item.published, explore=0.2)


def two_arms(world):
    """A lottery of the popular and the fresh slate, with some exploration in one."""
    return lambda context, found: [
        (0.25, top(world, found, lambda item: item.popularity)),
        (0.75, top(world, found, lambda item: item.published, explore=0.4)),
    ]


@pytest.mark.parametrize("policy", [popularity_policy, random_policy, freshest, two_arms])
@pytest.mark.parametrize("reward", ["click", "satisfaction"])
def test_the_true_value_equals_the_mean_of_a_simulation(big, big_sessions, policy, reward):
    truth = true_value(big, policy(big), reward, contexts=big_sessions)
    value = {"click": lambda r: r.clicked, "satisfaction": lambda r: r.satisfied}[reward]
    totals = by_session(big, simulate(big, policy(big)), value)
    assert abs(z(list(totals.values()), truth)) < 4


def test_the_true_value_of_watch_time_purchases_and_revenue_equals_simulation(big, big_sessions, random_log):
    items = catalog(big)
    values = {
        "watch": lambda r: r.watch_s,
        "purchase": lambda r: r.bought_at is not None,
        "revenue": lambda r: items[r.item].price if r.bought_at is not None else 0.0,
    }
    for reward, value in values.items():
        truth = true_value(big, random_policy(big), reward, contexts=big_sessions)
        assert abs(z(list(by_session(big, random_log, value).values()), truth)) < 4


def test_the_true_value_over_seeds_is_the_mean_over_seeds():
    """One session, its chance drawn anew by 4,000 user numbers: nothing but behavior varies."""
    world = World(users=1, items=60, days=1)
    item = catalog(world)[0]
    context = next(c for seed in range(99) for c in sessions(World(seed=seed, users=3, days=7)))
    clicks = [react(replace(world, seed=s), context, item, 2, 1.0, 0.0).clicked for s in range(4_000)]
    assert abs(z(clicks, expected_at(world, context, item, 2))) < 4


def test_an_unknown_reward_is_refused_by_name():
    world = World(users=30, days=2)
    with pytest.raises(ValueError, match="click, watch, satisfaction"):
        true_value(world, popularity_policy(world), "profit")
    assert len(REWARDS) == 5


def test_random_draws_are_worth_the_mean_of_all_orders():
    world = World(users=50, days=3, slate=2)
    context = sessions(world)[0]
    found = default_candidates(world, context)[:3]
    ids = [item.id for item in found]
    orders = [(a, b) for a in ids for b in ids if a != b]
    mean = fmean(expected_reward(world, context, found, Slate(order), "watch") for order in orders)
    assert expected_reward(world, context, found, Slate((), explore=1.0), "watch") == pytest.approx(mean)


def test_propensities_of_all_candidates_at_a_place_add_to_one(big, big_sessions):
    context = big_sessions[17]
    found = default_candidates(big, context)
    lottery = as_tickets(two_arms(big)(context, found))
    for position in (1, 10):
        assert sum(propensity(lottery, len(found), position, x.id) for x in found) == pytest.approx(1)


def test_the_logged_propensity_is_the_frequency(big, big_sessions):
    context = big_sessions[17]
    found = default_candidates(big, context)
    policy, counts, runs = two_arms(big), defaultdict(int), 6_000
    for number in range(runs):
        for r in show(big, replace(context, session=number), found, policy(context, found)):
            if r.position in (1, 10):
                counts[r.position, r.item] += 1
    lottery = as_tickets(policy(context, found))
    for position in (1, 10):
        for item in found:
            p = propensity(lottery, len(found), position, item.id)
            assert abs(counts[position, item.id] / runs - p) < 4.5 * sqrt(p * (1 - p) / runs)


def test_a_random_slate_has_no_item_twice(big, big_sessions):
    for context in big_sessions[:200]:
        found = default_candidates(big, context)
        slate = random_slate(big, context, found)
        assert len(set(slate)) == 10 and set(slate) <= {item.id for item in found}


def test_slates_longer_than_sixteen_still_get_fresh_chance():
    world = World(users=50, days=3, slate=20)
    context = sessions(world)[0]
    slate = random_slate(world, context, catalog(world)[:40])
    assert len(set(slate)) == 20
    assert slate[16:] != tuple(range(16, 20))


def test_a_lottery_is_drawn_in_order():
    lottery = as_tickets([(0.5, Slate((1,))), (0.5, Slate((2,), explore=0.5))])
    assert lottery == [(0.5, (1,)), (0.25, (2,)), (0.25, None)]
    assert [drawn(lottery, u) for u in (0.0, 0.49, 0.5, 0.74, 0.75, 0.999)] == [(1,), (1,), (2,), (2,), None, None]


def ips(world, log, sizes):
    """Estimates, one for each session, of the clicks under the random policy, by inverse propensity."""
    weight = lambda r: r.clicked / sizes[r.user, r.session] / r.propensity  # noqa: E731
    return list(by_session(world, log, weight).values())


def candidates_by_session(world, contexts):
    return {(c.user.id, c.session): len(default_candidates(world, c)) for c in contexts}


def test_ips_with_logged_propensities_is_unbiased(big, big_sessions, popular_log):
    truth = true_value(big, random_policy(big), contexts=big_sessions)
    assert fmean(by_session(big, popular_log, lambda r: r.clicked).values()) > 1.15 * truth
    assert abs(z(ips(big, popular_log, candidates_by_session(big, big_sessions)), truth)) < 4


def test_an_unlogged_cause_makes_ips_confidently_wrong(big):
    world = replace(big, hidden_cause=0.6)
    contexts = sessions(world)
    log = simulate(world, popularity_policy(world, explore=0.3))
    truth = true_value(world, random_policy(world), contexts=contexts)
    estimates = ips(world, log, candidates_by_session(world, contexts))
    assert z(estimates, truth) > 6
    assert fmean(estimates) > 1.1 * truth


def test_the_hidden_cause_leaves_the_logged_propensities_as_stated(big):
    world = replace(big, hidden_cause=0.6, users=100)
    plain = replace(big, users=100)
    a, b = (simulate(w, popularity_policy(w, 0.3)) for w in (world, plain))
    shown = lambda log: {(r.user, r.session, r.item, r.position): r.propensity for r in log}  # noqa: E731
    common = shown(a).keys() & shown(b).keys()
    assert len(common) > 0.7 * len(b)
    assert all(shown(a)[key] == shown(b)[key] for key in list(common)[:300])


def test_the_tilt_keeps_a_lottery_a_lottery():
    assert tilted([(0.8, (1,)), (0.2, None)], 0.5) == [(pytest.approx(4 / 7), (1,)), (pytest.approx(3 / 7), None)]
    assert tilted([(1.0, (1,))], 0.5) == [(1.0, (1,))]
    assert tilted([(0.8, (1,)), (0.2, None)], 0.0) == [(0.8, (1,)), (0.2, None)]


def test_top_breaks_ties_by_number():
    world = World(slate=3)
    assert top(world, catalog(world)[5:9][::-1], lambda item: 1.0).items == (5, 6, 7)


def test_an_oracle_beats_popularity_and_popularity_beats_chance():
    world = World(users=150, days=7)
    oracle = lambda c, found: top(world, found, lambda x: relevance(world, c, x))  # noqa: E731
    values = [true_value(world, p) for p in (oracle, popularity_policy(world), random_policy(world))]
    assert values[0] > 1.2 * values[1] > 1.2 * values[2]


def test_an_answer_that_is_no_lottery_is_refused_in_words():
    with pytest.raises(ValueError, match="add to 0.9, not to 1"):
        as_tickets([(0.5, Slate((1,))), (0.4, Slate((2,)))])
    with pytest.raises(ValueError, match="shows an item twice"):
        as_tickets(Slate((3, 4, 3)))


def test_a_day_on_which_nothing_is_live_shows_nothing():
    empty = next(w for w in (World(seed=s, users=40, days=1, items=1) for s in range(99)) if not shelf(w, 0).items)
    assert simulate(empty, popularity_policy(empty, 0.2)) == []
