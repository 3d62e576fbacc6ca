"""How many machines does a ranker need, and for what: arithmetic, or moving its inputs?

Count one page: candidates, multiply-adds, bytes. What depends on the viewer alone is computed and sent once a page, if
somebody designed it so. Assumptions are named constants: replace them with your measurements. Chapter: components/ranking.
Widths: Covington et al., RecSys 2016. Attention over the history by a small network (4 × 64 → 36 → 1): Zhou et al., KDD 2018.
"""
from snippets.framework.scale_estimation.cost import gpu_seconds, instances_for_reads, machines_for_rate

WIDTHS = (1024, 512, 256)  # hidden layers
HEADS = 4  # click, long watch, survey, dismissal
DIMENSIONS = 64  # of embeddings and of the two-tower pre-ranker
LINE_RATE = 25e9 / 8  # bytes/s into one ranking host
VALUE_BYTES = 2  # float16
VISIT_NS = 5  # one node of a tree, in cache: an assumption
UTILIZATION = 0.1  # share of an H100's peak
CORE_GFLOPS = 30  # GFLOP/s that one core sustains: an assumption


# --8<-- [start:bill]
def dense_mflop(inputs: int) -> float:
    """One forward pass: a multiply and an add for each weight."""
    layers = (inputs, *WIDTHS, HEADS)
    return 2 * sum(a * b for a, b in zip(layers, layers[1:])) / 1e6


def attention_mflop(events: int, network: bool) -> float:
    """Weighing the viewer's history against one candidate: by a small network, or by dot products; then the sum."""
    weigh = 2 * (4 * DIMENSIONS * 36 + 36) if network else 2 * DIMENSIONS
    return events * (weigh + 2 * DIMENSIONS) / 1e6


def page_mflop(candidates: int, viewer: int, item: int, events: int, network: bool, once: bool) -> float:
    """A page; with `once`, the first layer's part that reads the viewer is computed once and added for each candidate."""
    shared = 2 * viewer * WIDTHS[0] / 1e6 if once else 0.0
    return shared + candidates * (dense_mflop(viewer + item) - shared + attention_mflop(events, network))


def page_bytes(candidates: int, viewer: int, item: int, once: bool) -> int:
    """Feature values sent to the ranker for one page."""
    return VALUE_BYTES * (candidates * item + (1 if once else candidates) * viewer)


def tree_ms(candidates: int, trees: int, depth: int) -> float:
    """One core's milliseconds for a page of boosted trees."""
    return candidates * trees * depth * VISIT_NS / 1e6


pages = 20_000  # @param {type:"slider", min:100, max:500000, unit:"pages/s at the peak", scale:"log"}
retrieved = 2_000  # @param {type:"slider", min:200, max:20000, unit:"candidates retrieved", scale:"log"}
ranked = 300  # @param {type:"slider", min:20, max:3000, unit:"candidates ranked", scale:"log"}
viewer_values = 700  # @param {type:"slider", min:50, max:5000, unit:"numbers a viewer", scale:"log"}
item_values = 500  # @param {type:"slider", min:50, max:5000, unit:"numbers a candidate", scale:"log"}
events = 200  # @param {type:"slider", min:10, max:10000, unit:"events of history", scale:"log"}
# --8<-- [end:bill]


def line(name: str, candidates: int, once: bool, network: bool) -> str:
    """One design: GFLOP a page, cores or GPUs that do them, kB a page, hosts whose network takes them."""
    mflop = page_mflop(candidates, viewer_values, item_values, events, network, once)
    moved = page_bytes(candidates, viewer_values, item_values, once)
    gpus = machines_for_rate(pages, gpu_seconds(mflop * 1e6, utilization=UTILIZATION))
    hosts = instances_for_reads(pages * moved, LINE_RATE)
    cores = machines_for_rate(pages, mflop / 1e3 / CORE_GFLOPS)
    return f"{name:12}{mflop / 1e3:5.3g}{cores:7,}{gpus:5}{moved / 1e3:6,.0f}{hosts:6}"


def main() -> None:
    print(f"MFLOP a candidate: dense {dense_mflop(viewer_values + item_values):.3g},")
    print(f"  history by network {attention_mflop(events, True):.3g}, by dots {attention_mflop(events, False):.2g}")
    print("a page:     GFLOP               kB")
    print("at the peak:       cores GPUs      hosts")
    print(line("all, naive", retrieved, once=False, network=True))
    print(line("viewer once", retrieved, once=True, network=True))
    print(line("pre-ranked", ranked, once=True, network=True))
    print(line("dot history", ranked, once=True, network=False))
    seconds = gpu_seconds(page_mflop(ranked, viewer_values, item_values, events, False, True) * 1e6, utilization=UTILIZATION)
    print(f"dot history: {seconds * 1e6:.2g} µs of GPU a page,")
    print(f"  {pages * ranked * 1e-6:.2g} M item rows/s to look up")
    pre = retrieved * 2 * DIMENSIONS
    print(f"pre-ranker: {pre / 1e6:.2g} MFLOP, {retrieved * DIMENSIONS * VALUE_BYTES / 1e3:.0f} kB a page")
    for trees, depth in ((100, 6), (500, 8)):
        ms = tree_ms(ranked, trees, depth)
        print(f"{trees} trees: {ms:.1f} ms of a core, {machines_for_rate(pages, ms / 1e3)} cores")


if __name__ == "__main__":
    main()
