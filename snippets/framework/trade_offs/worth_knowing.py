"""A hosted model or your own GPUs? Eight inputs are uncertain: which one is worth settling before you choose?

One that moves the two bills apart. What multiplies both, as traffic and prompt length do, can have the widest
range and still not change the choice. Worth of an input: expected bill of the best choice without it, less with it.
Chapter: framework/trade-offs. Method: expected value of partial perfect information (Raiffa and Schlaifer, 1961).
"""
import math
import random

from snippets.framework.scale_estimation.cost import machines_for_rate
from snippets.framework.scale_estimation.llm_serving import decode_rate, prefill_seconds
from snippets.framework.scale_estimation.traffic import queries_per_second

HOURS = 730  # a month
PARAMETERS, GPUS = 70e9, 4  # the open model, and the H100s of one replica
SEEDS = range(3)

# --8<-- [start:worth]
week = 5_000  # @param {type:"slider", min:2000, max:15000, step:500, unit:"dollars an engineer's week"}
busiest = 30_000_000  # @param {type:"slider", min:4000000, max:1000000000, unit:"requests, high end", scale:"log"}
RANGES = {  # what one may honestly believe before asking: low, high
    "requests a month": (3e6, busiest),
    "prompt tokens": (1_000, 8_000),
    "answer tokens": (150, 600),
    "hosted price": (1.0, 3.0),  # $ a million prompt tokens; answers cost 5 times as much
    "GPU price": (2.0, 8.0),  # $ an hour
    "peak / average": (1.5, 4.2),
    "GPU utilization": (0.2, 0.5),  # while prompts are read
    "engineer weeks": (2.0, 8.0),  # a month, to run it
}
SAME_MODEL = {**RANGES, "hosted price": (0.2, 0.9)}  # the open model, rented; answers cost 1.5 times as much


def hosted_bill(belief, answer_price=5.0):
    """Dollars a month by the token; an answer token costs answer_price prompt tokens."""
    tokens = belief["prompt tokens"] + answer_price * belief["answer tokens"]
    return belief["requests a month"] * tokens * belief["hosted price"] / 1e6


def own_bill(belief):
    """Dollars a month: replicas 70% busy at the peak, two at least, and the people who run them."""
    prompt, answer = belief["prompt tokens"], belief["answer tokens"]
    seconds = prefill_seconds(PARAMETERS, prompt, GPUS, belief["GPU utilization"])
    seconds += answer / decode_rate(PARAMETERS, prompt + answer, GPUS)
    peak = queries_per_second(belief["requests a month"] / 30) * belief["peak / average"]
    replicas = max(2, machines_for_rate(peak, seconds))
    return replicas * GPUS * belief["GPU price"] * HOURS + belief["engineer weeks"] * week


def draws(seed, ranges, answer_price=5.0, count=10_000):
    """Beliefs spread evenly on log scales (multiples of square roots, shifted by the seed): (belief, hosted, own)."""
    rng, rows = random.Random(seed), []
    steps = [(rng.random(), math.sqrt(prime)) for prime in (2, 3, 5, 7, 11, 13, 17, 19)]
    for n in range(count):
        even = [(shift + n * root) % 1 for shift, root in steps]
        belief = {name: low * (high / low) ** u for (name, (low, high)), u in zip(ranges.items(), even)}
        rows.append((belief, hosted_bill(belief, answer_price), own_bill(belief)))
    return rows


def cheaper(rows):
    """The bill, summed over rows, of the one option that is cheaper over all of them."""
    return min(math.fsum(row[1] for row in rows), math.fsum(row[2] for row in rows))


def worth(rows, name=None, bins=20):
    """Dollars a month saved on average by knowing this input before choosing; None: by knowing all of them."""
    if name is None:
        return (cheaper(rows) - math.fsum(min(row[1:]) for row in rows)) / len(rows)
    ordered, size = sorted(rows, key=lambda row: row[0][name]), len(rows) // bins
    groups = [ordered[i:i + size] for i in range(0, len(rows), size)]
    return (cheaper(rows) - math.fsum(map(cheaper, groups))) / len(rows)
# --8<-- [end:worth]


def middle(ranges):
    """The geometric middle of every range."""
    return {name: math.sqrt(low * high) for name, (low, high) in ranges.items()}


def crossover(belief, answer_price=5.0, most=10**9):
    """Requests a month from which own GPUs stay cheaper than hosted, to a million; None if not up to most."""
    found, requests = None, most
    while requests >= 10**6:
        at = {**belief, "requests a month": requests}
        if own_bill(at) >= hosted_bill(at, answer_price):
            break
        found, requests = requests, requests - 10**6 if requests <= 10**8 else requests - 10**7
    return found


def main():
    better = [draws(seed, RANGES) for seed in SEEDS]
    same = [draws(seed, SAME_MODEL, 1.5) for seed in SEEDS]

    def mean(runs, measure):
        return math.fsum(map(measure, runs)) / len(runs)

    print("hosted is the      better     same")
    print("$ a month           model    model")
    for label, column in (("hosted", 1), ("own GPUs", 2)):
        bills = [mean(runs, lambda rows: math.fsum(r[column] for r in rows) / len(rows)) for runs in (better, same)]
        print(f"{label:15}{round(bills[0], -3):10,.0f}{round(bills[1], -3):9,.0f}")
    shares = [mean(runs, lambda rows: sum(r[1] < r[2] for r in rows) / len(rows)) for runs in (better, same)]
    print(f"hosted cheaper in{shares[0]:8.0%}{shares[1]:9.1%}")
    print("worth of knowing, $ a month")
    for name in [*RANGES, None]:
        first, second = ([worth(rows, name) for rows in runs] for runs in (better, same))
        low, high = RANGES.get(name, (1, 1))
        label = f"{name or 'all eight':17}" + (f"{high / low:3.2g}x" if name else "    ")
        middle_of = [round(math.fsum(values) / len(values) + 1e-6, digits) for values, digits in ((first, -2), (second, -1))]
        print(f"{label}{middle_of[0]:8,.0f}{middle_of[1]:7,.0f}")
        if name == "GPU price":
            print(f"  by seed {min(first):,.0f} to {max(first):,.0f}")
    then = [draws(seed, {**RANGES, "GPU price": (3.0, 3.0)}) for seed in SEEDS]
    print("once GPUs are settled at $3 an hour")
    for name in ("hosted price", "requests a month"):
        print(f"{name:20}{round(mean(then, lambda rows: worth(rows, name)), -2):9,.0f}")
    print("all else at its middle, own GPUs win")
    for label, ranges, price in (("better", RANGES, 5.0), ("same", SAME_MODEL, 1.5)):
        point = crossover(middle(ranges), price)
        print(f"  {label} model: " + (f"from {point / 1e6:.0f} million requests" if point else "never, up to a billion"))
    belief = {**middle(SAME_MODEL), "requests a month": 1e8, "engineer weeks": 0.0}
    tie = belief["GPU price"] * hosted_bill(belief, 1.5) / own_bill(belief)
    print(f"  or below ${tie:.2f} a GPU-hour, no people")


if __name__ == "__main__":
    main()
