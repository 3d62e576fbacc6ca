"""How many simulated weeks does it take to see that one policy is better?

Far fewer if both policies meet the same users and the same chance: what they share cancels in the difference.
Common random numbers, as in Law, "Simulation Modeling and Analysis".
"""

from math import fsum, sqrt

from snippets.world import World, popularity_policy, simulate, top

weeks = 20  # @param {type:"slider", min:4, max:40, step:1}
START = 100  # the first seed; the other chance starts at twice that


def search_policy(world: World):
    """The change that somebody proposes: what was searched for counts three times its popularity."""
    return lambda context, found: top(
        world, found, lambda item: item.popularity * (3 if item.topic == context.query else 1)
    )


def clicks_a_session(world: World, policy) -> float:
    """The mean number of clicks in a session of one simulated log."""
    log = simulate(world, policy(world))
    return sum(r.clicked for r in log) / len({(r.user, r.session) for r in log})


def mean_and_spread(values: list[float]) -> tuple[float, float]:
    """Mean and standard deviation."""
    mean = fsum(values) / len(values)
    return mean, sqrt(fsum((v - mean) ** 2 for v in values) / (len(values) - 1))


def main() -> None:
    popular = [clicks_a_session(week(START + k), popularity_policy) for k in range(weeks)]
    same = [clicks_a_session(week(START + k), search_policy) for k in range(weeks)]
    other = [clicks_a_session(week(2 * START + k), search_policy) for k in range(weeks)]
    spread = {}
    print("                 gain   spread   weeks without   (clicks a session)")
    for name, changed in (("same chance", same), ("other chance", other)):
        gains = [c - p for c, p in zip(changed, popular)]
        mean, spread[name] = mean_and_spread(gains)
        wrong = sum(gain <= 0 for gain in gains)
        print(f"{name:<12}   {mean:6.3f}   {spread[name]:6.3f}   {wrong:7} of {weeks}")
    print(f"weeks for the same precision: {(spread['other chance'] / spread['same chance']) ** 2:.0f} times as many")


def week(seed: int) -> World:
    """A small week in which visits do not depend on the policy."""
    return World(seed=seed, users=60, items=150, days=7, return_effect=0.0)


if __name__ == "__main__":
    main()
