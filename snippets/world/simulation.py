"""What happens when a policy meets the world?

`serve` lets the days pass, session after session in order of time, so that a policy may learn between sessions,
pleased users return more often and stock runs out. `simulate` is the same, as one log.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from snippets.world import behavior
from snippets.world.catalog import Item, catalog
from snippets.world.config import World
from snippets.world.policies import (
    Candidates, Lottery, Policy, Slate, as_tickets, default_candidates, drawn, propensity, random_slate, tilted,
)
from snippets.world.randomness import IMPRESSION, POLICY, block, exponential, happens, unit
from snippets.world.sessions import Context, moment, visits
from snippets.world.users import users

EXAMINE, CLICK, SATISFY, WATCH, BUY, DELAY, ANSWER, WRONG = range(8)


class Impression(NamedTuple):
    """One item shown. From `examined` on: truth that no production log has, or not yet."""

    user: int
    session: int  # with `user`, the key of the session
    day: int
    time: float  # seconds, when shown
    device: str
    query: int | None
    item: int
    position: int  # from 1
    propensity: float  # logged probability of this item at this position
    clicked: bool
    watch_s: float  # seconds watched
    survey: bool | None  # the answer to "were you satisfied?", sometimes wrong, mostly None
    examined: bool
    satisfied: bool
    bought_at: float | None  # seconds; may lie beyond the last day


def serve(
    world: World,
    policy: Policy,
    candidates: Candidates = default_candidates,
    days: range | None = None,
    launched: float | None = None,
) -> Iterator[tuple[Context, list[Impression]]]:
    """Serve session after session. `launched` (seconds) starts the novelty of this policy, if the world has any."""
    pleased = [1.0] * world.users
    sold: Counter[int] = Counter()
    for day in days or range(world.days):
        coming = (c for user in users(world) for c in visits(world, user, day, pleased[user.id]))
        for context in sorted(coming, key=moment):
            found = candidates(world, context)
            if world.finite_stock:
                found = [item for item in found if sold[item.id] < item.stock]
            shown = show(world, context, found, policy(context, found), launched)
            for row in shown:
                sold[row.item] += row.bought_at is not None
                if row.clicked:
                    change = world.return_effect if row.satisfied else -world.return_effect
                    pleased[row.user] = min(1.5, max(0.5, pleased[row.user] + change))
            yield context, shown


def simulate(
    world: World,
    policy: Policy,
    candidates: Candidates = default_candidates,
    days: range | None = None,
    launched: float | None = None,
) -> list[Impression]:
    """The whole log of a policy, in order of time."""
    return [row for _, shown in serve(world, policy, candidates, days, launched) for row in shown]


def show(
    world: World, context: Context, found: list[Item], choice: Slate | Lottery, launched: float | None = None
) -> list[Impression]:
    """Draw the slate from the policy's lottery and let the person act on each item."""
    lottery = as_tickets(choice)
    chance = unit(block(world.seed, POLICY, context.user.id, context.session)[0])
    bent = tilted(lottery, world.hidden_cause and context.mood * min(0.9, world.hidden_cause))
    slate = drawn(bent, chance)
    if slate is None:
        slate = random_slate(world, context, found)
    lift = behavior.novelty_lift(world, context.time, launched)
    items = catalog(world)
    return [
        react(world, context, items[i], k, propensity(lottery, len(found), k, i), lift)
        for k, i in enumerate(slate, start=1)
    ]


def react(world: World, context: Context, item: Item, position: int, shown_with: float, lift: float) -> Impression:
    """One impression and all that follows from it; the chance belongs to (user, session, item), not to the place."""
    chance = block(world.seed, IMPRESSION, context.user.id, context.session, item.id)
    seen = happens(chance[EXAMINE], behavior.examination(world, context.device, position))
    clicked, satisfied, watch_s, survey, bought_at = False, False, 0.0, None, None
    if seen:
        relevant = behavior.relevance(world, context, item, lift)
        clicked = happens(chance[CLICK], behavior.click_if_seen(world, context.device, position, relevant))
    if clicked:
        satisfied = happens(chance[SATISFY], behavior.satisfaction(world, context, item))
        watch_s = behavior.watched(item, satisfied, unit(chance[WATCH]))
        if happens(chance[ANSWER], world.survey_rate):
            noise = world.group_label_noise[context.user.group == "B"]
            survey = satisfied != happens(chance[WRONG], noise)
        if happens(chance[BUY], behavior.purchase(world, context, item)):
            bought_at = context.time + behavior.purchase_delay(world, item, exponential(chance[DELAY]))
    return Impression(
        context.user.id, context.session, context.day, context.time, context.device, context.query, item.id,
        position, shown_with, clicked, watch_s, survey, seen, satisfied, bought_at,
    )  # fmt: skip
