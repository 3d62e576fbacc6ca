"""Proves `docs/reference/world.md`, "Three times": what the platform receives, when, how often, and what can go wrong."""

from collections import Counter, defaultdict
from math import sqrt
from statistics import fmean

import pytest
from scipy import stats

from snippets.world import DAY_S, DEVICES, HOUR, World, catalog, events, popularity_policy, profile_updates, replace
from snippets.world import simulate, users
from snippets.world.logs import LOST_ACK, NETWORK_S, OFFLINE_SHARE, available, nightly

PLAIN = World(seed=5, users=600, days=7)


@pytest.fixture(scope="module")
def log():
    return simulate(PLAIN, popularity_policy(PLAIN, 0.2))


@pytest.fixture(scope="module")
def stream(log):
    return events(PLAIN, log)


def test_every_fact_arrives_at_least_once(log, stream):
    first = Counter(e.kind for e in stream if e.attempt == 1)
    clicks = [r for r in log if r.clicked]
    assert first == {
        "impression": len(log),
        "click": len(clicks),
        "watch": len(clicks),
        "survey": sum(r.survey is not None for r in log),
        "purchase": sum(r.bought_at is not None for r in log),
    }


def test_the_stream_is_in_order_of_arrival(stream):
    assert [e.arrival_time for e in stream] == sorted(e.arrival_time for e in stream)


def test_event_arrival_and_availability_follow_each_other(stream):
    assert all(e.event_time < e.arrival_time < e.available_time for e in stream)


def test_a_batch_is_published_at_its_end():
    assert available(World(), 0.0) == 600
    assert available(World(), 599.9) == 600
    assert available(World(), 600.0) == 1_200
    assert available(World(batch_minutes=0.0), 599.9) == 599.9


@pytest.mark.parametrize("device", DEVICES)
def test_duplicates_cluster_on_slow_phones(stream, device):
    p = LOST_ACK[DEVICES.index(device)]
    first = [e for e in stream if e.device == device and e.attempt == 1]
    again = sum(e.device == device and e.attempt == 2 for e in stream)
    assert abs(again / len(first) - p) < 4.5 * sqrt(p / len(first))


def test_retries_share_their_id_and_their_content(stream):
    copies = defaultdict(list)
    for e in stream:
        copies[e.id].append(e)
    repeated = [c for c in copies.values() if len(c) > 1]
    assert len(repeated) > 50 and max(map(len, repeated)) <= 4
    for c in repeated:
        assert [e.attempt for e in c] == list(range(1, len(c) + 1))
        assert len({(e.kind, e.value, e.event_time) for e in c}) == 1
        assert c[1].arrival_time - c[0].arrival_time == pytest.approx(30)


def test_the_same_user_really_sees_some_items_again(log):
    """So deduplicating by (user, item) deletes what happened."""
    pairs = Counter((r.user, r.item) for r in log)
    assert sum(n - 1 for n in pairs.values()) > 0.1 * len(log)


@pytest.mark.parametrize("device", DEVICES)
def test_the_network_is_exponential_but_for_those_who_were_offline(stream, device):
    k = DEVICES.index(device)
    delays = [e.arrival_time - e.event_time for e in stream if e.device == device and e.attempt == 1]
    late = fmean(d > 30 * NETWORK_S[k] for d in delays)
    assert late == pytest.approx(OFFLINE_SHARE[k], abs=4.5 * sqrt(OFFLINE_SHARE[k] / len(delays)) + 0.005)
    online = [d for d in delays if d < 10 * NETWORK_S[k]]
    assert stats.kstest(online, "expon", args=(0, NETWORK_S[k])).statistic < 0.03


def test_values_are_seconds_dollars_and_answers(stream, log):
    items = catalog(PLAIN)
    truth = {(r.user, r.session, r.item): r for r in log}
    for e in stream:
        r = truth[e.user, e.session, e.item]
        expected = {"watch": r.watch_s, "purchase": items[e.item].price, "survey": r.survey}.get(e.kind, 1.0)
        assert e.value == expected


def test_an_outage_loses_what_arrives_in_it_and_nothing_else(log, stream):
    broken = events(replace(PLAIN, outage_hours=(30.0, 33.0)), log)
    lost = [e for e in stream if 30 * HOUR <= e.arrival_time < 33 * HOUR]
    assert len(lost) > 50
    assert broken == [e for e in stream if e not in set(lost)]


def test_a_stall_delays_what_would_have_been_published_in_it_and_nothing_else(log, stream):
    stalled = events(replace(PLAIN, stall_hours=(30.0, 36.0)), log)
    moved = 0
    for e, s in zip(stream, stalled, strict=True):
        if 30 * HOUR <= e.available_time < 36 * HOUR:
            moved += 1
            assert s == e._replace(available_time=36 * HOUR + 600)
        else:
            assert s == e
    assert moved > 50


def test_the_unit_bug_turns_seconds_into_milliseconds_on_slow_phones_only(log, stream):
    buggy = events(replace(PLAIN, unit_bug_day=3.0), log)
    changed = 0
    for e, b in zip(stream, buggy, strict=True):
        hit = e.kind == "watch" and e.device == "slow phone" and e.event_time >= 3 * DAY_S
        changed += hit
        assert b == (e._replace(value=1_000 * e.value) if hit else e)
    assert changed > 20


def test_skewed_clocks_move_event_times_of_phones_by_one_error_a_user(log, stream):
    skewed = events(replace(PLAIN, clock_skew_s=60.0), log)
    errors = defaultdict(set)
    for e, s in zip(stream, skewed, strict=True):
        assert s._replace(event_time=0) == e._replace(event_time=0)
        errors[e.user, e.device != "desktop"].add(round(s.event_time - e.event_time, 6))
    assert all(len(found) == 1 for found in errors.values())
    assert all(found == {0.0} for (_, phone), found in errors.items() if not phone)
    phones = [found.pop() for (_, phone), found in errors.items() if phone]
    assert stats.kstest(phones, "norm", args=(0, 60)).pvalue > 1e-4


def test_profiles_become_known_with_the_nightly_copy():
    assert nightly(-5.0) == 0
    assert nightly(0.0) == 2 * HOUR
    assert nightly(2 * HOUR) == DAY_S + 2 * HOUR
    assert nightly(DAY_S - 1) == DAY_S + 2 * HOUR
    rows = profile_updates(PLAIN)
    assert len(rows) == sum(len(user.history) for user in users(PLAIN))
    assert [r.available_time for r in rows] == sorted(r.available_time for r in rows)
    assert all(0 < r.available_time - r.event_time <= DAY_S for r in rows if r.event_time >= 0)
