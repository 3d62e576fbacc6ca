"""Which world is this? Every fact that a chapter may change, in one frozen record whose defaults are the plain world.

Switches that harm (drift, outages, bugs, hidden causes) are 0 or None until a chapter turns them on.
Times are seconds since day 0, a Monday, 00:00 UTC, unless the name ends in `_day`, `_days` or `_hours`.
"""

from dataclasses import dataclass, field, fields, replace

HOUR = 3_600.0
DAY_S = 86_400.0
DEVICES = ("desktop", "phone", "slow phone")
REGIONS = ("Americas", "Europe", "Asia")
AGE_BANDS = ("13-17", "18-24", "25-34", "35-49", "50+")
PLANS = ("free", "plus")
HORIZON_S = 28 * DAY_S  # joining, moving, publishing and leaving are spread over four weeks, however many `days` run


@dataclass(frozen=True, slots=True)
class World:
    """A video service with a shop. Hashable; `replace(world, seed=8)` makes a sibling."""

    seed: int = 7
    users: int = 400
    items: int = 800
    days: int = 14  # more days leave the earlier ones as they were; so do more users
    topics: int = 8  # also the length of taste and item vectors
    slate: int = 10  # items shown in a session

    # who comes, and when
    activity_tail: float = 1.5  # Pareto exponent of sessions a day; smaller is heavier
    newcomer_share: float = 0.3  # users who join in the four weeks from day 0, rather than before
    minority_share: float = 0.3  # users in group "B"
    group_base_rate: tuple[float, float] = (0.0, -0.4)  # log-odds added to satisfaction, for A and B
    group_label_noise: tuple[float, float] = (0.05, 0.20)  # share of survey answers that are wrong, for A and B
    return_effect: float = 0.10  # change of the visit rate by a satisfied click; minus that by a disappointed one
    search_share: float = 0.2  # sessions that begin with a search (Gomez-Uribe and Hunt, Netflix, 2015: about 20%)
    intent_share: float = 0.4  # sessions with an intent of the moment that long-term taste does not explain

    # what there is
    zipf_exponent: float = 0.9  # popularity of the item of rank r is proportional to r to the minus this
    clickbait_share: float = 0.15
    leave_share: float = 0.1  # creators who leave in the four weeks from day 0, with their items
    finite_stock: bool = False  # whether items sell out

    # what people see, click, like, buy
    examination_decay: tuple[float, float, float] = (0.6, 0.9, 1.1)  # eta in (1/position)**eta, by device
    trust_bias: tuple[float, float, float] = (0.06, 0.08, 0.10)  # by device: share of the irrelevant clicked at the top
    click_intercept: float = -3.4  # log-odds
    buy_rates: tuple[float, float] = (0.05, 0.08)  # purchases a click, of impulse and of considered goods
    buy_delay_days: tuple[float, float] = (0.43, 6.6)  # mean delay: 90% and 14% come within a day
    survey_rate: float = 0.2  # clicks followed by an answered survey
    novelty: float = 0.0  # log-odds that a new policy gains on its first day
    novelty_days: float = 3.0  # time in which that fades to a third

    # how the log is made
    batch_minutes: float = 10.0  # events become available to readers at the end of their batch
    hidden_cause: float = 0.0  # unlogged mood that moves both clicks (log-odds) and what is shown (share)
    clock_skew_s: float = 0.0  # standard deviation of the clocks of phones
    outage_hours: tuple[float, float] | None = None  # the collector is down: what arrives is lost
    stall_hours: tuple[float, float] | None = None  # the batch job stands still: what arrives is late
    unit_bug_day: float | None = None  # from then on slow phones log watch time in milliseconds

    # drift, from `drift_day` on, over `drift_ramp_days`, and back again if it has a period
    drift_day: float = 7.0
    drift_ramp_days: float = 0.0
    drift_period_days: float = 0.0
    covariate_drift: float = 0.0  # share of sessions whose intent moves to topic 0
    concept_drift: float = 0.0  # log-odds by which fashion moves from odd to even topics
    label_drift: float = 0.0  # log-odds added to every click: a new base rate

    key: int = field(init=False, repr=False, compare=False)  # the hash, computed once: tables are cached by world

    def __post_init__(self) -> None:
        values = tuple(getattr(self, f.name) for f in fields(self) if f.init)
        object.__setattr__(self, "key", hash(values))
        if min(self.users, self.items, self.days, self.topics, self.slate) < 1:
            raise ValueError("a world needs at least one user, item, day, topic and place in the slate")

    def __hash__(self) -> int:
        return self.key


__all__ = ["AGE_BANDS", "DAY_S", "DEVICES", "HORIZON_S", "HOUR", "PLANS", "REGIONS", "World", "replace"]
