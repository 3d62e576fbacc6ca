"""Proves the claims of docs/components/training.md: resumes, checkpoint intervals, stragglers, shards, bill, memory."""
import random
from collections import Counter
from functools import cache
from math import fsum, isclose, isnan, log

import numpy as np
import pytest
from scipy.special import rel_entr
from scipy.stats import expon

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import log_loss
from snippets.components.training import checkpoint_interval as interval
from snippets.components.training import embedding_shards as shards
from snippets.components.training import stragglers
from snippets.components.training.checkpoint_interval import Job, many_nights, night, one_failure_fits, until_failure, young_daly
from snippets.components.training.embedding_shards import TABLES, Table, plan, worst
from snippets.components.training.memory import activation_bytes, bubble, model_state_bytes
from snippets.components.training.online_sgd import LogRow, Model, excess_loss, learn, log_rows, predict_rows
from snippets.components.training.ranker_bill import Ranker, gpu_hours, gpus_for_deadline, rows_per_second
from snippets.components.training.resume import RESUMES, run_job, train_and_test_rows
from snippets.world import World, random_policy, simulate

SEEDS = range(1, 21)
rows_of = cache(train_and_test_rows)  # at the page's size


def row(*ids: object, label: int = 0, truth: float = 0.5) -> LogRow:
    return LogRow(ids, label, user=0, session=0, day=0, truth=truth)


def test_log_rows_are_the_world_s_impressions_in_order_of_time() -> None:
    world = World(users=40, days=3)
    log_, found = simulate(world, random_policy(world)), log_rows(world, truth_from=2)
    assert [(r.user, r.session, r.label) for r in found] == [(r.user, r.session, int(r.clicked)) for r in log_]
    assert all(isnan(r.truth) == (r.day < 2) for r in found)


def test_the_truth_of_a_row_is_the_rate_at_which_it_is_clicked() -> None:
    late = [r for seed in range(6) for r in log_rows(World(seed=seed, users=300, days=4), truth_from=0)]
    expected, clicks = fsum(r.truth for r in late), sum(r.label for r in late)
    assert abs(clicks - expected) < 4 * fsum(r.truth * (1 - r.truth) for r in late) ** 0.5


def test_one_step_of_adagrad_by_hand() -> None:
    model = Model()
    (loss,) = learn(model, [row("a", label=1)], rate=0.3)
    chance = 1 / (1 + np.exp(2.0))
    error = chance - 1
    assert isclose(loss, -log(chance))
    assert isclose(model.weights["a"], -0.3 * error / (1 + error * error) ** 0.5)
    assert isclose(model.squares["a"], 1 + error * error)


def test_a_copied_model_is_left_alone_by_later_steps_and_continues_to_the_same_bits() -> None:
    data, _ = rows_of(1)
    model = Model()
    learn(model, data[:200])
    saved = model.copy()
    frozen = dict(saved.weights)
    learn(model, data[200:400])
    assert saved.weights == frozen
    learn(saved, data[200:400])
    assert saved == model


def test_ids_never_learned_leave_the_first_guess() -> None:
    assert predict_rows(Model(), [row("new")]) == [1 / (1 + np.exp(2.0))]


def test_excess_loss_is_the_mean_kullback_leibler_divergence() -> None:
    truth, scores = [0.1, 0.5, 0.9], [0.2, 0.5, 0.6]
    expected = np.mean([rel_entr(p, q) + rel_entr(1 - p, 1 - q) for p, q in zip(truth, scores)]) * 1000
    assert isclose(excess_loss([row(truth=p) for p in truth], scores), expected)
    assert excess_loss([row(truth=0.3)], [0.3]) == 0.0


# resume


@cache
def job(seed: int, how: str):
    rows, test = rows_of(seed)
    return run_job(rows, test, 3, how, seed)


def auc(seed: int, how: str) -> float:
    return roc_auc([r.label for r in rows_of(seed)[1]], job(seed, how).scores)


def test_a_resume_at_the_saved_position_is_no_interruption_at_all() -> None:
    rows, test = rows_of(1)
    whole, stopped = run_job(rows, test, 0, "position saved", 1), job(1, "position saved")
    assert whole == stopped
    assert sorted(stopped.steps) == list(range(len(rows)))


@pytest.mark.parametrize("how", RESUMES)
def test_every_job_takes_as_many_steps_as_there_are_rows(how: str) -> None:
    assert len(job(1, how).steps) == len(rows_of(1)[0])
    assert isclose(job(1, how).late_loss(), np.mean(job(1, how).losses[-(len(job(1, how).losses) // 4):]))


@pytest.mark.parametrize("restarts", [1, 3, 9])
def test_a_new_shuffle_never_sees_the_share_that_chance_predicts(restarts: int) -> None:
    rows, test = rows_of(1)
    found = run_job(rows, test[:10], restarts, "new shuffle", 1)
    expected = (1 - 1 / (restarts + 1)) ** (restarts + 1)
    assert abs(1 - len(set(found.steps)) / len(rows) - expected) < 0.02


@pytest.mark.parametrize("seed", SEEDS)
def test_forgetting_the_position_shows_the_lower_training_loss_and_gives_the_worse_model(seed: int) -> None:
    labels = [r.label for r in rows_of(seed)[1]]
    good, bad = job(seed, "position saved"), job(seed, "from the start")
    assert bad.late_loss() < 0.82 * good.late_loss()
    assert log_loss(bad.scores, labels) > log_loss(good.scores, labels)
    assert 0.005 < auc(seed, "position saved") - auc(seed, "from the start") < 0.05
    assert len(set(bad.steps)) == -(-len(rows_of(seed)[0]) // 4) or abs(len(set(bad.steps)) / len(bad.steps) - 0.25) < 0.001


def test_a_new_shuffle_is_worse_in_nineteen_of_twenty_seeds_and_looks_better_in_all() -> None:
    assert sum(auc(s, "new shuffle") < auc(s, "position saved") for s in SEEDS) == 19
    assert all(job(s, "new shuffle").late_loss() < job(s, "position saved").late_loss() for s in SEEDS)


# checkpoint interval


def test_young_daly_against_the_table_of_daly_2006() -> None:
    for mtbf, dalys in ((24 * 60, 117), (6 * 60, 57)):
        assert abs(young_daly(5, mtbf) / dalys - 1) < 0.06
    assert young_daly(1, 1440) == pytest.approx(53.67, abs=0.01)


def test_a_night_without_failures_lasts_work_plus_saves() -> None:
    calm = Job(mtbf=1e12)
    assert night(calm, 60, random.Random(1)) == 243  # saves at 60, 120 and 180; none at the end
    assert night(calm, 1000, random.Random(1)) == 240
    assert night(calm, 50, random.Random(1)) == 244


class Chosen:
    """Random numbers that make the running times to failure what we want."""

    def __init__(self, *times: float, mtbf: float = 1440.0):
        self.uniforms = [expon.cdf(t / mtbf) for t in times]

    def random(self) -> float:
        return self.uniforms.pop(0)


def test_a_failure_loses_what_was_not_saved_and_a_restart() -> None:
    # fails after 100 min: one save at 60 (61 with its cost), so 39 min are lost; the next failure is far away
    chance = Chosen(100, 1e4)
    chance.uniforms.insert(1, 1.0)  # the draw between "again" and "not again"
    took = night(Job(), 60, chance)
    assert took == pytest.approx(100 + 20 + (180 + 2))


@pytest.mark.parametrize("minute", range(5, 248, 9))
def test_at_half_the_interval_one_failure_always_fits_and_at_young_daly_s_it_may_not(minute: int) -> None:
    def after_one_failure(interval: float) -> float:
        chance = Chosen(minute, 1e4)
        chance.uniforms.insert(1, 1.0)
        return night(Job(), interval, chance)

    assert after_one_failure(young_daly(1, 1440) / 2) <= 300
    assert (after_one_failure(young_daly(1, 1440)) > 300) == (minute % 54.67 > 36 and minute < 240)


def test_times_to_failure_have_the_given_mean_alone_and_in_clusters() -> None:
    for again in (0.0, 0.5):
        chance = random.Random(1)
        drawn = [until_failure(Job(again=again), chance) for _ in range(40_000)]
        assert fsum(drawn) / len(drawn) == pytest.approx(1440, rel=0.03)


def test_long_runs_lose_what_the_first_order_formula_says() -> None:
    long = Job(work=200_000, margin=1e9, mtbf=1440)
    for every in (27, 54, 107):
        extra, _ = many_nights(long, every, seed=1, nights=12)
        assert extra / (long.work + extra) == pytest.approx(fsum(interval.lost_shares(long, every)), rel=0.12)


def test_one_failure_fits_up_to_the_root_of_its_equation() -> None:
    found = one_failure_fits(Job())
    assert found + 1 + 20 + 240 / found == pytest.approx(60)
    assert one_failure_fits(Job(restart=60)) == 0.0
    assert one_failure_fits(Job(restart=30)) == 0.0  # the saves alone eat the margin


@pytest.mark.parametrize("seed", SEEDS)
def test_half_the_interval_costs_two_minutes_and_saves_three_quarters_of_the_missed_nights(seed: int) -> None:
    best = young_daly(1, 1440)
    longer, missed = many_nights(Job(), best, seed)
    longer_half, missed_half = many_nights(Job(), best / 2, seed)
    assert 1.5 < longer_half - longer < 2.5
    assert 2.9 * missed_half < missed
    clustered = Job(again=0.5)
    in_cluster, in_cluster_half = many_nights(clustered, best, seed)[1], many_nights(clustered, best / 2, seed)[1]
    assert 0.7 * in_cluster < in_cluster_half < in_cluster
    removed = many_nights(Job(mtbf=(1440 - 7.5) / 0.5), best / 2, seed)[1]
    assert removed < 0.15 * in_cluster_half


# stragglers


@cache
def passes(seed: int):
    rows, test = rows_of(seed)
    heavy, batches = stragglers.heaviest_users(rows), stragglers.by_session(rows)
    history, table = Counter(batch[0].user for batch in batches), {}
    for cause, policy in stragglers.ARMS:
        learned, time, dropped = stragglers.one_pass(batches, history, cause, policy, seed)
        model = Model()
        learn(model, [r for batch in learned for r in batch])
        lost = sum(r.user in heavy for batch in dropped for r in batch) / sum(r.user in heavy for r in rows)
        waiting = stragglers.one_pass(batches, history, cause, "wait", seed)[1]
        table[cause, policy] = (time / waiting, lost, *(stragglers.error_of(model, test, who) for who in (None, heavy)))
    return table


def test_sessions_keep_every_row_once_and_heavy_users_are_the_busiest() -> None:
    rows, _ = rows_of(1)
    batches = stragglers.by_session(rows)
    assert sum(map(len, batches)) == len(rows)
    assert all(len({(r.user, r.session) for r in batch}) == 1 for batch in batches)
    counts, heavy = Counter(r.user for r in rows), stragglers.heaviest_users(rows)
    assert len(heavy) == len(counts) // 20
    assert min(counts[u] for u in heavy) >= max(n for u, n in counts.items() if u not in heavy)


def test_a_step_that_drops_loses_the_slowest_batch_only() -> None:
    batches = [[row("x")._replace(user=u)] for u in range(8)]
    learned, time, dropped = stragglers.one_pass(batches, {u: 100 * u for u in range(8)}, "history", "drop", 1)
    assert [b[0].user for b in dropped] == [7]
    assert sorted(b[0].user for b in learned) == list(range(7))
    assert time == pytest.approx(151, abs=3)


@pytest.mark.parametrize("seed", SEEDS)
def test_dropping_the_slowest_takes_the_heavy_users_rows_when_rows_are_what_is_slow(seed: int) -> None:
    table = passes(seed)
    assert 0.34 < table["history", "drop"][1] < 0.49
    assert 0.08 < table["machine", "drop"][1] < 0.17
    assert table["history", "even"][0] < 0.55 < table["history", "drop"][0] < 0.75


def test_the_heavy_users_error_rises_in_eighteen_of_twenty_seeds_and_equal_work_costs_nothing() -> None:
    def rises(arm: tuple[str, str]) -> list[float]:
        return [passes(s)[arm][3] / passes(s)["machine", "wait"][3] - 1 for s in SEEDS]

    dropped, even, machine = rises(("history", "drop")), rises(("history", "even")), rises(("machine", "drop"))
    assert sum(x > 0 for x in dropped) == 18
    assert fsum(dropped) / 20 == pytest.approx(0.10, abs=0.005)
    assert fsum(machine) / 20 == pytest.approx(0.023, abs=0.005)
    assert abs(fsum(even) / 20) < 0.005
    assert -0.095 < min(dropped) and max(dropped) < 0.305


# embedding shards


def test_pieces_keep_bytes_and_look_ups_whatever_the_split() -> None:
    table = Table("t", 1e6, (1, 9))
    for split in ("whole", "columns", "rows"):
        parts = shards.pieces(table, split, 8, 64, 0.02)
        assert fsum(p[1] for p in parts) == pytest.approx(0.256)
        assert fsum(p[2] for p in parts) == pytest.approx(10)
    assert fsum(p[3] for p in shards.pieces(table, "whole", 8, 64, 0.02)) == 128
    assert fsum(p[3] for p in shards.pieces(table, "columns", 8, 64, 0.02)) == 128
    assert fsum(p[3] for p in shards.pieces(table, "rows", 8, 64, 0.02)) == 8 * 128


def test_no_packing_of_whole_tables_can_beat_the_hottest_table() -> None:
    total = sum(t.lookups() for t in TABLES)
    for balance in ("bytes", "reads", "both"):
        _, load, _ = plan(TABLES, {"user": "rows"}, balance)
        assert worst(load) >= 8 * 101 / total - 1e-9


def test_equal_bytes_are_unequal_work_and_splitting_the_two_hot_tables_mends_it() -> None:
    held, load, sent = plan(TABLES, {"user": "rows"}, "bytes")
    assert worst(held) < 1.05 and worst(load) == pytest.approx(5.36, abs=0.01)
    held, load, more = plan(TABLES, {"user": "rows", "item": "rows", "creator": "columns"}, "both")
    assert worst(held) < 1.15 and worst(load) < 1.31
    assert more / sent == pytest.approx(1.78, abs=0.01)
    assert worst([1.0, 1.0]) == 1.0


# bill and memory


def test_the_bill_by_hand() -> None:
    rates = rows_per_second(Ranker(), 8, 880_000, 0.1, 1.2)
    assert rates["readers"] == 110_000
    assert rates["dense layers"] == pytest.approx(989e12 * 0.1 / 120e6)
    assert rates["tables"] == pytest.approx(1.675e12 / (3 * 256 * 151 * 1.2))
    assert rates["exchange"] == pytest.approx(360e9 / (2 * 256 * 32))
    assert rates["gradients"] == pytest.approx(8192 / (2 * 80e6 / 360e9))
    assert rows_per_second(Ranker(), 16, 880_000, 0.1, 1.2)["exchange"] == pytest.approx(rates["exchange"] / 9)
    assert gpu_hours(1e9, 110_000) == pytest.approx(2.525, abs=0.001)
    assert gpus_for_deadline(1e9, 110_000, 60) == 8
    assert gpus_for_deadline(90e9, 110_000, 480) == 32


def test_zero_stages_as_in_its_paper() -> None:
    # 7.5 billion parameters on 64 GPUs: 120, 31.4, 16.6 and 1.9 GB (ZeRO, figure 1)
    for stage, gigabytes in enumerate((120, 31.4, 16.6, 1.9)):
        assert model_state_bytes(7.5e9, stage, 64) / 1e9 == pytest.approx(gigabytes, abs=0.05)


def test_activations_as_worked_in_ml_engineering() -> None:
    gib = 2**30  # Llama 3.1 8B, 32,768 tokens: 224 GiB without recomputing, 8 + 7 with, logits 15.7 in float32
    logits = 6 * 32768 * 128256
    assert (activation_bytes(32, 4096, 32768, 128256, False) - logits) / gib == pytest.approx(224)
    assert (activation_bytes(32, 4096, 32768, 128256, True) - logits) / gib == pytest.approx(15)
    assert logits * 4 / 6 / gib == pytest.approx(15.7, abs=0.05)


@pytest.mark.parametrize(("stages", "microbatches"), [(1, 4), (4, 4), (8, 32), (8, 8)])
def test_the_bubble_against_an_event_by_event_pipeline(stages: int, microbatches: int) -> None:
    done = [[0.0] * microbatches for _ in range(stages)]  # forward only; backward mirrors it
    for s in range(stages):
        for m in range(microbatches):
            ready = max(done[s - 1][m] if s else 0.0, done[s][m - 1] if m else 0.0)
            done[s][m] = ready + 1.0
    makespan = done[-1][-1]
    assert 1 - microbatches / makespan == pytest.approx(bubble(stages, microbatches))
