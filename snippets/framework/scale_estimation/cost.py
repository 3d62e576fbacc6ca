"""What does it cost to train and to serve a ranker, and which resource sets the bill?

FLOPs over (peak × utilization) is time; time × rate is machines (Little's law); machines ×
price is dollars. Price each resource: counts of unlike machines do not compare. The dearest is
the estimate, the first to saturate is the risk.
Chapter: framework/scale-estimation. Method: 6 N D, Kaplan et al., arXiv 2001.08361.
"""
import math

from snippets.components.feature_stores.online_store_memory import SHARD_READS
from snippets.framework.scale_estimation.traffic import in_flight, peak_of_wave, queries_per_second

H100 = 989e12  # FLOP/s, dense BF16: data sheets print twice this, for 2:4 sparse matrices


# --8<-- [start:cost]
candidates = 500  # @param {type:"slider", min:10, max:5000, unit:"scored a request", scale:"log"}
mflop = 40  # @param {type:"slider", min:1, max:300000, unit:"a candidate", scale:"log"}
utilization = 0.1  # @param {type:"slider", min:0.01, max:0.6, step:0.01, unit:"of peak FLOP/s"}
gpu_price = 4.0  # @param {type:"slider", min:1, max:12, step:0.5, unit:"dollars an hour"}
core_price = 0.05  # @param {type:"slider", min:0.01, max:0.5, step:0.01, unit:"dollars an hour, a store instance"}
budget = 0.05  # @param {type:"slider", min:0.01, max:1, unit:"s for ranking", scale:"log"}


def dense_training_flops(parameters, tokens):
    """6 N D: 2 N a token forward, twice that backward; attention over the context left out."""
    return 6 * parameters * tokens


def ranker_training_flops(examples, forward_flops):
    """One pass: forward plus a backward of twice the work. Table look-ups are no FLOPs."""
    return 3 * forward_flops * examples


def gpu_seconds(flops, utilization, peak=H100):
    """Seconds of one GPU; utilization is the share of peak that useful work gets (MFU)."""
    return flops / (peak * utilization)


def machines_for_rate(rate, seconds, target=0.7):
    """Machines that keep each below the target load: busy machines = rate (1/s) × time (s)."""
    return math.ceil(in_flight(rate, seconds) / target - 1e-9)


def instances_for_reads(reads, capacity, target=0.7):
    """Store instances for so many reads a second, when one instance does capacity a second."""
    return math.ceil(reads / (capacity * target) - 1e-9)


def splits_for_latency(seconds, budget):
    """Parallel parts one request needs to end within its budget (s): replicas don't help."""
    return math.ceil(seconds / budget - 1e-9)


def dollars_per_thousand(machines, dollars_an_hour, average_rate):
    """Fleet cost over requests served: paid at the peak, earned at the average rate (1/s)."""
    return machines * dollars_an_hour / (average_rate * 3600) * 1000


def llm_nodes(input_rate, output_rate, prefill_rate, decode_rate):
    """Nodes for prompts and for answers: tokens/s over one node's measured tokens/s in each phase."""
    return input_rate / prefill_rate, output_rate / decode_rate
# --8<-- [end:cost]


def short(value):
    """Three significant digits, thousands set apart."""
    return f"{float(f'{value:.3g}'):,g}"


def main():
    average = queries_per_second(480e6)  # the product of traffic.py
    peak = average * peak_of_wave(0.25)
    seconds = gpu_seconds(candidates * mflop * 1e6, utilization)
    gpus = machines_for_rate(peak, seconds)
    training = gpu_seconds(ranker_training_flops(4.8e9, mflop * 1e6), utilization) / 3600
    day_bytes = 4.8e12  # of traffic.py
    print("training on a day's 4.8 billion rows")
    print(f"  {short(training)} GPU-hours, ${short(training * gpu_price)}")
    print(f"  MB/s to read: {short(day_bytes / 86_400 / 1e6)} over a day,")
    print(f"    {short(day_bytes / (training * 3600) / 1e6)} to keep one GPU busy")
    print(f"serving {peak:,.0f}/s at the peak")
    print(f"  {short(seconds * 1e3)} ms of one GPU a request")
    print(f"  GPUs side by side to be in time: {splits_for_latency(seconds, budget)}")
    print(f"  {gpus:,} GPUs: ${short(gpus * gpu_price)} an hour")
    reads = peak * candidates  # one packed key a candidate
    print(f"  {reads / 1e6:.3g}M item reads/s, instances:")
    for capacity, measured in ((SHARD_READS, "packed values"), (500_000, "tiny values")):
        stores = instances_for_reads(reads, capacity)
        print(f"    {stores:3,} at {capacity:,} ({measured}): ${short(stores * core_price)}")
    print(f"  ${dollars_per_thousand(gpus, gpu_price, average):.2g} of GPU a thousand requests")
    print(f"  {1 - in_flight(average, seconds) / gpus:.0%} of GPU time idle over a day")
    print("serving at 260 GFLOP a candidate")
    for share in (0.1, 0.288):
        seconds = gpu_seconds(candidates * 260e9, share)
        print(f"  {share:.1%} of peak: {short(machines_for_rate(peak, seconds))} GPUs,")
        print(f"    {seconds:.2g} s a request, split {splits_for_latency(seconds, budget)} ways")
    print("useful share of a model card's hours")
    for billions, hours in ((8, 1.46e6), (70, 7.0e6), (405, 30.84e6)):
        ideal = gpu_seconds(dense_training_flops(billions * 1e9, 15e12), utilization=1) / 3600
        print(f"  {ideal / hours:.0%} of {hours / 1e6:.2f}M: Llama 3.1 {billions}B, 15T")


if __name__ == "__main__":
    main()
