"""Proves the claims of docs/components/serving.md: batching, hedging, bursts, deadlines, score caches, headroom, cost."""
import math
from functools import cache

import numpy as np
import pytest
from scipy.stats import kstest

from snippets.components.serving import after_the_burst as burst
from snippets.components.serving import batch_or_online as fleet
from snippets.components.serving import score_cache as caching
from snippets.components.serving.batching import (
    LARGEST, batch_ms, bunches, capacity, dynamic_batching, page_latencies, replicas_for_busy,
)
from snippets.components.serving.deadlines import DEADLINE, MEAN, POLICIES, SERVERS, one_queue
from snippets.components.serving.hedging import (
    Answer, at_load, hedged_share, p99, run, serve, size, trigger,
)
from snippets.components.serving.hedging import POLICIES as HEDGES
from snippets.components.serving.queues import Clock, Job, Replica, Request, poisson_requests, with_burst
from snippets.framework.scale_estimation.tails import percentile
from snippets.world import World
from snippets.world.randomness import exponential, unit

SEEDS = range(1, 21)
requests_of, quiet_p95, load_of = cache(poisson_requests), cache(trigger), cache(at_load)


# the simulator


def one_replica(requests: list[Request], work) -> list[Job]:
    clock, done = Clock(), []
    replica = Replica(clock)
    clock.arrivals(requests, lambda request: replica.submit(Job(work(request), done.append)))
    clock.run()
    return done


def test_gaps_between_requests_are_exponential_and_a_rate_only_stretches_them() -> None:
    requests = poisson_requests(3, 0.5, 20_000)
    gaps = np.diff([0.0] + [r.arrival for r in requests])
    assert kstest(gaps, "expon", args=(0, 2)).pvalue > 0.01
    faster = poisson_requests(3, 1.0, 20_000)
    assert all(math.isclose(a.arrival, 2 * b.arrival) for a, b in zip(requests, faster))


@pytest.mark.parametrize("load, work, squared_variation", [
    (0.5, lambda r: exponential(r.chance[1]), 1.0), (0.8, lambda r: 1.0, 0.0), (0.8, lambda r: 2 * unit(r.chance[1]), 1 / 3),
])
def test_waits_at_one_server_are_those_of_pollaczek_and_khinchine(load, work, squared_variation) -> None:
    jobs = [job for seed in range(3) for job in one_replica(requests_of(seed, load, 10_000), work)]
    mean = math.fsum(job.started - job.sent for job in jobs) / len(jobs)
    assert math.isclose(mean, load / (1 - load) * (1 + squared_variation) / 2, rel_tol=0.06)


def test_jobs_in_the_system_are_rate_times_time_exactly() -> None:
    jobs = one_replica(poisson_requests(5, 0.7, 2000), lambda r: exponential(r.chance[1]))
    ends = sorted([(j.sent, 1) for j in jobs] + [(j.done, -1) for j in jobs])
    area, inside, before = 0.0, 0, 0.0
    for time, step in ends:
        area, inside, before = area + inside * (time - before), inside + step, time
    assert math.isclose(area, math.fsum(j.done - j.sent for j in jobs))


def test_the_clock_keeps_order_of_time_and_of_setting() -> None:
    clock, seen = Clock(), []
    for time, name in ((2.0, "c"), (1.0, "a"), (1.0, "b")):
        clock.at(time, seen.append, name)
    clock.run()
    assert (seen, clock.now) == (["a", "b", "c"], 2.0)


def test_a_cancelled_job_is_skipped_in_the_queue_and_finished_if_it_runs() -> None:
    clock, done = Clock(), []
    replica = Replica(clock)
    first, second, third = (Job(10.0, done.append) for _ in range(3))
    for job in (first, second, third):
        replica.submit(job)
    assert replica.depth() == 3
    first.cancelled = second.cancelled = True
    clock.run()
    assert done == [first, third]
    assert (third.done, replica.busy_ms) == (20.0, 20.0)


def test_a_burst_leaves_what_came_before_it_and_shortens_gaps_within() -> None:
    plain = poisson_requests(1, 1.0, 4000)
    moved = with_burst(plain, 1000, 1400, 3)
    assert [r.arrival for r in moved if r.arrival < 1000] == pytest.approx([r.arrival for r in plain if r.arrival < 1000])
    assert 1100 < sum(1000 <= r.arrival < 1400 for r in moved) < 1300


# batching


@cache
def at_rate(seed: int, rate: int, window: float):
    return dynamic_batching([r.arrival * 1000 / rate for r in requests_of(seed, 1.0, 6000)], window)


def test_a_batch_starts_when_free_and_full_or_after_the_window() -> None:
    assert dynamic_batching([0.0], 0).latencies == [batch_ms(1)]
    assert dynamic_batching([0.0, 3.0], 5).latencies == pytest.approx([5 + batch_ms(2), 2 + batch_ms(2)])
    assert dynamic_batching([0.0, 3.0], 0).latencies == pytest.approx([batch_ms(1), batch_ms(1) - 3 + batch_ms(1)])
    assert dynamic_batching([0.0] * LARGEST, 50).latencies == [batch_ms(LARGEST)] * LARGEST


def test_capacity_is_that_of_full_batches_and_the_formula_without_overlap_is_left_behind() -> None:
    assert capacity() == pytest.approx(4444.4, abs=0.1)
    assert capacity(5, overlap=False) == pytest.approx(2622.95, abs=0.01)
    for seed in SEEDS:
        assert max(at_rate(seed, 4000, 5.0).latencies) < 40  # no backlog at 1.5 times the formula's limit


def test_the_gpu_looks_busy_long_before_it_is_full_in_all_seeds() -> None:
    assert all(0.96 < at_rate(seed, 600, 0.0).busy < 0.98 for seed in SEEDS)
    assert {replicas_for_busy(seed, 2.0, 0.7) for seed in SEEDS} == {9, 10}


def test_a_window_buys_no_latency_from_independent_requests_in_any_seed() -> None:
    for seed in SEEDS:
        for rate in (100, 600, 2000, 3000, 4000):
            p = [percentile(at_rate(seed, rate, w).latencies, 0.99) for w in (0.0, 5.0)]
            assert p[1] > p[0] - 0.3
        assert percentile(at_rate(seed, 100, 5.0).latencies, 0.5) > 1.5 * percentile(at_rate(seed, 100, 0.0).latencies, 0.5)


def test_a_window_as_long_as_a_bunch_helps_its_page_and_a_longer_one_does_not() -> None:
    for seed in SEEDS:
        calls = bunches(seed, 0.030, 400)
        none, bunch, longer = (
            percentile(page_latencies(calls, dynamic_batching([t for t, _ in calls], w).latencies), 0.5) for w in (0.0, 1.0, 5.0)
        )
        assert bunch < none < longer


# hedging


@cache
def hedged(seed: int, policy: str, load: float) -> list[Answer]:
    return run(policy, load_of(seed, load), quiet_p95(seed))


def test_a_copy_has_luck_of_its_own_unless_the_request_is_slow() -> None:
    request = poisson_requests(1, 1.0, 1)[0]
    assert size(request, 0) != size(request, 1)
    assert size(request, 0, own_luck=False) == size(request, 1, own_luck=False)


def test_without_hedging_every_request_has_one_copy_and_all_are_answered() -> None:
    answers = serve(at_load(2, 0.5, 500))
    assert len(answers) == 500 and hedged_share(answers) == 0 and min(a.latency for a in answers) >= 4


def test_a_budget_caps_the_copies() -> None:
    assert hedged_share(serve(at_load(2, 0.7, 2000), hedge_after=1.0, budget=0.1)) <= 0.1 + 10 / 2000


def test_the_trigger_makes_one_copy_in_twenty_on_the_quiet_day() -> None:
    assert all(0.03 < hedged_share(hedged(seed, "hedge", 0.3)) < 0.08 for seed in SEEDS)
    assert all(12 < quiet_p95(seed) < 14.1 for seed in SEEDS)


def test_hedging_helps_in_quiet_in_all_seeds_and_hurts_when_busy_in_19() -> None:
    assert all(p99(hedged(seed, "hedge", 0.3)) < 0.5 * p99(hedged(seed, "no hedging", 0.3)) for seed in SEEDS)
    worse = [seed for seed in SEEDS if p99(hedged(seed, "hedge", 0.6)) > 4 * p99(hedged(seed, "no hedging", 0.6))]
    assert len(worse) == 19


def test_cancelling_the_loser_keeps_the_gain_in_all_seeds() -> None:
    assert all(p99(hedged(seed, "  and cancel", 0.6)) < 0.65 * p99(hedged(seed, "no hedging", 0.6)) for seed in SEEDS)


def test_no_copy_helps_a_request_that_is_itself_slow() -> None:
    for seed in SEEDS:
        assert p99(hedged(seed, "  slow requests", 0.3)) > 0.95 * p99(hedged(seed, "no hedging", 0.3))
    assert set(HEDGES) == {"no hedging", "hedge", "  and cancel", "  slow requests"}


# after the burst


@cache
def fifth_second(seed: int, policy: str, with_it: bool = True) -> float:
    requests = load_of(seed, 0.5, 3800)
    answers = serve(with_burst(requests, *burst.BURST) if with_it else requests, **burst.POLICIES[policy])
    return p99(burst.between(answers, 4000, 5000))


def test_hedging_at_half_load_is_fine_until_a_burst_and_then_stays_broken_in_all_seeds() -> None:
    assert all(fifth_second(seed, "hedge", with_it=False) < 100 for seed in SEEDS)
    assert all(fifth_second(seed, "hedge") > 600 for seed in SEEDS)


def test_without_copies_or_with_any_of_three_repairs_the_queue_drains_in_all_seeds() -> None:
    for policy in ("no hedging", "  cancel losers", "  at most 10%", "  live p95"):
        assert all(fifth_second(seed, policy) < 60 for seed in SEEDS)


def test_between_takes_its_start_and_leaves_its_end() -> None:
    assert burst.between([Answer(1.0, 5.0, 1), Answer(2.0, 5.0, 1)], 1.0, 2.0) == [Answer(1.0, 5.0, 1)]


# deadlines


@cache
def outcome(seed: int, policy: str, load: float):
    return one_queue(requests_of(seed, load * SERVERS / MEAN, 8000), **POLICIES[policy])


def test_a_tenth_too_much_makes_nearly_everything_late_in_all_seeds() -> None:
    assert all(outcome(seed, "first come", 1.1).in_time < 0.12 for seed in SEEDS)
    assert all(0.15 < outcome(seed, "drop if expired", 1.1).in_time < 0.35 for seed in SEEDS)


def test_dropping_the_hopeless_bounding_or_newest_first_save_nearly_all_that_capacity_allows() -> None:
    for policy in ("drop if hopeless", "newest first", "queue of at most 35"):
        assert all(outcome(seed, policy, 1.1).in_time > 0.87 for seed in SEEDS)
    assert all(outcome(seed, "drop if hopeless", 1.1).late == 0 for seed in SEEDS)


def test_newest_first_costs_some_deadlines_where_first_come_keeps_all() -> None:
    for seed in SEEDS:
        assert outcome(seed, "first come", 0.9).in_time > 0.999
        assert 0.97 < outcome(seed, "newest first", 0.9).in_time < 0.99


def test_shares_of_outcomes_add_to_one_and_a_lone_request_is_in_time() -> None:
    assert sum(outcome(1, "drop if expired", 1.1)) == pytest.approx(1)
    assert one_queue(poisson_requests(1, 1.0, 1)).in_time == 1
    assert one_queue(poisson_requests(1, 1.0, 40), longest=0).refused == 1
    assert DEADLINE > MEAN


# the score cache


@cache
def deploy(seed: int) -> dict[str, float]:
    """Clicks a session on the day after the deploy."""
    world = World(seed=seed, users=300, days=3)
    old, same, new = (caching.Model(n, e, s) for n, e, s in (("old", 0.8, 0.0), ("new", 0.6, 0.0), ("new", 0.6, caching.SHIFT)))
    found = {"old": caching.alone(world, old), "new": caching.alone(world, new)}
    for name, model, versioned in (("same", same, False), ("mixed", new, False), ("keyed", new, True)):
        found[name] = caching.day_after(world, old, model, caching.ScoreCache(86_400, versioned))[0]
    return found


def test_mixed_scales_lose_to_the_new_model_in_all_seeds_and_to_the_old_one_in_18() -> None:
    assert all(deploy(seed)["mixed"] < deploy(seed)["new"] for seed in SEEDS)
    assert sum(deploy(seed)["mixed"] < deploy(seed)["old"] for seed in SEEDS) == 18


def test_on_one_scale_the_mixture_stays_close_to_the_new_model() -> None:
    assert all(deploy(seed)["same"] > 0.96 * deploy(seed)["new"] for seed in SEEDS)


def test_a_versioned_key_serves_the_new_model_alone() -> None:
    assert all(math.isclose(deploy(seed)["keyed"], deploy(seed)["new"]) for seed in SEEDS)


def test_a_shift_of_all_scores_changes_no_page() -> None:
    world = World(seed=1, users=60, days=3)
    assert caching.alone(world, caching.Model("new", 0.6, 0.0)) == caching.alone(world, caching.Model("new", 0.6, -5.0))


def test_a_score_is_kept_for_its_time_and_no_longer() -> None:
    world = World(seed=1, users=60, days=3)
    (context, found), *_ = caching.visits(world)
    cache_, model = caching.ScoreCache(3600, versioned=False), caching.Model("m", 0.0, 0.0)
    score = cache_.score(model, world, context, found[0])
    assert cache_.score(caching.Model("n", 0.0, 9.0), world, context, found[0]) == score
    assert (cache_.looked, cache_.hits) == (2, 1)
    cache_.ttl_s = -1
    assert cache_.score(caching.Model("n", 0.0, 9.0), world, context, found[0]) != score
    assert caching.clicks_of(world, next(caching.visits(world))[0], found, lambda item: item.popularity) > 0


# cost and headroom


def test_costs_by_hand() -> None:
    assert fleet.gpu_seconds_each(32) == pytest.approx(0.000225)
    assert fleet.gpu_seconds_each(8) == pytest.approx(0.0006)
    assert fleet.nightly_dollars(50e6, 1.6) == pytest.approx(50e6 * 0.000225 / 3600 / 0.9 * 1.6)
    assert fleet.online_dollars(86_400 * 1000, 8, 4.0, 1.6) == 24 * 4 * math.ceil(1600 * 0.0006 / 0.7)
    assert fleet.break_even_contexts(768, 5.56) == pytest.approx(138, abs=0.2)


def worst_utilization(load, spare: float, poll: float, cold_start: float) -> float:
    """Highest load over capacity in a day, if each look orders load x (1 + spare) and gets it a cold start later."""
    return max(
        load(second) / (load(math.floor((second - cold_start) / poll) * poll) * (1 + spare)) for second in range(0, 86_400, 5)
    )


@pytest.mark.parametrize("load", [fleet.wave, fleet.push])
@pytest.mark.parametrize("poll", [5, 30])
def test_headroom_is_what_a_simulated_autoscaler_needs(load, poll) -> None:
    need = fleet.headroom(load, 60 + poll)
    assert 0.97 < worst_utilization(load, need, poll, 60) <= 1 + 1e-9


def test_looking_more_often_needs_no_more_headroom() -> None:
    assert fleet.headroom(fleet.wave, 65) < fleet.headroom(fleet.wave, 90) < 0.006
    assert fleet.headroom(fleet.push, 65) <= fleet.headroom(fleet.push, 90) == pytest.approx(1.0, abs=0.01)


def test_cancellation_alone_is_worse_than_no_hedging_near_capacity_and_a_budget_is_not() -> None:
    for seed in SEEDS:
        requests, delay = load_of(seed, 0.9), quiet_p95(seed)
        plain = p99(serve(requests))
        assert p99(serve(requests, delay, cancel=True)) > 2 * plain
        assert p99(serve(requests, delay, cancel=True, budget=0.1)) < 1.1 * plain


def test_a_delay_that_follows_the_live_p95_does_not_save_a_fuller_fleet_in_any_seed() -> None:
    for seed in SEEDS:
        answers = serve(with_burst(load_of(seed, 0.7, 5353), *burst.BURST), **burst.POLICIES["  live p95"])
        assert p99(burst.between(answers, 4000, 5000)) > 100
