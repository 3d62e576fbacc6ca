"""The budget is gone at seven in the morning. What does spending it evenly buy?

Almost nothing, if evenly means skipping requests at random: a thinner sample of the same requests, at the same cost
a click. What buys more is a price: the most that one expected click may cost, so chosen that yesterday's requests
would have used the budget up. It lasts all day as a by-product, and it is reset each hour for what is left.
Requests are the shared world's sessions of one day, click probabilities are its own; rival bids are drawn.
Sources: Agarwal et al., KDD 2014 (skipping, at LinkedIn); Balseiro and Gur, Management Science 65, 2019 (adaptive price).
"""
from functools import lru_cache
from math import fsum
from typing import NamedTuple

from snippets.components.decisions.allocation import price_of_budget
from snippets.world import DAY_S, HOUR, World, catalog, exp, normal_quantile, relevance, sessions, uniform

AD, SHARE = 5, 0.25  # the item advertised; the budget, as a share of what all worthwhile requests of yesterday cost
YESTERDAY, TODAY = 1, 2


class Request(NamedTuple):
    """Hour of the day (UTC), expected clicks if our ad is shown, and the rival's bid, which is what we would pay."""

    hour: float
    clicks: float
    cost: float


@lru_cache(maxsize=8)
def requests(world, day):
    """The day's requests in order of time. A click is worth 1 dollar to us."""
    ad, found = catalog(world)[AD], []
    for context in sessions(world, range(day, day + 1)):
        noise = normal_quantile(uniform(world.seed, "rival", context.user.id, context.session))
        found.append(Request(context.time % DAY_S / HOUR, relevance(world, context, ad), 0.1 * exp(0.5 * noise)))
    return found


def dearer(requests, times):
    """The same requests when rivals bid so many times as much from noon on."""
    return [r._replace(cost=r.cost * times) if r.hour >= 12 else r for r in requests]


# --8<-- [start:experiment]
def worthwhile(requests):
    """Dollars that it costs to buy every request whose clicks are worth more than the rival's bid."""
    return fsum(r.cost for r in requests if r.cost < r.clicks)


def dearest(requests, budget):
    """The pacing price: the most that a click may cost if the budget is to last for these requests; never above its worth."""
    return min(1.0, price_of_budget([r.clicks for r in requests], [r.cost for r in requests], budget))


def spend(today, budget, plan, how, late_h=0.0, seed=1):
    """(expected clicks, dollars spent, hour when the budget was gone); `plan` is the day we expect, spend is seen late."""
    clicks, spent, known, gone, hour, bills = 0.0, 0.0, 0.0, None, -1, []
    share, price = 1.0, 1.0
    for number, r in enumerate(today):
        while bills and bills[0][0] <= r.hour - late_h:
            known += bills.pop(0)[1]
        if int(r.hour) > hour:  # each hour: what is left, for what we still expect
            hour = int(r.hour)
            rest = [request for request in plan if request.hour >= hour]
            share = min(1.0, (budget - known) / max(1e-9, worthwhile(rest))) if how == "skip" else 1.0
            price = dearest(rest, budget - known) if how == "reset" or how == "fixed" and hour == 0 else price
        if known + r.cost > budget:
            gone = r.hour if gone is None else gone
        elif r.cost <= price * r.clicks and uniform(seed, "skip", item=number) < share:
            clicks, spent = clicks + r.clicks, spent + r.cost
            bills.append((r.hour, r.cost))
    return clicks, spent, gone


def day(seed, evening=1.0, surprise=False, late_h=0.0, users=6_000):
    """{policy: (clicks, share of the budget spent, hour when it was gone)}; a surprise is an evening yesterday did not have."""
    world = World(seed=seed, users=users, days=3)
    yesterday = dearer(requests(world, YESTERDAY), 1.0 if surprise else evening)
    today = dearer(requests(world, TODAY), evening)
    budget = SHARE * worthwhile(yesterday)
    ways = {"at once": ("", []), "even, skipping": ("skip", yesterday), "one price": ("fixed", yesterday),
            "price, hourly": ("reset", yesterday), "in hindsight": ("fixed", today)}
    outcomes = {name: spend(today, budget, plan, how, late_h) for name, (how, plan) in ways.items()}
    return {name: (clicks, spent / budget, gone) for name, (clicks, spent, gone) in outcomes.items()}


def main() -> None:
    evening = 1.5  # @param {type:"slider", min:0.5, max:3, step:0.1, unit:"times the bids, from noon on"}
    late_h = 1  # @param {type:"slider", min:0, max:4, step:0.5, unit:"hours until spend is seen"}
    seed = 1  # @param {type:"number", min:1, max:1000}
    flat, late = day(seed), day(seed, late_h=late_h)
    known, surprise = day(seed, evening), day(seed, evening, surprise=True)
    print("               rival bids  noon on x" + str(evening))
    print("clicks bought  same  gone  known  not")
    for name, (clicks, _, gone) in flat.items():
        until = "-" if gone is None else f"{int(gone):02}:{int(gone % 1 * 60):02}"
        print(f"{name:14}{clicks:5.0f} {until:>5}{known[name][0]:7.0f}{surprise[name][0]:5.0f}")
    print(f"\nbudget spent, if seen {late_h:g} h late")
    for name in ("at once", "even, skipping", "price, hourly"):
        print(f"{name:14}{late[name][1]:5.0%}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
