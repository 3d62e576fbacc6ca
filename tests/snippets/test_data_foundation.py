"""Proves the claims of docs/components/data-foundation.md: the exposure log, retries, watermarks, slices, propensities."""
import sqlite3
from functools import cache
from math import inf, log

import numpy as np
import pytest
from scipy.stats import t as student

from snippets.components.data_foundation.exposure_log import breaches, exposures, key_of
from snippets.components.data_foundation.log_volume import bloom_bytes, row_bytes
from snippets.components.data_foundation.propensity_check import Audit, Weighed, estimated_clicks, mean_weight, weigh
from snippets.components.data_foundation.slice_validation import (
    CHECKS, FIRST_BAD_DAY, Watch, alarms, capped, mean_completion, share_repaired, watches, with_bug,
)
from snippets.components.data_foundation.training_rows import (
    click_rate, deduplicate, exposure, impressions_and_clicks, label_join, pipelines, user_item,
)
from snippets.components.data_foundation.watermarks import (
    a_day_of_messages, completeness, in_time, not_after_arrival, with_clocks_off,
)
from snippets.world import DEVICES, HOUR, Event, World, events, popularity_policy, simulate

SEEDS = range(1, 21)
SLOW = DEVICES[2]


def message(kind: str, user: int, time: float, **other: object) -> Event:
    """One message of item 9 on a phone, which arrives a second after it happened unless told otherwise."""
    made = Event(f"{user}-1-9-{kind}", kind, user, 1, 9, 1, "phone", 1.0, time, time + 1, time + 1, 1)
    return made._replace(**other)


# the exposure log


def test_the_servers_log_breaks_no_clause_of_its_own() -> None:
    world = World(seed=7, users=100, days=3)
    shown = simulate(world, popularity_policy(world))
    assert set(breaches(exposures(world, shown), events(world, shown)).values()) == {0}


def test_each_clause_counts_its_own_breach() -> None:
    world = World(seed=7, users=100, days=3)
    shown = simulate(world, popularity_policy(world))
    log = exposures(world, shown)
    sent = [e for e in events(world, shown) if e.attempt == 1]
    clicked = next(e for e in sent if e.kind == "click")
    without = [row for row in log if (row.request, row.item) != key_of(clicked)]
    assert breaches([*log, log[0]], sent)["key more than once"] == 1
    assert breaches([row for row in log if row.position != 2], sent)["slate with a gap"] == len(log) / world.slate
    assert breaches([log[0]._replace(propensity=1.5), *log[1:]], sent)["no propensity in (0, 1]"] == 1
    assert breaches([log[0]._replace(propensity=0.0), *log[1:]], sent)["no propensity in (0, 1]"] == 1
    assert breaches([log[0]._replace(features=()), *log[1:]], sent)["no features"] == 1
    assert breaches(without, sent)["click on nothing served"] == 1
    assert breaches(log, sent[1:])["served, not reported"] == 1


# retries and joins


def test_a_key_counts_once_until_it_is_forgotten() -> None:
    stream = [message("click", 1, t) for t in (0.0, 30.0, 90.0)]
    assert len(deduplicate(stream, lambda e: e.id)) == 1
    assert [e.event_time for e in deduplicate(stream, lambda e: e.id, memory_s=60)] == [0.0, 90.0]
    assert deduplicate([], lambda e: e.id) == []


def test_two_copies_of_a_click_and_three_of_its_impression_make_six_positives() -> None:
    rows = label_join([message("impression", 1, 0)] * 3 + [message("impression", 2, 0)] * 3, [message("click", 1, 5)] * 2, exposure)
    assert sum(label for _, label in rows) == 6
    assert len(rows) == 9


@pytest.mark.parametrize("key", [exposure, user_item])
def test_the_join_makes_the_rows_of_a_left_join_in_sql(key) -> None:
    world = World(seed=4, users=60, days=7)
    shown, clicks = impressions_and_clicks(events(world, simulate(world, popularity_policy(world))))
    base = sqlite3.connect(":memory:")
    for name, sent in (("shown", shown), ("clicks", clicks)):
        base.execute(f"create table {name} (k text)")
        base.executemany(f"insert into {name} values (?)", [(str(key(e)),) for e in sent])
    found = base.execute("select count(*), count(c.k) from shown s left join clicks c on s.k = c.k").fetchone()
    rows = label_join(shown, clicks, key)
    assert (len(rows), sum(label for _, label in rows)) == found


@cache
def made(seed: int) -> tuple[int, dict[str, tuple[float, float, float]]]:
    """(real rows; {pipeline: (rows, click rate over truth, slow phones' click rate over truth)}) at the page's size."""
    world = World(seed=seed, days=10)
    shown = simulate(world, popularity_policy(world, explore=0.3))
    truth = [(row.device, int(row.clicked)) for row in shown]
    table = {}
    for name, rows in pipelines(events(world, shown)).items():
        found = [(e.device, label) for e, label in rows]
        table[name] = len(rows), *(click_rate(found, d) / click_rate(truth, d) for d in (None, SLOW))
    return len(shown), table


@pytest.mark.parametrize("seed", SEEDS)
def test_retries_make_slow_phones_look_keener_and_only_an_id_made_on_the_device_cures_it(seed: int) -> None:
    real, table = made(seed)
    assert 1.065 < table["nothing"][2] < 1.225
    assert table["id made on arrival"] == table["nothing"]
    assert table["id made on device"] == (real, 1.0, 1.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_deduplicating_by_user_and_item_deletes_a_fifth_to_a_third_and_mostly_genuine_rows(seed: int) -> None:
    real, table = made(seed)
    kept = table["user and item"][0]
    assert 0.195 < 1 - kept / real < 0.305
    assert (real - kept) / (table["nothing"][0] - kept) > 0.79


@pytest.mark.parametrize("seed", SEEDS)
def test_joined_on_user_and_item_the_click_rate_more_than_doubles(seed: int) -> None:
    assert made(seed)[1]["  joined on pair"][1] > 2.3


# watermarks


def test_a_window_closes_when_the_watermark_passes_its_end() -> None:
    stream = [message("click", 0, time) for time in (100, 650, 50, 700, 50)]  # the first window ends at 600
    assert in_time(stream, wait_s=60, partitions=1) == [True, True, True, True, False]
    assert in_time(stream, wait_s=100, partitions=1)[-1] is False  # the watermark stands at 600 exactly
    assert in_time(stream, wait_s=101, partitions=1)[-1] is True


def test_the_slowest_partition_holds_the_watermark_back() -> None:
    stream = [message("click", 0, 5000), message("click", 1, 10)]
    assert in_time(stream, 60, partitions=1) == [True, False]
    assert in_time(stream, 60, partitions=2) == [True, True]


def test_event_times_are_held_to_the_arrival_and_a_slow_clock_is_left_alone() -> None:
    fast, slow = message("click", 1, 9000, arrival_time=100), message("click", 1, 10, arrival_time=100)
    assert [e.event_time for e in not_after_arrival([fast, slow])] == [100, 10]


@cache
def waits(seed: int) -> dict[str, tuple[float, float]]:
    """{case: (completeness of all clicks, of slow phones')} at the page's size."""
    world, sent = a_day_of_messages(seed)
    fast, slow = (with_clocks_off(world, sent, 0.02, hours) for hours in (8, -8))
    cases = {"1 min": (sent, 60), "10 min": (sent, 600), "1 h": (sent, HOUR), "6 h": (sent, 6 * HOUR),
             "slow": (slow, 600), "fast": (fast, 600), "held": (not_after_arrival(fast), 600)}  # fmt: skip
    table = {}
    for name, (stream, wait) in cases.items():
        kept = in_time(stream, wait)
        table[name] = completeness(stream, kept), completeness(stream, kept, SLOW)
    return table


@pytest.mark.parametrize("seed", SEEDS)
def test_slow_phones_lose_most_and_ten_times_the_wait_buys_next_to_nothing(seed: int) -> None:
    table = waits(seed)
    assert table["10 min"][0] > 0.97 and table["10 min"][1] < 0.975
    assert 1 - table["10 min"][1] > 1.6 * (1 - table["10 min"][0])
    assert table["10 min"][0] - table["1 min"][0] < 0.006
    assert table["6 h"][0] > 0.995


def test_a_few_fast_clocks_lose_everybodys_clicks_in_17_of_20_and_slow_clocks_their_own() -> None:
    lost = [waits(seed)["held"][0] - waits(seed)["fast"][0] for seed in SEEDS]
    assert sum(loss > 0.04 for loss in lost) == 17
    assert all(waits(seed)["10 min"][0] - waits(seed)["slow"][0] < 0.03 for seed in SEEDS)
    assert all(waits(seed)["held"][0] >= waits(seed)["10 min"][0] for seed in SEEDS)
    in_time_of_fast = sorted(waits(seed)["fast"][0] for seed in SEEDS)[:17]
    assert 0.375 < in_time_of_fast[0] < 0.385 and 0.935 < in_time_of_fast[-1] < 0.945


# validation


def test_capping_and_counting_what_it_repairs() -> None:
    rows = [Watch(0, 0.0, "phone", "Asia", c) for c in (0.25, 1.0, 500.0)]
    assert mean_completion(capped(rows)) == 0.75
    assert share_repaired(rows) == pytest.approx(1 / 3)
    assert (mean_completion([]), share_repaired([])) == (0.5, 0.0)


def test_alarms_are_those_of_the_sample_standard_deviation() -> None:
    rng = np.random.default_rng(3)
    table = rng.uniform(0.2, 0.8, size=(14, 30))
    table[9] += 0.4
    rows = [Watch(day, 0.0, "phone", "Asia", float(c)) for day, values in enumerate(table) for c in values]
    daily = table.mean(axis=1)
    far = np.abs(daily[7:] - daily[:7].mean()) > 3 * daily[:7].std(ddof=1)
    assert [day for day, _ in alarms(rows, mean_completion, lambda w: "all", 3.0)] == list(7 + np.flatnonzero(far))


@cache
def found(seed: int) -> dict[tuple[str, str], object]:
    """{(check, unit): first alarm of the batch or of the bad slice; (check, "false"): alarms without a bug}."""
    healthy, table = watches(seed), {}
    for name, (clean, statistic, by) in CHECKS.items():
        for unit in ("milliseconds", "minutes"):
            all_alarms = alarms(clean(with_bug(healthy, unit)), statistic, by, 3.0)
            table[name, unit] = next((d for d, who in all_alarms if who in ("all", "slow phone in Asia")), None)
        table[name, "false"] = len(alarms(clean(healthy), statistic, by, 3.0))
    return table


def test_after_the_cap_the_batch_is_silent_all_week_in_14_of_20() -> None:
    assert sum(found(seed)["mean, after the cap", "milliseconds"] is None for seed in SEEDS) == 14


def test_minutes_for_seconds_shows_in_the_batchs_own_mean_in_10_of_20() -> None:
    assert sum(found(seed)["mean, after the cap", "minutes"] is not None for seed in SEEDS) == 10


@pytest.mark.parametrize("seed", SEEDS)
def test_counting_repairs_finds_milliseconds_at_once_and_minutes_never_without_a_false_alarm(seed: int) -> None:
    assert found(seed)["rows the cap repairs", "milliseconds"] == FIRST_BAD_DAY
    assert found(seed)["rows the cap repairs", "minutes"] is None
    assert found(seed)["rows the cap repairs", "false"] == 0


def test_slices_find_either_bug_in_19_of_20_and_cry_wolf_more_than_once_a_week() -> None:
    assert sum(found(seed)["mean of 9 slices, after", "milliseconds"] is not None for seed in SEEDS) == 19
    assert sum(found(seed)["mean of 9 slices, after", "minutes"] is not None for seed in SEEDS) == 19
    assert sum(found(seed)["mean of 9 slices, after", "false"] for seed in SEEDS) == 36


def test_three_deviations_of_seven_days_let_through_what_students_t_says_not_what_the_normal_table_does() -> None:
    expected = 2 * student.sf(3 / (1 + 1 / 7) ** 0.5, df=6)
    assert 0.030 < expected < 0.032
    slice_days = 9 * 7 * 20
    assert abs(sum(found(seed)["mean of 9 slices, after", "false"] for seed in SEEDS) / slice_days - expected) < 0.005


# propensities


def test_the_weight_is_one_over_the_propensity_where_the_target_agrees() -> None:
    world = World(seed=1, users=40, days=2, slate=2)
    shown = simulate(world, popularity_policy(world))[:2]
    slates = {(shown[0].user, shown[0].session): (shown[0].item, -1)}
    assert [row.weight for row in weigh(shown, slates, lambda row: 0.25)] == [4.0, 0.0]


def test_estimates_from_weights() -> None:
    rows = [Weighed(True, 2.0), Weighed(False, 2.0), Weighed(True, 0.0), Weighed(False, 0.0)]
    assert mean_weight(rows) == 1.0
    assert estimated_clicks(rows, visits=2) == 1.0


@cache
def audited(seed: int) -> dict[str, tuple[float, float]]:
    """{propensities: (mean weight, estimate over truth)} at the page's size."""
    clean, bent = Audit(seed), Audit(seed, 0.9)
    return {
        "logged": clean.report(lambda row: row.propensity),
        "one": clean.report(lambda row: 1.0),
        "recomputed": clean.report(clean.recomputed),
        "unlogged rule": bent.report(lambda row: row.propensity),
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mean_weight_finds_assumed_and_recomputed_propensities_and_not_the_unlogged_rule(seed: int) -> None:
    table = audited(seed)
    assert abs(table["logged"][0] - 1) < 0.1 and abs(table["logged"][1] - 1) < 0.125
    assert table["one"][0] < 0.6
    assert table["recomputed"][0] > 4
    assert 0.945 < table["unlogged rule"][0] < 1.105
    assert 0.525 < table["unlogged rule"][1] < 0.775


# sizes


def test_bytes_of_a_row() -> None:
    assert row_bytes(10, 300, 100, "all in each row") == 1600
    assert row_bytes(10, 300, 100, "user once a request") == 520
    assert row_bytes(10, 300, 100, "pointers to versions") == pytest.approx(8.8)


@pytest.mark.parametrize("error", [0.1, 0.01, 0.001])
def test_a_bloom_filter_has_the_textbook_size(error: float) -> None:
    assert bloom_bytes(1e9, error) == pytest.approx(1e9 * -log(error) / log(2) ** 2 / 8, rel=0.002)


def test_no_memory_limit_means_no_forgetting() -> None:
    stream = [message("click", 1, t) for t in (0.0, 1e9)]
    assert len(deduplicate(stream, lambda e: e.id, memory_s=inf)) == 1
