"""What can be shown? A few items that everybody wants and a long tail; some new, some vanishing, some that lie.

Popularity follows Zipf's law over ranks, as views of YouTube's videos did but for the far tail (Cha et al., IMC 2007). `clickbait` raises clicks and lowers satisfaction, so the two come apart.
Goods are "impulse" (cheap, bought at once) or "considered" (dear, bought days later).
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import inf

from snippets.world.config import DAY_S, HORIZON_S, World
from snippets.world.exact import exp, power
from snippets.world.randomness import ITEM, ITEM_VECTOR, block, exponential, happens, normal, pick, unit
from snippets.world.users import normalized

TOPIC, QUALITY, BAIT, BAIT_SIZE, AGE, NEW, PRICE, LENGTH, STOCK, CREATOR, LEAVES, LEAVE_TIME, KIND = range(13)
TYPICAL_PRICE = (8.0, 80.0)  # dollars, median of impulse and of considered goods
MAKER = 1_000_000_000  # creators' addresses start here, beyond every item


@dataclass(frozen=True, slots=True)
class Item:
    """One video and the article it sells. `quality` and `clickbait` are hidden truth."""

    id: int
    topic: int
    vector: tuple[float, ...]  # unit vector over topics
    popularity: float  # share of general demand; all items together make 1
    price: float  # dollars
    kind: str  # "impulse" or "considered"
    duration: float  # seconds
    creator: int
    published: float  # seconds; before 0 for what was there already
    leaves: float  # seconds; infinite while the creator stays
    stock: int  # units
    quality: float  # standard normal
    clickbait: float  # log-odds of a click that the video does not deserve


@lru_cache(maxsize=32)
def catalog(world: World) -> tuple[Item, ...]:
    """All items, in order of popularity; those published later included."""
    weights = [power(rank, -world.zipf_exponent) for rank in range(1, world.items + 1)]
    total = list(accumulate(weights))[-1]
    return tuple(make_item(world, i, weights[i] / total) for i in range(world.items))


def make_item(world: World, i: int, popularity: float) -> Item:
    """One item, from the seed and the number alone."""
    chance = block(world.seed, ITEM, item=i)
    creator = pick(chance[CREATOR], max(1, world.items // 8))
    maker = block(world.seed, ITEM, item=MAKER + creator)
    leaves = HORIZON_S * unit(maker[LEAVE_TIME]) if happens(maker[LEAVES], world.leave_share) else inf
    new = happens(chance[NEW], 0.25)
    published = HORIZON_S * unit(chance[AGE]) if new else -60 * DAY_S * exponential(chance[AGE])
    considered = happens(chance[KIND], 0.4)
    topic = pick(chance[TOPIC], world.topics)
    return Item(
        id=i,
        topic=topic,
        vector=make_vector(world, i, topic),
        popularity=popularity,
        price=round(TYPICAL_PRICE[considered] * exp(0.5 * normal(chance[PRICE])), 2),
        kind="considered" if considered else "impulse",
        duration=round(240 * exp(0.8 * normal(chance[LENGTH])), 1),
        creator=creator,
        published=published,
        leaves=leaves,
        stock=5 + pick(chance[STOCK], 40),
        quality=normal(chance[QUALITY]),
        clickbait=0.5 + unit(chance[BAIT_SIZE]) if happens(chance[BAIT], world.clickbait_share) else 0.0,
    )


def make_vector(world: World, i: int, topic: int) -> tuple[float, ...]:
    """A unit vector that points to the topic, with a little of the others."""
    noise = block(world.seed, ITEM_VECTOR, item=i)
    vector = [0.4 * unit(noise[k % 16]) for k in range(world.topics)]
    vector[topic] += 1.0
    return normalized(vector)


def is_live(item: Item, time: float) -> bool:
    """Whether the item is published and its creator still there."""
    return item.published <= time < item.leaves


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is live on one day: items by popularity, by topic, and the running sum of popularity in integers."""

    items: tuple[Item, ...]
    by_topic: tuple[tuple[Item, ...], ...]
    running: tuple[int, ...]


@lru_cache(maxsize=512)
def shelf(world: World, day: int) -> Shelf:
    """The items that are live through the whole of this day."""
    live = tuple(x for x in catalog(world) if is_live(x, day * DAY_S) and x.leaves >= (day + 1) * DAY_S)
    by_topic = tuple(tuple(x for x in live if x.topic == t) for t in range(world.topics))
    return Shelf(live, by_topic, tuple(accumulate(1 + int(x.popularity * 1e9) for x in live)))


def popular_item(stock: Shelf, n: int) -> Item:
    """An item drawn in proportion to popularity."""
    return stock.items[bisect_right(stock.running, pick(n, stock.running[-1]))]
