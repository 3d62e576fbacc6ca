"""The runs, the sums and the claims of docs/framework/mistakes.md, against literals, NumPy, SciPy and scikit-learn."""

import random

import numpy
import pytest
from scipy import stats
from sklearn.metrics import accuracy_score, precision_score, roc_auc_score

from snippets.framework.mistakes import gate_noise, receipts, wrong_split
from snippets.framework.scale_estimation.cost import machines_for_rate
from snippets.framework.scale_estimation.traffic import in_flight

SEEDS = range(1, 21)
OWN, CREATOR, BOTH = range(3)


# The split

@pytest.fixture(scope="module")
def weeks():
    return [wrong_split.experiment(seed) for seed in SEEDS]


def leads(weeks, test, score, other):
    return [week[test][score] - week[test][other] for week in weeks]


@pytest.mark.parametrize("test", ["random rows", "other users"])
def test_random_rows_and_other_users_prefer_the_videos_own_rate_in_every_seed(weeks, test):
    assert min(leads(weeks, test, OWN, CREATOR)) > 0


def test_next_week_the_videos_own_rate_loses_in_every_seed(weeks):
    assert max(leads(weeks, "next week", OWN, CREATOR)) < 0
    lost = [week["clicks"][OWN] / week["clicks"][CREATOR] - 1 for week in weeks]
    assert max(lost) < -0.19
    assert numpy.mean(lost) == pytest.approx(-0.35, abs=0.005)


def test_later_days_see_it_in_every_seed(weeks):
    assert max(leads(weeks, "later days", OWN, CREATOR)) < 0


def test_later_days_put_the_three_scores_in_the_order_of_the_live_week(weeks):
    for test in ("later days", "next week"):
        means = [numpy.mean([week[test][k] for week in weeks]) for k in range(3)]
        assert means[BOTH] > means[CREATOR] > means[OWN]


def test_with_nightly_training_the_same_later_days_undersell_the_score_that_falls_back(monkeypatch):
    monkeypatch.setattr(wrong_split, "served", 1)
    weeks = [wrong_split.experiment(seed) for seed in SEEDS]
    promised = numpy.mean(leads(weeks, "later days", BOTH, CREATOR))
    obtained = numpy.mean(leads(weeks, "next week", BOTH, CREATOR))
    assert 0 < promised < 0.015 and 0.02 < obtained


def test_when_videos_live_for_a_month_all_splits_agree_to_three_points(monkeypatch):
    monkeypatch.setattr(wrong_split, "life", 30)
    weeks = [wrong_split.experiment(seed) for seed in SEEDS]
    means = [numpy.mean(leads(weeks, test, OWN, CREATOR)) for test in wrong_split.TESTS]
    assert max(means) - min(means) < 0.03


def test_only_live_videos_are_shown():
    videos, log = wrong_split.make_world(random.Random(0))
    assert all(videos[video][0] <= day < videos[video][0] + wrong_split.life for day, _, video, _ in log)


def test_logged_clicks_come_at_the_true_rate():
    videos, log = wrong_split.make_world(random.Random(0))
    assert numpy.mean([row[3] for row in log]) == pytest.approx(numpy.mean([videos[row[2]][2] for row in log]), abs=0.015)


def test_rates_are_shrunk_toward_the_overall_rate_and_toward_the_creators():
    videos = [(0, 0, 0.1), (0, 0, 0.1), (0, 1, 0.1)]
    own, creator, both = wrong_split.fitted(videos, [(0, 0, 0, 1), (0, 0, 0, 1), (0, 0, 2, 0), (0, 0, 2, 0)])
    assert own[0] == (2 + 20 * 0.5) / 22 == creator[0]
    assert own[1] == 0.5  # never seen
    assert both[1] == creator[1] == creator[0]
    assert both[0] == pytest.approx((2 + 20 * creator[0]) / 22)


def test_the_best_of_eight_by_the_truth_is_better_than_by_no_score():
    videos, _ = wrong_split.make_world(random.Random(0))
    best = wrong_split.top_pick_clicks(videos, [chance for _, _, chance in videos], random.Random(1))
    blind = wrong_split.top_pick_clicks(videos, [0] * len(videos), random.Random(1))
    assert best > 2 * blind


def test_aucs_are_those_of_scikit_learn(weeks):
    rows = [(0, 0, v, y) for v, y in ((0, 0), (1, 1), (2, 0), (3, 1), (3, 0))]
    assert wrong_split.aucs([[0, 1, 2, 3]], rows) == [pytest.approx(roc_auc_score([0, 1, 0, 1, 0], [0, 1, 2, 3, 3]))]
    assert wrong_split.mean(x for x in (1, 2, 6)) == 3


# The gate

def test_auc_is_that_of_scikit_learn_with_ties():
    positives, negatives = [0.3, 0.5, 0.5, 0.9], [0.1, 0.3, 0.5, 0.2]
    expected = roc_auc_score([1] * 4 + [0] * 4, positives + negatives)
    assert gate_noise.auc(positives, negatives) == pytest.approx(expected)


@pytest.mark.parametrize("true_auc", [0.6, 0.75, 0.9])
def test_two_normal_classes_at_this_separation_have_this_auc(true_auc):
    assert stats.norm.cdf(gate_noise.separation(true_auc) / numpy.sqrt(2)) == pytest.approx(true_auc, abs=1e-5)


def test_measured_leads_are_right_on_average():
    found = gate_noise.leads(random.Random(0), -1, 300, 500, 3)
    assert len(found) == 300 and {len(run) for run in found} == {3}
    assert numpy.mean(found) == pytest.approx(-1, abs=0.4)


def test_over_twenty_seeds_the_gate_passes_worse_models_and_fails_better_ones():
    worse_pass, better_fail, one_of_ten, best_looks = [], [], [], []
    for seed in SEEDS:
        rng = random.Random(seed)
        worse, better = numpy.array(gate_noise.leads(rng, -1, 200, 500, 10)), numpy.array(gate_noise.leads(rng, 1, 200, 500, 1))
        worse_pass.append((worse >= 0.5).mean())
        better_fail.append((better < 0.5).mean())
        one_of_ten.append((worse.max(axis=1) >= 0.5).mean())
        best_looks.append(worse.max(axis=1).mean())
    assert 0.225 < min(worse_pass) and max(worse_pass) < 0.305
    assert 0.314 < min(better_fail) and max(better_fail) < 0.485
    assert 0.67 < min(one_of_ten) and max(one_of_ten) < 0.785
    assert min(best_looks) > 1.3


def test_at_the_rows_needed_the_better_model_fails_once_in_twenty():
    error = 2.35
    rows = round(gate_noise.rows_needed(error, 500, 1, 0.5))
    assert rows == pytest.approx(29_900, rel=0.01)
    rng, clicks = numpy.random.default_rng(0), rows // 10
    ups = [gate_noise.separation(auc) for auc in (0.75, 0.76)]
    labels, fails = numpy.arange(rows) < clicks, 0
    for _ in range(100):
        common = rng.normal(size=rows) * 0.8**0.5
        champion, challenger = (
            roc_auc_score(labels, common + 0.2**0.5 * rng.normal(size=rows) + up * labels) for up in ups
        )
        fails += challenger - champion < 0.005
    assert 0.005 < fails / 100 < 0.12


def test_no_number_of_rows_settles_a_model_that_stands_on_the_gate():
    assert gate_noise.rows_needed(2.3, 500, 0.5, 0.5) == float("inf")


def test_spread_is_the_standard_deviation():
    assert gate_noise.spread([1, 2, 3, 6]) == pytest.approx(numpy.std([1, 2, 3, 6]))


def test_a_quarter_of_the_error_needs_sixteen_times_the_clicks():
    assert 50 * (2.4 / 0.6) ** 2 == pytest.approx(800)
    errors = [
        numpy.std([run[0] for run in gate_noise.leads(random.Random(3), 0, 150, rows, 1)]) for rows in (250, 4_000)
    ]
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.25)


# The receipts

def test_accuracy_and_precision_are_those_of_scikit_learn():
    truth = [1] * 20 + [0] * 9_980
    flags = [1] * 16 + [0] * 4 + [1] * 100 + [0] * 9_880  # recall 80%, false alarms 100 of 9,980
    assert receipts.accuracy(0.002, 0.8, 100 / 9_980) == pytest.approx(accuracy_score(truth, flags))
    assert receipts.precision(0.002, 0.8, 100 / 9_980) == pytest.approx(precision_score(truth, flags))
    assert receipts.accuracy(0.002, 0, 0) == 0.998


def test_blocking_above_the_threshold_costs_least():
    threshold = receipts.block_threshold(95, 5)
    assert threshold == 0.05
    for chance in numpy.linspace(0.01, 0.99, 99):
        block, let_pass = (1 - chance) * 5, chance * 95
        assert (block < let_pass) == (chance > threshold) or chance == pytest.approx(threshold)


def test_recall_without_the_rule_counts_what_the_rule_had_blocked():
    assert receipts.recall_without_the_rule(800, 200, 0.7, 0.1) == pytest.approx(220 / 1_000)


def test_a_tenth_that_loses_hides_in_a_rising_average():
    assert receipts.blended([(0.9, 0.02), (0.1, -0.12)]) == pytest.approx(0.006)


def test_an_outage_hides_until_the_average_falls_to_the_alarm():
    assert receipts.hidden_outage(0.05, 0.3) == pytest.approx(1 / 6)
    assert receipts.hidden_outage(0.04, 0.2) == pytest.approx(0.2)  # the quiz
    assert receipts.hidden_outage(0.2, 0.1) == 1  # all of it


def test_a_loop_without_a_random_slice_misses_the_best_video_more_often_in_every_batch():
    closed, open_ = (
        [sum(receipts.loop_finds_best(1_000 * seed + run, share) for run in range(40)) / 40 for seed in SEEDS]
        for share in (0, 0.1)
    )
    assert (min(closed), max(closed), min(open_), max(open_)) == (0.45, 0.75, 0.75, 0.95)
    assert all(with_slice > without for without, with_slice in zip(closed, open_))


def test_more_nights_help_the_closed_loop_slowly():
    month, months = (sum(receipts.loop_finds_best(run, 0, days=days) for run in range(50)) / 50 for days in (30, 120))
    assert month < months < 0.8
    assert sum(receipts.loop_finds_best(run, 0.1, days=120) for run in range(50)) / 50 > 0.95


def test_the_exercise_adds_up():
    assert in_flight(46, 0.3) == pytest.approx(13.8)
    assert machines_for_rate(46, 0.3) == 20
    assert 2e6 / 86_400 * 2 == pytest.approx(46.3, abs=0.05)
    assert 2e6 * 0.002 == 4_000 and 1_000 * 0.002 == 2
    assert receipts.accuracy(0.002, 0, 0) > 0.995
