"""Proves the claims of docs/components/models-and-baselines.md, and the models that other chapters import."""
import random
from functools import cache
from statistics import fmean

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines import boosted_trees
from snippets.components.models_and_baselines.boosted_trees import bin_edges, binned, corner, errors, grow, line, outputs, score
from snippets.components.models_and_baselines.complexity_payback import balance, best_month, monthly_worth, pays_back
from snippets.components.models_and_baselines.heuristics import FEATURES, Counters, smoothed_rate
from snippets.components.models_and_baselines.judged_pages import Visit, logged, of_the_possible, true_clicks
from snippets.components.models_and_baselines.learning_curves import curve, item_weights, judge, known, learned, played
from snippets.components.models_and_baselines.logistic_regression import fit, log_loss, predict, predict_all, sigmoid, solve
from snippets.components.models_and_baselines.tuned_popularity import sweep
from snippets.components.models_and_baselines.what_each_step_buys import compare, ladder, right_pairs, worked
from snippets.world import World, default_candidates, random_policy, relevance, serve, sessions

SEEDS = range(1, 21)


def logged_rows(seed: int, n: int = 400) -> tuple[list[list[float]], list[int]]:
    rng = random.Random(seed)
    rows = [[rng.random() * 4 - 2, rng.random() * 2, float(rng.random() < 0.3)] for _ in range(n)]
    labels = [int(rng.random() < sigmoid(-0.5 + 1.2 * a - 0.7 * b + 2 * c)) for a, b, c in rows]
    return rows, labels


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("l2", [0.1, 1.0, 20.0])
def test_weights_agree_with_scikit_learn(seed: int, l2: float) -> None:
    rows, labels = logged_rows(seed)
    oracle = LogisticRegression(C=1 / l2, tol=1e-10, max_iter=1000).fit(rows, labels)
    assert fit(rows, labels, l2=l2) == pytest.approx([oracle.intercept_[0], *oracle.coef_[0]], abs=1e-5)


def test_the_intercept_alone_is_the_base_rate() -> None:
    weights = fit([[0.0]] * 4, [1, 0, 0, 0])
    assert predict(weights, [0.0]) == pytest.approx(0.25)


def test_a_feature_that_separates_the_classes_keeps_finite_weights() -> None:
    weights = fit([[-1.0], [-1.0], [1.0], [1.0]], [0, 0, 1, 1], l2=1.0, steps=20)
    assert weights[0] == pytest.approx(0, abs=1e-9)
    assert weights[1] == pytest.approx(1.0426, abs=1e-4)  # w = 4 sigmoid(-w), where the gradient is zero


def test_sigmoid_does_not_overflow() -> None:
    assert sigmoid(-1000) == 0.0
    assert sigmoid(0) == 0.5
    assert sigmoid(1000) == 1.0


def test_log_loss_of_a_coin_is_log_two_and_of_a_sure_mistake_is_finite() -> None:
    assert log_loss([0.5, 0.5], [0, 1]) == pytest.approx(0.693147, abs=1e-6)
    assert log_loss([0.0], [1]) == pytest.approx(27.631, abs=1e-3)


def test_solve_meets_a_system_solved_by_hand() -> None:
    assert solve([[2.0, 1.0], [1.0, 3.0]], [3.0, 5.0]) == pytest.approx([0.8, 1.4])


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="rows of 1 values, got 2"):
        predict([0.0, 1.0], [1.0, 1.0])


def test_no_rows_or_too_few_labels_are_refused() -> None:
    for rows, labels in ([], []), ([[1.0]], []):
        with pytest.raises(ValueError, match="as many labels as rows"):
            fit(rows, labels)


def test_many_rows_at_once_agree_with_one_by_one() -> None:
    rows, labels = logged_rows(1, n=50)
    weights = fit(rows, labels)
    assert predict_all(weights, rows) == pytest.approx([predict(weights, row) for row in rows], rel=1e-12)
    assert predict_all(weights, []) == []
    with pytest.raises(ValueError):
        predict_all(weights, [[1.0]])


# heuristics


def test_a_new_item_has_the_average_rate_and_one_click_in_two_is_no_star() -> None:
    assert smoothed_rate(0, 0, 0.1) == pytest.approx(0.1)
    assert smoothed_rate(1, 2, 0.1) == pytest.approx(3 / 22)
    assert smoothed_rate(30, 200, 0.1) > smoothed_rate(1, 2, 0.1)


def test_counters_hold_the_past_only_and_the_rule_puts_the_search_first() -> None:
    world = World(seed=1, users=30, days=3, click_intercept=-2.4)
    counters = Counters(world)
    before = counters.popular(counters.items[0])
    log = [shown for _, shown in serve(world, random_policy(world))]
    for shown in log:
        counters.learn(shown)
    clicks = sum(row.clicked for shown in log for row in shown)
    assert before == pytest.approx(0.1)
    assert counters.clicked == 10 + clicks == 10 + sum(counters.clicks.values())
    context = next(c for c in sessions(world) if c.query is not None)
    wanted, other = (next(x for x in counters.items if (x.topic == context.query) == same) for same in (True, False))
    assert counters.rule(context, wanted) > 1 > counters.rule(context, other)
    assert sum(counters.taste(context, next(x for x in counters.items if x.topic == t)) for t in range(8)) == pytest.approx(1)
    row = counters.features(context, wanted, 3)
    assert len(row) == len(FEATURES) and row[0] == 3 and row[2:4] == [1, 0]


# boosted trees


def test_a_single_stump_is_newtons_step_on_each_side() -> None:
    rows, labels = [[float(x)] for x in range(8)], [0, 0, 0, 0, 1, 1, 1, 1]
    model = boosted_trees.fit(rows, labels, trees=1, depth=1, rate=1.0, bins=8, l2=0.0, least=1, share=1)
    tree = model.trees[0]
    assert (tree.feature, model.edges[0][tree.cut]) == (0, 3.0)
    assert (tree.low, tree.high) == pytest.approx((-2.0, 2.0))  # 4 rows of 0.5 over a curvature of 4 times 0.25
    assert boosted_trees.predict_all(model, [[-5.0], [99.0]]) == pytest.approx([sigmoid(-2), sigmoid(2)])


def test_no_split_leaves_a_leaf_and_a_leaf_needs_its_rows() -> None:
    rows, labels = [[float(x)] for x in range(8)], [0, 1] * 4
    assert isinstance(boosted_trees.fit([[1.0]] * 8, labels, trees=1).trees[0], float)
    assert isinstance(boosted_trees.fit(rows, labels, trees=1, least=5, share=1).trees[0], float)
    assert outputs(0.5, [], 3) == [0.5, 0.5, 0.5]
    assert isinstance(grow([[0, 1]], [2], [1j, 1j], range(2), 0, 0.1, 1.0, 1), float)


def test_bins_hold_equal_counts_and_the_gain_is_gradient_squared_over_curvature() -> None:
    assert bin_edges(list(range(12)), 4) == [3, 6, 9]
    assert bin_edges([1.0] * 5, 4) == []
    assert binned([[3, 6, 9]], [[3], [4], [100]]) == [[0, 1, 3]]
    assert score(complex(4, 2), 0.0) == 8.0


@pytest.mark.parametrize("seed", range(3))
def test_trees_rank_as_well_as_scikit_learns(seed: int) -> None:
    rows, labels = logged_rows(seed, n=1500)
    new_rows, new_labels = logged_rows(seed + 100, n=1500)
    oracle = GradientBoostingClassifier(n_estimators=60, max_depth=2, learning_rate=0.15, random_state=0).fit(rows, labels)
    model = boosted_trees.fit(rows, labels, trees=60, depth=2, rate=0.15, share=1)
    ours = roc_auc(new_labels, boosted_trees.predict_all(model, new_rows))
    theirs = roc_auc(new_labels, oracle.predict_proba(np.array(new_rows))[:, 1].tolist())
    assert ours == pytest.approx(theirs, abs=0.015)


def test_in_every_seed_trees_win_the_corner_and_lose_the_line_and_what_lies_beyond() -> None:
    assert line(0, 0) == 0.5 and corner(1, 1) == 0.7 and corner(1, 0) == 0.1
    for seed in SEEDS:
        logistic, trees = errors(line, seed)
        assert logistic < trees
        logistic, trees = errors(corner, seed)
        assert trees < 0.6 * logistic
        logistic, trees = errors(line, seed, beyond=1.5)
        assert 3 * logistic < trees


# pages and their judge


def test_the_best_order_is_all_of_the_possible_and_a_reversed_one_is_worse_than_random() -> None:
    world = World(seed=2, users=40, days=6, click_intercept=-2.4)
    rows, labels, cut, visits = logged(world, 4, judged=20)
    assert len(rows) == len(labels) > cut > 0 and len(visits) == 20

    def truth(visit):
        return [relevance(world, visit.context, item) for item in visit.candidates]

    def reverse(visit):
        return [-value for value in truth(visit)]

    shares = of_the_possible(world, visits, {"best": truth, "worst": reverse})
    assert shares["best"] == pytest.approx(1) and shares["worst"] < 0
    assert true_clicks(world, visits, truth) > true_clicks(world, visits, truth, "satisfaction")
    assert right_pairs(world, visits, truth) == 1 and right_pairs(world, visits, reverse) == 0
    assert right_pairs(world, visits, lambda visit: [0.0] * len(visit.candidates)) == 0.5


def test_popularity_gains_by_tuning_in_every_seed() -> None:
    found = [sweep(seed, (0, 30, 1000), judged=60) for seed in SEEDS]
    assert all(shares[30] > shares[0] for shares in found)
    assert fmean(shares[0] for shares in found) == pytest.approx(0.22, abs=0.02)
    assert fmean(shares[30] for shares in found) == pytest.approx(0.43, abs=0.03)
    assert abs(fmean(shares[1000] - shares[30] for shares in found)) < 0.03  # beyond some thirty it hardly matters


# what each step buys


@cache
def steps(seed: int) -> dict[str, tuple[float, float, float]]:
    return compare(seed)[0]


def wins(first: str, second: str, column: int) -> int:
    return sum(steps(seed)[first][column] > steps(seed)[second][column] for seed in SEEDS)


def test_trees_beat_the_rule_by_auc_in_all_seeds_and_lose_the_pages_in_eighteen() -> None:
    assert wins("boosted trees", "+ search rule", 0) == 20
    assert wins("+ search rule", "boosted trees", 1) == 19
    assert wins("+ search rule", "boosted trees", 2) == 18
    assert wins("+ search rule", "logistic", 2) == 15
    assert fmean(steps(s)["+ search rule"][2] - steps(s)["boosted trees"][2] for s in SEEDS) == pytest.approx(0.073, abs=0.01)


def test_an_hour_on_features_beats_the_trees_and_ties_with_the_rule() -> None:
    assert wins("logistic, worked", "boosted trees", 0) >= 15
    assert wins("logistic, worked", "boosted trees", 2) == 18
    assert wins("logistic, worked", "+ search rule", 2) == 11
    assert worked([1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0])[:5] == [0, 0, 0, 1, 0]
    assert len(ladder([[1.0, 0.0, 0.0, 0.0, 0.1, 0.2, 0.3]] * 40, [0, 1] * 20)) == 5


def test_trees_without_the_position_do_not_reach_the_rule_either() -> None:
    def wins_once(seed: int) -> bool:
        world = World(seed=seed, users=120, days=18, click_intercept=-2.4)
        rows, labels, cut, visits = logged(world, 14)
        trees = boosted_trees.fit([row[2:] for row in rows[:cut]], labels[:cut], trees=25, depth=2, rate=0.15)
        pages = {"trees": lambda visit: boosted_trees.predict_all(trees, [row[2:] for row in visit.rows])}
        return of_the_possible(world, visits, pages)["trees"] > steps(seed)["+ search rule"][2]

    assert not any(wins_once(seed) for seed in SEEDS)


# learning curves


@cache
def curves(seed: int) -> dict[str, tuple[int, float, float, float]]:
    return curve(seed)


def test_more_people_on_the_same_catalog_help_in_every_seed_and_growth_of_both_stays_where_it_was() -> None:
    assert all(curves(s)["more people"][3] > curves(s)["today"][3] for s in SEEDS)
    assert all(curves(s)["more people"][3] > curves(s)["more of both"][3] for s in SEEDS)
    assert all(curves(s)["today"][3] > curves(s)["a quarter"][3] for s in SEEDS)
    assert sum(curves(s)["more of both"][3] > curves(s)["today"][3] for s in SEEDS) == 7
    means = {name: fmean(curves(s)[name][3] for s in SEEDS) for name in ("a quarter", "today", "more people", "more of both")}
    assert list(means.values()) == pytest.approx([0.39, 0.59, 0.74, 0.57], abs=0.01)


def test_an_unseen_item_weighs_one_and_a_loved_one_more() -> None:
    weights = item_weights(["a", "a", "b"], [1, 1, 0], [0.5, 0.5, 0.5])
    assert weights["a"] == pytest.approx(4 / 3) and weights["b"] == pytest.approx(2 / 2.5) and weights["new"] == 1


def test_the_known_features_leave_the_click_rate_out_and_the_same_visitors_are_judged_in_any_world() -> None:
    assert known([1.0, 0.0, 0.0, 0.0, 0.05, 1.0, 0.0]) == known([1.0, 0.0, 0.0, 0.0, 0.5, 1.0, 0.0])
    world, log, visits = played(1, 30, 60, 10, judged=8)
    assert {visit.context.user.id for visit in visits} <= set(range(10)) and len(visits) == 8
    rows, alone, by_item = learned(world, log, visits)
    assert rows == sum(len(shown) for _, shown in log)
    assert [len(scores) for scores in alone] == [len(scores) for scores in by_item] == [len(v.candidates) for v in visits]
    assert judge(world, visits, {"all": log})["all"][:2] == (rows, rows / 60)


# payback


def test_a_gain_that_does_not_fade_is_a_straight_line() -> None:
    assert monthly_worth(1, 1000, 1.2, 0.01) == pytest.approx(3.6)
    assert balance(10, 4, 0, 12, float("inf"), 5) == pytest.approx(18)
    assert pays_back(10, 4, 0, 12, float("inf")) == 2
    assert pays_back(3, 4, 0, 12, float("inf")) is None
    assert balance(0, 0, 1, 0, 1, 3) == -6  # what is missed adds up


def test_a_fading_gain_has_a_best_month() -> None:
    gains = [16 * 0.5**month for month in range(10)]
    assert best_month(16, 3, 0, 5, 1) == sum(gain > 3 for gain in gains) == 3


def test_a_visit_holds_what_was_known_before_it() -> None:
    world = World(seed=1, users=60, days=10, click_intercept=-2.4)
    _, _, _, visits = logged(world, 6)
    counters, waiting = Counters(world), {visit.context.time: visit for visit in visits}
    for context, shown in serve(world, random_policy(world)):
        if visit := waiting.pop(context.time, None):
            assert visit.rows == [counters.features(context, item, 1) for item in visit.candidates]
        counters.learn(shown)
    assert visits and not waiting


def test_trees_of_one_split_tie_with_the_rule_on_pages() -> None:
    won = 0
    for seed in SEEDS:
        world = World(seed=seed, users=120, days=18, click_intercept=-2.4)
        rows, labels, cut, visits = logged(world, 14)
        stumps = boosted_trees.fit(rows[:cut], labels[:cut], trees=50, depth=1, rate=0.1, share=1)
        found = of_the_possible(world, visits, {
            "stumps": lambda visit: boosted_trees.predict_all(stumps, visit.rows),
            "rule": lambda visit: [searched + rate for _, _, searched, _, rate, _, _ in visit.rows]})
        won += found["stumps"] > found["rule"]
    assert won == 11
