"""What does a billion rows cost to train on, and which part of the machine sets the pace?

A ranker does little arithmetic a row and touches much memory, so ask each part how many rows a second it can pass:
readers, dense layers, tables, exchange of embeddings, sum of gradients. The slowest is the price, and on published
numbers it is the readers: the GPUs wait. Every rate below is an assumption with a control; measure yours.
"""
from dataclasses import dataclass
from math import ceil

from snippets.framework.scale_estimation.cost import H100, ranker_training_flops

HBM, HBM_SHARE = 3.35e12, 0.5  # bytes/s of an H100, and the share of it that scattered rows get (assumed)
NVLINK, NIC = 360e9, 40e9  # bytes/s a GPU, inside a node and between nodes: 80% of 450 and of 50


@dataclass(frozen=True)
class Ranker:
    """What one row costs; weights and activations in float32."""

    forward_mflop: float = 40  # dense layers
    lookups: float = 151
    vectors: float = 32  # pooled embeddings and partial sums that change GPUs
    dims: float = 64
    dense_parameters: float = 20e6
    batch: float = 8192  # rows a step and GPU


# --8<-- [start:bill]
def rows_per_second(
    ranker: Ranker, gpus: int, node_reads: float, utilization: float, busiest: float
) -> dict[str, float]:
    """{part: rows/s that one GPU gets from it}."""
    net = NVLINK if gpus <= 8 else NIC
    vector = 4 * ranker.dims  # bytes
    flops = ranker_training_flops(1, ranker.forward_mflop * 1e6)
    return {
        "readers": node_reads / 8,
        "dense layers": H100 * utilization / flops,
        "tables": HBM * HBM_SHARE / (3 * vector * ranker.lookups * busiest),  # read, read, write
        "exchange": net / (2 * vector * ranker.vectors),  # forward and backward
        "gradients": net * ranker.batch / (2 * 4 * ranker.dense_parameters),  # once a step, on a ring
    }


def gpu_hours(rows: float, rate: float) -> float:
    """Hours of one GPU that passes `rate` rows a second."""
    return rows / rate / 3600


def gpus_for_deadline(rows: float, rate: float, minutes: float) -> int:
    """GPUs, in whole nodes of 8, that finish in so many minutes if they scale perfectly."""
    return 8 * ceil(rows / (rate * minutes * 60) / 8 - 1e-9)


def main() -> None:
    rows = 1e9  # @param {type:"slider", min:10000000, max:100000000000, scale:"log", unit:"rows a day"}
    gpus = 8  # @param {type:"slider", min:8, max:128, step:8, unit:"GPUs"}
    node_reads = 880_000  # @param {type:"slider", min:50000, max:20000000, scale:"log", unit:"rows/s read, for 8 GPUs"}
    utilization = 0.1  # @param {type:"slider", min:0.01, max:0.5, step:0.01, unit:"of peak FLOP/s"}
    busiest = 1.2  # @param {type:"slider", min:1, max:8, step:0.1, unit:"busiest over mean"}
    price = 4.0  # @param {type:"slider", min:1, max:12, step:0.5, unit:"dollars a GPU-hour"}
    rates = rows_per_second(Ranker(), gpus, node_reads, utilization, busiest)
    print("               rows/s      GPU-hours for")
    print("part           a GPU    these rows")
    for part, rate in rates.items():
        print(f"{part:12}{rate:11,.0f}{gpu_hours(rows, rate):10.2f}")
    slowest = min(rates, key=rates.get)
    hours = gpu_hours(rows, rates[slowest])
    busy = 1 - rates[slowest] / min(rate for part, rate in rates.items() if part != slowest)
    print(f"\nthe {slowest} set the pace: {hours:.2f} GPU-hours,")
    print(f"${hours * price:,.2f}, {60 * hours / gpus:.0f} min on {gpus} GPUs")
    print(f"the next slowest part idles {busy:.0%}")
    print(f"90 days of it: {90 * hours:,.0f} GPU-hours, ${90 * hours * price:,.0f}")
    print(f"GPUs to learn those 90 days in 8 h: {gpus_for_deadline(90 * rows, rates[slowest], 480)}")
# --8<-- [end:bill]


if __name__ == "__main__":
    main()
