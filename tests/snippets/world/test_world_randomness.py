"""Proves `docs/reference/world.md`, "How chance is keyed": draws are uniform, independent, and belong to addresses."""

import numpy as np
import pytest
from scipy import stats

from snippets.world import World, popularity_policy, random_policy, simulate, simulation, uniform
from snippets.world.randomness import (
    EVENT, IMPRESSION, block, exponential, happens, normal, pick, poisson, unit,
)

MANY = 20_000


@pytest.fixture(scope="module")
def blocks():
    return np.array([block(7, IMPRESSION, i % 200, i // 200, 5) for i in range(MANY)])


def test_an_address_has_its_digits_for_ever():
    assert block(7, 0, 1, 2, 3)[:3] == (4160495960, 1381755347, 1621953695)
    assert uniform(7, "assignment", user=5).hex() == "0x1.5b9061f700000p-1"


@pytest.mark.parametrize("slot", range(16))
def test_every_slot_is_uniform_over_neighboring_addresses(blocks, slot):
    counts = np.bincount(blocks[:, slot] >> 26, minlength=64)
    assert stats.chisquare(counts).pvalue > 1e-4


def test_slots_of_one_address_are_uncorrelated(blocks):
    correlations = np.corrcoef(blocks.T) - np.eye(16)
    assert np.abs(correlations).max() < 4.5 / MANY**0.5


def test_neighboring_addresses_are_uncorrelated():
    draws = np.array([[unit(block(7, IMPRESSION, u, s, 5)[0]) for s in range(100)] for u in range(100)])
    for a, b in [(draws[1:], draws[:-1]), (draws[:, 1:], draws[:, :-1])]:
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 4.5 / a.size**0.5


def test_every_part_of_the_address_counts():
    addresses = [(8, 0, 1, 2, 3), (7, 1, 1, 2, 3), (7, 0, 2, 2, 3), (7, 0, 1, 3, 3), (7, 0, 1, 2, 4), (7, 0, 1, 2, 3)]
    assert len({block(*address) for address in addresses}) == len(addresses)


def test_two_purposes_of_a_reader_are_independent():
    a = [uniform(7, "assignment", user=i) for i in range(5_000)]
    b = [uniform(7, "bootstrap", user=i) for i in range(5_000)]
    assert stats.kstest(a, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(a, b)[0, 1]) < 4.5 / 5_000**0.5


def test_normal_values_follow_the_normal_distribution(blocks):
    values = [normal(int(n)) for n in blocks[:, 1]]
    assert stats.kstest(values, "norm").pvalue > 1e-4
    assert np.mean(values) == pytest.approx(0, abs=0.03)
    assert np.std(values) == pytest.approx(1, abs=0.02)


def test_exponential_values_follow_the_exponential_distribution(blocks):
    assert stats.kstest([exponential(int(n)) for n in blocks[:, 2]], "expon").pvalue > 1e-4


def test_poisson_counts_follow_the_poisson_distribution(blocks):
    mean = 0.7
    counts = np.bincount([poisson(int(n), float(np.exp(-mean)), mean, 8) for n in blocks[:, 3]], minlength=9)[:5]
    expected = stats.poisson.pmf(np.arange(5), mean) * MANY
    assert np.all(np.abs(counts - expected) < 4.5 * np.sqrt(expected))


def test_a_higher_rate_keeps_the_visits_that_a_lower_rate_had():
    chance = block(7, EVENT, 3)
    for n in chance:
        assert poisson(n, float(np.exp(-0.5)), 0.5, 8) <= poisson(n, float(np.exp(-0.9)), 0.9, 8)


def test_happens_respects_its_edges():
    assert not happens(0, 0.0)
    assert happens(2**32 - 1, 1.0)
    assert happens(2**31 - 1, 0.5) and not happens(2**31, 0.5)


def test_pick_reaches_both_ends_and_no_further():
    assert pick(0, 24) == 0
    assert pick(2**32 - 1, 24) == 23


def fate(log):
    """What each person does with each item of each session, wherever it stood."""
    return {(r.user, r.session, r.item): r for r in log}


def test_two_policies_meet_the_same_users_and_the_same_chance():
    world = World(users=150, days=7, return_effect=0.0, trust_bias=(0.0, 0.0, 0.0), examination_decay=(0.0, 0.0, 0.0))
    a, b = fate(simulate(world, popularity_policy(world))), fate(simulate(world, random_policy(world)))
    assert {key[:2] for key in a} == {key[:2] for key in b}
    shared = a.keys() & b.keys()
    assert len(shared) > 500
    assert any(a[key].position != b[key].position for key in shared)
    for key in shared:
        assert a[key][9:] == b[key][9:]


def test_showing_more_items_changes_no_fate_of_the_others():
    short, long = World(users=100, days=5, return_effect=0.0), World(users=100, days=5, return_effect=0.0, slate=14)
    few, many = simulate(short, popularity_policy(short)), fate(simulate(long, popularity_policy(long)))
    assert all(many[(r.user, r.session, r.item)] == r for r in few)


def test_a_later_purpose_leaves_the_log_as_it_was(monkeypatch):
    world = World(users=60, days=4)
    before = simulate(world, popularity_policy(world, 0.2))
    react = simulation.react

    def with_more_chances(world, context, item, *rest):
        later = block(world.seed, EVENT + 1, context.user.id, context.session, item.id)
        assert 0 < uniform(world.seed, "a new idea", context.user.id, item=item.id) < 1 and len(later) == 16
        return react(world, context, item, *rest)

    monkeypatch.setattr(simulation, "react", with_more_chances)
    assert simulate(world, popularity_policy(world, 0.2)) == before


def test_more_days_and_more_users_leave_the_earlier_log_as_it_was():
    small, large = World(users=80, days=4), World(users=120, days=9)
    before = simulate(small, popularity_policy(small, 0.2))
    after = simulate(large, popularity_policy(large, 0.2))
    assert [r for r in after if r.user < 80 and r.day < 4] == before
