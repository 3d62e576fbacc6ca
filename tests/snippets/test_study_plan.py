"""The sums and the claims of docs/framework/study-plan.md, against literals, NumPy and SciPy."""

import itertools
import math
from fractions import Fraction

import numpy
import pytest
from scipy import stats

from snippets.framework.study_plan import calendar, mocks, ready

SEEDS = range(20)
SHARES = mocks.parts(0.44, 0.74, 0.6)


# What a mock is worth

def test_the_four_parts_of_a_rating_are_all_of_it():
    assert SHARES == pytest.approx((0.44, 0.30, 0.156, 0.104))
    assert math.fsum(SHARES) == pytest.approx(1)


def test_one_rating_is_as_reliable_as_two_separate_interviewers_agree():
    assert mocks.about_you(1, 1, 1, SHARES) == pytest.approx(0.44)


def test_fresh_mocks_follow_spearman_and_brown():
    for count in (1, 2, 3, 5, 10):
        averaged = count * 0.44 / (1 + (count - 1) * 0.44)
        assert mocks.about_you(count, count, count, SHARES) == pytest.approx(averaged)
        assert mocks.fresh_mocks(averaged, 0.44) == pytest.approx(count)


def test_ten_mocks_with_one_friend_are_worth_fewer_than_three_fresh_ones():
    assert mocks.fresh_mocks(mocks.about_you(10, 1, 10, SHARES), 0.44) == pytest.approx(2.85, abs=0.01)
    assert mocks.fresh_mocks(mocks.about_you(10, 2, 10, SHARES), 0.44) == pytest.approx(4.72, abs=0.01)


def test_ten_with_a_friend_without_lasting_taste_are_ten():
    assert mocks.fresh_mocks(mocks.about_you(10, 1, 10, mocks.parts(0.44, 0.74, 0)), 0.44) == pytest.approx(10)


def test_a_recording_judged_by_a_hundred_tells_less_than_two_mocks():
    assert mocks.about_you(1, 100, 100, SHARES) < mocks.about_you(2, 2, 2, SHARES)


def test_if_watching_together_agrees_at_0_60_only_the_recording_is_worth_showing_around():
    other = mocks.parts(0.44, 0.60, 0.6)
    assert mocks.fresh_mocks(mocks.about_you(10, 1, 10, other), 0.44) == pytest.approx(2.1, abs=0.05)
    assert mocks.fresh_mocks(mocks.about_you(1, 100, 100, other), 0.44) == pytest.approx(3.4, abs=0.05)


def test_over_27_settings_ten_with_one_friend_are_worth_1_2_to_6_3_fresh_mocks():
    grid = list(itertools.product((0.30, 0.44, 0.50), (0.60, 0.74, 0.85), (0.3, 0.6, 1.0)))
    worth = [mocks.fresh_mocks(mocks.about_you(10, 1, 10, mocks.parts(a, b, c)), a) for a, b, c in grid]
    assert len(worth) == 27
    assert min(worth) == pytest.approx(1.2, abs=0.05) and max(worth) == pytest.approx(6.3, abs=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_simulated_ratings_agree(seed):
    rng = numpy.random.default_rng(seed)
    you, day, taste, opinion = (math.sqrt(share) for share in SHARES)
    people = 4_000
    skill = rng.standard_normal(people)

    def luck(count, scale):
        return scale * rng.standard_normal((people, count)).mean(axis=1)

    def known(days, raters, ratings):
        mean = you * skill + luck(days, day) + luck(raters, taste) + luck(ratings, opinion)
        return numpy.corrcoef(mean, skill)[0, 1] ** 2

    friend = known(10, 1, 10)
    assert known(2, 2, 2) < friend < known(4, 4, 4)
    assert friend == pytest.approx(mocks.about_you(10, 1, 10, SHARES), abs=0.04)
    assert known(1, 4, 4) < known(2, 4, 4) < known(4, 4, 4)


# What votes say

def test_the_grid_is_a_standard_normal():
    values = ready.grid(201)
    assert numpy.mean(values) == pytest.approx(0, abs=1e-9)
    assert numpy.std(values) == pytest.approx(1, abs=0.01)


def test_a_rater_who_passes_a_share_passes_it_on_average():
    chances = [ready.yes_chance(math.sqrt(0.44) * skill, 0.3, 0.56) for skill in ready.grid(201)]
    assert numpy.mean(chances) == pytest.approx(0.3, abs=0.002)


def exact(yeses, votes, passing=0.3):
    """By SciPy's quadrature over skill: next yes, and the chance that the own rate is 60% or more."""
    def own(skill):
        return stats.norm.cdf((math.sqrt(0.44) * skill - stats.norm.isf(passing)) / math.sqrt(0.56))

    skill = numpy.linspace(-8, 8, 20_001)
    weight = stats.norm.pdf(skill) * own(skill) ** yeses * (1 - own(skill)) ** (votes - yeses)
    return (weight * own(skill)).sum() / weight.sum(), weight[own(skill) >= 0.6].sum() / weight.sum()


@pytest.mark.parametrize("yeses, votes", [(0, 0), (0, 3), (1, 3), (2, 3), (3, 3), (3, 4), (4, 5), (5, 5), (10, 10)])
def test_votes_of_strangers_agree_with_quadrature(yeses, votes):
    next_yes, sure = ready.after(yeses, votes, 0.3)
    true_next, true_sure = exact(yeses, votes)
    assert next_yes == pytest.approx(true_next, abs=0.005)
    assert sure == pytest.approx(true_sure, abs=0.02)


def test_the_table_of_the_page():
    table = {(0, 3): 14, (1, 3): 31, (2, 3): 49, (3, 3): 68, (3, 4): 57, (4, 5): 63, (5, 5): 77, (10, 10): 86}
    assert {votes: round(100 * ready.after(*votes, 0.3)[0]) for votes in table} == table


def test_five_of_five_is_less_than_the_rule_of_succession_says():
    assert ready.after(5, 5, 0.3)[0] < 6 / 7
    assert ready.after(5, 5, 0.5)[0] < 6 / 7


def test_four_of_five_is_less_than_three_of_three_whoever_applies():
    for passing in (0.1, 0.2, 0.3, 0.5, 0.7):
        assert ready.after(4, 5, passing)[0] < ready.after(3, 3, passing)[0]


def test_a_friend_says_less_than_strangers_and_a_mild_one_least():
    strangers, friend = ready.after(10, 10, 0.3)[0], ready.after(10, 10, 0.3, friend=0.3)[0]
    assert ready.after(10, 10, 0.3, friend=0.5)[0] < friend < strangers
    assert friend < ready.after(5, 5, 0.3)[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_simulated_candidates_with_five_yeses_pass_less_than_four_times_in_five(seed):
    rng = numpy.random.default_rng(seed)
    people = 100_000
    you, day, taste, opinion = (math.sqrt(share) for share in SHARES)
    skill = rng.standard_normal(people)[:, None]
    bar = stats.norm.isf(0.3)

    def votes(count, raters, bar):
        liking = taste * rng.standard_normal((people, raters))
        noise = math.hypot(day, opinion) * rng.standard_normal((people, count))
        return (you * skill + liking + noise > bar).all(axis=1)

    interview = votes(1, 1, bar)
    strangers = interview[votes(5, 5, bar)].mean()
    mild = interview[votes(10, 1, stats.norm.isf(0.5))].mean()
    assert strangers == pytest.approx(0.77, abs=0.03) and strangers < 0.8
    assert mild == pytest.approx(0.65, abs=0.03) and mild < strangers


def test_three_ratings_are_worth_4_7_votes_at_the_bar():
    assert ready.votes_for_rating(0) == pytest.approx(math.pi / 2)
    assert 3 * ready.votes_for_rating(1.5) == pytest.approx(11.1, abs=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mean_of_ratings_beats_as_many_votes(seed):
    rng = numpy.random.default_rng(seed)
    ratings = rng.standard_normal((4_000, 99))
    by_votes = stats.norm.ppf((ratings > 0).mean(axis=1)).var()
    assert 1.3 < by_votes / ratings.mean(axis=1).var() < 1.9  # π / 2 in the limit


# The calendar

def test_what_is_missed_twelve_days_before_returns_three_times():
    assert calendar.seen_again(12) == [11, 8, 1]
    assert calendar.seen_again(11) == [10, 7]
    assert calendar.seen_again(5) == [4, 1]
    assert calendar.seen_again(1) == []


def test_the_last_start_is_12_5_and_2_days_before():
    assert [calendar.last_start(returns) for returns in (3, 2, 1)] == [12, 5, 2]
    for returns in (3, 2, 1):
        assert len(calendar.seen_again(calendar.last_start(returns))) == returns
        assert len(calendar.seen_again(calendar.last_start(returns) - 1)) < returns


def test_the_last_new_day_is_5_before_with_a_week_and_12_with_a_month():
    assert [calendar.last_new_day(days) for days in (1, 3, 7, 30)] == [None, 2, 5, 12]


def test_answers_until_done_solve_the_chain_of_three():
    for right in (Fraction(7, 10), Fraction(8, 10)):
        # from no right answer in a row: E0 = 1 + r E1 + (1 - r) E0, and so on; solved exactly
        r = right
        system = numpy.array([[r, -r, 0], [-(1 - r), 1, -r], [-(1 - r), 0, 1]], dtype=float)
        expected = numpy.linalg.solve(system, numpy.ones(3))[0]
        assert calendar.answers_until_done(float(right)) == pytest.approx(expected)
    assert calendar.answers_until_done(0.7) == pytest.approx(6.4, abs=0.05)
    assert calendar.answers_until_done(0.8) == pytest.approx(4.8, abs=0.05)
    assert calendar.answers_until_done(1.0) == 3


def test_a_week_of_two_hours_has_three_mocks():
    assert calendar.mock_days(7, 2.0) == [7, 4, 2]
    assert calendar.mock_days(1, 6.0) == [1]
    assert len(calendar.mock_days(30, 1.5)) == 8


def test_mocks_never_share_a_day_and_end_two_days_before():
    for days in range(3, 61):
        for hours in (0.5, 1.0, 2.0, 8.0):
            planned = calendar.mock_days(days, hours)
            assert len(set(planned)) == len(planned) and planned[-1] == 2 or planned == [2]
            assert all(2 <= day <= days for day in planned)


def posterior(votes):
    """Chance of a yes at a bar that 30% pass, after votes of fresh raters as (share they pass, said yes)."""
    you, *_ = mocks.parts(ready.separate, ready.together, ready.stays)
    skills = numpy.array(ready.grid(401)) * math.sqrt(you)
    rate = {share: stats.norm.cdf((skills - stats.norm.isf(share)) / math.sqrt(1 - you)) for share in {0.3, *(share for share, _ in votes)}}
    weight = numpy.prod([rate[share] if yes else 1 - rate[share] for share, yes in votes], axis=0)
    return float((weight * rate[0.3]).sum() / weight.sum())


def test_milder_strangers_are_worth_less():
    assert posterior([(0.3, True)] * 3 + [(0.3, False)]) == pytest.approx(0.57, abs=0.005)
    assert posterior([(0.5, True)] * 3 + [(0.3, False)]) == pytest.approx(0.46, abs=0.005)
    assert posterior([(0.5, True)] * 5) == pytest.approx(0.64, abs=0.005)


def information(above_bar, cuts):
    """Fisher information about a candidate's mean, of a rating with unit luck cut into steps."""
    edges = numpy.array([-math.inf, *cuts, math.inf]) - above_bar
    share, slope = numpy.diff(stats.norm.cdf(edges)), numpy.diff(stats.norm.pdf(edges))
    return float((slope**2 / share).sum())


@pytest.mark.parametrize("above_bar, fine, five", [(0, 4.7, 4.3), (1.5, 11.1, 8.7)])
def test_three_ratings_carry_as_much_as_several_votes_on_a_fine_scale_or_on_five_steps(above_bar, fine, five):
    vote = information(above_bar, [0])
    assert 3 / vote == pytest.approx(fine, abs=0.05)
    assert 3 * information(above_bar, [-1.5, -0.5, 0.5, 1.5]) / vote == pytest.approx(five, abs=0.05)
