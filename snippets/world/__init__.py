"""One small world for the whole handbook: a video service with a shop, seeded, with known truth."""

from snippets.world.behavior import (
    affinity, click_if_seen, examination, freshness, purchase, relevance, satisfaction, trust,
)
from snippets.world.catalog import Item, catalog, is_live, shelf
from snippets.world.config import AGE_BANDS, DAY_S, DEVICES, HOUR, PLANS, REGIONS, World, replace
from snippets.world.drift import drift_strength
from snippets.world.exact import exp, log, normal_quantile, power, sigmoid
from snippets.world.logs import Event, ProfileUpdate, events, profile_updates
from snippets.world.policies import (
    Lottery, Policy, Slate, default_candidates, popularity_policy, propensity, random_policy, top,
)
from snippets.world.randomness import block, happens, normal, uniform
from snippets.world.sessions import Context, sessions
from snippets.world.simulation import Impression, serve, simulate
from snippets.world.users import Profile, User, profile_at, users
from snippets.world.value import expected_at, expected_reward, true_value
