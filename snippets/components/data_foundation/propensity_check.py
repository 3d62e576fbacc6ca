"""Is there a test that tells, without an experiment, whether logged propensities are right?

There is half a one. If the log is complete and its propensities true, the weights target/logged average to one, for
any target policy. Propensities that were assumed, or recomputed later, break that, and the check finds them. A rule that
acts on something unlogged, this way and that, passes it, and the value estimated from that log is wrong by a third.
Chapter: components/data-foundation. The average weight is the denominator of self-normalized importance sampling.
"""
from collections.abc import Callable
from dataclasses import dataclass
from math import fsum

from snippets.world import (
    Context, Impression, World, default_candidates, popularity_policy, replace, sessions, simulate,
    top, true_value,
)  # fmt: skip


# --8<-- [start:check]
@dataclass(frozen=True, slots=True)
class Weighed:
    """One logged exposure, under a target policy that shows one fixed slate a session."""

    clicked: bool
    weight: float  # 1 / logged propensity if the target would show this item here, else 0


def weigh(log: list[Impression], slates: dict, logged: Callable[[Impression], float]) -> list[Weighed]:
    """The log's rows with their importance weights; `slates` says what the target shows in each session."""
    return [Weighed(r.clicked, (slates[r.user, r.session][r.position - 1] == r.item) / logged(r)) for r in log]


def mean_weight(rows: list[Weighed]) -> float:
    """About 1 if the log is whole and its propensities true, whatever the target policy."""
    return fsum(row.weight for row in rows) / len(rows)


def estimated_clicks(rows: list[Weighed], visits: int) -> float:
    """Clicks a session under the target policy, by inverse propensity scoring."""
    return fsum(row.weight for row in rows if row.clicked) / visits


class Audit:
    """A log of one world in which half of the slates are random, and a target policy: the popular list."""

    def __init__(self, seed: int, unlogged: float = 0.0) -> None:
        self.world = replace(World(seed=seed, days=7, return_effect=0.0), hidden_cause=unlogged)
        self.met = {(c.user.id, c.session): c for c in sessions(self.world)}
        self.found = {key: default_candidates(self.world, c) for key, c in self.met.items()}
        candidates = lambda world, c: self.found[c.user.id, c.session]
        self.log = simulate(self.world, popularity_policy(self.world, explore=0.5), candidates)
        target = popularity_policy(self.world)
        self.slates = {key: target(c, self.found[key]).items for key, c in self.met.items()}
        self.truth = true_value(self.world, target, "click", candidates, self.met.values())

    def recomputed(self, row: Impression) -> float:
        """The propensity under today's ranker, which prefers impulse goods a little; the log was made by yesterday's."""
        found = self.found[row.user, row.session]
        today = top(self.world, found, lambda x: x.popularity * (1.2 if x.kind == "impulse" else 1.0)).items
        return 0.5 * (today[row.position - 1] == row.item) + 0.5 / len(found)

    def report(self, logged: Callable[[Impression], float]) -> tuple[float, float]:
        """(mean weight, estimated over true clicks a session), believing these propensities."""
        rows = weigh(self.log, self.slates, logged)
        return mean_weight(rows), estimated_clicks(rows, len(self.met)) / self.truth


def main() -> None:
    unlogged = 0.9  # @param {type:"slider", min:0, max:0.9, step:0.1, unit:"strength of the unlogged rule"}
    seed = 4  # @param {type:"number", min:1, max:1000}
    clean, bent = Audit(seed), Audit(seed, unlogged)
    print("                         mean  estimate\npropensities           weight   / truth")
    for name, (weight, ratio) in {
        "logged at the decision": clean.report(lambda row: row.propensity),
        "assumed to be 1": clean.report(lambda row: 1.0),
        "recomputed later": clean.report(clean.recomputed),
        "logged; unlogged rule": bent.report(lambda row: row.propensity),
    }.items():
        print(f"{name:22}{weight:7.2f}{ratio:10.2f}")
# --8<-- [end:check]


if __name__ == "__main__":
    main()
