"""Proves the claims of docs/components/experimentation.md: shared logs, shared stock, looks, reversals, interleaving, duration."""
from functools import cache
from math import inf, sqrt
from random import Random
from statistics import fmean

import numpy as np
import pytest
from scipy import stats

from snippets.components.experimentation import duration, finite_stock, interleaving, looks, reversals, shared_log
from snippets.world import World, default_candidates, sessions

SEEDS = range(1, 21)


# one log for both arms


@cache
def pages(seed: int, share: float, own_logs: bool = False) -> tuple[float | None, float | None]:
    return shared_log.front_page(seed, share, own_logs)


def test_an_article_is_clicked_one_time_in_twenty_on_average() -> None:
    rng = Random(3)
    assert fmean(shared_log.article(rng) for _ in range(50_000)) == pytest.approx(0.05, abs=0.001)


def test_the_best_article_is_that_of_the_highest_mean_and_the_first_of_equals() -> None:
    assert shared_log.best_of([[1, 20], [3, 20], [6, 40]]) == 1


def test_an_arm_without_visits_has_no_rate() -> None:
    assert pages(1, 0)[1] is None and pages(1, 1)[0] is None


def test_the_explorer_loses_every_test_on_a_shared_log_and_wins_nineteen_of_twenty_alone() -> None:
    assert sum(pages(s, 0.5)[1] > pages(s, 0.5)[0] for s in SEEDS) == 0
    assert sum(pages(s, 1)[1] > pages(s, 0)[0] for s in SEEDS) == 19


def test_with_a_log_for_each_arm_the_explorer_wins_fifteen_of_twenty_and_on_average() -> None:
    gaps = [pages(s, 0.5, True)[1] - pages(s, 0.5, True)[0] for s in SEEDS]
    assert sum(gap > 0 for gap in gaps) == 15 and fmean(gaps) > 10


def test_the_greedy_arm_rises_with_the_explorers_share_in_nineteen_of_twenty_worlds() -> None:
    assert sum(pages(s, 0.5)[0] > pages(s, 0.02)[0] for s in SEEDS) == 19


def test_the_explorer_loses_the_shared_test_at_other_rates_of_trying_too(monkeypatch) -> None:
    monkeypatch.setattr(shared_log, "explored", 0.3)
    assert all(np.diff(shared_log.front_page(s, 0.5))[0] < 0 for s in SEEDS)


# one shelf for both arms


@cache
def shelves(seed: int, units: int, nightly: bool) -> dict:
    return finite_stock.designs(finite_stock.shop(seed), units, nightly)


def pooled(name: str, units: int, nightly: bool) -> float:
    return finite_stock.gain([shelves(s, units, nightly)[name] for s in SEEDS])


def test_gain_is_the_relative_difference_of_sales_a_visit() -> None:
    assert finite_stock.gain([[(100, 10), (50, 6)], [(100, 10), (50, 6)]]) == pytest.approx(0.2)


def test_a_page_shows_the_candidates_of_the_world_in_two_orders() -> None:
    world = finite_stock.shop(1)
    context, orders, _ = finite_stock.visits(world)[0]
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(item.id for item in default_candidates(world, context))
    assert orders[0] == sorted(orders[0])


def test_no_shelf_sells_more_than_it_holds() -> None:
    world = finite_stock.shop(1)
    for arm in (finite_stock.NOW, finite_stock.NEW):
        assert finite_stock.truth(world, 2)[arm][1] <= 2 * world.items


def test_a_mirrored_experiment_gives_each_arm_every_visit_once() -> None:
    world = finite_stock.shop(1)
    (now, _), (new, _) = finite_stock.both_ways(world, finite_stock.by_user(world), 2)
    assert now == new == len(sessions(world))


def test_whether_a_visitor_buys_is_remembered() -> None:
    world = finite_stock.shop(1)
    context, orders, _ = finite_stock.visits(world)[0]
    known: dict = {}
    first = finite_stock.buys(world, context, orders[0][0], 1, known)
    assert known == {(orders[0][0], 1): first}


def test_a_switchback_changes_everybody_once_in_each_pair_of_days() -> None:
    arm = finite_stock.by_day(finite_stock.shop(1))
    met = {c.day: arm(c) for c in sessions(finite_stock.shop(1))}
    assert all(met[2 * k] + met[2 * k + 1] == 1 for k in range(7))


def test_without_refill_user_split_and_switchback_both_overstate() -> None:
    excess = {name: [finite_stock.gain([shelves(s, 2, False)[name]]) - finite_stock.gain([shelves(s, 2, False)["everybody"]])
                     for s in SEEDS] for name in ("split by user", "switched by day")}
    assert sum(e > 0 for e in excess["split by user"]) == 19
    assert sum(e > 0 for e in excess["switched by day"]) == 20
    assert pooled("everybody", 2, False) == pytest.approx(0.07, abs=0.01)
    assert pooled("split by user", 2, False) == pytest.approx(0.35, abs=0.02)
    assert pooled("own shelf each", 2, False) == pytest.approx(0.09, abs=0.02)


def test_with_a_nightly_refill_the_switchback_is_exact_on_average() -> None:
    for s in SEEDS:
        runs = shelves(s, 2, True)
        assert finite_stock.gain([runs["switched by day"]]) == pytest.approx(finite_stock.gain([runs["everybody"]]))


# looks


def crossing(correlated: bool, line: float, count: int = 10, tests: int = 40_000) -> float:
    rng = np.random.default_rng(5)
    noise = rng.normal(size=(tests, count))
    k = np.arange(1, count + 1)
    if correlated:
        z = (sqrt(0.75) * rng.normal(size=(tests, 1)) + sqrt(0.25) * noise.cumsum(1) / k) / np.sqrt(0.75 + 0.25 / k)
    else:
        z = noise.cumsum(1) / np.sqrt(k)
    return float((abs(z) > line).any(1).mean())


def test_ten_looks_give_a_fifth_of_false_alarms_and_returning_people_less() -> None:
    rng, line = Random(9), looks.RULES["5% line, every look"]
    fresh = looks.alarms([looks.new_people(rng, 10) for _ in range(8000)], line)
    again = looks.alarms([looks.same_people(rng, 10, 0.75) for _ in range(8000)], line)
    assert fresh == pytest.approx(crossing(False, 1.96), abs=0.012) == pytest.approx(0.193, abs=0.02)
    assert again == pytest.approx(crossing(True, 1.96), abs=0.012)
    assert again < 0.1


def test_the_boundaries_keep_five_percent() -> None:
    rng = Random(4)
    paths = [looks.new_people(rng, 10) for _ in range(8000)]
    for name in ("Pocock", "O'Brien-Fleming", "5% line, last look"):
        assert looks.alarms(paths, looks.RULES[name]) == pytest.approx(0.05, abs=0.008)
    assert looks.alarms(paths, looks.always_valid) < 0.02


def test_the_mixture_boundary_holds_however_long_one_looks() -> None:
    rng = np.random.default_rng(1)
    z = rng.normal(size=(4000, 1000)).cumsum(1) / np.sqrt(np.arange(1, 1001))
    line = np.array([looks.always_valid(k, 10) for k in range(1, 1001)])
    assert 0.01 < (abs(z) > line).any(1).mean() < 0.05


def test_stopped_names_the_first_crossing() -> None:
    assert looks.stopped([0.0, 2.0, 3.0], looks.RULES["5% line, every look"]) == 2
    assert looks.stopped([0.0, 2.0, 1.0], looks.RULES["5% line, last look"]) is None


@pytest.mark.parametrize("seed", SEEDS)
def test_stopping_early_flatters_and_the_late_boundary_costs_little_power(seed: int) -> None:
    rng = Random(seed)
    paths = [looks.new_people(rng, 10, 2.8) for _ in range(1000)]
    naive, early, late, last = (looks.when_real(paths, looks.RULES[name], 2.8) for name in (
        "5% line, every look", "Pocock", "O'Brien-Fleming", "5% line, last look"))
    assert naive[2] > 1.4 and early[2] > late[2] > last[2] > 1.05
    assert last[0] - 0.05 < late[0] < last[0] and early[0] < last[0] - 0.08
    assert late[1] < 0.85


# reversals


def test_the_ratio_test_is_chi_square() -> None:
    expected = stats.chisquare([50_400, 49_600], [50_000, 50_000]).pvalue
    assert reversals.ratio_p_value(50_400, 49_600) == pytest.approx(expected)
    assert reversals.ratio_p_value(90_500, 9_500, 0.1) == pytest.approx(stats.chisquare([90_500, 9_500], [90_000, 10_000]).pvalue)


def test_lifts_of_a_small_table() -> None:
    parts = [reversals.Counts(900, 90, 100, 9), reversals.Counts(100, 20, 900, 171)]
    assert reversals.pooled_lift(parts) == pytest.approx(0.18 / 0.11 - 1)
    assert reversals.stratified_lift(parts) == pytest.approx(0.14 / 0.15 - 1)


@cache
def report(name: str, seed: int) -> list:
    return reversals.run(Random(seed), reversals.stories()[name])


@pytest.mark.parametrize("name", ["a ramp, pooled", "losses that cancel"])
def test_every_slice_loses_and_the_pot_wins_in_twenty_of_twenty(name: str) -> None:
    for seed in SEEDS:
        parts = report(name, seed)
        assert all(reversals.pooled_lift([part]) < 0 for part in parts)
        assert reversals.pooled_lift(parts) > 0 > reversals.stratified_lift(parts)


def test_under_one_coin_the_total_lies_between_its_parts() -> None:
    for seed in SEEDS:
        parts = report("one coin, two effects", seed)
        each = [reversals.pooled_lift([part]) for part in parts]
        assert min(each) < reversals.pooled_lift(parts) < max(each)


def test_the_ratio_of_all_people_rarely_notices_either_and_slices_always_do() -> None:
    quiet = 0
    for seed in SEEDS:
        parts = report("losses that cancel", seed)
        quiet += reversals.ratio_p_value(sum(p.n for p in parts), sum(p.n_new for p in parts)) > 0.001
        assert all(reversals.ratio_p_value(p.n, p.n_new) < 0.001 for p in parts)
    assert quiet == 20


def test_counts_scatter_like_poisson_and_p_values_are_for_people() -> None:
    rng = Random(1)
    drawn = [reversals.near(rng, 10_000) for _ in range(4000)]
    assert fmean(drawn) == pytest.approx(10_000, abs=6) and np.std(drawn) == pytest.approx(100, abs=4)
    assert reversals.p_text(0.2) == "0.20" and reversals.p_text(0.0001) == "under 0.001"


# interleaving


@cache
def visits(seed: int, name: str) -> tuple:
    world = World(seed=seed, users=40, days=28, newcomer_share=0.0)
    scores = interleaving.rankers()
    return (interleaving.interleaved(world, scores["now"], scores[name]), interleaving.alone(world, scores["now"]),
            interleaving.alone(world, scores[name]))


def test_a_team_draft_takes_turns_and_never_repeats() -> None:
    page, teams = interleaving.team_draft([1, 2, 3, 4], [2, 1, 5, 6], 4, [0, 1, 0, 0])
    assert (page, teams) == ([1, 2, 5, 3], [0, 1, 1, 0])


def test_identical_rankers_share_the_page_evenly() -> None:
    page, teams = interleaving.team_draft(list(range(10)), list(range(10)), 10, [True, False] * 5)
    assert page == list(range(10)) and sum(teams) == 5


def test_ranked_sorts_by_score_and_then_by_number() -> None:
    class Thing:
        def __init__(self, number: int) -> None:
            self.id = number
    assert interleaving.ranked(lambda context, item: item.id % 2, None, [Thing(n) for n in (4, 3, 2, 1)]) == [1, 3, 2, 4]


def test_sizes_follow_the_usual_formulas() -> None:
    two, other = [("a", 1), ("b", 3)], [("a", 0), ("b", 2)]
    assert interleaving.variance(two) == 1 and interleaving.mean(two) == 2
    assert interleaving.visits_needed(other) == 8
    assert interleaving.split_visits_needed(other, two) == 32
    assert interleaving.visits_needed([("a", -1), ("b", 1)]) == interleaving.split_visits_needed(two, two) == inf


def test_visits_of_one_person_that_agree_count_for_less_and_those_that_cancel_for_more() -> None:
    apart = [(person, value) for person, value in enumerate([0, 0, 2, 2])]
    together = [("a", 0), ("a", 0), ("b", 2), ("b", 2)]
    against = [("a", 0), ("a", 2), ("b", 0), ("b", 2)]
    assert [interleaving.variance(found) for found in (apart, together, against)] == [1, 2, 0]


def test_interleaving_likes_clickbait_in_sixteen_of_twenty_worlds_and_visits_fall_in_all() -> None:
    bait = [visits(s, "clickbait") for s in SEEDS]
    assert sum(clicks(mixed) > 0 for mixed, _, _ in bait) == 16
    assert sum(len(new) < len(old) for _, old, new in bait) == 20
    assert sum(clicks(new) < clicks(old) for _, old, new in bait) == 15
    assert sum(len(new) for *_, new in bait) / sum(len(old) for _, old, _ in bait) - 1 == pytest.approx(-0.098, abs=0.002)


def test_interleaving_finds_the_better_ranker_in_nineteen_of_twenty_worlds_and_visits_rise_in_all() -> None:
    better = [visits(s, "better") for s in SEEDS]
    assert sum(clicks(mixed) > 0 for mixed, _, _ in better) == 19
    assert sum(len(new) > len(old) for _, old, new in better) == 20


@pytest.mark.parametrize(("name", "saved"), [("better", 12.2), ("clickbait", 4.7)])
def test_over_all_worlds_it_saves_a_factor_of_five_to_twelve(name: str, saved: float) -> None:
    mixed, old, new = ([((s, person), value) for s in SEEDS for person, value in visits(s, name)[k]] for k in range(3))
    assert interleaving.split_visits_needed(old, new) / interleaving.visits_needed(mixed) == pytest.approx(saved, abs=0.1)


def clicks(found: list) -> int:
    return sum(value for _, value in found)


# duration


@pytest.mark.parametrize("days", [7, 28])
def test_reach_and_variation_agree_with_a_simulation(days: int) -> None:
    rng, rates = np.random.default_rng(0), np.repeat(np.array(duration.RATES), 1500)

    def minutes(span: int):
        count = rng.poisson(rates * span)
        return count, rng.gamma(np.maximum(count, 1e-9), 1) * (count > 0)

    (count, now), (_, past) = minutes(days), minutes(duration.PAST)
    now, past = now[count > 0], past[count > 0]
    spread = now.std() / now.mean()
    assert duration.reach(days) == pytest.approx((count > 0).mean(), abs=0.003)
    assert duration.variation(days) == pytest.approx(spread, rel=0.01)
    assert duration.variation(days, True) == pytest.approx(spread * sqrt(1 - np.corrcoef(now, past)[0, 1] ** 2), rel=0.01)


def test_the_formulas_of_size() -> None:
    assert duration.z_sum(0.05, 0.8) == pytest.approx(stats.norm.ppf(0.975) + stats.norm.ppf(0.8))
    assert duration.z_sum(0.05, 0.8, sides=1) == pytest.approx(stats.norm.ppf(0.95) + stats.norm.ppf(0.8))
    assert duration.guardrail_people(0.5, 0.1) == 1237
    assert duration.people_per_arm(1) == 40_000
    assert duration.days_until(lambda day: day >= 5) == 5 and duration.days_until(lambda day: False) == inf
    assert duration.day_text(inf) == "never" and duration.day_text(6) == "  6"


def test_waiting_alone_never_finds_one_percent_and_the_own_past_does_within_a_week() -> None:
    assert all(duration.detectable(day) > 0.015 for day in (7, 28, 56, 90))
    assert duration.detectable(7, own_past=True) < 0.01


def test_primary_and_guardrail_fit_into_a_week_each_and_into_two_together() -> None:
    primary = {wanted: duration.days_until(lambda day: duration.detectable(day, True, wanted) <= 0.01) for wanted in (0.8, 0.9)}
    guardrail = {wanted: duration.days_until(lambda day: duration.people_per_arm(day) >= duration.guardrail_people(0.002, 0.25, wanted))
                 for wanted in (0.8, 0.9)}
    assert max(primary[0.8], guardrail[0.8]) <= 7 < min(primary[0.9], guardrail[0.9]) <= 14
