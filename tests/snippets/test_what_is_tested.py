"""The odds and the claims of docs/framework/what-is-tested.md, against literals, NumPy and SciPy."""

import numpy
import pytest
from scipy import stats

from snippets.framework.what_is_tested import coverage, luck
from snippets.world.exact import normal_quantile

SEEDS = range(20)
MEAN, WEAKEST, HEAVY = coverage.overall, min, lambda ratings: coverage.overall(ratings, 0.4)
WEAK, AVERAGE, LIKE_THE_REST = -1.0, 0.0, None


# Luck

def test_four_averaged_rounds_are_more_reliable_than_one_and_far_from_perfect():
    assert luck.averaged(0.44, 1) == 0.44
    assert luck.averaged(0.44, 4) == pytest.approx(0.7586, abs=1e-4)


def test_the_mean_of_four_correlated_ratings_has_the_reliability_that_spearman_and_brown_say():
    one = numpy.full((8, 8), 0.44) + 0.56 * numpy.eye(8)  # two panels of four raters each
    between, within = one[:4, 4:].mean(), one[:4, :4].mean()
    assert luck.averaged(0.44, 4) == pytest.approx(between / within)


def test_better_than_80_percent_hears_no_in_nearly_half_of_all_single_rounds():
    assert luck.chance_of_no(0.8, 0.3, 0.44) == pytest.approx(0.482, abs=0.001)
    assert luck.chance_of_no(0.9, 0.3, 0.44) == pytest.approx(0.332, abs=0.001)
    assert luck.chance_of_no(0.99, 0.3, 0.44) == pytest.approx(0.087, abs=0.001)


def test_the_chance_of_no_is_a_conditional_of_scipys_bivariate_normal():
    correlation = 0.44**0.5  # of skill and rating
    joint = stats.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]])
    skill, bar, width = stats.norm.ppf(0.8), stats.norm.ppf(0.7), 0.01
    near = joint.cdf([skill + width, bar]) - joint.cdf([skill - width, bar])
    given = near / (stats.norm.cdf(skill + width) - stats.norm.cdf(skill - width))
    assert luck.chance_of_no(0.8, 0.3, 0.44) == pytest.approx(given, abs=0.002)


def test_over_all_applicants_the_shares_of_no_make_up_those_who_do_not_pass():
    percentiles = (numpy.arange(2000) + 0.5) / 2000
    assert numpy.mean([luck.chance_of_no(p, 0.3, 0.44) for p in percentiles]) == pytest.approx(0.7, abs=1e-3)


def test_in_twenty_simulated_years_four_averaged_rounds_reject_fewer_good_candidates_than_one_but_many():
    for seed in SEEDS:
        rng = numpy.random.default_rng(seed)
        skill = rng.standard_normal(40_000)
        rounds = 0.44**0.5 * skill[:, None] + 0.56**0.5 * rng.standard_normal((40_000, 4))
        good = abs(stats.norm.cdf(skill) - 0.8) < 0.02
        shares = [(mark < numpy.quantile(mark, 0.7))[good].mean() for mark in (rounds[:, 0], rounds.mean(axis=1))]
        assert 0.43 < shares[0] < 0.53
        assert 0.28 < shares[1] < 0.39
        assert shares[0] > shares[1]


def test_at_the_percentile_to_pass_a_candidate_passes_with_just_that_chance():
    assert luck.percentile_to_pass(0.8, 0.3, 0.44) == pytest.approx(0.959, abs=0.001)
    assert luck.percentile_to_pass(0.8, 0.3, luck.averaged(0.44, 4)) == pytest.approx(0.859, abs=0.001)
    for chance in (0.3, 0.5, 0.8):
        percentile = luck.percentile_to_pass(chance, 0.3, 0.44)
        assert luck.chance_of_no(percentile, 0.3, 0.44) == pytest.approx(1 - chance)


def test_one_no_is_weak_evidence_and_three_are_strong():
    good, average = luck.chance_of_no(0.8, 0.3, 0.44), luck.chance_of_no(0.5, 0.3, 0.44)
    assert luck.still_good(0, good, average) == 0.5
    assert luck.still_good(1, good, average) == pytest.approx(0.389, abs=0.001)
    assert luck.still_good(3, good, average) == pytest.approx(0.205, abs=0.001)
    assert luck.still_good(1, 0.2, 0.8) == pytest.approx(0.2)


def test_a_panel_of_two_who_watch_the_same_interview_does_not_rescue_the_good_candidate():
    assert 0.3 < luck.chance_of_no(0.8, 0.3, 0.74) < 0.4


def test_a_good_candidate_is_refused_three_times_in_a_row_by_single_rounds_one_time_in_nine():
    assert luck.chance_of_no(0.8, 0.3, 0.44) ** 3 == pytest.approx(1 / 9, abs=0.002)


# Coverage

def specialist():
    return [normal_quantile(0.98 if i == coverage.MODELING else 0.71) for i in range(coverage.SIGNALS)]


def rates(opening, combine, floors=(1, 6, 9), seed=7, candidate=None, halfway=6):
    return coverage.pass_rates(candidate or specialist(), opening, combine, floors, halfway, seed)


def test_a_plan_spends_all_45_minutes_and_the_rest_on_modeling():
    assert coverage.plan(6) == [6, 6, 21, 6, 6]
    assert coverage.plan(9) == [9] * 5
    assert sum(coverage.plan(1)) == 45


def test_a_rating_moves_halfway_to_what_was_shown_in_the_halfway_minutes():
    assert coverage.ratings([2.0], [0.0], [6], -1.0, 6) == [0.5]
    assert coverage.ratings([2.0], [0.0], [18], 0.0, 6) == [1.5]
    assert coverage.ratings([2.0], [1.0], [6], 0.0, 6) == [1.5]


def test_a_signal_like_the_rest_starts_at_the_mean_of_all_that_was_shown():
    first, second = coverage.ratings([2.0, 0.0], [0.0, 0.0], [18, 6], None, 6)
    assert (first, second) == (1.875, 0.75)  # the mean shown is 1.5


def test_the_forms_weights_sum_to_one():
    assert coverage.overall([1.0] * 5) == pytest.approx(1)
    assert coverage.overall([0, 0, 1, 0, 0], 0.4) == pytest.approx(0.4)
    assert coverage.overall([1, 0, 0, 0, 0], 0.4) == pytest.approx(0.15)


@pytest.mark.parametrize("opening", [WEAK, AVERAGE, LIKE_THE_REST])
def test_two_raters_of_one_candidate_agree_as_much_as_the_source_says(opening):
    rng = numpy.random.default_rng(1)
    spread, marks = coverage.rater_spread(opening, 6, 0.44), []
    for _ in range(12_000):
        skills = 0.5**0.5 * (rng.standard_normal() + rng.standard_normal(5))
        marks.append([coverage.overall(coverage.ratings(skills, rng.standard_normal(5), [9] * 5, opening, 6))
                      + spread * rng.standard_normal() for _ in range(2)])
    assert numpy.corrcoef(numpy.transpose(marks))[0, 1] == pytest.approx(0.44, abs=0.03)


def test_a_candidate_who_is_average_in_all_passes_less_often_than_the_specialist_over_twenty_seeds():
    for seed in SEEDS:
        assert rates(WEAK, MEAN, (9,), seed, [0.0] * 5)[0] < 0.3 < rates(WEAK, MEAN, (9,), seed)[0]


def test_how_a_hardly_seen_signal_counts_moves_the_one_minute_plan_most_over_twenty_seeds():
    for seed in SEEDS:
        (start,), (rest,), (heavy,), (weakest,) = (
            rates(opening, combine, (1,), seed) for opening, combine in
            ((WEAK, MEAN), (LIKE_THE_REST, MEAN), (WEAK, HEAVY), (WEAK, WEAKEST)))
        assert rest - start > heavy - start + 0.1
        assert heavy - start > abs(weakest - start) + 0.1


def test_where_hardly_seen_is_weak_a_minute_each_halves_the_pass_rate_over_twenty_seeds():
    for seed in SEEDS:
        for combine in (MEAN, WEAKEST):
            one, six, nine = rates(WEAK, combine, seed=seed)
            assert one < 0.6 * six
            assert six <= nine + 0.01


def test_six_minutes_each_cost_nothing_in_the_mean_and_up_to_15_points_in_the_weakest():
    for seed in SEEDS:
        _, six, nine = rates(WEAK, MEAN, seed=seed)
        assert abs(nine - six) < 0.03
        _, six, nine = rates(WEAK, WEAKEST, seed=seed)
        assert 0.05 < nine - six < 0.15


def test_only_where_the_rest_is_taken_on_trust_does_a_minute_each_win_over_twenty_seeds():
    for seed in SEEDS:
        for combine in (MEAN, WEAKEST):
            one, six, nine = rates(LIKE_THE_REST, combine, seed=seed)
            assert one > six > nine
            one, _, nine = rates(AVERAGE, combine, seed=seed)
            assert one < nine


def test_six_minutes_narrow_the_range_between_the_rules_to_less_than_half_over_twenty_seeds():
    for seed in SEEDS:
        ones, sixes, _ = zip(*(rates(opening, combine, seed=seed)
                               for opening in (WEAK, AVERAGE, LIKE_THE_REST) for combine in (MEAN, WEAKEST)))
        assert max(sixes) - min(sixes) < 0.5 * (max(ones) - min(ones))


@pytest.mark.parametrize("halfway", [3, 12])
def test_the_order_holds_when_evidence_counts_twice_or_half_as_fast(halfway):
    one, six, _ = rates(WEAK, MEAN, halfway=halfway)
    assert one < 0.7 * six
    assert rates(LIKE_THE_REST, MEAN, (1,), halfway=halfway)[0] > 0.85


# Sums on the page

def test_the_good_candidate_is_rated_hardly_above_the_bar_and_thrown_by_three_quarters():
    assert 0.44**0.5 * stats.norm.ppf(0.8) == pytest.approx(0.558, abs=0.001)
    assert stats.norm.ppf(0.7) == pytest.approx(0.524, abs=0.001)
    assert 0.56**0.5 == pytest.approx(0.748, abs=0.001)


def test_four_refusals_happen_to_13_percent_of_those_refused_at_60_and_to_half_of_those_at_85():
    assert 0.6**4 == pytest.approx(0.13, abs=0.001)
    assert 0.85**4 == pytest.approx(0.52, abs=0.003)
