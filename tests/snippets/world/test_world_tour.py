"""Proves `docs/reference/world.md`: what the page says about its two cells holds over twenty seeds."""

from collections import defaultdict
from statistics import fmean

import pytest

from snippets.world import World, catalog, events, popularity_policy, random_policy, simulate, true_value
from snippets.world import common_chance, tour

SEEDS = range(1, 21)


@pytest.fixture(scope="module")
def weeks():
    """Twenty small weeks: their world and a log of random slates."""
    worlds = [World(seed=seed, users=150, days=7) for seed in SEEDS]
    return [(world, simulate(world, random_policy(world))) for world in worlds]


def test_the_top_is_clicked_more_than_the_bottom_in_every_world(weeks):
    for _, log in weeks:
        at = lambda k: fmean(r.clicked for r in log if r.position == k)  # noqa: E731
        assert at(1) > 3 * at(10)


def test_clickbait_is_liked_less_in_every_world(weeks):
    for world, log in weeks:
        glad = defaultdict(list)
        for r in log:
            if r.clicked:
                glad[catalog(world)[r.item].clickbait > 0].append(r.satisfied)
        assert fmean(glad[True]) < 0.7 * fmean(glad[False])


def test_slow_phones_send_twice_more_often_in_every_world(weeks):
    for world, log in weeks:
        sent = defaultdict(list)
        for event in events(world, log[:4_000]):
            sent[event.device].append(event.attempt > 1)
        assert fmean(sent["slow phone"]) > 2 * fmean(sent["phone"]) > 2 * fmean(sent["desktop"])


def test_considered_goods_look_four_times_worse_after_a_day():
    world = World()
    impulse, considered = (
        rate * tour.early_share(delay) for rate, delay in zip(world.buy_rates, world.buy_delay_days)
    )
    assert impulse / considered == pytest.approx(4, abs=0.1)


def test_popularity_wins_clicks_everywhere_and_satisfied_clicks_in_most_worlds_but_not_in_the_seventh():
    loses = []
    for seed in SEEDS:
        world = World(seed=seed, users=100, days=7)
        popular, random = popularity_policy(world), random_policy(world)
        assert true_value(world, popular) > true_value(world, random)
        if true_value(world, popular, "satisfaction") < true_value(world, random, "satisfaction"):
            loses.append(seed)
    assert 7 in loses and len(loses) <= 6


def test_the_oracle_of_clicks_and_the_oracle_of_satisfaction_each_win_their_own():
    for seed in SEEDS:
        world = World(seed=seed, users=60, days=7)
        policies = tour.policies(world)
        clicks, glad = policies["oracle of clicks"], policies["oracle of satisfied clicks"]
        assert true_value(world, clicks) > true_value(world, glad)
        assert true_value(world, glad, "satisfaction") > true_value(world, clicks, "satisfaction")


def test_shared_chance_saves_at_least_ten_times_the_weeks():
    for start in (100, 1_000):
        gains = defaultdict(list)
        for k in range(12):
            popular = common_chance.clicks_a_session(common_chance.week(start + k), popularity_policy)
            for name, seed in [("same", start + k), ("other", 5 * start + k)]:
                changed = common_chance.clicks_a_session(common_chance.week(seed), common_chance.search_policy)
                gains[name].append(changed - popular)
        (mean, same), (_, other) = (common_chance.mean_and_spread(gains[name]) for name in ("same", "other"))
        assert (other / same) ** 2 > 10
        assert mean > 0


def test_mean_and_spread_of_a_known_sample():
    assert common_chance.mean_and_spread([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]) == (5.0, pytest.approx(2.13809))
    assert tour.mean([1, 2, 6]) == 3
