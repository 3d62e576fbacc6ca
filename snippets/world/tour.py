"""What does a log show, and what does it hide, when the truth is known?

A walk through the world of this handbook: one week of random slates, then the same week's exact values of policies.
"""

from collections import Counter
from math import fsum

from snippets.world import (
    DEVICES, HOUR, World, catalog, events, exp, popularity_policy, random_policy, relevance,
    satisfaction, sessions, simulate, top, true_value,
)

seed = 7  # @param {type:"slider", min:1, max:20, step:1}
days = 7  # @param {type:"slider", min:4, max:14, step:1, unit:"days"}


def mean(values) -> float:
    """The mean of at least one value."""
    values = list(values)
    return fsum(values) / len(values)


def main() -> None:
    world = World(seed=seed, users=300, days=days, survey_rate=1.0)
    log = simulate(world, random_policy(world))
    stream = events(world, log)
    met = {(c.user.id, c.session): c for c in sessions(world)}
    # the pleased may come more often than `sessions` foresees: leave those visits out
    rows = [(r, met[r.user, r.session], catalog(world)[r.item]) for r in log if (r.user, r.session) in met]

    visits = Counter(c.user.id for c in met.values())
    busiest = [n for _, n in visits.most_common(world.users // 10)]
    print(f"{len(met):,} sessions, {len(log):,} impressions, {len(stream):,} messages")
    print(f"the busiest tenth of {world.users} users made {sum(busiest) / len(met):.0%} of the sessions")

    print("\nposition   clicked   truly relevant   (random slates)")
    for k in (1, 2, 5, 10):
        shown = [row for row in rows if row[0].position == k]
        relevant = mean(relevance(world, c, x) for _, c, x in shown)
        print(f"{k:8}   {mean(r.clicked for r, _, _ in shown):7.1%}   {relevant:14.1%}")

    print("\n              clicked   satisfied after a click")
    for name, bait in (("plain items", False), ("clickbait", True)):
        some = [r for r, _, x in rows if (x.clickbait > 0) == bait]
        glad = mean(r.satisfied for r in some if r.clicked)
        print(f"{name:<11}   {mean(r.clicked for r in some):7.1%}   {glad:23.1%}")

    print("\n             sent twice   usable in 10 minutes   in 1 hour")
    for device in DEVICES:
        sent = [e for e in stream if e.device == device]
        twice = mean(e.attempt == 2 for e in sent)
        lag = [e.available_time - e.event_time for e in sent if e.attempt == 1]
        soon, later = mean(t <= 600 for t in lag), mean(t <= HOUR for t in lag)
        print(f"{device:<10}   {twice:10.1%}   {soon:20.1%}   {later:9.1%}")

    print("\nof 100 clicks on   bought within a day   bought in the end")
    for kind, rate, delay in zip(("impulse", "considered"), world.buy_rates, world.buy_delay_days):
        print(f"{kind:<16}   {100 * rate * early_share(delay):19.1f}   {100 * rate:17.1f}")

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
