"""What may change while nobody touches the code?

Three kinds, each alone: who asks (covariate), what they want (concept), how often the answer is yes (label, or prior).
Names after Moreno-Torres et al., "A unifying view on dataset shift in classification" (2012). All are off by default.
"""

from snippets.world.config import DAY_S, World


def drift_strength(world: World, time: float) -> float:
    """How far the drift has gone at this time, from 0 to 1."""
    days = time / DAY_S - world.drift_day
    if days < 0:
        return 0.0
    if world.drift_period_days:
        return 1.0 if days % world.drift_period_days < world.drift_period_days / 2 else 0.0
    return 1.0 if days >= world.drift_ramp_days else days / world.drift_ramp_days


def log_odds_shift(world: World, time: float, topic: int) -> float:
    """What concept and label drift add to the log-odds of a click on this topic."""
    if not world.concept_drift and not world.label_drift:
        return 0.0
    fashion = world.concept_drift if topic % 2 == 0 else -world.concept_drift
    return drift_strength(world, time) * (fashion + world.label_drift)


def moved_intent(world: World, time: float, intent: int | None, chance: float) -> int | None:
    """The session's intent after covariate drift."""
    if world.covariate_drift and chance < world.covariate_drift * drift_strength(world, time):
        return 0
    return intent
