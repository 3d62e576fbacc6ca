"""Who uses the product? A few people often, most people seldom; with tastes that no log records.

Activity is Pareto: the top tenth makes a large share of all sessions. Profiles change (a move, a new phone, a plan),
so a feature about a user has a history: the slowly changing dimension of data warehouses (Kimball's type 2).
"""

from dataclasses import dataclass
from functools import lru_cache
from math import fsum, sqrt

from snippets.world.config import AGE_BANDS, DAY_S, DEVICES, HORIZON_S, PLANS, REGIONS, World
from snippets.world.exact import power
from snippets.world.randomness import PROFILE, USER, USER_TASTE, block, happens, pick, unit

AGE_BAND, ACTIVITY, GROUP, JOINS, JOIN_TIME, TOPICS_LIKED, FIRST_TOPIC, SECOND_TOPIC, THRIFT, LIKE_PEERS = range(10)
REGION, DEVICE, PLAN, MOVES, MOVE_TIME, UPGRADES, UPGRADE_TIME, SUBSCRIBES, SUBSCRIBE_TIME = range(9)
MOST_A_DAY = 8  # sessions


@dataclass(frozen=True, slots=True)
class Profile:
    """What the account table says from `since` (seconds) on."""

    since: float
    region: str
    device: str
    plan: str


@dataclass(frozen=True, slots=True)
class User:
    """One person. `group` may be known; `taste` and `thrift` are hidden truth: no production system has them."""

    id: int
    age_band: str
    group: str  # "A" or "B"
    joined: float  # seconds; before 0 for those who were there already
    activity: float  # expected sessions a day, when neither pleased nor displeased
    history: tuple[Profile, ...]  # oldest first, never empty
    taste: tuple[float, ...]  # unit vector over topics
    thrift: float  # 0 to 1: how much price deters


@lru_cache(maxsize=32)
def users(world: World) -> tuple[User, ...]:
    """All users, those who join later included."""
    return tuple(make_user(world, i) for i in range(world.users))


def make_user(world: World, i: int) -> User:
    """One user, from the seed and the number alone."""
    chance = block(world.seed, USER, user=i)
    newcomer = happens(chance[JOINS], world.newcomer_share)
    joined = unit(chance[JOIN_TIME]) * (HORIZON_S if newcomer else -365 * DAY_S)
    return User(
        id=i,
        age_band=AGE_BANDS[pick(chance[AGE_BAND], len(AGE_BANDS))],
        group="B" if happens(chance[GROUP], world.minority_share) else "A",
        joined=joined,
        activity=min(6.0, 0.13 * power(unit(chance[ACTIVITY]), -1 / world.activity_tail)),
        history=make_history(world, i, joined),
        taste=make_taste(world, i, chance),
        thrift=unit(chance[THRIFT]),
    )


def make_taste(world: World, i: int, chance: tuple[int, ...]) -> tuple[float, ...]:
    """A unit vector with one or two liked topics and a little of everything; three in ten share that of their age."""
    noise = block(world.seed, USER_TASTE, user=i)
    vector = [0.3 * unit(noise[k % 16]) for k in range(world.topics)]
    of_peers = pick(chance[AGE_BAND], len(AGE_BANDS)) % world.topics
    own = pick(chance[FIRST_TOPIC], world.topics)
    vector[of_peers if happens(chance[LIKE_PEERS], 0.3) else own] += 1.0
    if happens(chance[TOPICS_LIKED], 0.5):
        vector[pick(chance[SECOND_TOPIC], world.topics)] += 0.7
    return normalized(vector)


def normalized(vector: list[float]) -> tuple[float, ...]:
    """The vector scaled to length 1."""
    length = sqrt(fsum(x * x for x in vector))
    return tuple(x / length for x in vector)


def make_history(world: World, i: int, joined: float) -> tuple[Profile, ...]:
    """The account's rows: at most one move, one new device and one change of plan in the four weeks."""
    chance = block(world.seed, PROFILE, user=i)
    region = REGIONS[pick(chance[REGION], 3)]
    device = DEVICES[0 if happens(chance[DEVICE], 0.3) else 1 if happens(chance[DEVICE], 0.75) else 2]
    plan = PLANS[happens(chance[PLAN], 0.15)]
    start, rows = max(joined, 0.0), [Profile(joined, region, device, plan)]
    left = HORIZON_S - start
    changes = [
        (start + left * unit(chance[MOVE_TIME]), "region", happens(chance[MOVES], 0.1)),
        (start + left * unit(chance[UPGRADE_TIME]), "device", happens(chance[UPGRADES], 0.3)),
        (start + left * unit(chance[SUBSCRIBE_TIME]), "plan", happens(chance[SUBSCRIBES], 0.4)),
    ]
    for since, field, happened in sorted(changes):
        if happened and field == "region":
            region = REGIONS[(REGIONS.index(region) + 1) % 3]
        elif happened and field == "device":
            device = DEVICES[max(0, DEVICES.index(device) - 1)]
        elif happened:
            plan = PLANS[1 - PLANS.index(plan)]
        if (region, device, plan) != (rows[-1].region, rows[-1].device, rows[-1].plan):
            rows.append(Profile(since, region, device, plan))
    return tuple(rows)


def profile_at(user: User, time: float) -> Profile:
    """The row that is true at this time (not the row that a pipeline has by then)."""
    current = user.history[0]
    for profile in user.history[1:]:
        if profile.since > time:
            break
        current = profile
    return current
