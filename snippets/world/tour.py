"""What does a log show, and what does it hide, when the truth is known?

A walk through the world of this handbook: one week of random slates, then the same week's exact values of policies.
"""

from collections import Counter
from math import fsum

from snippets.world import (
    DEVICES, HOUR, World, catalog, events, exp, popularity_policy, random_policy, relevance, satisfaction, sessions,
    simulate, top, true_value, users,
)

seed = 7  # @param {type:"slider", min:1, max:20, step:1}
days = 7  # @param {type:"slider", min:3, max:14, step:1, unit:"days"}


def mean(values) -> float:
    """The mean of at least one value."""
    values = list(values)
    return fsum(values) / len(values)


def main() -> None:
    world = World(seed=seed, users=300, days=days, survey_rate=1.0)
    log = simulate(world, random_policy(world))
    stream = events(world, log)
    met = {(c.user.id, c.session): c for c in sessions(world)}
    rows = [(r, met[r.user, r.session], catalog(world)[r.item]) for r in log if (r.user, r.session) in met]

    visits = Counter(c.user.id for c in met.values())
    busiest = [n for _, n in visits.most_common(world.users // 10)]
    print(f"{len(met):,} sessions, {len(log):,} impressions, {len(stream):,} events")
    print(f"the busiest tenth of {len(users(world))} users made {sum(busiest) / len(met):.0%} of the sessions")

    print("\nposition   clicked   truly relevant     (slates are random: relevance is the same everywhere)")
    for k in (1, 2, 5, 10):
        shown = [row for row in rows if row[0].position == k]
        print(f"{k:8}   {mean(r.clicked for r, _, _ in shown):7.1%}   {mean(relevance(world, c, x) for _, c, x in shown):14.1%}")

    print("\n                  clicked   satisfied after a click")
    for name, bait in (("plain items", False), ("clickbait", True)):
        some = [r for r, _, x in rows if (x.clickbait > 0) == bait]
        print(f"{name:<15}   {mean(r.clicked for r in some):7.1%}   {mean(r.satisfied for r in some if r.clicked):7.1%}")

    print("\n              messages sent twice   usable within 10 minutes   within 1 hour")
    for device in DEVICES:
        sent = [e for e in stream if e.device == device]
        once = [e.available_time - e.event_time for e in sent if e.attempt == 1]
        print(
            f"{device:<11}   {mean(e.attempt == 2 for e in sent):19.1%}   {mean(t <= 600 for t in once):24.1%}"
            f"   {mean(t <= HOUR for t in once):13.1%}"
        )

    print("\n             bought within a day   in the end      (of 100 clicks, by the known delays)")
    for kind, rate, delay in zip(("impulse", "considered"), world.buy_rates, world.buy_delay_days):
        late = [r.bought_at - r.time for r, _, x in rows if x.kind == kind and r.bought_at is not None]
        print(f"{kind:<10}   {100 * rate * early_share(delay):19.1f}   {100 * rate:10.1f}      seen here: {len(late)} purchases")

    print("\ntrue value of a session      clicks   satisfied clicks")
    for name, policy in policies(world).items():
        clicks, glad = (true_value(world, policy, reward) for reward in ("click", "satisfaction"))
        print(f"{name:<26}   {clicks:6.3f}   {glad:16.3f}")


def early_share(mean_days: float) -> float:
    """The share of exponential delays that end within a day."""
    return 1 - exp(-1 / mean_days)


def policies(world: World) -> dict:
    """Two policies that could be built and two oracles that know what nobody knows."""
    return {
        "random": random_policy(world),
        "most popular first": popularity_policy(world),
        "oracle of clicks": lambda c, found: top(world, found, lambda x: relevance(world, c, x)),
        "oracle of satisfied clicks": lambda c, found: top(
            world, found, lambda x: relevance(world, c, x) * satisfaction(world, c, x)
        ),
    }


if __name__ == "__main__":
    main()
