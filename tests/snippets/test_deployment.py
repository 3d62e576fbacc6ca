"""Proves the claims of docs/components/deployment.md: sizes of canaries, shadows and caches, ramps, rollbacks, arms."""
from collections import Counter
from functools import cache
from math import inf, isclose, sqrt
from random import Random

import numpy as np
import pytest
from scipy.stats import norm

from snippets.components.deployment import canary_size
from snippets.components.deployment.cache_rides import KEYS, miss_share, misses, traffic
from snippets.components.deployment.canary_size import (
    impressions_needed, likeness, needed_of_each, rollout, smallest_share, spell,
)
from snippets.components.deployment.ramp_gates import (
    any_look_limit, budget_ramp, combined, ends, hour, timed_ramp,
)
from snippets.components.deployment.rollback_bundle import (
    learned_appeal, new_features, old_features, releases, score, train,
)
from snippets.components.deployment.whose_canary import arms, compare, installed
from snippets.world import World, catalog, popularity_policy, sessions, simulate

SEEDS = range(1, 21)


# size of a canary


def test_the_size_is_that_of_the_textbooks_test_of_two_shares() -> None:
    n = impressions_needed(0.05, 0.01, 0.5)
    error = sqrt(0.05 * 0.95 * 2 / n)
    assert isclose(norm.sf(norm.isf(0.025) - 0.0005 / error), 0.8, rel_tol=1e-6)
    assert round(impressions_needed(0.05, 0.01, 0.01), -3) == 1_506_000


def test_an_equal_baseline_needs_nearly_twice_the_impressions_of_all_the_rest() -> None:
    assert isclose(impressions_needed(0.05, 0.01, 0.5) / impressions_needed(0.05, 0.01, 0.01), 1.98)


def test_likeness_is_the_correlation_of_two_impressions_of_one_person() -> None:
    rng = np.random.default_rng(0)
    personal = np.clip(rng.normal(0.3, 0.2 * 0.3, 400_000), 0, 1)
    first, second = rng.random((2, personal.size)) < personal
    assert isclose(np.corrcoef(first, second)[0, 1], likeness(0.3, 0.2), abs_tol=0.005)


def test_clustered_impressions_are_worth_what_the_design_effect_says() -> None:
    each = needed_of_each(independent=1_000, people=100, alike=0.05)
    assert isclose(100 * each / (1 + (each - 1) * 0.05), 1_000)
    assert needed_of_each(1_000, 100, 0.0) == 10
    assert needed_of_each(1_000, 100, 0.1) == inf


def test_a_smaller_canary_spoils_more_when_the_loss_is_small_and_less_when_it_is_plain() -> None:
    small, plain = ([rollout(drop, share)[1] for share in (0.005, 0.01, 0.05)] for drop in (0.01, 0.5))
    assert small[0] > small[1] > small[2]
    assert plain[0] < plain[1] < plain[2]
    assert 1.35 < small[1] / small[2] < 1.45
    assert 4.5 < plain[2] / plain[1] < 5


def test_without_likeness_the_share_hardly_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canary_size, "differ", 0.0)
    assert isclose(rollout(0.01, 0.01)[1], rollout(0.01, 0.05)[1], rel_tol=0.08)


def test_below_the_smallest_share_no_waiting_helps() -> None:
    alike = likeness(0.05, 0.4)
    least = smallest_share(0.05, 0.01, 3_300_000, alike)
    assert 0.0037 < least < 0.0039
    assert rollout(0.01, 0.98 * least)[0] == inf
    assert rollout(0.01, 1.05 * least)[0] < inf


def test_what_the_page_says_of_larger_and_smaller_products(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canary_size, "users", 33_000_000)
    assert rollout(0.01, 0.001)[0] < inf
    monkeypatch.setattr(canary_size, "users", 330_000_000)
    assert 3.5 < 1440 * rollout(0.01, 0.05)[0] < 5
    monkeypatch.setattr(canary_size, "users", 330_000)
    assert rollout(0.01, 0.01)[0] == inf and 12 < rollout(0.01, 0.05)[0] < 18
    monkeypatch.setattr(canary_size, "users", 50_000)
    assert rollout(0.01, 0.5)[0] == inf and rollout(0.02, 0.5)[0] < 2


def test_times_are_spelled_in_their_unit() -> None:
    assert [spell(d) for d in (2.5, 0.25, 0.001, 0.00001, inf)] == ["2.5 days", "6.0 h", "1.4 min", "at once", "never"]


# shadow, canary and cache


def test_a_key_is_fetched_again_only_when_it_has_expired() -> None:
    requests = [(0.0, 1), (5.0, 1), (11.0, 1), (12.0, 2)]
    assert [missed for _, missed in misses(requests, ttl_s=10)] == [True, False, True, True]
    assert miss_share([(0.0, True), (1.0, False), (2.0, True)], 0, 2) == 0.5


def test_popular_queries_follow_zipfs_law() -> None:
    keys = Counter(key for _, key in traffic(180, seed=1))
    assert isclose(keys[0] / sum(keys.values()), 1 / KEYS[-1], rel_tol=0.1)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_canary_with_its_own_cache_waits_more_than_the_fleet_and_a_cold_flip_most(seed: int) -> None:
    requests = traffic(180, seed)
    waits = [miss_share(misses(requests, 60, share, seed), 60, 180) for share in (0.01, 0.05, 0.25, 1.0)]
    assert waits == sorted(waits, reverse=True)
    assert 0.73 < waits[0] < 0.90 and 0.34 < waits[3] < 0.37
    assert 1.7 < miss_share(misses(requests, 60, seed=seed), 0, 5) / waits[3] < 2.1


def test_with_one_cache_for_all_a_small_share_waits_as_the_fleet_does() -> None:
    chance, found = Random(5), misses(traffic(180, 1), 60)
    canary = [row for row in found if chance.random() < 0.05]
    assert isclose(miss_share(canary, 60, 180), miss_share(found, 60, 180), abs_tol=0.04)


# ramps


def steady(difference: float, error: float):
    """An hour that always finds this, whatever the share."""
    return lambda share: (difference, error)


def test_the_timed_ramp_takes_an_hour_a_step_and_trusts_each_alone() -> None:
    assert timed_ramp(steady(0.0, 0.01)) == ("launched", 4)
    assert timed_ramp(steady(-0.016, 0.01)) == ("launched", 4)
    assert timed_ramp(steady(-0.017, 0.01)) == ("rolled back", 1)


def test_the_budget_ramp_goes_on_goes_back_or_stays() -> None:
    assert budget_ramp(steady(0.0, 0.0001)) == ("launched", 4)
    assert budget_ramp(steady(-0.02, 0.001)).end == "rolled back"
    assert budget_ramp(steady(0.0, 0.5), longest=5) == ("undecided", 5)
    assert budget_ramp(steady(-0.05, 0.001)) == ("rolled back", 1)


def test_an_hours_error_is_that_of_the_test_of_two_shares() -> None:
    _, error = hour(Random(1), 0.05, 0.0)
    assert isclose(error, sqrt(0.05 * 0.95 * (1 / 50_000 + 1 / 950_000)) / 0.05)


def test_hours_are_combined_as_in_a_fixed_effect_meta_analysis() -> None:
    difference, error = combined([(0.1, 1.0), (0.4, 2.0)])
    assert isclose(difference, (0.1 + 0.4 / 4) / 1.25) and isclose(error, 1.25**-0.5)


def test_the_limit_for_any_look_is_the_normal_mixtures() -> None:
    """Integrates the likelihood ratio over the prior: at the limit it is one over alpha."""
    error, expected, alpha = 0.004, 0.01, 0.1
    z = any_look_limit(error, expected, alpha)
    effects = np.linspace(-0.12, 0.12, 200_001)
    ratio = np.exp(z * effects / error - (effects / error) ** 2 / 2)
    mixed = np.trapezoid(ratio * norm.pdf(effects, scale=expected), effects)
    assert isclose(mixed, 1 / alpha, rel_tol=1e-4)


@cache
def shares_of(rule, loss: float, seed: int) -> dict[str, float]:
    found = ends(rule, loss, 100, seed)
    return {end: sum(r.end == end for r in found) / 100 for end in ("launched", "rolled back")}


@pytest.mark.parametrize("seed", SEEDS)
def test_four_timed_gates_let_a_slightly_bad_model_through_and_stop_a_good_one(seed: int) -> None:
    assert 0.285 < shares_of(timed_ramp, 0.01, seed)["launched"] < 0.525
    assert 0.10 < shares_of(timed_ramp, 0.0, seed)["rolled back"] < 0.30
    assert shares_of(timed_ramp, 0.05, seed)["launched"] == 0
    assert shares_of(budget_ramp, 0.01, seed)["launched"] == 0
    assert shares_of(budget_ramp, 0.0, seed)["launched"] >= 0.9


def test_over_all_seeds_the_budget_ramp_keeps_its_word() -> None:
    harmless = [shares_of(budget_ramp, 0.0, seed)["rolled back"] for seed in SEEDS]
    at_the_budget = [shares_of(budget_ramp, 0.005, seed)["launched"] for seed in SEEDS]
    assert np.mean(harmless) < 0.05 and np.mean(at_the_budget) < 0.05


def test_for_a_large_loss_the_timed_ramp_is_the_faster() -> None:
    for seed in SEEDS:
        timed, slow = (sorted(r.hours for r in ends(rule, 0.05, 40, seed))[20] for rule in (timed_ramp, budget_ramp))
        assert timed <= 3 < slow


# rollbacks


@cache
def rolled_back(seed: int) -> dict[str, tuple[float, float]]:
    return releases(seed)


def test_the_model_alone_makes_it_worse_in_nineteen_of_twenty_seeds() -> None:
    runs = [rolled_back(seed) for seed in SEEDS]
    assert all(-0.15 < run["nothing"][0] < 0 for run in runs)
    assert sum(run["model"][0] < run["nothing"][0] for run in runs) == 19
    assert sum(run["model"][0] < -0.12 for run in runs) == 19
    assert all(-0.53 < run["model"][0] < -0.08 for run in runs)


def test_clicks_can_not_see_the_calibration() -> None:
    for run in map(rolled_back, SEEDS):
        assert run["model, features"][0] == run["all three"][0] == 0
        assert 0.10 < run["model, features"][1] < 0.29
        assert 0.9 < run["all three"][1] < 1.45


def test_both_releases_have_features_of_the_same_number_and_type() -> None:
    world = World(seed=1, users=5, items=20)
    item = catalog(world)[0]
    old, new = (f(item, [2.0] * 20, item.topic, item.published + 7 * 86_400) for f in (old_features, new_features))
    assert old == (2.0, 0.5, 1.0)
    assert new == pytest.approx((0.6931, 7.0, 1.0), rel=1e-3)


def test_the_click_model_learns_what_the_log_holds() -> None:
    world = World(seed=2, users=80, items=60, days=5)
    rows = simulate(world, popularity_policy(world, explore=0.5))
    appeal = learned_appeal(world, rows)
    assert len(appeal) == 60 and min(appeal) > 0
    weights = train(rows, appeal, catalog(world), old_features)
    assert weights[1] > 0 and weights[3] > 0 > weights[4]  # appeal and match help, a lower place does not
    assert score([1.0, 2.0, 3.0, 9.0], (1.0, 1.0)) == 6.0


# whose canary


@cache
def compared(seed: int) -> dict[str, tuple[float, float]]:
    ways, visits = arms(World(seed=seed, users=800, newcomer_share=0.0, days=9))
    counts = Counter(c.user.id for c in visits if c.day >= 4)
    return {name: compare(counts, *pair) for name, pair in ways.items()}


def test_who_has_installed_comes_twice_as_often_though_nothing_changed() -> None:
    runs = [compared(seed) for seed in SEEDS]
    assert all(0.9 < run["installed, or not yet"][0] < 2 and run["installed, or not yet"][1] > 4 for run in runs)
    assert all(0.1 < run["offered and installed"][0] < 1.4 for run in runs)
    assert sum(run["offered and installed"][1] > 2 for run in runs) == 14
    assert all(abs(run["offered, or not"][1]) < 2 for run in runs)


def test_only_the_offered_can_install() -> None:
    world = World(seed=1, users=100, days=5)
    assert installed(world, sessions(world), offered={1, 2, 3}) <= {1, 2, 3}


def test_the_comparison_is_welchs() -> None:
    from scipy.stats import ttest_ind

    counts = dict(enumerate([1, 2, 3, 9, 4, 4, 5]))
    ratio, z = compare(counts, {0, 1, 2, 3}, {4, 5, 6})
    found = ttest_ind([1, 2, 3, 9], [4, 4, 5], equal_var=False)
    assert isclose(z, found.statistic) and isclose(ratio, 3.75 / (13 / 3) - 1)
