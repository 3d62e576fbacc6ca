"""How many machines does a home feed for 100 million daily viewers need, and for which resource?

Follow one page down to bytes and FLOPs, then multiply by the peak. The ranker's arithmetic turns out to be
small; moving its inputs is not, so the placement of item features decides the fleet.
Chapter: case-studies/video-recommendation. Widths of the ranker: Covington et al., RecSys 2016.
"""
from snippets.framework.scale_estimation.cost import (
    dollars_per_thousand, gpu_seconds, instances_for_reads, machines_for_rate, ranker_training_flops)
from snippets.framework.scale_estimation.memory import hnsw_bytes, payload_bytes, table_bytes
from snippets.framework.scale_estimation.tails import share_hit
from snippets.framework.scale_estimation.traffic import peak_of_wave, queries_per_second, requests_per_day

WIDTHS = (1024, 512, 256)  # hidden layers
HEADS = 4  # click, watch time, survey, dismissal
READS_PER_STORE = 500_000  # keys/s of one feature-store instance, pipelined
SEARCHES_PER_CORE = 1_000  # HNSW searches/s of one core; USearch publishes 104,050/s on 64 cores, links 32, 256-d
LINE_RATE = 25e9 / 8  # bytes/s of one host's network card
SOURCES = 4  # each taken to cost as much as the vector index: an upper bound
STORAGE = 0.021  # dollars a GB-month of object storage, list price above 500 TB


def at_least_two(machines):
    """One machine is no service."""
    return max(2, machines)


# --8<-- [start:scale]
def mflop(inputs, widths=WIDTHS, heads=HEADS):
    """MFLOP of one forward pass of a fully connected ranker: a multiply and an add for each weight."""
    layers = (inputs, *widths, heads)
    return 2 * sum(a * b for a, b in zip(layers, layers[1:])) / 1e6


daily_viewers = 100_000_000  # @param {type:"slider", min:100000, max:1000000000, unit:"viewers", scale:"log"}
pages = 12  # @param {type:"slider", min:1, max:100, step:1, unit:"feed pages a viewer a day"}
catalog = 20_000_000  # @param {type:"slider", min:100000, max:5000000000, unit:"videos", scale:"log"}
scored = 500  # @param {type:"slider", min:50, max:5000, unit:"candidates ranked a page", scale:"log"}
inputs = 1_200  # @param {type:"slider", min:50, max:10000, unit:"numbers a candidate", scale:"log"}
shown = 20  # @param {type:"slider", min:5, max:50, step:1, unit:"videos a page"}
# --8<-- [end:scale]


def main():
    daily = requests_per_day(daily_viewers, 1, 1, pages)
    average = queries_per_second(daily)
    peak = average * peak_of_wave(trough=0.25)
    row_bytes = inputs * 2  # float16
    print(f"traffic: {daily / 1e9:.3g} billion pages a day,")
    print(f"  {average:,.0f}/s, at the peak {peak:,.0f}/s")

    index = hnsw_bytes(catalog, dimensions=128, links=32)
    search_hosts = at_least_two(machines_for_rate(peak / 64, 1 / SEARCHES_PER_CORE))
    print(f"retrieval: index {index / 1e9:.3g} GB, {search_hosts} hosts a source;")
    print(f"  {share_hit(SOURCES):.1%} of pages miss one of {SOURCES} cut at p99")

    seconds = gpu_seconds(scored * mflop(inputs) * 1e6, utilization=0.1)
    gpus = at_least_two(machines_for_rate(peak, seconds))
    print(f"ranking: {mflop(inputs):.3g} MFLOP a candidate,")
    print(f"  {peak * scored * mflop(inputs) / 1e6:.3g} TFLOP/s, {gpus} GPUs")

    print(f"item rows: all of them {payload_bytes(catalog, inputs, 2) / 1e9:.3g} GB")
    for place, keys in (("fetched", 1 + scored), ("on the ranker", 1)):
        read, moved = peak * keys, peak * keys * row_bytes
        stores = at_least_two(max(instances_for_reads(read, READS_PER_STORE), instances_for_reads(moved, LINE_RATE)))
        print(f"  {place}: {read / 1e6:.3g} M keys/s, {stores} stores")

    shown_rows = daily * shown
    hours = gpu_seconds(ranker_training_flops(shown_rows, mflop(inputs) * 1e6), utilization=0.1) / 3600
    print(f"log: {shown_rows / 1e9:.3g} billion rows a day, with features")
    print(f"  {shown_rows * row_bytes / 1e12:.3g} TB shown, {daily * scored * row_bytes / 1e12:,.4g} TB scored")
    print(f"training: {hours:.2g} GPU-hours a day of FLOPs,")
    print(f"  {shown_rows * row_bytes / LINE_RATE / 3600:.2g} host-hours of reading")
    rows = daily_viewers * 2 + catalog  # accounts, of which half come daily, and videos
    print(f"tables: {table_bytes(rows, 64) / 1e9:.3g} GB, with Adam {table_bytes(rows, 64, state_bytes=8) / 1e9:.3g} GB")
    fleet = gpus * 4.0 + (SOURCES * search_hosts + stores) * 3.0  # dollars an hour; the last `stores`: on the ranker
    print(f"bill, rows on the ranker: ${fleet:,.0f} an hour,")
    print(f"  ${dollars_per_thousand(1, fleet, average) * 1000:.2g} a million pages")
    kept = shown_rows * row_bytes * 30
    print(f"log kept 30 days: {kept / 1e15:.3g} PB, ${kept / 1e9 * STORAGE / 730:,.0f} an hour")


if __name__ == "__main__":
    main()
