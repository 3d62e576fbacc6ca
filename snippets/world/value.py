"""What is a policy truly worth?

Because every probability is known, the expected reward is a sum over the policy's lottery, the positions and what
people do there: no simulation, no error. It is what off-policy estimates aim at, and what an experiment would measure.
Outside the sum lie sold-out stock, novelty and the return of the pleased; simulate those.
"""

from collections.abc import Iterable, Sequence
from math import fsum

from snippets.world import behavior
from snippets.world.catalog import Item, catalog
from snippets.world.config import World
from snippets.world.policies import Candidates, Lottery, Policy, Slate, as_tickets, default_candidates
from snippets.world.sessions import Context, sessions

REWARDS = ("click", "watch", "satisfaction", "purchase", "revenue")  # watch in seconds, revenue in dollars


def worth(world: World, context: Context, item: Item, reward: str) -> float:
    """The expected reward of one click."""
    if reward == "click":
        return 1.0
    if reward == "purchase":
        return behavior.purchase(world, context, item)
    if reward == "revenue":
        return item.price * behavior.purchase(world, context, item)
    satisfied = behavior.satisfaction(world, context, item)
    if reward == "satisfaction":
        return satisfied
    if reward == "watch":
        return behavior.expected_watch(item, satisfied)
    raise ValueError(f"reward is one of {', '.join(REWARDS)}, not {reward!r}")


def expected_at(world: World, context: Context, item: Item, position: int, reward: str = "click") -> float:
    """The expected reward of this item at this position, before anybody knows whether it is seen."""
    seen = behavior.examination(world, context.device, position)
    relevant = behavior.relevance(world, context, item)
    return seen * behavior.click_if_seen(world, context.device, position, relevant) * worth(world, context, item, reward)


def expected_anywhere(world: World, context: Context, item: Item, found: int, reward: str) -> float:
    """The sum of `expected_at` over all positions."""
    seen, seen_and_trusted = 0.0, 0.0
    for position in range(1, 1 + min(world.slate, found)):
        looked = behavior.examination(world, context.device, position)
        seen += looked
        seen_and_trusted += looked * behavior.trust(world, context.device, position)
    relevant = behavior.relevance(world, context, item)
    clicks = seen * (1 - behavior.MISSED) * relevant + seen_and_trusted * (1 - relevant)
    return clicks * worth(world, context, item, reward)


def expected_reward(
    world: World, context: Context, found: Sequence[Item], choice: Slate | Lottery, reward: str = "click"
) -> float:
    """The exact expected reward of one session under a policy's answer."""
    items, parts = catalog(world), []
    for p, slate in as_tickets(choice):
        if slate is None:
            parts += [p / len(found) * expected_anywhere(world, context, x, len(found), reward) for x in found]
        else:
            parts += [p * expected_at(world, context, items[i], k, reward) for k, i in enumerate(slate, start=1)]
    return fsum(parts)


def true_value(
    world: World,
    policy: Policy,
    reward: str = "click",
    candidates: Candidates = default_candidates,
    contexts: Iterable[Context] | None = None,
) -> float:
    """The expected reward of a session, exact given the sessions met: by default those that no policy has changed."""
    rewards = []
    for context in sessions(world) if contexts is None else contexts:
        found = candidates(world, context)
        rewards.append(expected_reward(world, context, found, policy(context, found), reward))
    return fsum(rewards) / len(rewards)
