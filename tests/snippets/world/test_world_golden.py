"""Proves `docs/reference/world.md`, "Same digits everywhere": the default world is this one, to the last bit.

A digest that changes here changes records all over the handbook. If a change of the world is meant, say so in the
commit, replace the digests, and record every snippet again.
"""

from hashlib import sha256

from snippets.world import (
    World, catalog, events, popularity_policy, profile_updates, random_policy, replace, sessions, simulate, true_value,
    users,
)

SMALL = World(users=120, days=8)
EVERYTHING_ON = replace(
    SMALL, finite_stock=True, novelty=0.5, hidden_cause=0.4, clock_skew_s=20.0, outage_hours=(40.0, 42.0),
    stall_hours=(60.0, 66.0), unit_bug_day=2.0, drift_day=3.0, drift_ramp_days=2.0, covariate_drift=0.3,
    concept_drift=0.5, label_drift=0.2,
)  # fmt: skip


def digest(*values):
    """Sixteen hexadecimal digits of everything printed in full precision."""
    return sha256(repr(values).encode()).hexdigest()[:16]


def test_users_of_the_default_world():
    assert digest(users(World())) == "6fca63f7d8cfc890"


def test_catalog_of_the_default_world():
    assert digest(catalog(World())) == "467fbca3436b13e3"


def test_sessions_of_the_default_world():
    assert digest(sessions(SMALL)) == "7e14a9eb472131e6"


def test_log_of_the_default_world():
    assert digest(simulate(SMALL, popularity_policy(SMALL, 0.2))) == "57d90459fae7ee55"


def test_events_and_profiles_of_the_default_world():
    log = simulate(SMALL, random_policy(SMALL))
    assert digest(events(SMALL, log), profile_updates(SMALL)) == "ef3220cd75cf6ffc"


def test_true_value_in_the_default_world():
    assert digest(true_value(SMALL, popularity_policy(SMALL, 0.2), "revenue")) == "56e86c174a97c717"


def test_log_and_events_with_every_switch_on():
    log = simulate(EVERYTHING_ON, popularity_policy(EVERYTHING_ON, 0.2), launched=86_400.0)
    assert digest(log, events(EVERYTHING_ON, log)) == "bb9a66c3d459ea5d"
