"""Three inputs can be settled before the fleet is sized, by asking or by deciding. Which three?

Errors of factors multiply, so their logarithms add like independent errors: the widest
range rules, and five inputs known to 2x together miss by less than one known to 10x.
Chapter: framework/scale-estimation. Ranges: our judgment, each even on a log scale; put in yours.
"""
import math
from itertools import combinations

from snippets.charts import show
from snippets.framework.scale_estimation.cost import gpu_seconds, short
from snippets.framework.scale_estimation.traffic import in_flight, queries_per_second

# --8<-- [start:sensitivity]
RANGES = {  # what a stranger to the product may honestly believe: low, high
    "monthly users": (40e6, 60e6),  # the interviewer gave 50 million
    "DAU / MAU": (0.2, 0.7),
    "requests per daily user": (5, 50),
    "peak / average": (1.5, 4.2),
    "candidates per request": (100, 1_500),
    "FLOPs per candidate": (40e6, 260e9),  # a fork in the design: two kinds of model
    "utilization": (0.05, 0.4),
}
USUAL = frozenset(("monthly users", "DAU / MAU", "peak / average"))
SMALL_NETWORK, SEQUENCE_MODEL = (10e6, 100e6), (10e9, 260e9)  # FLOPs a candidate, once the kind is fixed
ranker = "unknown"  # @param {type:"dropdown", options:["unknown", "small network", "sequence model"]}


def peak_gpus(belief):
    """GPUs busy at the peak, from one value for each input: a product, so errors are factors."""
    daily = belief["monthly users"] * belief["DAU / MAU"] * belief["requests per daily user"]
    flops = belief["candidates per request"] * belief["FLOPs per candidate"]
    rate = queries_per_second(daily) * belief["peak / average"]
    return in_flight(rate, gpu_seconds(flops, belief["utilization"]))


def combined(factors):
    """A typical joint factor: logarithms of independent factors add in quadrature."""
    return math.exp(math.sqrt(math.fsum(math.log(f) ** 2 for f in factors)))


def share_below(total, widths):
    """Chance that draws, even from 0 to each width, sum to at most total: a box below a plane."""
    corners = ((-1) ** chosen * max(0.0, total - math.fsum(corner)) ** len(widths)
               for chosen in range(len(widths) + 1) for corner in combinations(widths, chosen))
    return math.fsum(corners) / (math.factorial(len(widths)) * math.prod(widths))


def spread(ranges, known):
    """p95 / p5 of a product, its inputs in known settled: exact, found by halving."""
    widths = [math.log(high / low) for name, (low, high) in ranges.items() if name not in known]
    total, step = math.fsum(widths) / 2, math.fsum(widths) / 4
    for _ in range(50):
        total += step if share_below(total, widths) < 0.95 else -step
        step /= 2
    return math.exp(2 * total - math.fsum(widths))  # p5 lies as far below the middle as p95 above


def next_to_settle(ranges, known):
    """The unknown input with the widest range: settling it narrows the estimate most."""
    return max((name for name in ranges if name not in known), key=lambda name: ranges[name][1] / ranges[name][0])
# --8<-- [end:sensitivity]


def tornado(ranges):
    """The estimate at both ends of each input, the others in their middle, widest first."""
    middle = {name: math.sqrt(low * high) for name, (low, high) in ranges.items()}
    bars = []
    while len(bars) < len(ranges):
        name = next_to_settle(ranges, {bar["input"] for bar in bars})
        ends = sorted(peak_gpus({**middle, name: end}) for end in ranges[name])
        bars.append({"input": name, "low": ends[0], "high": ends[1]})
    return bars


def main():
    ranges = dict(RANGES)
    if ranker != "unknown":
        ranges["FLOPs per candidate"] = SMALL_NETWORK if ranker == "small network" else SEQUENCE_MODEL
    known = frozenset()
    print("p95 / p5 of the GPU count")
    print(f"  {spread(ranges, known):5,.4g} x  nothing settled")
    for _ in range(len(ranges) - 1):
        name = next_to_settle(ranges, known)
        known |= {name}
        print(f"  {spread(ranges, known):5,.4g} x  and {name}")
    print("instead, the usual three")
    print(f"  {spread(ranges, USUAL):,.4g} x  users, DAU / MAU, peak")
    small = {**RANGES, "FLOPs per candidate": SMALL_NETWORK}
    print("if the ranker is a small network")
    print(f"  {spread(small, frozenset()):.4g} x  nothing settled")
    print(f"  {spread(small, USUAL):.4g} x  after the usual three")
    print(f"five inputs good to 2 x: {combined([2] * 5):.2g} x in all")
    bars = tornado(ranges)
    show({
        "mark": "bar",
        "height": 160,
        "data": {"values": bars},
        "encoding": {
            "y": {"field": "input", "type": "nominal", "sort": None, "title": None},
            "x": {"field": "low", "type": "quantitative", "scale": {"type": "log"},
                  "title": "GPUs busy at the peak, low to high end of one input"},
            "x2": {"field": "high"},
        },
    }, f"{bars[0]['input']} moves the GPU count from {short(bars[0]['low'])} to {short(bars[0]['high'])},"
       f" {bars[-1]['input']} from {short(bars[-1]['low'])} to {short(bars[-1]['high'])}")


if __name__ == "__main__":
    main()
