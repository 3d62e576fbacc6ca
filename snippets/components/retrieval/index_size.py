"""How many machines hold and search 100 million vectors, and do more shards make them faster?

The payload is N × d × 4 bytes: 51.2 GB. A graph adds links, codes take a tenth, and a scan on one accelerator is
exact: it reads the whole catalog once for a batch of queries. Codes find too little alone: the best by code are read
again in full from SSD. Shards divide a scan; they hardly divide a graph walk.
Bytes: Faiss wiki (IVF adds 8 for the id) and OpenSearch (HNSW: 1.1 × (4 d + 8 M)). Speeds are the sliders' and the
constants' below: our assumptions, to be replaced by a measurement of yours.
"""
from math import ceil, sqrt

READ = 200e9  # bytes/s, one host's memory read in order by all threads (napkin-math, 2026: 200 GiB/s)
VISIT_S, THREADS = 0.3e-6, 32  # one distance to a vector somewhere in memory; threads of a host
CPU_FLOPS, SSD_READS = 2e12, 1e6  # a host's float32 arithmetic; random reads/s of its SSDs
GPU_READ, GPU_FLOPS, BATCH = 3.35e12, 0.4 * 989e12, 64  # H100: HBM and 40% of its BF16 peak; queries a pass
BUSY, USABLE = 0.6, 0.7  # share of throughput and of memory that we plan with
GRAPH_SHARD = 0.69  # distances in a quarter of a graph over those in the whole, measured in recall_against_work


# --8<-- [start:size]
def bytes_a_vector(layout: str, d: int, links: int = 16, code: int = 32) -> float:
    """Bytes of one vector in memory: float32, but float16 on the accelerator."""
    return {"exact, CPU": 4 * d, "exact, GPU": 2 * d, "HNSW": 1.1 * (4 * d + 8 * links)}.get(layout, code + 8)


def centers(n: int) -> int:
    """Lists of an IVF: eight times the square root of the vectors."""
    return round(8 * sqrt(n))


def queries_per_second(layout: str, n: int, d: int, visits: int, rescored: int, probes: int = 64, code: int = 32) -> float:
    """Queries a second of one busy host or GPU that holds all n vectors; a scan serves BATCH queries in one pass."""
    if layout == "exact, CPU":
        return BATCH / max(4 * d * n / READ, 2 * d * n * BATCH / CPU_FLOPS)
    if layout == "exact, GPU":
        return BATCH / max(2 * d * n / GPU_READ, 2 * d * n * BATCH / GPU_FLOPS)
    if layout == "HNSW":
        return THREADS / (visits * VISIT_S)
    # The lists are found by a scan of all centers, or by a graph over them; then their codes are read.
    lists_s = visits / 4 * VISIT_S / THREADS if layout == "IVF-PQ+graph" else 4 * d * centers(n) / READ
    return min(1 / (lists_s + probes * n / centers(n) * code / READ), SSD_READS / rescored)


def machines(gigabytes: float, memory: float, copies: int, qps: float, one: float) -> int:
    """Enough for the memory of all copies and for the peak."""
    return max(copies * ceil(gigabytes / (USABLE * memory)), ceil(qps / (BUSY * one)))


def main() -> None:
    n = 100_000_000  # @param {type:"slider", min:100000, max:10000000000, scale:"log", unit:"vectors"}
    d = 128  # @param {type:"slider", min:16, max:1024, step:16, unit:"dimensions"}
    qps = 20_000  # @param {type:"slider", min:100, max:1000000, scale:"log", unit:"queries/s at peak"}
    visits = 3_000  # @param {type:"slider", min:200, max:20000, scale:"log", unit:"distances a graph query"}
    rescored = 200  # @param {type:"slider", min:20, max:2000, scale:"log", unit:"read in full after a search by code"}
    memory = 256  # @param {type:"slider", min:64, max:1024, step:64, unit:"GB a host"}
    copies = 2  # @param {type:"slider", min:1, max:4, step:1, unit:"copies at least"}
    print(f"{n:,} x {d} float32 = {4 * n * d / 1e9:,.1f} GB\n")
    print("              bytes GB one  q/s one\nlayout         each   copy  machine machines")
    for layout in ("exact, CPU", "exact, GPU", "HNSW", "IVF-PQ", "IVF-PQ+graph"):
        size = n * bytes_a_vector(layout, d) / 1e9
        size += 4 * d * centers(n) / 1e9 if "IVF" in layout else 0
        one = queries_per_second(layout, n, d, visits, rescored)
        needed = machines(size, 80 if "GPU" in layout else memory, copies, qps, one)
        print(f"{layout:13}{size * 1e9 / n:6,.0f}{size:7,.1f}{one:9,.0f}{needed:9,}")
    one = queries_per_second("HNSW", n, d, visits, rescored)
    print(f"\nfour hosts for one graph, queries/s:\n  four replicas {4 * one:,.0f}, four shards {one / GRAPH_SHARD:,.0f}")
    print(f"one GPU pass over all vectors: {2 * d * n / GPU_READ * 1e3:,.1f} ms")
    print(f"an IVF query reads {4 * d * centers(n) / 1e6:,.1f} MB of centers\n  and {64 * n / centers(n) * 32 / 1e6:,.1f} MB of codes")
    print(f"a filter that passes less than {sqrt(visits / n):.2%}:\n  scan what passes")
# --8<-- [end:size]


if __name__ == "__main__":
    main()
