"""How old is what the model knows, and which cadence pays for itself?

Age has three parts: the label ripens, the candidate passes its gate, and the release waits for the next one. A faster
cadence shortens only the third, and only by half of what it saves. So price a day of age, with components/retraining's
freshness experiment, and a run; then the cheapest cadence is a square root, as for orders in a warehouse.
The root is the economic order quantity of inventory theory, with age in place of stock.
"""
from dataclasses import dataclass
from math import ceil, sqrt


# --8<-- [start:calendar]
@dataclass(frozen=True)
class Product:
    """Days until a label is final, days of each step of the gate, dollars a day that one day of age costs."""

    label: float
    train: float
    shadow: float
    ramp: float
    day_of_age: float


def age_at_release(p: Product) -> float:
    """Days between the newest trained row and full traffic."""
    return p.label + p.train + p.shadow + p.ramp


def mean_age(p: Product, every: float) -> float:
    """Days old, on average over the time served: the age at release and half of the wait for the next."""
    return age_at_release(p) + every / 2


def dollars_a_day(p: Product, every: float, run: float) -> float:
    """Runs, and what age loses while the loss grows in proportion to age."""
    return run / every + p.day_of_age * mean_age(p, every)


def best_cadence(p: Product, run: float) -> float:
    """Days between releases at which a rarer run would save what its age loses."""
    return sqrt(2 * run / p.day_of_age)


def in_flight(p: Product, every: float) -> int:
    """Candidates between training and full traffic at the same time, at most."""
    return ceil((p.train + p.shadow + p.ramp) / every)


def main() -> None:
    run = 400  # @param {type:"number", min:1, max:100000, unit:"dollars a run, with the people who look"}
    ramp = 3  # @param {type:"slider", min:0, max:14, step:1, unit:"days of ramp"}
    products = {  # all but the first figure are assumptions: put in yours
        "feed, clicks": Product(label=1, train=0.2, shadow=1, ramp=ramp, day_of_age=1000),
        "shop, purchases": Product(label=14, train=0.2, shadow=1, ramp=ramp, day_of_age=300),
        "fraud, chargebacks": Product(label=60, train=0.1, shadow=1, ramp=ramp, day_of_age=50),
    }
    for name, p in products.items():
        print(f"{name}: {age_at_release(p):.1f} days old at release")
        print("  every   mean age  $ a day  in flight")
        for every in (1, 7, 30):
            print(f"  {every:2} days {mean_age(p, every):8.1f}{dollars_a_day(p, every, run):9,.0f}{in_flight(p, every):8}")
        best, daily, monthly = best_cadence(p, run), mean_age(p, 1), mean_age(p, 30)
        print(f"  cheapest: every {best:.1f} days; monthly to")
        print(f"  daily makes it {1 - daily / monthly:.0%} younger\n")
# --8<-- [end:calendar]


if __name__ == "__main__":
    main()
