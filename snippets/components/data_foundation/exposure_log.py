"""What must one row of the exposure log hold, so that someone can train and judge a policy that does not exist yet?

Who was shown what, where, when, by which policy, with which features and with which probability, under an id that the
server makes once. Each clause can be counted each hour, from the log itself and from what the devices report back.
Chapter: components/data-foundation. Source: Agarwal et al., Making Contextual Decisions with Low Technical Debt, 2017.
"""
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from snippets.world import Event, Impression, World, catalog, events, popularity_policy, simulate


# --8<-- [start:contract]
class Exposure(NamedTuple):
    """One item in one slate, written by the server when it decides. What the device saw arrives later, as events."""

    request: str  # made once by the server; request and item are the row's key
    item: int
    position: int  # from 1, in the slate as sent
    user: int
    device: str
    policy: str  # version of everything that chose: model, filters, business rules
    propensity: float | None  # probability of this item at this position, under that policy
    features: tuple[float, ...]  # as the policy used them
    served_at: float  # seconds, by the server's clock


def breaches(log: list[Exposure], reported: Iterable[Event]) -> dict[str, float]:
    """How often each clause is broken; `reported` are the devices' events, in any order and with retries."""
    keys = Counter((row.request, row.item) for row in log)
    slates = defaultdict(set)
    for row in log:
        slates[row.request].add(row.position)
    sent = list(reported)
    seen, clicked = ({key_of(e) for e in sent if e.kind == kind} for kind in ("impression", "click"))
    return {
        "key more than once": sum(keys.values()) - len(keys),
        "slate with a gap": sum(max(places) > len(places) for places in slates.values()),
        "no propensity in (0, 1]": sum(not (row.propensity and row.propensity <= 1) for row in log),
        "no features": sum(not row.features for row in log),
        "click on nothing served": len(clicked - set(keys)),
        "served, not reported": len(set(keys) - seen),
    }


def key_of(event: Event) -> tuple[str, int]:
    """The key of the exposure that an event is about: the device sends the request's id back."""
    return f"{event.user}-{event.session}", event.item


def exposures(world: World, log: Iterable[Impression], policy: str = "popular-v1") -> list[Exposure]:
    """The world's impressions as the server would log them."""
    items = catalog(world)
    return [
        Exposure(f"{r.user}-{r.session}", r.item, r.position, r.user, r.device, policy, r.propensity,
                 (items[r.item].popularity, items[r.item].price), r.time)
        for r in log
    ]  # fmt: skip


def main() -> None:
    seed = 7  # @param {type:"number", min:1, max:1000}
    world = World(seed=seed, users=300, days=7, outage_hours=(60.0, 66.0))  # the collector loses six hours
    shown = simulate(world, popularity_policy(world, explore=0.1))
    log, sent = exposures(world, shown), events(world, shown)
    served = {(row.request, row.item): row for row in log}
    by_devices = [served[key_of(e)]._replace(propensity=None, features=()) for e in sent if e.kind == "impression"]
    clicks = {key_of(e) for e in sent if e.kind == "click"}
    only_clicked = [row for row in log if (row.request, row.item) in clicks]
    logs = log, by_devices, only_clicked
    broken = [breaches(rows, sent) for rows in logs]
    print("clause broken            server device clicks")
    for clause in broken[0]:
        print(f"{clause:25}" + "".join(f"{counts[clause]:6,} " for counts in broken).rstrip())
    print(f"{'rows':25}" + "".join(f"{len(rows):6,} " for rows in logs).rstrip())
# --8<-- [end:contract]


if __name__ == "__main__":
    main()
