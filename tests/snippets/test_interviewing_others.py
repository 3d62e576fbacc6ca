"""The numbers and the claims of docs/framework/interviewing-others.md, against literals, NumPy, SciPy and scikit-learn."""

import math

import numpy
import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from snippets.framework.interviewing_others import base_rate, calibration, debrief

SEEDS = range(20)


# The debrief

def test_the_first_to_speak_says_what_they_think_and_the_others_average_it_in():
    assert debrief.spoken([1.0, 0.0, 0.0]) == pytest.approx([1, 1 / 2, 1 / 2])
    assert debrief.spoken([0.0, 4.0]) == pytest.approx([0, 2])
    assert debrief.spoken([0.0, 4.0], own=3) == pytest.approx([0, 3])


def test_speaking_in_turn_gives_the_first_of_five_60_percent_of_the_mean():
    assert debrief.shares(5) == pytest.approx([0.6, 0.2, 0.1, 0.06, 0.04])


@pytest.mark.parametrize("n", [2, 5, 12])
def test_the_shares_have_the_closed_form_of_the_quiz_and_add_up_to_one(n):
    assert debrief.shares(n) == pytest.approx([(n + 1) / (n * k * (k + 1)) for k in range(1, n + 1)])
    assert math.fsum(debrief.shares(n)) == pytest.approx(1)


def test_however_large_the_room_the_mean_is_worth_less_than_three_and_a_half_opinions():
    limit = 1 / (math.pi**2 / 3 - 3)
    assert limit == pytest.approx(3.45, abs=0.003)
    worths = [debrief.worth(debrief.shares(n)) for n in (2, 5, 20, 100)]
    assert worths == pytest.approx([1.6, 2.41, 3.13, 3.38], abs=0.01)
    assert worths[-1] < limit
    assert min(debrief.shares(100)) > 0 and debrief.shares(100)[0] > 0.5


def test_equal_shares_are_worth_their_number_and_one_voice_is_worth_one():
    assert debrief.worth([0.2] * 5) == pytest.approx(5)
    assert debrief.worth([1, 0, 0]) == 1


def test_the_stubborner_the_room_the_more_it_is_worth():
    worths = [debrief.worth(debrief.shares(5, own)) for own in (0.5, 1, 2, 4, 10, 1e6)]
    assert worths == sorted(worths)
    assert worths[3] == pytest.approx(4.11, abs=0.01)
    assert worths[-1] == pytest.approx(5, abs=1e-4)


def test_the_noise_of_the_spoken_mean_is_that_of_so_many_independent_opinions():
    for seed in SEEDS:
        views = numpy.random.default_rng(seed).standard_normal((20_000, 5))
        said = numpy.zeros((20_000, 0))
        for k in range(5):
            mine = (views[:, k] + said.sum(axis=1)) / (k + 1)
            said = numpy.column_stack([said, mine])
        assert 1 / said.mean(axis=1).var() == pytest.approx(2.41, rel=0.05)


def test_reliability_of_a_mean_follows_spearman_and_brown():
    panel = numpy.full((10, 10), 0.44) + 0.56 * numpy.eye(10)
    assert debrief.reliability_of_mean(0.44, 5) == pytest.approx(panel[:5, 5:].mean() / panel[:5, :5].mean())
    assert debrief.reliability_of_mean(0.44, 1) == pytest.approx(0.44)


@pytest.mark.parametrize("reliability, passing", [(0.44, 0.3), (0.8, 0.1)])
def test_wrong_hires_are_scipys_bivariate_normal(reliability, passing):
    bar = stats.norm.ppf(1 - passing)
    link = math.sqrt(reliability)
    both_low = stats.multivariate_normal([0, 0], [[1, link], [link, 1]]).cdf([bar, bar])
    assert debrief.wrong_hires(reliability, passing) == pytest.approx((1 - passing - both_low) / passing, abs=1e-3)


def test_at_equal_numbers_of_hires_written_scores_hire_fewer_wrong_people_than_spoken_ones():
    rates = [debrief.wrong_hires(debrief.reliability_of_mean(0.44, opinions), 0.3) for opinions in (1, 2.41, 5)]
    assert rates == pytest.approx([0.39, 0.29, 0.22], abs=0.006)


def test_in_twenty_years_a_spoken_five_to_nothing_is_commoner_and_more_often_wrong_than_a_written_one():
    for seed in SEEDS:
        (said, said_wrong), (written, written_wrong), (as_many, mean_wrong) = debrief.unanimous_hires(5, 1.0, 0.44, 0.3, seed)
        assert said > 2.5 * written
        assert said_wrong > 0.1 > written_wrong
        assert said_wrong > 2 * written_wrong
        assert as_many == said and written_wrong < mean_wrong < 0.75 * said_wrong


def test_rational_listeners_are_worth_three_and_a_quarter_and_who_leaves_thirty_percent_to_others_four_and_a_third():
    rational = [math.fsum(1 / j for j in range(k, 6)) / 5 for k in range(1, 6)]
    assert debrief.worth(rational) == pytest.approx(3.24, abs=0.005)
    said = [[1.0 if i == j else 0.0 for j in range(5)] for i in range(5)]
    for k in range(1, 5):
        heard = [math.fsum(said[i][j] for i in range(k)) / k for j in range(5)]
        said[k] = [0.7 * own + 0.3 * other for own, other in zip(said[k], heard)]
    assert debrief.worth([math.fsum(column) / 5 for column in zip(*said)]) == pytest.approx(4.33, abs=0.02)


def test_the_interval_of_a_correlation_is_fisher_s():
    low, high = calibration.interval(0.38, 10)
    assert (low, high) == pytest.approx((-0.33, 0.81), abs=0.01)


# Agreement and the bar

@pytest.mark.parametrize("passing", [0.5, 0.3, 0.1])
@pytest.mark.parametrize("reliability", [0.0, 0.44, 0.9])
def test_both_yes_is_the_upper_corner_of_scipys_bivariate_normal(passing, reliability):
    bar = stats.norm.ppf(passing)
    corner = stats.multivariate_normal([0, 0], [[1, reliability], [reliability, 1]]).cdf([bar, bar])
    assert base_rate.both_yes(passing, reliability) == pytest.approx(corner, abs=2e-4)


def test_agreement_counts_both_kinds_of_sameness():
    assert base_rate.agreement(0.2, 0.2) == 1
    assert base_rate.agreement(0.2, 0.2**2) == pytest.approx(0.68)  # the quiz
    assert base_rate.agreement(0.1, 0.1**2) == pytest.approx(0.82)


def test_kappa_is_that_of_scikit_learn():
    a, b = [1] * 12 + [0] * 88, [1] * 6 + [0] * 6 + [1] * 4 + [0] * 84
    by_luck = 0.12 * 0.10 + 0.88 * 0.90
    assert base_rate.kappa(0.90, by_luck) == pytest.approx(cohen_kappa_score(a, b))


def test_a_stricter_bar_raises_agreement_and_lowers_kappa_while_the_ratings_correlate_as_before():
    agreed, kappas, seconds = [], [], []
    for passing in (0.5, 0.3, 0.2, 0.1, 0.05):
        yes = base_rate.both_yes(passing, 0.44)
        agreed.append(base_rate.agreement(passing, yes))
        kappas.append(base_rate.kappa(agreed[-1], passing**2 + (1 - passing) ** 2))
        seconds.append(yes / passing)
    assert agreed == sorted(agreed)
    assert kappas == sorted(kappas, reverse=True)
    assert (agreed[1], agreed[3]) == pytest.approx((0.70, 0.86), abs=0.005)
    assert (seconds[1], seconds[3]) == pytest.approx((0.49, 0.29), abs=0.005)


def test_the_rise_of_agreement_holds_in_twenty_simulated_years():
    for seed in SEEDS:
        rng = numpy.random.default_rng(seed)
        ratings = rng.multivariate_normal([0, 0], [[1, 0.44], [0.44, 1]], 5000)
        same = {p: (ratings > stats.norm.ppf(1 - p)) for p in (0.3, 0.1)}
        shares = {p: (yes[:, 0] == yes[:, 1]).mean() for p, yes in same.items()}
        assert shares[0.1] > shares[0.3] + 0.1


def test_at_the_old_bar_it_would_take_a_correlation_of_087_to_agree_as_often():
    assert base_rate.agreement(0.3, base_rate.both_yes(0.3, 0.87)) == pytest.approx(0.86, abs=0.006)


# Calibration

ANA, BEN, CLEO = (calibration.read(line) for line in (calibration.Ana, calibration.Ben, calibration.Cleo))


def test_a_line_of_ratings_is_read_as_numbers():
    assert calibration.read("2 3  4") == [2, 3, 4]


def test_share_equal_counts_the_same_values():
    assert calibration.share_equal([1, 2, 3, 4], [1, 2, 4, 4]) == 0.75


@pytest.mark.parametrize("a, b", [(ANA, BEN), (ANA, CLEO), (BEN, CLEO), (ANA, ANA)])
def test_weighted_kappa_is_scikit_learns_with_quadratic_weights(a, b):
    assert calibration.weighted_kappa(a, b) == pytest.approx(cohen_kappa_score(a, b, weights="quadratic"))


@pytest.mark.parametrize("a, b", [(ANA, BEN), (ANA, CLEO)])
def test_correlation_is_numpys(a, b):
    assert calibration.correlation(a, b) == pytest.approx(numpy.corrcoef(a, b)[0, 1])


def test_a_rater_who_gives_everybody_the_same_is_no_division_by_zero():
    assert calibration.correlation([2, 2], [1, 3]) == 0
    assert calibration.weighted_kappa([2, 2], [2, 2]) == 1


def test_two_pairs_agree_equally_often_for_opposite_reasons():
    yes = [[rating >= 3 for rating in rater] for rater in (ANA, BEN, CLEO)]
    assert calibration.share_equal(yes[0], yes[1]) == calibration.share_equal(yes[0], yes[2]) == 0.6
    assert calibration.correlation(ANA, BEN) == pytest.approx(0.95, abs=0.005)
    assert calibration.correlation(ANA, CLEO) == pytest.approx(0.38, abs=0.005)
    assert sum(ANA) == sum(CLEO) == sum(BEN) + 9


def test_the_margin_is_that_of_the_normal_approximation():
    low, high = stats.norm.interval(0.95, 0.6, math.sqrt(0.6 * 0.4 / 10))
    assert calibration.margin(0.6, 10) == pytest.approx((high - low) / 2, abs=1e-4)


def test_only_recordings_that_split_yes_from_no_are_discussed():
    assert calibration.to_discuss([[1, 2, 3, 4], [2, 3, 3, 4]], bar=3) == [2]
    assert calibration.to_discuss([ANA, BEN, CLEO], bar=3) == [1, 2, 5, 8, 9, 10]
