"""The decisions and the dollars of docs/framework/levels-and-roles.md, against literals, NumPy, SciPy and scikit-learn."""

import random

import numpy
import pytest
from scipy import optimize, stats
from sklearn import metrics

from snippets.framework.levels_and_roles import threshold, unlabeled
from snippets.framework.levels_and_roles.threshold import APPROVE, CODE, DECLINE, REVIEW

SEEDS = range(20)
THREE, FOUR = (APPROVE, DECLINE, REVIEW), (APPROVE, DECLINE, CODE)


# Costs and actions

def test_each_action_is_priced_by_hand():
    # half of the payments are frauds of $80: 0.5 x (80 + 20) lost, 0.5 x 20 of buyers, and so on
    assert threshold.costs(0.5, 80) == pytest.approx((50, 10, 4 + 5, 0.3 + 15 + 0.5))


def test_the_cheapest_action_follows_the_amount_and_not_only_the_score():
    assert threshold.cheapest(0.1, 80) == APPROVE  # 10 against 18
    assert threshold.cheapest(0.1, 480) == DECLINE  # 50 against 18
    assert threshold.cheapest(0.1, 480, THREE) == REVIEW  # 9
    assert threshold.cheapest(0.02, 80, FOUR) == CODE  # 0.3 + 0.6 + 0.98 against 2


def test_one_threshold_is_right_only_for_one_amount():
    for amount in (20, 60, 300):
        turn = threshold.insult / (threshold.insult + amount + threshold.FEE)
        assert threshold.cheapest(turn - 1e-6, amount) == APPROVE
        assert threshold.cheapest(turn + 1e-6, amount) == DECLINE


def test_a_place_in_the_queue_saves_the_rest_of_the_best_other_action():
    assert threshold.saved_by_review(0.5, 80) == pytest.approx(10 - 9)
    assert threshold.saved_by_review(0.1, 480) == pytest.approx(18 - 9)
    assert threshold.saved_by_review(0.9, 80) < 0


def test_the_price_of_a_place_fills_the_queue_of_the_week_it_was_set_on():
    week = threshold.payments(3, 0.9)
    price = threshold.price_of_a_place(week)
    asked = sum(threshold.saved_by_review(p, amount) > price for p, amount in week)
    assert asked == threshold.places * threshold.DAYS


def test_the_f1_threshold_is_that_of_scikit_learn_on_drawn_labels():
    week = [payment for seed in range(6) for payment in threshold.payments(seed, 0.9)]
    rng = random.Random(0)
    scores = numpy.array([p for p, _ in week])
    labels = [rng.random() < p for p in scores]
    precision, recall, cuts = metrics.precision_recall_curve(labels, scores)
    best = numpy.max(2 * precision * recall / (precision + recall + 1e-12))
    ours = threshold.best_f1(week)
    assert metrics.f1_score(labels, scores >= ours) == pytest.approx(best, abs=0.02)


def test_what_the_queue_cannot_take_gets_the_overflow_action():
    week = [(0.5, 480)] * threshold.PER_DAY * threshold.DAYS
    always = lambda p, amount: REVIEW
    lost, asked = threshold.dollars(week, always, lambda p, amount: DECLINE)
    per_day = 10 * (4 + 25) + 490 * 10  # ten reviews, the rest declined
    assert (lost, asked) == (pytest.approx(per_day * 365 / 1_000), 500)


def test_payments_have_the_auc_asked_for_and_calibrated_probabilities():
    week = [payment for seed in range(20) for payment in threshold.payments(seed, 0.9)]
    scores = numpy.array([p for p, _ in week])
    assert scores.mean() == pytest.approx(threshold.FRAUD, rel=0.05)
    order = numpy.argsort(scores)
    p = scores[order]
    good_below = numpy.cumsum(1 - p) - (1 - p) / 2
    assert (p * good_below).sum() / (p.sum() * (1 - p).sum()) == pytest.approx(0.9, abs=0.01)
    assert numpy.median([amount for _, amount in week]) == pytest.approx(60, rel=0.03)


# The claims of the first cell

@pytest.fixture(scope="module")
def runs():
    return [threshold.levels(seed, 0.9) for seed in SEEDS]


def lost(run, name):
    return run[name][0]


def test_a_tier_that_ignores_its_queue_loses_more_than_no_reviewers_in_every_seed(runs):
    assert all(lost(run, "tier, rest ships") > lost(run, "costs") for run in runs)
    assert all(lost(run, "tier, rest cancelled") > lost(run, "tier, rest ships") for run in runs)


def test_each_level_loses_less_than_the_one_below_in_every_seed(runs):
    steps = ("approve all", "0.5", "F1", "costs", "tier, rest by cost", "queue priced", "tier, room for all",
             "queue priced, or a code")
    for worse, better in zip(steps, steps[1:]):
        assert all(lost(run, worse) > lost(run, better) for run in runs), (worse, better)


def test_the_decision_is_worth_more_than_four_points_of_auc_in_most_seeds(runs):
    better = [threshold.levels(seed, 0.94) for seed in SEEDS]
    wins = [lost(model, "F1") > lost(decision, "queue priced") for model, decision in zip(better, runs)]
    assert sum(wins) >= 16
    saved_by_decision = numpy.mean([lost(run, "F1") - lost(run, "queue priced") for run in runs])
    saved_by_model = numpy.mean([lost(run, "F1") - lost(model, "F1") for run, model in zip(runs, better)])
    assert saved_by_decision > saved_by_model > 0


def test_a_code_makes_a_place_in_the_queue_nearly_worthless(runs):
    assert all(run["price"] > 5 and run["price, code"] < 1 for run in runs)


def test_when_one_good_buyer_in_five_gives_up_the_code_still_pays_and_a_place_is_worth_something(monkeypatch):
    monkeypatch.setattr(threshold, "gives_up", 0.2)
    again = [threshold.levels(seed, 0.9) for seed in range(5)]
    assert numpy.mean([lost(run, "queue priced, or a code") for run in again]) == pytest.approx(184, abs=2)
    assert numpy.mean([run["price, code"] for run in again]) == pytest.approx(2.6, abs=0.3)


def test_a_code_beats_hiring_for_the_whole_tier_until_about_one_good_buyer_in_seven_gives_up(monkeypatch):
    hired = numpy.mean([lost(threshold.levels(seed, 0.9), "tier, room for all") for seed in range(5)])
    for share, better in ((0.05, True), (0.1, True), (0.15, False)):
        monkeypatch.setattr(threshold, "gives_up", share)
        coded = numpy.mean([lost(threshold.levels(seed, 0.9), "queue priced, or a code") for seed in range(5)])
        assert bool(coded < hired) is better


def test_with_a_queue_long_enough_the_tier_beats_no_reviewers(monkeypatch):
    monkeypatch.setattr(threshold, "places", 20)
    assert all(lost(run, "tier, rest ships") < lost(run, "costs") for run in (threshold.levels(s, 0.9) for s in SEEDS))


# Declined payments have no label

def test_rank_auc_with_weights_is_scikit_learns():
    rng = random.Random(1)
    rows = [(rng.random(), rng.random() < 0.3, rng.choice([1, 5])) for _ in range(500)]
    scores, labels, weights = zip(*rows)
    assert unlabeled.rank_auc(rows) == pytest.approx(metrics.roc_auc_score(labels, scores, sample_weight=weights))


def test_the_cut_leaves_the_share_above_it():
    apart = 2 ** 0.5 * stats.norm.ppf(0.9)
    above = lambda x: 0.985 * stats.norm.sf(x) + 0.015 * stats.norm.sf(x - apart) - 0.02
    assert unlabeled.cut(apart, 0.02) == pytest.approx(optimize.brentq(above, -10, 10))


def test_an_equal_challenger_looks_better_on_the_labels_there_are_in_every_seed():
    exams = [unlabeled.exam(seed, 0.5) for seed in SEEDS]
    truth, labeled, repaired = (numpy.array([e[row][1] - e[row][0] for e in exams]) for row in range(3))
    assert truth == pytest.approx(0)
    assert (labeled > 0.008).all()
    assert abs(repaired.mean()) < 0.005 < labeled.mean()
    assert all(e[0][0] - e[1][0] > 0.03 for e in exams)  # and the model in use looks worse than it is


def test_the_less_alike_the_models_the_larger_the_gift():
    gifts = [numpy.mean([(e := unlabeled.exam(seed, alike))[1][1] - e[1][0] for seed in SEEDS]) for alike in (0, 0.5, 0.8)]
    assert gifts[0] > gifts[1] > gifts[2] > 0
    assert gifts == pytest.approx([0.040, 0.012, 0.002], abs=0.003)


def test_a_review_place_buys_at_least_six_times_as_many_labels_for_a_dollar_in_every_seed():
    for _, _, through, place in map(unlabeled.buy_labels, SEEDS):
        assert through[0] / through[1] > 6 * place[0] / place[1] > 0


def test_what_stays_declined_with_the_queue_priced():
    bought = [unlabeled.buy_labels(seed) for seed in SEEDS]
    assert numpy.mean([b[0] for b in bought]) == pytest.approx(2.7, abs=0.3)
    assert all(0.1 < b[1] < 0.25 for b in bought)
    a_day, _, through, place = bought[0]
    assert through[1] == pytest.approx(0.05 * a_day * 365)
    assert place[1] == pytest.approx(365 * stats.poisson.sf(0, a_day))


def test_mean():
    assert unlabeled.mean(x for x in (1, 2, 6)) == 3


# The exercise and the quiz

def test_the_quiz_on_two_thresholds():
    # $180 order, $20 fee: 20 / 220; $30 order: 20 / 70
    assert 20 / (20 + 180 + 20) == pytest.approx(0.091, abs=0.001)
    assert 20 / (20 + 30 + 20) == pytest.approx(0.286, abs=0.001)


def test_the_quiz_on_the_queue():
    # 40 asked, 10 fit: a quarter reviewed if the order is random
    assert 10 / 40 == 0.25
