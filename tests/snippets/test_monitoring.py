"""Proves the claims of docs/components/monitoring.md: PSI's null level, rows of one person, drift and harm, delay, budget."""
from functools import cache
from math import log
from random import Random
from statistics import fmean, median

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from snippets.components.feature_stores.log_and_compare import stability_index
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.components.monitoring.alert_budget import limit_for, precision, two_sided, visible_change
from snippets.components.monitoring.detection_delay import (
    RULES, against_total, alarms, cusum, deviations, judge, rung, one_day, standardized, two_days,
)
from snippets.components.monitoring.drift_and_harm import (
    WORLDS, binned_psi, clicks_over_predicted, compare, estimated_auc,
)
from snippets.components.monitoring.rows_of_one_person import compared, counts_by_unit, one_a_page, swap_threshold, total, two_weeks
from snippets.components.monitoring.stability_index import (
    expected_psi, histogram, ks_distance, ks_threshold, psi, psi_threshold, psi_without_drift, quantile_edges,
)
from snippets.components.monitoring.topic_streams import HEALTHY, daily_clicks, streams
from snippets.components.monitoring.watched_log import topic_rates, watch, with_rates
from snippets.components.ranking.within_position_auc import within_position_auc
from snippets.world import World, replace

SEEDS = range(1, 21)


# the stability index


def test_psi_is_the_formula_with_half_a_row_in_each_bin() -> None:
    p, q = (10.5 / 41, 30.5 / 41), (20.5 / 41, 20.5 / 41)
    assert psi([10, 30], [20, 20]) == pytest.approx(sum((a - b) * log(a / b) for a, b in zip(p, q)))
    assert psi([5, 0, 7], [5, 0, 7]) == 0


def test_psi_is_the_feature_stores_index_when_each_value_is_a_bin() -> None:
    served, recomputed = [0, 0, 1, 2, 2, 2, 3], [0, 1, 1, 2, 3, 3, 3]
    assert binned_psi(served, recomputed) == pytest.approx(stability_index(served, recomputed))


def test_edges_cut_the_reference_into_equal_counts() -> None:
    values = [Random(1).random() for _ in range(1000)]
    values = sorted(set(values) | {k / 1000 for k in range(999)})[:1000]
    assert histogram(values, quantile_edges(values, 10)) == [100] * 10
    assert quantile_edges([1, 1, 1, 1, 5], 4) == [1]
    assert histogram([-9, 0, 9], [0, 1]) == [1, 1, 1]


def test_the_threshold_is_the_quantile_of_chi_square() -> None:
    for bins, n, m in ((5, 100, 100), (10, 1000, 300), (20, 10**6, 10**5)):
        exact = (1 / n + 1 / m) * stats.chi2.ppf(0.99, bins - 1)
        assert psi_threshold(bins, n, m) == pytest.approx(exact, rel=0.01)
    assert expected_psi(10, 100, 100) == pytest.approx(0.18)


def test_without_drift_a_hundred_rows_pass_a_tenth_most_of_the_time() -> None:
    over = [fmean(x > 0.1 for x in psi_without_drift(10, 100, 100, seed)) for seed in SEEDS]
    assert min(over) > 0.7 and 0.79 < fmean(over) < 0.86
    assert max(max(psi_without_drift(10, 1000, 10, seed)) for seed in SEEDS) < 0.1


def test_the_threshold_keeps_its_promise_for_independent_rows() -> None:
    found = [x for seed in SEEDS for x in psi_without_drift(10, 100, 100, seed)]
    assert 0.004 < fmean(x > psi_threshold(10, 100, 100) for x in found) < 0.016


def test_the_kolmogorov_smirnov_gap_is_scipys_and_its_threshold_its_p_value() -> None:
    rng = Random(3)
    a, b = [rng.random() for _ in range(400)], [rng.random() ** 1.2 for _ in range(300)]
    assert ks_distance(a, b) == pytest.approx(stats.ks_2samp(a, b).statistic)
    assert stats.kstwobign.sf(ks_threshold(400, 300) * (400 * 300 / 700) ** 0.5) == pytest.approx(0.01, rel=0.01)


# rows of one person


@cache
def healthy(seed: int) -> dict[str, tuple[bool, bool, bool]]:
    """{column: (over 0.1, over the level for rows, over the level for persons)}."""
    found = {}
    for name, rows in two_weeks(seed).items():
        units = counts_by_unit(rows)
        first, second = (total(week) for week in zip(*units.values()))
        value = psi(first, second)
        found[name] = value > 0.1, value > psi_threshold(len(first), sum(first), sum(second)), value > swap_threshold(units)
    return found


def test_units_add_up_to_all_rows() -> None:
    rows = [(("a", 1), 0, 1.0), (("a", 2), 1, 2.0), (("b", 1), 1, 2.0), (("b", 2), 0, 1.0), (("b", 2), 0, 2.0)]
    assert one_a_page(rows) == [(("b", 2), 0, 1.0), (("b", 1), 1, 2.0), (("a", 2), 1, 2.0), (("a", 1), 0, 1.0)]
    units = counts_by_unit(rows)
    assert units == {"a": ([1, 0], [0, 1]), "b": ([1, 1], [0, 1])}
    assert total([[1, 2], [3, 4]]) == [4, 6]
    assert swap_threshold(units) > 0


def test_the_level_for_rows_fires_on_healthy_weeks_and_the_level_for_persons_does_not() -> None:
    fired = {name: [sum(healthy(seed)[name][k] for seed in SEEDS) for k in range(3)] for name in healthy(1)}
    assert [fired[name][1] for name in ("searched topic", "device", "age band", "item's price")] == [19, 12, 9, 3]
    assert [fired[name][2] for name in ("searched topic", "device", "age band", "item's price")] == [0, 0, 1, 1]


def test_one_row_a_page_keeps_the_formulas_promise() -> None:
    rung = {name: 0 for name in ("searched topic", "device", "age band")}
    for seed in SEEDS:
        weeks = two_weeks(seed)
        for name in rung:
            value, level, _ = compared(one_a_page(weeks[name]))
            rung[name] += value > level
    assert all(count <= 2 for count in rung.values())


def test_a_category_that_replaces_another_is_no_zero() -> None:
    assert binned_psi([0, 1] * 50, [0, 2] * 50) > 1


def test_the_level_for_persons_still_hears_a_real_change() -> None:
    rung = 0
    for seed in SEEDS:
        units = counts_by_unit(two_weeks(seed, covariate_drift=0.2)["searched topic"])
        first, second = (total(week) for week in zip(*units.values()))
        rung += psi(first, second) > swap_threshold(units)
    assert rung == 18


def test_what_ages_fires_by_either_level() -> None:
    assert [sum(healthy(seed)["item's age"][k] for seed in SEEDS) for k in range(3)] == [3, 18, 18]


# drift and harm


@cache
def report(seed: int):
    return compare(seed)


def test_estimated_auc_is_the_expectation_of_the_auc_of_labels_drawn_from_the_scores() -> None:
    rng = Random(5)
    scores = [rng.random() for _ in range(2000)]
    drawn = [roc_auc_score([rng.random() < p for p in scores], scores) for _ in range(30)]
    assert estimated_auc(scores) == pytest.approx(fmean(drawn), abs=0.005)


def test_clicks_over_predicted_is_one_where_the_scores_are_right() -> None:
    assert clicks_over_predicted([1, 0, 1, 1], [0.5, 0.5, 0.5, 0.5], ["a", "a", "b", "b"]) == {"a": 1.0, "b": 2.0}


def test_the_log_is_read_as_it_is_written() -> None:
    world = World(seed=1, users=20, days=3)
    seen = watch(world, range(3), {}, judged=2)
    rates = topic_rates(seen)
    assert len(seen.rows) == len(seen.clicks) == len(seen.topics) == len(seen.wished)
    assert len(seen.visits) == 2
    assert sum(rates[t] * seen.topics.count(t) for t in rates) == pytest.approx(sum(seen.clicks))
    again = watch(world, range(3), rates)
    assert with_rates(seen, rates).rows == again.rows


def test_who_asks_is_loud_and_harmless() -> None:
    assert min(report(seed)["who asks"].search_psi for seed in SEEDS) > 0.7
    changes = [report(seed)["who asks"].pages - report(seed)["nothing"].pages for seed in SEEDS]
    assert 0.01 < fmean(changes) < 0.05 and sum(x > -0.03 for x in changes) >= 17


def test_what_they_like_is_silent_and_ruins_the_pages() -> None:
    for seed in SEEDS:
        still, turned = report(seed)["nothing"], report(seed)["what they like"]
        assert turned[:3] == still[:3]  # inputs, scores and all that is computed from them
        assert turned.pages < still.pages
    lost = 1 - fmean(report(seed)["what they like"].pages for seed in SEEDS) / fmean(report(seed)["nothing"].pages for seed in SEEDS)
    assert 0.38 < lost < 0.42


def test_auc_of_real_labels_hardly_moves_and_slices_do() -> None:
    drops = [report(seed)["nothing"].real_auc - report(seed)["what they like"].real_auc for seed in SEEDS]
    assert max(drops) <= 0.041 and 0.015 < fmean(drops) < 0.02
    gap = [report(s)["what they like"].highest / report(s)["what they like"].lowest for s in SEEDS]
    usual = [report(s)["nothing"].highest / report(s)["nothing"].lowest for s in SEEDS]
    assert min(gap) > max(usual)
    assert all(0.9 <= report(s)["what they like"].overall <= 1.25 for s in SEEDS)


def test_position_alone_makes_most_of_auc_and_within_positions_a_turn_of_taste_often_shows() -> None:
    alone, falls = {}, 0
    for seed in SEEDS:
        found = {}
        for change in ({}, {"concept_drift": 1.2}):
            scores, after = scored(seed, **change)
            places = [row[0] for row in after.rows]
            alone[seed, bool(change)] = roc_auc_score(after.clicks, places)
            found[bool(change)] = within_position_auc(after.clicks, scores, places)
        falls += found[True] < found[False]
    assert falls == 15 and alone[2, False] == pytest.approx(0.724, abs=0.001)


def scored(seed: int, **change: float):
    """Scores and log of the second fortnight, as `compare` makes them."""
    world = World(seed=seed, users=60, items=200, days=28, click_intercept=-2.4, newcomer_share=0.0, return_effect=0.0,
                  search_share=0.3, drift_day=14)  # fmt: skip
    before = watch(world, range(14), {})
    rates = topic_rates(before)
    before = with_rates(before, rates)
    after = watch(replace(world, **change), range(14, 28), rates)
    return predict_all(fit(before.rows, before.clicks, steps=4), after.rows), after


def test_a_new_base_rate_breaks_calibration_and_leaves_the_pages() -> None:
    assert all(1.2 < report(seed)["how often"].overall < 1.5 for seed in SEEDS)
    changes = [report(seed)["how often"].pages - report(seed)["nothing"].pages for seed in SEEDS]
    assert max(abs(x) for x in changes) < 0.06
    assert list(report(1)) == list(WORLDS)


# detection delay


def test_deviations_are_those_of_a_binomial_rate() -> None:
    days = [(100, 10), (100, 10), (50, 9)]
    assert deviations(days, lambda day: days[:2])[2] == pytest.approx(4 / (50 * 0.1 * 0.9 * 1.25) ** 0.5)


def test_rules_on_a_stretch_worked_by_hand() -> None:
    zs = [0.0, 2.0, 2.5, -1.0, 3.5]
    assert [one_day(zs, 3), two_days(zs, 1.5), cusum(zs, 3), one_day(zs, 9)] == [4, 2, 2, None]
    assert [two_days([-2, -2], 1.5), cusum([-2, -2], 2), two_days([2, -2], 1.5)] == [1, 1, None]
    assert alarms([4, 0, 4, 4], one_day, 3) == 3


@cache
def judged(seed: int):
    drifting, seasonal = streams(seed, concept_drift=1.2), streams(seed, label_drift=0.5)
    return {name: judge(drifting, seasonal, name) for name in RULES}


def test_a_stream_counts_what_was_shown() -> None:
    world = World(seed=1, users=20, days=4)
    days = daily_clicks(world, range(4))
    assert len(days) == 8 and all(0 <= clicks <= shown for topic in days for shown, clicks in topic)
    assert all(standardized([[(10, 1)] * 40] * 2, how)[1][30] == 0 for how in ("first month", "last 14 days", "total"))
    doubled = [[(100, 10)] * 28 + [(100, 20)]] * 2
    assert against_total(doubled)[0][28] == (pytest.approx(200.0), 20)


def test_the_limits_give_about_one_false_alarm_in_a_hundred_topic_days() -> None:
    rate = {name: sum(judged(seed)[name][0] for seed in SEEDS) / (20 * 8 * HEALTHY) for name in RULES}
    assert all(0.009 < rate[name] < 0.0105 for name in ("one day", "two days", "CUSUM", "CUSUM, to total"))
    assert 0.012 < rate["CUSUM, last 14"] < 0.014


def test_cusum_against_a_frozen_month_finds_most() -> None:
    found = {name: [len(judged(seed)[name][1]) for seed in SEEDS] for name in RULES}
    share = {name: round(sum(found[name]) / 160, 2) for name in RULES}
    assert share == {"one day": 0.38, "two days": 0.67, "CUSUM": 0.89, "CUSUM, last 14": 0.57, "CUSUM, to total": 0.91}
    assert median(day for seed in SEEDS for day in judged(seed)["CUSUM"][1]) == 11
    assert all(a > b for a, b in zip(found["CUSUM"], found["one day"]))
    assert sum(a > b for a, b in zip(found["CUSUM"], found["CUSUM, last 14"])) == 16
    assert all(a >= b for a, b in zip(found["CUSUM"], found["CUSUM, last 14"]))


def test_chance_alone_finds_a_third_and_nearly_as_much_as_single_days() -> None:
    quiet = [streams(seed) for seed in SEEDS]
    share = {name: round(sum(rung(topics, name) for topics in quiet) / 160, 2) for name in RULES}
    assert share == {"one day": 0.26, "two days": 0.34, "CUSUM": 0.33, "CUSUM, last 14": 0.36, "CUSUM, to total": 0.32}


def test_a_moving_reference_learns_a_slow_drift() -> None:
    ramps = [streams(seed, concept_drift=1.2, drift_ramp_days=28.0) for seed in SEEDS]
    share = {name: sum(len(judge(ramp, [], name)[1]) for ramp in ramps) / 160 for name in ("CUSUM", "CUSUM, last 14")}
    assert 0.79 < share["CUSUM"] < 0.83 and 0.47 < share["CUSUM, last 14"] < 0.50


def test_a_harmless_season_sets_off_most_topics() -> None:
    fired = {name: sum(judged(seed)[name][2] for seed in SEEDS) / 160 for name in RULES}
    assert 0.6 < fired["CUSUM"] < 0.66
    assert 0.30 < fired["CUSUM, to total"] < 0.38  # 1 - exp(-42 / 100) is 0.34


# the alert budget


def test_limits_and_chances_are_those_of_the_normal_distribution() -> None:
    assert two_sided(3.0) == pytest.approx(2 * stats.norm.sf(3.0))
    assert limit_for(0.01) == pytest.approx(stats.norm.isf(0.005), abs=1e-5)


def test_precision_counts_found_incidents_among_all_alarms() -> None:
    assert precision(1.0, 2.0, found=0.9) == pytest.approx(0.9 / 2.9)


def test_a_visible_change_is_seen_nine_times_in_ten() -> None:
    rows, rate, limit = 20_000, 0.05, 4.0
    change = visible_change(rows, rate, limit)
    clicks = np.random.default_rng(1).binomial(rows, rate * (1 + change), size=4000)
    z = (clicks - rows * rate) / (rows * rate * (1 - rate)) ** 0.5
    assert 0.86 < (z > limit).mean() < 0.92
