"""The sums and the claims of docs/framework/life-after-launch.md, against literals, NumPy and SciPy."""

import math
from functools import cache
from statistics import fmean

import numpy
import pytest
from scipy import stats

from snippets.case_studies.video_recommendation.experiment_size import correlation, totals
from snippets.case_studies.video_recommendation.feed import home_feed, production, training_rows
from snippets.framework.life_after_launch import fading_model, holdback, retirement
from snippets.world import catalog, default_candidates, popularity_policy, sessions, simulate

SEEDS = range(20)


# A frozen model and its holdback

@cache
def months():
    """Twenty seeds: (dashboard, frozen over rule, retrained over rule) in week 1 and in weeks 5 to 8."""
    return [fading_model.summary(fading_model.two_months(seed)) for seed in SEEDS]


def test_the_model_beats_the_rule_in_its_first_week_in_all_twenty_seeds():
    assert min(first[1] for first, _ in months()) > 0


def test_the_dashboard_rises_in_all_twenty_seeds_while_the_frozen_model_loses_to_the_rule_in_eighteen():
    assert min(late[0] for _, late in months()) > 0
    assert sum(late[1] < 0 for _, late in months()) >= 18
    assert fmean(late[1] for _, late in months()) < -0.1


def test_the_model_retrained_each_week_beats_the_rule_in_all_twenty_seeds():
    assert min(late[2] for _, late in months()) > 0
    assert fmean(late[2] for _, late in months()) == pytest.approx(0.078, abs=0.005)
    assert fmean(late[1] for _, late in months()) == pytest.approx(-0.135, abs=0.005)


def test_without_drift_the_frozen_model_does_not_fall_behind_on_average():
    still = [fading_model.summary(fading_model.two_months(seed, season=0.0, fashion=0.0))[1] for seed in SEEDS]
    assert fmean(late[1] for late in still) > 0


def test_in_the_week_of_the_launch_frozen_and_retrained_are_the_same_model():
    value = fading_model.two_months(0)
    assert value[0, "frozen"] == value[0, "retrained"]
    assert (-1, "frozen") not in value


def test_a_top_click_counts_as_one_attended_impression_and_a_place_below_as_less():
    world = home_feed(0)
    row = simulate(world, production(world), days=range(1))[0]
    counts, item = fading_model.Counts(), catalog(world)[row.item]
    counts.learn(row._replace(position=1, clicked=True), item)
    counts.learn(row._replace(position=4, clicked=False), item)
    assert counts.attended[item.id] == 1.25 and counts.clicks[row.user, item.topic] == 1
    assert counts.worth()[item.id] == 0  # as good as the average, which it is


def test_the_last_days_leave_out_today_and_what_is_older():
    days = {day: fading_model.Counts() for day in range(10)}
    for day, counts in days.items():
        counts.attended["all"], counts.clicks["all"] = 10, 1
        counts.attended[day], counts.clicks[day] = 10, 1
    assert set(fading_model.last(3, days, 8)) == {"all", 5, 6, 7}


def test_the_ranking_follows_the_viewer_only_if_it_is_personal():
    world = home_feed(0)
    context = sessions(world)[0]
    found = default_candidates(world, context)
    topic = found[-1].topic
    worth = {(context.user.id, topic): 5.0, found[0].id: 1.0}
    same, own = (fading_model.ranking(world, worth, personal)(context, found) for personal in (False, True))
    assert same[0] == found[0].id
    assert catalog(world)[own[0]].topic == topic


# Size and price of a holdback

def habits(rng, people, weeks):
    """Users' weeks with mean 1 whose covariance is the calculator's."""
    lags = numpy.abs(numpy.subtract.outer(numpy.arange(weeks), numpy.arange(weeks)))
    matrix = numpy.where(lags == 0, 1.0, holdback.alike * holdback.kept ** (lags - 1.0))
    return 1 + holdback.variation * rng.multivariate_normal(numpy.zeros(weeks), matrix, size=people)


def test_covariance_of_one_week_with_itself_is_one_and_with_the_next_the_correlation():
    assert holdback.covariance([1], [1]) == 1
    assert holdback.covariance([1], [2]) == pytest.approx(0.75)
    assert holdback.covariance([1], [3]) == pytest.approx(0.735)


@pytest.mark.parametrize("weeks", [2, 12])
def test_the_variances_are_those_of_simulated_users(weeks):
    sample = habits(numpy.random.default_rng(0), 200_000, 4 + weeks) / holdback.variation
    past, now = sample[:, :4].mean(axis=1), sample[:, 4:].mean(axis=1)
    assert holdback.plain(weeks) == pytest.approx(now.var(), rel=0.02)
    left = stats.linregress(past, now)
    assert holdback.own_past_removed(weeks) == pytest.approx((now - left.slope * past).var(), rel=0.02)


def test_heavy_users_cancel_in_a_change_within_persons():
    sample = habits(numpy.random.default_rng(1), 200_000, 12) / holdback.variation
    change = sample[:, 10:].mean(axis=1) - sample[:, :2].mean(axis=1)
    assert holdback.within(range(1, 3), range(11, 13)) == pytest.approx(change.var(), rel=0.02)
    assert holdback.within(range(1, 3), range(1, 3)) == pytest.approx(0)


def test_twelve_weeks_still_need_more_than_four_fifths_of_the_people_of_two():
    short, long = (holdback.people(holdback.plain(weeks), 0.01) for weeks in (2, 12))
    assert (short, long) == (247_927, 205_991)
    assert long / short > 0.8


def test_half_the_gain_takes_four_times_the_people():
    variance = holdback.own_past_removed(12)
    assert holdback.people(variance, 0.01) == 55_982
    assert holdback.people(variance, 0.005) == pytest.approx(224_000, rel=0.01)


def test_so_many_people_see_the_gain_with_the_power_asked_for():
    variance, gain = holdback.plain(2), 0.01
    error = holdback.error(variance, holdback.people(variance, gain), math.inf)
    assert stats.norm.sf(stats.norm.isf(0.025) - gain / error) == pytest.approx(0.8, abs=0.001)


def test_a_past_grows_old_so_late_weeks_alone_need_more_people():
    def needed(weeks):
        past = range(-3, 1)
        left = holdback.covariance(weeks, weeks) - holdback.covariance(past, weeks) ** 2 / holdback.covariance(past, past)
        return holdback.people(left, 0.01)
    assert needed(range(1, 13)) == holdback.people(holdback.own_past_removed(12), 0.01)
    assert needed(range(11, 13)) == pytest.approx(126_000, rel=0.01)
    assert needed(range(41, 53)) == pytest.approx(176_000, rel=0.01)


def test_the_error_is_that_of_the_difference_of_two_simulated_groups():
    rng = numpy.random.default_rng(2)
    gaps = [habits(rng, 400, 2).mean() - habits(rng, 1_600, 2).mean() for _ in range(2_000)]
    assert holdback.error(holdback.plain(2), 400, 1_600) == pytest.approx(numpy.std(gaps), rel=0.05)


def test_one_percent_held_back_from_a_gain_of_two_costs_24_minutes_of_downtime_in_twelve_weeks():
    assert holdback.minutes_dark(0.01, 0.02, 12) == pytest.approx(24.19, abs=0.01)
    assert holdback.minutes_dark(0.02, 0.015, 26) == pytest.approx(78.6, abs=0.1)


def test_spread_and_correlation_are_about_those_of_a_week_of_minutes_in_the_shared_world():
    spreads, alike = [], []
    for seed in SEEDS:
        world = home_feed(seed, users=150, newcomer_share=0.0)
        log = simulate(world, production(world))
        first, second = (totals(log, range(150), range(7 * k, 7 * k + 7))[0] for k in (1, 2))
        spreads.append(numpy.std(first) / numpy.mean(first))
        alike.append(correlation(first, second))
    assert fmean(spreads) == pytest.approx(holdback.variation, abs=0.3)
    assert fmean(alike) == pytest.approx(holdback.alike, abs=0.1)


# Retirement

@cache
def switched():
    """Twenty seeds: relative change of clicks by (stages off, ranker retrained)."""
    return [retirement.switched_off(seed) for seed in SEEDS]


OLD, NEW, BOTH = retirement.OFF


def test_either_model_can_go_and_both_cost_more_than_twice_the_sum_in_all_twenty_seeds():
    for run in switched():
        alone = run[OLD, True] + run[NEW, True]
        assert run[OLD, True] > -0.06 and run[NEW, True] > -0.06
        assert run[BOTH, True] < -0.07 and run[BOTH, True] < 2 * alone


def test_both_together_cost_16_percent_on_average_from_8_to_28():
    lost = [-run[BOTH, True] for run in switched()]
    assert fmean(lost) == pytest.approx(0.164, abs=0.005)
    assert (min(lost), max(lost)) == (pytest.approx(0.077, abs=0.005), pytest.approx(0.275, abs=0.005))


def test_under_unchanged_weights_the_old_model_looks_vital_on_average():
    assert fmean(run[OLD, False] for run in switched()) == pytest.approx(-0.27, abs=0.01)
    assert fmean(run[OLD, True] for run in switched()) == pytest.approx(-0.01, abs=0.005)


def test_where_the_switch_costs_most_the_successor_had_a_negative_weight():
    world = home_feed(4, users=40, newcomer_share=0.0, days=21)
    _, rows, shown = training_rows(world, popularity_policy(world, explore=0.2), range(21))
    assert retirement.train(rows, shown, retirement.STAGES)["appeal"] < 0
    assert retirement.train(rows, shown, ("appeal", "taste"))["appeal"] > 0


def test_clicks_of_a_ranker_that_reads_nothing_are_those_of_the_lowest_numbers():
    world = home_feed(0)
    context = sessions(world)[0]
    found = default_candidates(world, context)
    scores = {x.id: {"taste": 0.0} for x in found}
    expected = retirement.clicks(world, [(context, sorted(found, key=lambda x: x.id), scores)], {"taste": 1.0})
    assert retirement.clicks(world, [(context, found, scores)], {}) == expected > 0


# The exercise and the quiz

def test_in_the_exercise_shrinking_beats_keeping_at_every_gain_and_retiring_only_above_a_third_of_a_percent():
    for gain in (0.0026, 0.005, 0.0074):
        keep, shrink = 1e6 * gain - 4_000, 1e6 * (gain - 0.0015) - 2_000
        assert shrink > keep
        assert (shrink > 0) == (gain > 0.0035)
    assert 1e6 * (0.0026 - 0.0015) == pytest.approx(1_100)
