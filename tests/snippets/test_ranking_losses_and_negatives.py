"""Proves the claims of docs/components/ranking-losses-and-negatives.md: losses, negatives, sampled metrics, bids."""
import random
from functools import cache
from itertools import product
from math import exp, fsum, log

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax
from scipy.stats import binom
from sklearn.metrics import log_loss

from snippets.components.models_and_baselines.logistic_regression import sigmoid
from snippets.components.ranking_losses_and_negatives.batch_size import epochs_to_meet, expected_in_batch, logits_gb
from snippets.components.ranking_losses_and_negatives.down_sampling import (
    expected_profit, experiment, recalibrate, shift_to,
)
from snippets.components.ranking_losses_and_negatives.losses import (
    fit_listwise, fit_pairwise, fit_pointwise, listwise_loss, pairwise_loss, pointwise_loss,
)
from snippets.components.ranking_losses_and_negatives.negative_distribution import (
    judge, most_clicked, read_log, retrievers,
)
from snippets.components.ranking_losses_and_negatives.sampled_metrics import full_recall, sampled_recall
from snippets.components.ranking_losses_and_negatives.sampled_softmax import (
    Towers, fit_two_towers, sampled_softmax_loss, sampling_probability,
)
from snippets.components.ranking_losses_and_negatives.which_loss import compare, describe, short_or_long
from snippets.world import World, default_candidates, sessions

SEEDS = range(1, 21)


def counted(truths) -> int:
    return sum(bool(truth) for truth in truths)


# Losses


@pytest.mark.parametrize("score", [-40.0, -1.5, 0.0, 0.3, 40.0])
@pytest.mark.parametrize("label", [0, 1])
def test_the_pointwise_loss_is_binary_cross_entropy(score: float, label: int) -> None:
    expected = log_loss([label], [sigmoid(score)], labels=[0, 1]) if abs(score) < 30 else max(0.0, -score if label else score)
    assert pointwise_loss(score, label) == pytest.approx(expected, abs=1e-12)


def test_the_pairwise_loss_sees_only_the_difference() -> None:
    assert pairwise_loss(3.0, 1.0) == pytest.approx(log(1 + exp(-2.0)))
    assert pairwise_loss(103.0, 101.0) == pairwise_loss(3.0, 1.0)


def test_the_listwise_loss_is_a_log_softmax_and_ignores_a_constant() -> None:
    scores = [0.2, -1.0, 3.5, 0.0]
    assert listwise_loss(scores, 2) == pytest.approx(-log_softmax(scores)[2])
    assert listwise_loss([s + 5 for s in scores], 2) == pytest.approx(listwise_loss(scores, 2))


def made_pages(seed: int, pages: int = 80) -> list[list[tuple[list[float], int]]]:
    rng = random.Random(seed)
    made = []
    for _ in range(pages):
        rows = [[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(6)]
        made.append([(row, int(rng.random() < sigmoid(-1 + 1.5 * row[0] - row[1]))) for row in rows])
    return made


def test_fitted_weights_are_those_of_an_optimizer_that_shares_no_code() -> None:
    pages = made_pages(3)

    def pointwise(w):
        return sum(pointwise_loss(w[0] + w[1] * r[0] + w[2] * r[1], y) for page in pages for r, y in page) + 0.5 * (w[1:] ** 2).sum()

    def pairwise(w):
        gaps = [np.subtract(a, b) for page in pages for a, yes in page if yes for b, no in page if not no]
        return sum(pairwise_loss(g @ w, 0.0) for g in gaps) + 0.5 * (w**2).sum()

    def listwise(w):
        return -sum(y * log_softmax([np.dot(w, r) for r, _ in page])[i] for page in pages for i, (_, y) in enumerate(page))

    assert fit_pointwise(pages) == pytest.approx(minimize(pointwise, np.zeros(3)).x, abs=1e-3)
    start, *pair = fit_pairwise(pages)
    assert start == 0.0
    assert pair == pytest.approx(minimize(pairwise, np.zeros(2)).x, abs=0.05)  # the intercept is estimated, then dropped
    assert fit_listwise(pages, epochs=60)[1:] == pytest.approx(minimize(listwise, np.zeros(2)).x, abs=0.1)


@cache
def losses_in(seed: int, mood: float) -> dict[str, tuple[float, float, float, float]]:
    return compare(World(seed=seed, users=300, items=120, days=10, hidden_cause=mood))


def test_without_a_hidden_cause_no_loss_orders_pages_better() -> None:
    worlds = [losses_in(seed, 0.0) for seed in SEEDS]
    assert counted(w["pairwise"][1] > w["pointwise"][1] for w in worlds) == 10
    assert counted(w["listwise"][1] > w["pointwise"][1] for w in worlds) == 8
    assert max(abs(w[name][1] - w["pointwise"][1]) for w in worlds for name in ("pairwise", "listwise")) < 0.012


def test_a_mood_that_nobody_logged_gives_pointwise_the_better_auc_and_the_worse_pages() -> None:
    worlds = [losses_in(seed, 1.0) for seed in SEEDS]
    assert counted(w["pairwise"][1] > w["pointwise"][1] for w in worlds) == 18
    assert counted(w["listwise"][1] > w["pointwise"][1] for w in worlds) == 18
    assert counted(w["pairwise"][2] < w["pointwise"][2] for w in worlds) == 19
    assert all(w["pointwise"][0] > 0 for w in worlds)  # length has no effect on clicks in this world
    assert abs(fsum(w["pairwise"][0] for w in worlds) / 20) < 0.06


def test_only_pointwise_scores_are_probabilities() -> None:
    for w in (losses_in(seed, mood) for seed in SEEDS for mood in (0.0, 1.0)):
        assert 0.85 < w["pointwise"][3] < 1.31
        assert w["pairwise"][3] > 1.6 and w["listwise"][3] > 1.9


def test_the_old_ranker_shows_mostly_short_or_mostly_long_videos() -> None:
    world = World(seed=7, users=50, items=120, days=2)
    context = sessions(world)[0]
    found = default_candidates(world, context)
    lottery = short_or_long(world)(context, found)
    duration = {item.id: item.duration for item in found}
    short, long_ = (sorted(duration[i] for i in slate.items) for _, slate in lottery)
    assert [p for p, _ in lottery] == [0.5, 0.5]
    assert short[7] <= long_[2] and len(short) == len(long_) == 10
    assert describe(context, found[0])[0] == pytest.approx(log(found[0].duration / 240))


# Negatives


def test_the_sampled_softmax_loss_is_the_positive_among_its_negatives() -> None:
    assert sampled_softmax_loss(1.0, [0.0, -2.0, 800.0]) == pytest.approx(-log_softmax([1.0, 0.0, -2.0, 800.0])[0])
    assert sampled_softmax_loss(1.0, []) == 0.0


def test_sampling_probabilities_count_and_add_to_one() -> None:
    assert sampling_probability([0, 0, 2], 4, prior=0.5) == pytest.approx([0.5, 0.1, 0.3, 0.1])
    assert fsum(sampling_probability([1, 1], 3)) == pytest.approx(1.0)


def test_towers_add_the_match_to_items_of_the_wanted_topic() -> None:
    towers = Towers(topics=[0, 1, 1], bias=[0.5, 0.0, 0.0], match=1.0)
    assert towers.scores(1) == [0.5, 1.0, 1.0]
    assert towers.retrieve(1, 2) == [1, 2]
    assert towers.retrieve(None, 3) == [0, 1, 2]


def slope_on_log_popularity(log_q: bool, drawn: str) -> float:
    """Of the learned bias of eight items, clicked in proportion to 1 / rank by people who want nothing in particular."""
    shares = [1 / rank for rank in range(1, 9)]
    pairs = [(None, item) for item, share in enumerate(shares) for _ in range(round(200 * share))]
    clicks = sampling_probability([item for _, item in pairs], 8, prior=0.0)
    even = [1 / 8] * 8
    negatives = {"clicks": clicks, "even": even}[drawn]
    towers = fit_two_towers(pairs, [0] * 8, negatives, log_q=[log(q) for q in negatives] if log_q else None, epochs=40, rate=0.3)
    return float(np.polyfit([log(p) for p in clicks], towers.bias, 1)[0])


def test_the_best_score_is_log_p_minus_log_of_the_negatives_rate() -> None:
    assert slope_on_log_popularity(False, "clicks") == pytest.approx(0.0, abs=0.06)  # lift: popularity is gone
    assert slope_on_log_popularity(True, "clicks") == pytest.approx(1.0, abs=0.06)  # corrected: it is back
    assert slope_on_log_popularity(False, "even") == pytest.approx(1.0, abs=0.06)  # uniform: it never left


def best_scores(dropping: bool) -> np.ndarray:
    """The exact optimum of the corrected loss for four items and three draws: every draw enumerated, then minimized."""
    p = np.array([0.5, 0.25, 0.15, 0.1])
    draws = [(pos, neg, p[pos] * np.prod(p[list(neg)])) for pos in range(4) for neg in product(range(4), repeat=3)]

    def loss(scores):
        total = 0.0
        for pos, neg, chance in draws:
            others = [j for j in neg if not (dropping and j == pos)]
            corrected = scores - np.log(p)
            total += chance * sampled_softmax_loss(corrected[pos], list(corrected[others]))
        return total

    found = minimize(loss, np.zeros(4)).x - np.log(p)
    return found - found.mean()


def test_dropping_accidental_hits_favors_the_head_and_keeping_them_is_exact() -> None:
    assert best_scores(dropping=False) == pytest.approx(np.zeros(4), abs=1e-3)
    lifted = best_scores(dropping=True)
    assert list(lifted) == sorted(lifted, reverse=True)
    own = -np.log(1 - np.array([0.5, 0.25, 0.15, 0.1]))
    assert 0.3 < lifted[0] - lifted[3] < own[0] - own[3]


@pytest.mark.parametrize("kind", ["pointwise", "pairwise", "sampled softmax"])
def test_each_loss_ends_at_log_p_minus_log_n_when_negatives_come_from_n(kind: str) -> None:
    p, n = np.array([0.5, 0.25, 0.15, 0.1]), np.array([0.1, 0.2, 0.3, 0.4])

    def loss(scores):
        if kind == "pointwise":  # three negatives a positive
            return sum(p[i] * pointwise_loss(scores[i], 1) + 3 * n[i] * pointwise_loss(scores[i], 0) for i in range(4))
        if kind == "pairwise":
            return sum(p[i] * n[j] * pairwise_loss(scores[i], scores[j]) for i in range(4) for j in range(4))
        return sum(p[i] * np.prod(n[list(draw)]) * sampled_softmax_loss(scores[i], list(scores[list(draw)]))
                   for i in range(4) for draw in product(range(4), repeat=2))

    gap = minimize(loss, np.zeros(4)).x - (np.log(p) - np.log(n))
    assert gap == pytest.approx(np.full(4, gap.mean()), abs=1e-3)


@cache
def retrieval_in(seed: int) -> dict[str, tuple[float, float, float]]:
    world = World(seed=seed, users=800, items=120, days=14)
    log_ = read_log(world, 0.3)
    head = most_clicked(log_, 120)
    judged = {name: judge(world, log_, model) for name, model in retrievers(world, log_, seed).items()}
    return judged | {"clicks": (0.0, sum(i in head for _, i in log_.later) / len(log_.later), 0.0)}


def test_the_correction_brings_popular_items_back_and_recall_with_them() -> None:
    worlds = [retrieval_in(seed) for seed in SEEDS]
    assert all(w["in-batch, logQ"][1] > w["in-batch"][1] for w in worlds)
    assert all(w["in-batch, logQ"][1] > 0.998 > w["clicks"][1] for w in worlds)
    assert all(w["in-batch, logQ"][0] > w["in-batch"][0] for w in worlds)
    assert counted(w["in-batch, logQ"][2] > w["in-batch"][2] for w in worlds) == 15


def test_uniform_negatives_learn_the_corrected_model() -> None:
    worlds = [retrieval_in(seed) for seed in SEEDS]
    assert max(abs(w["uniform"][0] - w["in-batch, logQ"][0]) for w in worlds) < 0.07
    assert all(w["uniform"][1] > 0.99 for w in worlds)


def test_negatives_drawn_as_often_as_seen_lose_the_recall_and_win_the_truth() -> None:
    worlds = [retrieval_in(seed) for seed in SEEDS]
    assert counted(w["as often as seen"][0] < w["in-batch, logQ"][0] for w in worlds) == 19
    assert counted(w["as often as seen"][2] > w["in-batch, logQ"][2] for w in worlds) == 19
    assert all(w["as often as seen"][2] > w["in-batch"][2] for w in worlds)


# Metrics on samples


def test_sampled_recall_is_a_binomial_tail() -> None:
    ranks = [1, 5, 300, 9_999]
    expected = np.mean([binom.cdf(9, 100, (rank - 1) / 9_999) for rank in ranks])
    assert sampled_recall(ranks, 10_000, 10, 100) == pytest.approx(expected)
    assert full_recall(ranks, 10) == 0.5


def test_a_small_sample_prefers_the_retriever_that_never_finds_anything() -> None:
    sharp, steady = [1, 4, 5_000, 8_000], [50, 60, 120, 150]
    assert full_recall(sharp, 10) > full_recall(steady, 10) == 0
    assert sampled_recall(sharp, 10_000, 10, 100) < 0.6 < 0.99 < sampled_recall(steady, 10_000, 10, 100)
    assert sampled_recall(sharp, 10_000, 10, 9_000) > sampled_recall(steady, 10_000, 10, 9_000)


# Down-sampling


def test_recalibration_divides_the_odds_by_the_share_kept() -> None:
    assert recalibrate(0.5, 0.1) == pytest.approx(1 / 11)
    assert recalibrate(0.3, 1.0) == pytest.approx(0.3)
    for p in (0.01, 0.2, 0.9):
        q = recalibrate(p, 0.25)
        assert q / (1 - q) == pytest.approx(0.25 * p / (1 - p))


def test_a_shift_reaches_the_total_and_keeps_the_odds_ratios() -> None:
    shifted = shift_to(0.5, [0.2, 0.5, 0.8])
    assert fsum(shifted) == pytest.approx(0.5)
    ratio = (shifted[2] / (1 - shifted[2])) / (shifted[0] / (1 - shifted[0]))
    assert ratio == pytest.approx(16.0)


def test_no_bid_earns_more_than_the_true_chance() -> None:
    assert expected_profit([0.2], [0.2], 0.5) == pytest.approx(0.04)
    assert expected_profit([0.2], [0.1], 0.5) < 0.04 > expected_profit([0.2], [0.3], 0.5)
    assert expected_profit([0.2], [0.9], 0.5) == pytest.approx(0.2 - 0.25)  # wins everything, at 0.25 on average


@cache
def bids_in(seed: int) -> dict[str, tuple[float, ...]]:
    world = World(seed=seed, users=300, items=120, days=10)
    return experiment(world, 0.1, {"desktop": 0.05, "phone": 0.1, "slow phone": 1.0})


def test_sampling_all_alike_leaves_auc_alone_and_loses_money() -> None:
    worlds = [bids_in(seed) for seed in SEEDS]
    assert max(abs(w["same for all"][0] - w["all rows"][0]) for w in worlds) < 0.006
    assert all(w["same for all"][-1] < -0.18 for w in worlds)
    assert all(3.3 < w["same for all"][1] < 4.6 for w in worlds)
    assert all(w["  formula"][-1] > 0.85 for w in worlds)


def test_a_right_total_hides_wrong_bids_when_sampling_differed_by_device() -> None:
    worlds = [bids_in(seed) for seed in SEEDS]
    for w in worlds:
        assert w["  shifted to total"][1] == pytest.approx(1.0, abs=1e-6)
        assert w["  shifted to total"][2] > 1.24 and w["  shifted to total"][3] < 0.17
        assert 0.65 < w["  shifted to total"][-1] < 0.82
        assert w["  formula, own w"][-1] - w["  shifted to total"][-1] > 0.075


# Batches


def test_batch_arithmetic() -> None:
    assert logits_gb(8192) == pytest.approx(0.268, abs=0.001)
    assert expected_in_batch(8192, 0.01) == pytest.approx(81.91)
    assert epochs_to_meet(1_000_000, 1e-7) == 10


