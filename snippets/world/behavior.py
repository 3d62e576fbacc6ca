"""What does a person do with an item at a place in the list?

Seen or not (examination), judged relevant or not, clicked though irrelevant because the list put it first (trust bias),
then watched, liked, bought. Every probability is a function here, so the truth can be computed, not only sampled.
Examination falls as (1/position)**eta: Joachims, Swaminathan and Schnabel, WSDM 2017, arXiv:1608.04468.
Trust bias: Agarwal et al., WWW 2019, doi:10.1145/3308558.3313697; that clicks are then affine in relevance, and that
inverse propensities alone can't undo it: Vardasbi, Oosterhuis and de Rijke, CIKM 2020, arXiv:2008.10242.
Delays of purchases: display ads see about 50% within a day and wait a month (Chapelle, KDD 2014); our two kinds of
goods lie on both sides of that.
"""

from functools import lru_cache
from math import sqrt

from snippets.world.catalog import TYPICAL_PRICE, Item
from snippets.world.config import DAY_S, DEVICES, World
from snippets.world.drift import log_odds_shift
from snippets.world.exact import exp, power, sigmoid
from snippets.world.sessions import Context

MISSED = 0.05  # chance that a relevant item, seen, is not clicked


@lru_cache(maxsize=2_048)
def examination(world: World, device: str, position: int) -> float:
    """The probability that the item at this position (1 is the top) is looked at."""
    return power(position, -world.examination_decay[DEVICES.index(device)])


def trust(world: World, device: str, position: int) -> float:
    """The probability that an item judged irrelevant, once seen, is clicked because the list put it so high."""
    return world.trust_bias[DEVICES.index(device)] / position


def affinity(context: Context, item: Item) -> float:
    """The agreement of long-term taste and item, 0 to 1."""
    total = 0.0
    for liked, has in zip(context.user.taste, item.vector):
        total += liked * has
    return total


def freshness(item: Item, time: float) -> float:
    """1 when just published, a half after a week, then slowly to 0."""
    return 7 * DAY_S / (7 * DAY_S + max(0.0, time - item.published))


def relevance_log_odds(world: World, context: Context, item: Item, lift: float = 0.0) -> float:
    """Log-odds that the person, having looked, judges the item worth a click; before the drifts and hidden causes."""
    score = world.click_intercept + 2.2 * affinity(context, item) + 0.5 * item.quality + item.clickbait + lift
    score += 0.6 * freshness(item, context.time) + 20 * item.popularity
    if item.topic == context.intent:
        score += 1.8
    if world.hidden_cause:
        score += world.hidden_cause * context.mood
    return score + log_odds_shift(world, context.time, item.topic)


def relevance(world: World, context: Context, item: Item, lift: float = 0.0) -> float:
    """The probability that the person, having looked, judges the item worth a click."""
    return sigmoid(relevance_log_odds(world, context, item, lift))


def click_if_seen(world: World, device: str, position: int, relevant: float) -> float:
    """The probability of a click on an item that is looked at: affine in its relevance."""
    return (1 - MISSED) * relevant + trust(world, device, position) * (1 - relevant)


def satisfaction(world: World, context: Context, item: Item) -> float:
    """The probability that a person who clicked is glad of it. Clickbait counts against it, which clicks don't show."""
    score = 0.2 + 1.5 * affinity(context, item) + 0.9 * item.quality - 2.0 * item.clickbait
    score += 0.8 if item.topic == context.intent else 0.0
    return sigmoid(score + world.group_base_rate[context.user.group == "B"])


def expected_watch(item: Item, satisfied: float) -> float:
    """Mean seconds watched after a click: three quarters of the length if satisfied, one quarter if not."""
    return item.duration * (0.25 + 0.5 * satisfied)


def watched(item: Item, satisfied: bool, u: float) -> float:
    """Seconds watched, from one uniform: mostly to the end if satisfied, mostly not if not."""
    return item.duration * (1 - u * u * u if satisfied else u * u * u)


def purchase(world: World, context: Context, item: Item) -> float:
    """The probability that a click ends in a purchase, however late. A price above the usual deters, thrift too."""
    considered = item.kind == "considered"
    rate = world.buy_rates[considered] * sqrt(TYPICAL_PRICE[considered] / item.price)
    return min(1.0, rate * (1.5 - context.user.thrift) * (1.2 if context.plan == "plus" else 0.95))


def purchase_delay(world: World, item: Item, unit_delay: float) -> float:
    """Seconds from click to purchase; `unit_delay` is exponential with mean 1."""
    return world.buy_delay_days[item.kind == "considered"] * DAY_S * unit_delay


def novelty_lift(world: World, time: float, launched: float | None) -> float:
    """The log-odds that a policy gains because it is new, `launched` seconds after day 0."""
    if not world.novelty or launched is None or time < launched:
        return 0.0
    return world.novelty * exp(-(time - launched) / (world.novelty_days * DAY_S))
