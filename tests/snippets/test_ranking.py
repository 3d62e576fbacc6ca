"""Proves the claims of docs/components/ranking.md: prices, trust bias, the blind loop, diversity, the bill."""
import random
from functools import cache
from math import exp, log
from statistics import fmean

import numpy as np
import pytest

from snippets.components.ranking import blind_loop
from snippets.components.ranking.blind_loop import ARMS, Ranker, audit, worth as true_worth
from snippets.components.ranking.diversity import BORED, candidates, cap, dpp, gains, mmr, scaled, worth
from snippets.components.ranking.exchange_rates import (
    BUYS, GLAD, distortions, earned, effective_weight, honest, keep_negatives, pages_of, prices, survey_noise, value,
)
from snippets.components.ranking.ranker_bill import attention_mflop, dense_mflop, line, page_bytes, page_mflop, tree_ms
from snippets.components.ranking.trust_bias import (
    bisect, compare, corrections, fit_line, fitted_shift, log_odds, on_top_looks, rates, sampled, stuck, swap_test,
)
from snippets.world import World, click_if_seen, examination, relevance, sessions, shelf

SEEDS = range(1, 21)


# a weight is a price

def test_a_value_is_a_click_and_its_outcomes_in_clicks() -> None:
    assert value(0.5, 0.25, 4) == 1.0
    assert value(0.5, 0.25, 0) == 0.5


def test_keeping_a_tenth_of_the_negatives_multiplies_the_odds_by_ten() -> None:
    head = keep_negatives(0.1)
    assert head("A", 0.5) == pytest.approx(10 / 11)
    assert head("A", 0.8) == pytest.approx(0.9756, abs=1e-4)
    assert head("B", 0.001) == pytest.approx(0.0099, abs=1e-4)  # rare: nearly tenfold
    assert keep_negatives(1)("A", 0.3) == pytest.approx(0.3)


def test_a_survey_head_predicts_answers_of_which_a_share_is_wrong() -> None:
    head = survey_noise({"A": 0.0, "B": 0.2})
    assert head("A", 0.9) == 0.9
    assert head("B", 0.9) == pytest.approx(0.74)
    assert honest("B", 0.9) == 0.9


def test_a_page_earns_by_places_in_the_order_of_the_predictions() -> None:
    pages = [("A", [(0.5, 0.1, 0.0), (0.4, 0.9, 0.0)])]
    assert earned(pages, GLAD, 0, honest) == pytest.approx((0.5 + 0.2, 0.05 + 0.18))
    assert earned(pages, GLAD, 4, honest) == pytest.approx((0.4 + 0.25, 0.36 + 0.025))
    assert earned(pages, BUYS, 4, honest)[1] == 0


@cache
def shown(seed: int) -> list:
    return pages_of(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_between_two_weights_a_satisfied_click_costs_a_price_between_them(seed: int) -> None:
    weights = (0, 1, 2, 4, 8, 16)
    for low, high, price in zip(weights, weights[1:], prices(shown(seed), weights)):
        assert low <= price <= high


@pytest.mark.parametrize("seed", SEEDS)
def test_sampled_negatives_lower_a_common_outcomes_weight_and_raise_a_rare_ones(seed: int) -> None:
    found = distortions(shown(seed))
    assert found["glad, calibrated"][1] == pytest.approx(4, rel=0.03)
    assert 0.35 <= found["glad, sampled"][1] <= 2.9
    assert 8 <= found["purchase, sampled"][1] <= 12.5
    assert found["survey head, group A"][1] == pytest.approx(3.0, abs=0.06)  # 0.9 w / (1 + 0.05 w)
    assert found["survey head, group B"][1] == pytest.approx(1.33, abs=0.04)  # 0.6 w / (1 + 0.2 w)


def test_the_effective_weight_of_an_honest_head_is_its_weight() -> None:
    for weight in (1, 2, 8):
        assert effective_weight(shown(1), GLAD, weight, honest) == pytest.approx(weight, rel=0.08)


# position and trust

def test_the_line_agrees_with_numpy() -> None:
    rng = random.Random(3)
    xs = [rng.random() for _ in range(30)]
    ys = [2 * x + rng.random() for x in xs]
    assert fit_line(xs, ys) == pytest.approx(tuple(np.polyfit(xs, ys, 1)))
    assert log_odds(0.75) == pytest.approx(log(3))


def test_on_affine_clicks_only_the_line_is_fair_at_both_ends() -> None:
    merit = [0.05, 0.1, 0.2, 0.6]
    here, top = [0.2 * r for r in merit], [0.9 * r + 0.08 for r in merit]
    fair = corrections(here, top, looked_at=0.2)
    assert fair["line of swaps"](0.2 * 0.05) == pytest.approx(0.9 * 0.05 + 0.08)
    assert on_top_looks(here, top, fair["ratio of swaps"]) == pytest.approx(1)
    assert on_top_looks(here[:1], top[:1], fair["ratio of swaps"]) > 1.3
    assert on_top_looks(here[-1:], top[-1:], fair["ratio of swaps"]) < 0.9
    assert fair["none"](0.3) == 0.3
    assert fair["true examination"](0.1) == pytest.approx(0.5)
    assert fair["position as input"](0.1) == pytest.approx(1 / (1 + exp(-(log_odds(0.1) + fitted_shift(here, top)))))
    assert stuck(here, top, fair["line of swaps"]) == 0
    assert stuck(here, top, fair["none"]) == 1


def test_a_shift_between_two_places_is_found_again() -> None:
    here = [0.01, 0.05, 0.1, 0.3]
    top = [1 / (1 + exp(-(log_odds(p) + 1.5))) for p in here]
    assert fitted_shift(here, top) == pytest.approx(1.5, abs=1e-6)
    assert bisect(lambda x: x**3 - 8, 0, 5) == pytest.approx(2)


def test_rates_are_the_worlds_own_click_probabilities() -> None:
    world = World(seed=3, users=10, days=2)
    context, item = sessions(world)[0], shelf(world, 0).items[0]
    expected = examination(world, context.device, 4) * click_if_seen(world, context.device, 4, relevance(world, context, item))
    assert rates(world, [context], [item], 4) == pytest.approx([expected])


def test_samples_scatter_around_the_exact_rates() -> None:
    drawn = sampled(World(seed=1), [0.1] * 2000, 500, "here")
    assert fmean(drawn) == pytest.approx(0.1, abs=0.001)
    assert np.std(drawn) == pytest.approx((0.1 * 0.9 / 500) ** 0.5, rel=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_ratio_flatters_the_weak_on_top_and_hurts_the_strong_where_a_line_is_fair(seed: int) -> None:
    found = compare(seed)
    weak, everybody, strong, left = found["ratio of swaps"]
    assert 1.2 <= weak <= 1.6 and everybody == pytest.approx(1) and 0.825 <= strong <= 0.895
    assert all(0.97 <= x <= 1.03 for x in found["line of swaps"][:3])
    assert found["true examination"][0] > weak > found["position as input"][0] > 1.0
    assert found["true examination"][3] > left > max(found[name][3] for name in ("position as input", "line of swaps"))
    assert min(found["line of desktops"][:3]) > 1.15
    assert 0.84 <= found["line, 500 showings"][0] <= 1.05 and found["line, 500 showings"][3] < 0.05


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_without_trust_the_ratio_is_right_at_both_ends(seed: int) -> None:
    _, here, top, _, looked_at = swap_test(seed, 8, 0.0)
    order = sorted(range(len(top)), key=lambda i: top[i])
    for group in (order[:10], order[-10:]):
        fair = corrections(here, top, looked_at)["ratio of swaps"]
        assert on_top_looks([here[i] for i in group], [top[i] for i in group], fair) == pytest.approx(1, abs=0.04)


# the loop

def test_a_ranker_shrinks_to_the_mean_and_keeps_the_untried_for_trial() -> None:
    ranker = Ranker(mean=0.1)
    for _ in range(5):
        ranker.learn(3, 1.0, True)
    ranker.learn(4, 9.0, False)
    ranker.retrain(1, range(20))
    assert ranker.rate[3] == pytest.approx((5 + 0.5) / 10)
    assert ranker.rate[7] == pytest.approx(0.1)
    assert ranker.page[0] == 3
    assert 4 not in ranker.page and 4 not in ranker.candidates(promising=False)
    assert 19 in ranker.candidates(promising=False)
    assert 4 not in ranker.candidates(promising=True)[:5]


def test_the_truth_is_a_rate_for_each_live_video() -> None:
    true = true_worth(1, 27)
    assert set(true) == {x.id for x in shelf(blind_loop.feed(1), 27).items}
    assert all(0 < rate < 1 for rate in true.values())


@cache
def audited(seed: int, arm: str) -> dict[str, float]:
    return audit(seed, *ARMS[arm])


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_loop_dropped_is_underestimated_and_what_it_shows_is_not(seed: int) -> None:
    greedy = audited(seed, "greedy")
    assert 0.6 <= greedy["predicted/true, dropped"] <= 0.9
    assert 0.93 <= greedy["predicted/true, on page"] <= 1.17
    assert greedy["live, never shown"] > 0.6
    assert audited(seed, "place 3")["predicted/true, dropped"] > greedy["predicted/true, dropped"]


def test_it_is_not_the_shrinkage_for_a_weaker_prior_widens_the_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blind_loop, "PRIOR", 1.0)
    weak = [audit(seed)["predicted/true, dropped"] for seed in SEEDS]
    assert fmean(weak) == pytest.approx(0.48, abs=0.005)
    assert all(x < audited(seed, "greedy")["predicted/true, dropped"] for seed, x in zip(SEEDS, weak))


def test_exploring_costs_clicks_now_and_makes_the_next_page_better_more_often_than_not() -> None:
    def against_greedy(arm, row):
        return [audited(s, arm)[row] / audited(s, "greedy")[row] - 1 for s in SEEDS]

    def standard_errors(values):
        return fmean(values) / (np.std(values, ddof=1) / len(values) ** 0.5)

    clicks, page = against_greedy("place 3", "clicks a page"), against_greedy("place 3", "next page of best page")
    assert -2 < standard_errors(clicks) < 0 and standard_errors(page) > 1.8
    assert sum(x < 0 for x in clicks) == 13
    assert fmean(clicks) == pytest.approx(-0.018, abs=0.0005)
    assert sum(x > 0 for x in page) == 16
    assert fmean(page) == pytest.approx(0.05, abs=0.005)
    lower = against_greedy("place 6", "clicks a page")
    assert fmean(lower) == pytest.approx(-0.006, abs=0.0006)
    assert sum(x > 0 for x in against_greedy("place 6", "next page of best page")) == 12


# the page

SCORES = {1: 0.9, 2: 0.8, 3: 0.7, 4: 0.6}
TOPICS = {1: "a", 2: "a", 3: "b", 4: "a"}


def alike(a: int, b: int) -> float:
    return 1.0 if TOPICS[a] == TOPICS[b] else 0.0


def test_a_cap_takes_the_best_within_its_limit() -> None:
    assert cap(SCORES, TOPICS, 3, 2) == [1, 2, 3]
    assert cap(SCORES, TOPICS, 3, 1) == [1, 3]


def test_mmr_weighs_score_against_likeness() -> None:
    assert mmr(SCORES, alike, 3, 1.0) == [1, 2, 3]
    assert mmr(SCORES, alike, 2, 0.5) == [1, 3]
    assert max(scaled(SCORES).values()) == 1


def test_the_greedy_dpp_picks_what_numpys_determinants_pick() -> None:
    scores, _, _, like = candidates(2, pages=1)[0]
    chosen = []
    for _ in range(6):
        def determinant(v, chosen=tuple(chosen)):
            members = [*chosen, v]
            return np.linalg.det([[scores[a] * scores[b] * like(a, b) for b in members] for a in members])

        chosen.append(max((v for v in scores if v not in chosen), key=determinant))
    assert dpp(scores, like, 6, 1) == chosen


def test_a_repeated_topic_is_worth_less() -> None:
    assert worth([1, 3, 2], SCORES, TOPICS, 1.0) == pytest.approx(0.9 + 0.35 + 0.8 / 3)
    assert worth([1, 3, 2], SCORES, TOPICS, 0.5) == pytest.approx(0.9 + 0.35 + 0.4 / 3)


@cache
def gained(seed: int) -> dict[str, list[float]]:
    return gains(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_untuned_dpp_loses_most_without_boredom_and_wins_with_much_of_it(seed: int) -> None:
    found = gained(seed)
    assert min(found, key=lambda name: found[name][0]) == "DPP, score¹"
    assert found["DPP, score¹"][1] < 0
    assert found["DPP, score¹"][3] > 0.03


def test_at_mild_boredom_cap_mmr_and_tuned_dpp_gain_about_as_much() -> None:
    mild = BORED.index(0.85)
    means = {name: fmean(gained(s)[name][mild] for s in SEEDS) for name in gained(1)}
    assert all(0.0065 <= means[name] <= 0.0105 for name in ("cap 3", "MMR 0.7", "DPP, score⁴", "discount 0.7"))
    assert means["DPP, score¹"] < -0.03
    assert all(gained(s)["discount 0.85"][mild] > max(gained(s)["cap 3"][mild], gained(s)["MMR 0.7"][mild]) for s in SEEDS)
    assert means["cap 3, bad labels"] < 0.5 * means["cap 3"] and means["discount 0.7, bad labels"] < 0.1 * means["discount 0.7"]
    assert sum(gained(s)["cap 3, bad labels"][mild] > 0 for s in SEEDS) == 18
    strong = {name: fmean(gained(s)[name][3] for s in SEEDS) for name in gained(1)}
    assert sorted(strong, key=strong.get)[-2:] == ["DPP, score¹", "discount 0.7"]


# the bill

def test_the_bill_counts_multiplies_and_adds() -> None:
    assert dense_mflop(1200) == pytest.approx(2 * (1200 * 1024 + 1024 * 512 + 512 * 256 + 256 * 4) / 1e6)
    assert attention_mflop(200, network=True) == pytest.approx(200 * (2 * (256 * 36 + 36) + 128) / 1e6)
    assert attention_mflop(200, network=False) == pytest.approx(200 * 256 / 1e6)


def test_what_depends_on_the_viewer_alone_is_paid_once() -> None:
    apart = page_mflop(300, 700, 500, 0, False, once=False)
    once = page_mflop(300, 700, 500, 0, False, once=True)
    assert apart - once == pytest.approx(299 * 2 * 700 * 1024 / 1e6)
    assert page_bytes(300, 700, 500, once=True) == 301_400
    assert page_bytes(300, 700, 500, once=False) == 720_000


def test_a_design_row_is_its_work_its_traffic_and_the_machines_for_both() -> None:
    name, gflop, cores, gpus, kilobytes, hosts = line("dots", 300, once=True, network=False).split()
    mflop = page_mflop(300, 700, 500, 200, network=False, once=True)
    assert (name, gflop, kilobytes) == ("dots", f"{mflop / 1e3:.3g}", "301")
    assert int(cores.replace(",", "")) > int(gpus) >= 1 and int(hosts) >= 1
    twice = line("dots", 600, once=True, network=False).split()
    assert float(twice[1]) > 1.5 * float(gflop) and int(twice[2].replace(",", "")) > 1.5 * int(cores.replace(",", ""))
    assert tree_ms(300, 500, 8) == pytest.approx(6.0)
