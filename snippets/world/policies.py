"""Who decides what is shown? A plain function of the reader's: `policy(context, candidates) -> Slate`.

A policy only states what it may show and how probably; the world throws the dice, with the same chance for every
policy, and writes the true propensity into the log. So a propensity can't be wrong by a slip of the policy's author,
and the expectation over a policy's own chance is a sum, not a simulation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from snippets.world.catalog import Item, popular_item, shelf
from snippets.world.config import World
from snippets.world.randomness import CANDIDATES, POLICY, block, pick
from snippets.world.sessions import Context


@dataclass(frozen=True, slots=True)
class Slate:
    """Item numbers from the top down; with probability `explore`, a random draw of the candidates instead."""

    items: tuple[int, ...]
    explore: float = 0.0


Lottery = list[tuple[float, Slate]]  # probabilities that add to 1, each with its slate
Tickets = list[tuple[float, tuple[int, ...] | None]]  # the same, with None for the random draw
Policy = Callable[[Context, Sequence[Item]], Slate | Lottery]
Candidates = Callable[[World, Context], Sequence[Item]]


def default_candidates(world: World, context: Context) -> list[Item]:
    """About two dozen live items: half by popularity, half of the topic searched for, or of any topic."""
    stock = shelf(world, context.day)
    if not stock.items:
        return []
    chance = block(world.seed, CANDIDATES, context.user.id, context.session)
    found = {item.id: item for item in (popular_item(stock, n) for n in chance[:14])}
    pool = stock.items if context.query is None else stock.by_topic[context.query] or stock.items
    start = pick(chance[14], len(pool))
    step = 1 + pick(chance[15], max(1, len(pool) // 12))
    for k in range(12):
        item = pool[(start + k * step) % len(pool)]
        found[item.id] = item
    return list(found.values())


def top(world: World, candidates: Sequence[Item], score: Callable[[Item], float], explore: float = 0.0) -> Slate:
    """The slate of the best by score; of equals, the lower number first."""
    ranked = sorted(candidates, key=lambda item: (-score(item), item.id))
    return Slate(tuple(item.id for item in ranked[: world.slate]), explore)


def popularity_policy(world: World, explore: float = 0.0) -> Policy:
    """The baseline that every ranker must beat."""
    return lambda context, candidates: top(world, candidates, lambda item: item.popularity, explore)


def random_policy(world: World) -> Policy:
    """Every candidate is equally likely at every position: the cleanest log, and the dearest."""
    return lambda context, candidates: Slate(tuple(item.id for item in candidates[: world.slate]), explore=1.0)


def as_tickets(choice: Slate | Lottery) -> Tickets:
    """A policy's answer as tickets of a lottery; what is no answer is refused in words."""
    lottery = [(1.0, choice)] if isinstance(choice, Slate) else choice
    split, explored, total = [], 0.0, 0.0
    for p, slate in lottery:
        total += p
        explored += p * slate.explore
        if len(set(slate.items)) < len(slate.items):
            raise ValueError(f"a slate shows an item twice: {slate.items}")
        if slate.explore < 1:
            split.append((p * (1 - slate.explore), slate.items))
    if abs(total - 1) > 1e-9:
        raise ValueError(f"the probabilities of a policy's slates add to {total:.4g}, not to 1")
    return split + [(explored, None)] if explored else split


def tilted(lottery: Tickets, hidden: float) -> Tickets:
    """The lottery as an unlogged rule bends it: later tickets gain by the share `hidden`, earlier ones lose."""
    last = len(lottery) - 1
    if not hidden or not last:
        return lottery
    bent = [p * (1 + hidden * (2 * j / last - 1)) for j, (p, _) in enumerate(lottery)]
    total = 0.0
    for p in bent:
        total += p
    return [(p / total, items) for p, (_, items) in zip(bent, lottery)]


def drawn(lottery: Tickets, u: float) -> tuple[int, ...] | None:
    """The ticket that the uniform u draws."""
    for p, items in lottery:
        u -= p
        if u < 0:
            return items
    return lottery[-1][1]


def random_slate(world: World, context: Context, candidates: Sequence[Item]) -> tuple[int, ...]:
    """A uniform draw of the candidates, by Fisher and Yates."""
    left = [item.id for item in candidates]
    size = min(world.slate, len(left))
    for k in range(size):
        if k % 16 == 0:
            chance = block(world.seed, POLICY, context.user.id, context.session, 1 + k // 16)
        j = k + pick(chance[k % 16], len(left) - k)
        left[k], left[j] = left[j], left[k]
    return tuple(left[:size])


def propensity(lottery: Tickets, candidates: int, position: int, item: int) -> float:
    """The probability that this item stands at this position (from 1), as the log records it."""
    total = 0.0
    for p, items in lottery:
        if items is None:
            total += p / candidates
        elif position <= len(items) and items[position - 1] == item:
            total += p
    return total
