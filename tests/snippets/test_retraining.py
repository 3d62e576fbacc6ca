"""Proves the claims of docs/components/retraining.md: the champion's log, freshness, blocked fraud, the calendar."""
from functools import cache
from random import Random
from statistics import fmean

import pytest
from scipy.optimize import minimize_scalar
from sklearn.metrics import roc_auc_score

from snippets.components.retraining import blocked_fraud, champion_log
from snippets.components.retraining.blocked_fraud import (
    ATTACK, BASE, CELLS, HOW, PRIOR, STAY, CellWeek, bill, fraud_rate, gangs_by_week, is_shut, one_cell, successes, week_of,
)
from snippets.components.retraining.champion_log import (
    MODELS, as_rows, auc, auc_within_positions, judge, policy_of, ranker, serve_days, small_world, true_clicks,
)
from snippets.components.retraining.freshness import (
    DELAYS, SERVED, TURNS, clicks_a_page, feed, month_of_rows, warm, windowed, worth,
)
from snippets.components.retraining.release_calendar import (
    Product, age_at_release, best_cadence, dollars_a_day, in_flight, mean_age,
)
from snippets.components.training.online_sgd import Model, learn
from snippets.world import World, catalog, popularity_policy, replace, sessions, top, true_value

SEEDS = range(1, 21)
judged, turned, billed = cache(judge), cache(worth), cache(bill)


# the champion's log


def test_the_truly_better_challenger_loses_on_the_champions_log_in_fourteen_of_twenty_seeds() -> None:
    better = [s for s in SEEDS if judged(s)["personal"].clicks > judged(s)["champion"].clicks]
    loses = [s for s in SEEDS if judged(s)["personal"].log_auc < judged(s)["champion"].log_auc]
    assert (len(better), len(loses)) == (19, 14)
    assert fmean(judged(s)["personal"].clicks / judged(s)["champion"].clicks for s in SEEDS) == pytest.approx(1.058, abs=0.0005)


def test_with_the_worlds_own_examination_it_loses_in_half_of_the_seeds(monkeypatch) -> None:
    usual = World().examination_decay
    monkeypatch.setattr(champion_log, "small_world", lambda seed: replace(small_world(seed), examination_decay=usual))
    verdicts = [judge(s) for s in SEEDS]
    assert all(v["personal"].clicks > v["champion"].clicks for v in verdicts)
    assert sum(v["personal"].log_auc < v["champion"].log_auc for v in verdicts) == 10


def test_the_same_position_sees_it_in_all_seeds_and_random_pages_in_eighteen() -> None:
    assert sum(judged(s)["personal"].same_position > judged(s)["champion"].same_position for s in SEEDS) == 20
    assert sum(judged(s)["personal"].random_auc > judged(s)["champion"].random_auc for s in SEEDS) == 18


def test_a_gain_of_a_percent_is_beyond_every_offline_gate_here() -> None:
    careful = [(judged(s)["careful"], judged(s)["champion"]) for s in SEEDS]
    assert sum(a.clicks > b.clicks for a, b in careful) == 16
    assert sum(a.log_auc < b.log_auc for a, b in careful) == 15
    assert sum(a.same_position > b.same_position for a, b in careful) == 13
    assert sum(a.random_auc > b.random_auc for a, b in careful) == 13
    assert fmean(a.clicks / b.clicks for a, b in careful) == pytest.approx(1.016, abs=0.0005)


def test_auc_and_auc_within_positions_agree_with_scikit_learn() -> None:
    world = small_world(3)
    log = serve_days(world, popularity_policy(world, 0.1), range(3))
    score = ranker(world, log, MODELS["personal"])
    items = catalog(world)
    scores = [score(r.user, r.query, items[r.item]) for r in log]
    assert auc(world, score, log) == pytest.approx(roc_auc_score([r.clicked for r in log], scores))
    within, weight = 0.0, 0
    for position in range(1, world.slate + 1):
        rows = [(r.clicked, s) for r, s in zip(log, scores) if r.position == position]
        clicks = sum(c for c, _ in rows)
        here = clicks * (len(rows) - clicks)
        if not here:
            continue
        within, weight = within + here * roc_auc_score([c for c, _ in rows], [s for _, s in rows]), weight + here
    assert auc_within_positions(world, score, log) == pytest.approx(within / weight)


def test_a_model_gets_only_its_inputs_and_a_page_is_its_ten_best() -> None:
    world = small_world(3)
    log = serve_days(world, popularity_policy(world, 0.1), range(2))
    assert {key[0] for row in as_rows(world, log, ()) for key in row.ids} == {"item"}
    assert {key[0] for row in as_rows(world, log, ("position",)) for key in row.ids} == {"item", "position"}
    context = sessions(world, range(1))[0]
    found = catalog(world)[:20]
    page = policy_of(world, lambda user, query, x: -x.id)(context, found)
    assert page.items == tuple(x.id for x in found[:10])


def test_true_clicks_are_the_worlds_own_value_of_the_policy() -> None:
    world = small_world(3)
    score = lambda user, query, x: x.popularity
    visits = sessions(world, range(14, 21))[::4]
    assert true_clicks(world, score) == pytest.approx(true_value(world, popularity_policy(world), contexts=visits))


# freshness


def test_in_a_slow_turn_a_long_week_old_window_beats_two_fresh_days_in_fifteen_of_twenty_seeds() -> None:
    assert sum(turned(s, "slow")["14 days"][2] > turned(s, "slow")["2 days"][0] for s in SEEDS) == 15
    assert sum(turned(s, "slow")["14 days"][0] > turned(s, "slow")["2 days"][0] for s in SEEDS) == 20


def test_after_a_sudden_turn_the_old_window_loses_in_eighteen_and_the_fresh_long_one_does_not() -> None:
    assert sum(turned(s, "sudden")["14 days"][2] > turned(s, "sudden")["2 days"][0] for s in SEEDS) == 2
    assert sum(turned(s, "sudden")["14 days"][0] > turned(s, "sudden")["2 days"][0] for s in SEEDS) == 13


def test_four_days_beat_fourteen_after_a_sudden_turn_in_fifteen_of_twenty_seeds() -> None:
    four = [worth(s, "sudden", windows=(4,))["4 days"][0] for s in SEEDS]
    assert sum(clicks > turned(s, "sudden")["14 days"][0] for s, clicks in zip(SEEDS, four)) == 15


def mean_loss(turn: str, late: int) -> float:
    runs = [turned(s, turn)["14 days"] for s in SEEDS]
    return 1 - fmean(run[late] for run in runs) / fmean(run[0] for run in runs)


def test_what_a_day_and_a_week_late_cost_on_average() -> None:
    assert [round(100 * mean_loss("slow", late), 1) for late in (1, 2)] == [0.8, 7.2]
    assert [round(100 * mean_loss("sudden", late), 1) for late in (1, 2)] == [2.3, 11.3]


def test_a_week_late_costs_clicks_in_every_seed_and_a_day_late_in_fifteen() -> None:
    for turn in TURNS:
        assert all(turned(s, turn)["14 days"][2] < turned(s, turn)["14 days"][0] for s in SEEDS)
    assert sum(turned(s, "slow")["14 days"][1] < turned(s, "slow")["14 days"][0] for s in SEEDS) == 15


def test_warm_and_fourteen_days_from_scratch_are_a_draw() -> None:
    wins = [sum(turned(s, turn)["warm"][0] > turned(s, turn)["14 days"][0] for s in SEEDS) for turn in ("slow", "sudden")]
    assert wins == [12, 7]


def test_one_pass_day_by_day_is_one_pass_over_all_days_to_the_last_bit() -> None:
    rows = month_of_rows(5, "slow")
    cold = Model()
    learn(cold, rows)
    assert warm(rows, DELAYS)[0] == cold
    assert windowed(rows, SERVED, 0) == cold


def test_a_delayed_window_ends_that_many_days_before_it_serves() -> None:
    rows = month_of_rows(5, "slow")
    model = Model()
    learn(model, [row for row in rows if 12 <= row.day <= 18])
    assert windowed(rows, 7, 3) == model


def test_clicks_a_page_of_a_model_that_knows_nothing_are_those_of_the_first_ten_numbers() -> None:
    world = feed(5, "slow")
    visits = sessions(world, range(22, 24))[:20]
    by_number = lambda context, found: top(world, found, lambda x: 0.0)
    assert clicks_a_page(world, Model(), visits) == pytest.approx(true_value(world, by_number, contexts=visits))


# blocked fraud


def test_dropping_the_blocked_lets_the_gang_back_in_and_a_few_let_in_do_not() -> None:
    gang = range(4, 28)
    dropped, fraud, few = (one_cell(how, gang=gang) for how in HOW[1:])
    caught = dropped.index("#")
    assert "o" in dropped[caught:28] and "o" not in few[caught:28]
    assert fraud.endswith("#" * 12) and few.endswith("o")
    assert set(one_cell("never blocked")) == {"o"}


@pytest.mark.parametrize(("name", "weeks"), [("RIPE", 9), ("WINDOW", 16)])
def test_forgetting_is_cheaper_if_it_comes_about_when_gangs_leave(monkeypatch, name, weeks) -> None:
    monkeypatch.setattr(blocked_fraud, name, weeks)
    assert all(bill(s, "blocked dropped").dollars < bill(s, "a few let in").dollars for s in SEEDS)


def test_a_few_let_in_cost_less_than_dropping_in_all_seeds_and_than_calling_it_fraud_in_fifteen() -> None:
    cost = {how: [billed(s, how).dollars for s in SEEDS] for how in HOW}
    assert all(few < dropped for few, dropped in zip(cost["a few let in"], cost["blocked dropped"]))
    assert sum(few < fraud for few, fraud in zip(cost["a few let in"], cost["blocked = fraud"])) == 15


def test_weekly_training_saves_little_if_the_blocked_are_dropped() -> None:
    saved = {how: 1 - sum(billed(s, how).dollars for s in SEEDS) / sum(billed(s, how, every=13).dollars for s in SEEDS)
             for how in HOW[1:]}
    assert [round(100 * saved[how]) for how in HOW[1:]] == [3, 19, 19]
    assert sum(billed(s, HOW[1]).dollars > billed(s, HOW[1], every=13).dollars for s in SEEDS) == 7
    assert all(billed(s, HOW[3]).dollars < billed(s, HOW[3], every=13).dollars for s in SEEDS)


def test_one_percent_let_in_does_as_well_as_five() -> None:
    mean = {share: fmean(billed(s, HOW[3], share).dollars for s in SEEDS) for share in (0.01, 0.05, 0.2)}
    assert mean[0.01] < mean[0.05] < mean[0.2] < fmean(billed(s, HOW[1]).dollars for s in SEEDS)


def test_the_rate_weights_what_was_let_in_and_counts_the_blocked_only_if_told() -> None:
    rows = [CellWeek(100, 2, 0, 1.0), CellWeek(10, 3, 190, 20.0)]
    assert fraud_rate(rows) == pytest.approx((2 + 60 + PRIOR * BASE) / (300 + PRIOR))
    assert fraud_rate(rows, True) == pytest.approx((2 + 60 + 190 + PRIOR * BASE) / (300 + 190 + PRIOR))
    assert fraud_rate([]) == pytest.approx(BASE)


def test_a_cell_is_shut_only_once_its_chargebacks_are_ripe() -> None:
    bad = week_of(ATTACK, False, "blocked dropped", 0.05)
    assert not is_shut([bad] * 4, "blocked dropped") and is_shut([bad] * 5, "blocked dropped")
    assert not is_shut([bad] * 9, "never blocked")


def test_a_shut_week_keeps_nothing_or_a_lot() -> None:
    assert week_of(ATTACK, True, "blocked dropped", 0.05) == CellWeek(0, 0.0, 500, 0.0)
    assert week_of(ATTACK, True, "a few let in", 0.05) == CellWeek(25, 25 * ATTACK, 475, 20.0)


def test_successes_are_binomial_and_gangs_stay_half_a_year() -> None:
    draw = Random(1)
    counts = [successes(draw, 500, 0.1) for _ in range(400)]
    assert fmean(counts) == pytest.approx(50, abs=1) and fmean((c - 50) ** 2 for c in counts) == pytest.approx(45, rel=0.2)
    weeks = gangs_by_week(7)
    stays = [len(stay) for cell in range(CELLS)
             for stay in "".join("G" if cell in week else "." for week in weeks).rstrip("G").split(".") if stay]
    assert stays and all(length % STAY == 0 for length in stays)


# the calendar


PRODUCT = Product(label=60, train=0.1, shadow=1, ramp=3, day_of_age=50)


def test_age_is_the_label_the_gate_and_half_the_wait() -> None:
    assert age_at_release(PRODUCT) == pytest.approx(64.1)
    assert mean_age(PRODUCT, 30) == pytest.approx(79.1)
    assert [in_flight(PRODUCT, every) for every in (1, 7)] == [5, 1]


def test_the_root_is_the_cheapest_cadence() -> None:
    found = minimize_scalar(lambda every: dollars_a_day(PRODUCT, every, 400), bounds=(0.1, 100), method="bounded")
    assert best_cadence(PRODUCT, 400) == pytest.approx(found.x, rel=1e-3)


def test_the_simulated_mean_age_agrees() -> None:
    day, ages = 0.0, []
    while day < 60:
        ages.append(age_at_release(PRODUCT) + day % 30)
        day += 0.01
    assert fmean(ages) == pytest.approx(mean_age(PRODUCT, 30), abs=0.02)
