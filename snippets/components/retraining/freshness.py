"""What is a day's delay of retraining worth, and is the newest data worth more than more data?

Train the same model on windows that end 0, 1 or 7 days before serving, and count true clicks on the same visits.
A slow turn of fashion makes each day worth about a percent, and the length of the window worth more than its freshness.
After a sudden turn no old window will do; two fresh days are still no better than fourteen, four are. The warm
model keeps its weights and reads only the new day: one pass, day by day, is the same model as one pass over all days.
"""
from collections.abc import Sequence
from functools import cache
from statistics import fmean

from snippets.components.training.online_sgd import LogRow, Model, learn, log_rows
from snippets.world import Context, World, default_candidates, expected_reward, replace, sessions, top

SERVED = 22  # the first day on which the models are judged
DELAYS = (0, 1, 7)  # days between the last row and serving
TURNS = {"slow": (0.0, 24.0), "sudden": (19.0, 0.0)}  # day on which fashion starts to turn, and days that it takes


def feed(seed: int, turn: str) -> World:
    """A month in which odd topics fall out of fashion: bit by bit, or all on day 19."""
    start, ramp = TURNS[turn]
    return World(seed=seed, users=130, items=150, days=SERVED + 2, concept_drift=1.2, drift_day=start, drift_ramp_days=ramp)


@cache
def month_of_rows(seed: int, turn: str) -> list[LogRow]:
    """The log of random pages before the first day that is served."""
    return log_rows(replace(feed(seed, turn), days=SERVED))


def clicks_a_page(world: World, model: Model, visits: Sequence[Context]) -> float:
    """True expected clicks on pages ranked by the model."""
    known, values = model.weights.get, []
    for context in visits:
        found = default_candidates(world, context)
        page = top(world, found, lambda x: known(("item", x.id), 0.0)
                   + known(("taste", context.user.id, x.topic), 0.0) + known(("asked", context.query == x.topic), 0.0))
        values.append(expected_reward(world, context, found, page))
    return fmean(values)


# --8<-- [start:report]
def windowed(rows: Sequence[LogRow], window: int, delay: int) -> Model:
    """A model trained from scratch on `window` days that end `delay` days before it serves."""
    model, end = Model(), SERVED - delay
    learn(model, [row for row in rows if end - window <= row.day < end])
    return model


def warm(rows: Sequence[LogRow], delays: Sequence[int]) -> dict[int, Model]:
    """One model that learns each day once and never starts over; its checkpoints by age."""
    model, saved = Model(), {}
    for day in range(SERVED):
        learn(model, [row for row in rows if row.day == day])
        if SERVED - 1 - day in delays:
            saved[SERVED - 1 - day] = model.copy()
    return saved


def worth(seed: int, turn: str, windows: Sequence[int] = (2, 14)) -> dict[str, list[float]]:
    """Clicks a page by way of training, one value for each delay."""
    world = feed(seed, turn)
    rows = month_of_rows(seed, turn)
    visits = sessions(world, range(SERVED, SERVED + 2))[:45]
    found = {f"{n} days": [clicks_a_page(world, windowed(rows, n, d), visits) for d in DELAYS] for n in windows}
    checkpoints = warm(rows, DELAYS)
    return found | {"warm": [clicks_a_page(world, checkpoints[d], visits) for d in DELAYS]}

def main() -> None:
    seed = 2  # @param {type:"number", min:1, max:900}
    print("true clicks a page, by age of newest row")
    print("           0 days  1 day 7 days")
    for turn in TURNS:
        found = worth(seed, turn)
        print(f"{turn} turn of fashion")
        for name, values in found.items():
            print(f"  {name:8}" + "".join(f"{value:7.3f}" for value in values))
        fresh, day, week = found["14 days"]
        print(f"  14 days: a day late {day / fresh - 1:+.1%}, a week {week / fresh - 1:+.1%}")
        print(f"14 days, a week old, over 2 fresh: {week / found['2 days'][0] - 1:+.1%}")
    nightly = len(month_of_rows(seed, "slow")) / SERVED
    print(f"rows a night: 14 days {14 * nightly:,.0f}, warm {nightly:,.0f}")
# --8<-- [end:report]


if __name__ == "__main__":
    main()
