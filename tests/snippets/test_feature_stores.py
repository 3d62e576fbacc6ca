"""Proves the claims of docs/components/feature-stores.md: joins by three clocks, freshness, skew, memory."""
import random
from functools import cache
from math import fsum, inf

import numpy as np
import pytest

from snippets.components.feature_stores.event_time_leak import LEFT_OUT, compare
from snippets.components.feature_stores.freshness_value import ablate, between, item_times, prepare, train
from snippets.components.feature_stores.freshness_value import test as score_on_test_days
from snippets.components.feature_stores.interest_stream import EVERY_S, Act, acts, endless_feed, windowed_counts
from snippets.components.feature_stores.log_and_compare import backfills, differ, feed_of, retries, stability_index
from snippets.components.feature_stores.online_store_memory import allocated, bytes_per_entity, text
from snippets.components.feature_stores.point_in_time_join import Version, as_of_join, replay
from snippets.components.metrics.roc_auc import roc_auc
from snippets.world import World

SEEDS = range(1, 21)
WRITTEN = {"ana": [Version(0, 10, 1.0), Version(10, 20, 3.0), Version(20, 30, 4.0), Version(10, 45, 2.0)]}


def at(time: float, **how: object) -> float:
    return as_of_join([("ana", time)], WRITTEN, **how)[0]


def test_at_twenty_past_the_four_joins_give_three_answers_and_the_store_agrees_with_one() -> None:
    assert at(inf) == 4.0
    assert at(20, clock="event_time") == 4.0  # stamped 10:20, written at 10:30
    assert at(20, clock="event_time", strict=True) == 2.0  # a correction written at 10:45
    assert at(20) == 3.0
    assert replay([("ana", 20)], WRITTEN) == [3.0]


def test_a_value_written_at_the_very_moment_is_readable_unless_strict() -> None:
    assert at(10) == 1.0
    assert at(10, strict=True) == 0.0
    assert at(9.999) == 0.0


def test_a_late_correction_of_an_old_moment_does_not_replace_a_newer_moment() -> None:
    assert at(50) == 4.0
    assert replay([("ana", 50)], WRITTEN) == [4.0]


def test_no_history_gives_the_default() -> None:
    assert as_of_join([("bob", 20)], WRITTEN, default=-1.0) == [-1.0]
    assert as_of_join([("bob", 20)], {"bob": []}, default=-1.0) == [-1.0]
    assert replay([("bob", 20)], WRITTEN, default=-1.0) == [-1.0]
    assert as_of_join([], WRITTEN) == []


def test_a_value_exactly_as_old_as_the_ttl_still_counts() -> None:
    assert at(50, ttl=30, default=-1.0) == 4.0
    assert at(50.001, ttl=30, default=-1.0) == -1.0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("strict", [False, True])
def test_the_event_time_join_agrees_with_numpy_searchsorted(seed: int, strict: bool) -> None:
    rng = random.Random(seed)
    times = sorted({rng.randrange(1000) for _ in range(60)})
    versions = [Version(t, t + rng.randrange(50), float(i)) for i, t in enumerate(times)]
    asked = [rng.randrange(1100) for _ in range(200)]
    place = np.searchsorted(times, asked, side="left" if strict else "right")
    expected = [float(i - 1) if i else -1.0 for i in place]
    found = as_of_join([("k", t) for t in asked], {"k": versions}, clock="event_time", strict=strict, default=-1.0)
    assert found == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_the_available_time_join_is_what_an_online_store_answers(seed: int) -> None:
    rng = random.Random(seed)
    history = {
        key: [Version(t, t + rng.randrange(90), float(i)) for i, t in enumerate(rng.randrange(500) for _ in range(40))]
        for key in range(5)
    }
    asked = [(rng.randrange(6), float(rng.randrange(700))) for _ in range(300)]
    assert as_of_join(asked, history, ttl=100.0, default=-1.0) == replay(asked, history, ttl=100.0, default=-1.0)


def test_a_late_act_publishes_its_window_again() -> None:
    stream = [Act("a", ("u", 1), 30.0, 60.0), Act("b", ("u", 1), 59.0, 120.0), Act("c", ("u", 1), 61.0, 120.0)]
    assert windowed_counts(stream, 60.0) == {
        ("u", 1): [Version(0.0, 60.0, 1.0), Version(0.0, 120.0, 2.0), Version(60.0, 120.0, 1.0)]
    }
    assert windowed_counts(stream, 60.0, stamp="window end")["u", 1][0] == Version(60.0, 60.0, 1.0)


def test_a_retry_counts_once_with_deduplication_and_twice_without() -> None:
    stream = [Act("a", ("u", 1), 30.0, 60.0), Act("a", ("u", 1), 30.0, 60.0)]
    assert windowed_counts(stream, 60.0)["u", 1][-1].value == 1.0
    assert windowed_counts(stream, 60.0, dedup=False)["u", 1][-1].value == 2.0


def test_no_act_is_readable_before_it_happens_and_the_feed_asks_every_two_minutes() -> None:
    world = World(users=60, days=3)
    feed = endless_feed(world)
    stream = acts(world, feed)
    assert stream and all(act.available_time > act.event_time for act in stream)
    first, second = (next(r for r in feed if (r.user, r.session, r.position) == (*feed[0][:2], p)) for p in (1, 2))
    assert second.time - first.time == EVERY_S


leak = cache(compare)  # at the page's size


def online_auc(seed: int, join: str) -> float:
    out = leak(seed)[join]
    return roc_auc(out.labels, out.online)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_event_time_join_promises_what_serving_cannot_keep(seed: int) -> None:
    table = leak(seed)
    assert 0.205 < table["event <"].gap() < 0.285
    assert table["event <"].offline == table["event <="].offline  # strictness is no cure
    assert table["available"].equal == 1.0
    assert table["available"].gap() == 0.0


@pytest.mark.parametrize("seed", SEEDS)
def test_trained_on_the_leak_the_model_predicts_too_few_clicks(seed: int) -> None:
    leaky = leak(seed)["event <"]
    assert fsum(leaky.online) < 0.7 * sum(leaky.labels)


def test_online_the_honest_join_beats_the_leak_and_no_feature_in_19_of_20_and_the_leak_loses_to_none_in_15() -> None:
    assert sum(online_auc(seed, "event <") < online_auc(seed, "available") for seed in SEEDS) == 19
    assert sum(online_auc(seed, LEFT_OUT) < online_auc(seed, "available") for seed in SEEDS) == 19
    assert sum(online_auc(seed, "event <") < online_auc(seed, LEFT_OUT) for seed in SEEDS) == 15


@pytest.mark.parametrize("seed", SEEDS)
def test_a_stamp_at_the_end_of_the_window_ends_the_leak(seed: int) -> None:
    assert abs(compare(seed, stamp="window end")["event <="].gap()) < 0.01


tables = cache(prepare)  # at the page's size
ablation = cache(lambda seed: {delay: ablate(tables(seed), delay) for delay in ("none", "10 minutes", "1 day")})


@cache
def served_late(seed: int, delay: str) -> tuple[float, float]:
    """(AUC, predicted clicks per real click) of the model trained fresh."""
    fresh = train(tables(seed), "place", ("click rate", "none"), ("interest", "none"))
    return score_on_test_days(tables(seed), fresh, "place", ("click rate", delay), ("interest", delay))


@pytest.mark.parametrize("seed", SEEDS)
def test_fresh_interest_is_worth_something_and_a_day_late_nothing_that_we_can_measure(seed: int) -> None:
    assert ablation(seed)["none"][1] > 0.001
    assert abs(ablation(seed)["1 day"][1]) < 0.002


def test_a_day_late_the_interest_is_measured_not_absent() -> None:
    """The window moves with the delay, so some rows still hold an interest; it just says nothing."""
    assert any(tables(8)["interest", "1 day"])


def test_over_the_seeds_delay_turns_the_ranking_of_the_two_features_round() -> None:
    mean = lambda delay, j: fsum(ablation(seed)[delay][j] for seed in SEEDS) / len(SEEDS)
    leads = lambda delay: sum(ablation(seed)[delay][2] > ablation(seed)[delay][1] for seed in SEEDS)
    assert mean("none", 1) / mean("none", 2) == pytest.approx(1.5, abs=0.05)
    assert mean("10 minutes", 1) / mean("10 minutes", 2) == pytest.approx(2 / 3, abs=0.05)
    assert leads("none") == 7
    assert leads("10 minutes") == 13


def test_a_model_trained_fresh_and_served_late_loses_up_to_18_thousandths_of_auc() -> None:
    lost = [ablation(seed)[delay][0] - served_late(seed, delay)[0] for seed in SEEDS for delay in ("10 minutes", "1 day")]
    assert max(lost) == pytest.approx(0.018, abs=0.0006)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_model_trained_fresh_and_served_late_predicts_fewer_clicks(seed: int) -> None:
    fall = 1 - served_late(seed, "1 day")[1] / served_late(seed, "none")[1]
    assert 0.085 < fall < 0.315


def test_when_served_fresh_the_level_of_calibration_differs_between_seeds() -> None:
    levels = [served_late(seed, "none")[1] for seed in SEEDS]
    assert (round(min(levels), 2), round(max(levels), 2)) == (0.86, 1.18)


def test_a_click_is_counted_seconds_after_its_view() -> None:
    feed = endless_feed(World(users=60, days=3))
    clicks, views = item_times(feed)
    clicked = next(row for row in feed if row.clicked)
    assert clicked.time in views[clicked.item]
    assert clicked.time + 1 + clicked.position in clicks[clicked.item]
    assert sum(map(len, views.values())) == len(feed)


def test_between_counts_after_and_until() -> None:
    assert between([1.0, 2.0, 3.0], 1.0, 3.0) == 2
    assert between([], 0.0, 9.0) == 0


@cache
def skew(seed: int) -> tuple[dict, dict]:
    """Both reports at the page's size."""
    world, feed = feed_of(seed)
    return retries(world, feed), backfills(feed)


@pytest.mark.parametrize("seed", SEEDS)
def test_parity_and_stability_index_over_all_rows_miss_what_the_slice_shows(seed: int) -> None:
    report = skew(seed)[0]
    assert report["all rows"][0] < 0.01
    assert report["all rows"][1] < 0.02  # the usual alarm stands at 0.1
    assert report["slow phones, not 0"][0] > 5 * report["all rows"][0]


def test_even_on_the_slice_the_stability_index_stays_under_the_alarm_in_13_of_20() -> None:
    assert sum(skew(seed)[0]["slow phones, not 0"][1] < 0.1 for seed in SEEDS) == 13


@pytest.mark.parametrize("seed", SEEDS)
def test_each_backfill_agrees_with_one_definition(seed: int) -> None:
    report = skew(seed)[1]
    then, today, young = report["as defined then"], report["today's definition"], report["rows since change"]
    assert then[0] == 1.0 > today[0]
    assert today[1] == 1.0 > then[1]
    assert abs(young[2] - today[2]) < 0.01


def test_the_backfill_that_agrees_with_the_old_log_serves_worse_in_19_of_20() -> None:
    reports = [skew(seed)[1] for seed in SEEDS]
    assert sum(report["as defined then"][2] < report["today's definition"][2] for report in reports) == 19


def test_differ_and_stability_index_meet_sums_done_by_hand() -> None:
    assert differ([1, 2, 3, 4], [1, 2, 3, 5]) == 0.25
    assert stability_index([0, 0, 1], [0, 0, 1]) == 0.0
    # shares (2.5, 1.5) / 4 against (1.5, 2.5) / 4: 2 x 0.25 x ln(5/3)
    assert stability_index([0, 0, 1], [0, 1, 1]) == pytest.approx(0.255413, abs=1e-6)


MEASURED = [  # used_memory per entity, Redis 7.0.15 of Debian 12, names and values as in the snippet
    ("key per feature", 10_000, 100, {}, 10_442.6),
    ("key per feature", 10_000, 100, {"expires": True}, 14_481.3),
    ("hash of texts", 20_000, 100, {}, 1_614.8),
    ("hash of texts", 20_000, 100, {"expires": True}, 1_661.1),
    ("hash of texts", 20_000, 100, {"most": 64}, 6_766.8),
    ("hash of texts", 5_000, 512, {}, 8_275.9),
    ("hash of texts", 5_000, 513, {}, 37_067.9),
    ("hash of groups", 20_000, 100, {"groups": 10}, 590.8),
    ("hash of groups", 20_000, 100, {"groups": 5}, 918.8),
    ("hash of groups", 20_000, 100, {"groups": 1}, 669.4),
    ("one value", 100_000, 100, {}, 522.8),
    ("one value", 100_000, 100, {"expires": True}, 565.3),
]


@pytest.mark.parametrize(("layout", "entities", "features", "how", "measured"), MEASURED)
def test_the_memory_model_agrees_with_a_real_redis(layout, entities, features, how, measured) -> None:
    assert bytes_per_entity(layout, entities, features, **how) == pytest.approx(measured, rel=0.04)


def test_the_allocator_rounds_up_to_its_size_classes() -> None:
    assert [allocated(n) for n in (1, 8, 9, 128, 129, 256, 257, 1507)] == [8, 8, 16, 128, 160, 256, 320, 1536]
    assert [text(n) for n in (3, 31, 32, 255, 256)] == [8, 48, 48, 320, 320]
