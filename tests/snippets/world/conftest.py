"""One larger world and its logs, shared by the tests of `docs/reference/world.md`."""

import pytest

from snippets.world import World, popularity_policy, random_policy, sessions, simulate


@pytest.fixture(scope="session")
def big():
    """2,500 users for a week; nobody is pleased or displeased, so that sessions are independent of the policy."""
    return World(seed=11, users=2_500, days=7, return_effect=0.0)


@pytest.fixture(scope="session")
def big_sessions(big):
    return sessions(big)


@pytest.fixture(scope="session")
def random_log(big):
    return simulate(big, random_policy(big))


@pytest.fixture(scope="session")
def popular_log(big):
    return simulate(big, popularity_policy(big, explore=0.3))
