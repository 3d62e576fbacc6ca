"""What does an experiment measure when both arms sell from one shelf?

Who sells more, not whether more is sold. The eager arm empties the shelf, the other arm finds it empty, and the
difference counts both. Switching everybody by the day helps only if the shelf is full again by the next day. A shelf
for each arm helps in both cases, if the halves are not too small to share.
Chapter: components/experimentation. The bias: Blake and Coey, EC 2014; a budget for each arm: Liu, Mao and Kang, KDD 2021.
"""
from functools import lru_cache
from math import fsum

from snippets.world import World, catalog, default_candidates, purchase, relevance, sessions, uniform
from snippets.world.simulation import react

# --8<-- [start:experiment]
units = 2  # @param {type:"slider", min:2, max:30, step:2, unit:"of each article on the shelf"}
NOW, NEW = 0, 1


@lru_cache(maxsize=64)
def visits(world):
    """Each visit with its candidates ordered by the two rankers: by popularity, by chance of a sale."""
    found = []
    for context in sessions(world):
        items = default_candidates(world, context)
        sale = {item.id: purchase(world, context, item) * relevance(world, context, item) for item in items}
        orders = (sorted(sale), sorted(sale, key=lambda i: (-sale[i], i)))  # item 0 is the most popular
        found.append((context, orders, {}))
    return found


def buys(world, context, item, position, known):
    """Whether this visitor buys this item at this position; the same luck in every design."""
    found = known.get((item, position))
    if found is None:
        row = react(world, context, catalog(world)[item], position, 1.0, 0.0)
        found = known[item, position] = row.bought_at is not None
    return found


def sell(world, arm_of, units, nightly=False, shelves=1):
    """(visits, sales) of each arm, when `arm_of(context)` says who meets which ranker.

    With two shelves each arm has its own half of the units; `nightly` fills all shelves at midnight.
    """
    shelf, day = [[units // shelves] * world.items for _ in range(shelves)], 0
    met, sales = [0, 0], [0, 0]
    for context, orders, known in visits(world):
        if nightly and context.day > day:
            shelf, day = [[units // shelves] * world.items for _ in range(shelves)], context.day
        arm = arm_of(context)
        left, position = shelf[arm % shelves], 0
        for item in orders[arm]:
            if left[item] and position < world.slate:
                position += 1
                if buys(world, context, item, position, known):
                    left[item] -= 1
                    sales[arm] += 1
        met[arm] += 1
    return list(zip(met, sales))


def by_user(world):
    """The usual split: a person keeps the arm."""
    arms = [int(uniform(world.seed, "arm", user=user) < 0.5) for user in range(world.users)]
    return lambda context: arms[context.user.id]


def by_day(world):
    """A switchback: all visitors change together; of each two days one is new, in random order."""
    order = [uniform(world.seed, "order", item=pair) < 0.5 for pair in range(world.days // 2 + 1)]
    return lambda context: (context.day + order[context.day // 2]) % 2
# --8<-- [end:experiment]


def shop(seed):
    """A small shop that sells often; nobody joins, and no visit depends on the last."""
    return World(seed=seed, users=70, items=40, days=14, buy_rates=(0.3, 0.3), newcomer_share=0.0)


def gain(runs):
    """Relative gain in sales a visit of the new ranker over the old, arms pooled over several runs."""
    (met, sold), (met_new, sold_new) = ([fsum(run[arm][k] for run in runs) for k in (0, 1)] for arm in (NOW, NEW))
    return sold_new / met_new / (sold / met) - 1


def truth(world, units, nightly=False):
    """The two arms when each has the whole shop to itself."""
    return [sell(world, lambda context: arm, units, nightly)[arm] for arm in (NOW, NEW)]


def both_ways(world, arm_of, *how):
    """An experiment and its mirror image, added up: what it sees on average over the coin."""
    one, other = sell(world, arm_of, *how), sell(world, lambda context: 1 - arm_of(context), *how)
    return [(a[0] + b[0], a[1] + b[1]) for a, b in zip(one, other)]


def designs(world, units, nightly=False):
    """What happens, and what three experiments see."""
    return {"everybody": truth(world, units, nightly),
            "split by user": both_ways(world, by_user(world), units, nightly),
            "switched by day": both_ways(world, by_day(world), units, nightly),
            "own shelf each": both_ways(world, by_user(world), units, nightly, 2)}


def main():
    worlds = [shop(seed) for seed in range(1, 3)]
    print(f"{units} of each, sales a visit: new against now")
    print("                   no refill  nightly")
    once, daily = ([designs(world, units, nightly) for world in worlds] for nightly in (False, True))
    for name in once[0]:
        print(f"{name:<18} {gain([r[name] for r in once]):+8.0%} {gain([r[name] for r in daily]):+9.0%}")
    for label, arm in (("now", NOW), ("new", NEW)):
        print(f"units sold, all {label}  {sum(r['everybody'][arm][1] for r in once):6} {sum(r['everybody'][arm][1] for r in daily):8}")


if __name__ == "__main__":
    main()
