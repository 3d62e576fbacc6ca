"""Which drawing of a video home page earns most, once ten questions are answered?

A world is one answer to each question. A drawing is five choices. Its worth: what better pages
earn in a year, less machines, reviewers, engineers, and what wrong pages cost.
Chapter: framework/requirements. Shares and prices are our judgment; sums come from scale estimation.
"""
from collections import namedtuple
from functools import lru_cache
from itertools import product

from snippets.components.feature_stores.online_store_memory import SHARD_READS
from snippets.framework.scale_estimation.cost import gpu_seconds, instances_for_reads, machines_for_rate
from snippets.framework.scale_estimation.traffic import queries_per_second, requests_per_day

World = namedtuple("World", "users daily peak catalog limit page half_life intents wrong stream")
Drawing = namedtuple("Drawing", "serving ranker stages new_videos check")
DRAWINGS = [Drawing(*choice) for choice in product(
    ("nightly lists", "online", "online + session"), ("small network", "sequence model"),
    ("rank all", "retrieve first"), ("index nightly", "index in minutes"), ("remove on report", "review first"))
    if choice[0] != "nightly lists" or choice[3] == "index nightly"]
Prices = namedtuple("Prices", "engineer gpu core review gflop lift")
# dollars a year for a person, a GPU, a store's core; a review; GFLOP a candidate (sequence); share of revenue
PRICES = Prices(300_000, 4.0 * 8_760, 0.05 * 8_760, 0.5, 10.0, 0.05)


MIDDLING = World(50_000_000, 0.4, 2.0, 500_000, 0.1, 3.0, 10, 0.15, 10, False)


# --8<-- [start:worth]
@lru_cache(maxsize=None)
def machines(users, daily, peak, catalog, serving, ranker, stages, prices=PRICES):
    """Dollars a year for GPUs and feature reads, and seconds of one GPU for one ranking."""
    pages = queries_per_second(requests_per_day(users, daily, 3, 8)) * peak
    nightly = serving == "nightly lists"
    rankings = queries_per_second(users * daily) if nightly else pages
    candidates = catalog if stages == "rank all" else 500
    flop, used = (40e6, 0.1) if ranker == "small network" else (prices.gflop * 1e9, 0.3)
    seconds = gpu_seconds(candidates * flop, used)
    stores = instances_for_reads(pages if nightly else pages * candidates, SHARD_READS)
    return prices.gpu * machines_for_rate(rankings, seconds) + prices.core * stores, seconds


@lru_cache(maxsize=None)
def reached(half_life, intents, drawing):
    """Share of the lift that a drawing keeps: what it shows too late, or can't know, is lost."""
    days_late = 0.5 * (drawing.new_videos == "index nightly") + 0.5 * (drawing.check == "review first")
    share = 2 ** (-days_late / half_life) * (0.97 if drawing.stages == "retrieve first" else 1)
    return share if drawing.serving == "online + session" else share * (1 - intents)


@lru_cache(maxsize=None)
def engineers(stream, drawing):
    """People who build it and keep it; an event stream that exists saves some of them."""
    online, session = drawing.serving != "nightly lists", drawing.serving == "online + session"
    minutes, large = drawing.new_videos == "index in minutes", drawing.ranker == "sequence model"
    return (3 + 3 * online + (1 if stream else 4) * session + (1 if stream else 3) * minutes
            + 3 * large + (drawing.stages == "retrieve first"))


def worth(world, drawing, prices=PRICES):
    """Whole dollars a year that a drawing earns in a world: its lift over a popular list, less all harm and cost."""
    thousands = 365 * requests_per_day(world.users, world.daily, 3, 8) / 1000  # pages
    bill, seconds = machines(*world[:4], *drawing[:3], prices)
    lift = prices.lift * reached(world.half_life, world.intents, drawing)
    lift *= 1.2 if drawing.ranker == "sequence model" else 1
    if seconds > world.limit and drawing.serving != "nightly lists":
        lift = 0.0  # too late: the reader gets the popular list
    review = drawing.check == "review first"
    harm = thousands / 1000 * world.wrong * (0.1 if review else 1)  # one page in a million
    reviews = 365 * world.catalog / 1000 * prices.review * review  # a thousandth is new each day
    return round(thousands * world.page * lift - harm - reviews - bill
                 - prices.engineer * engineers(world.stream, drawing))
# --8<-- [end:worth]


def best(world, prices=PRICES):
    """The drawing that earns most in this world."""
    return max(DRAWINGS, key=lambda drawing: worth(world, drawing, prices))


def main():
    world = MIDDLING
    thousands = 365 * requests_per_day(world.users, world.daily, 3, 8) / 1000
    print(f"{len(DRAWINGS)} drawings; a middling world, million $ a year")
    print("earned, machines, people: best of its kind")
    for serving in ("nightly lists", "online", "online + session"):
        drawing = max((d for d in DRAWINGS if d.serving == serving), key=lambda d: worth(world, d))
        bill, _ = machines(*world[:4], *drawing[:3])
        print(f"  {worth(world, drawing) / 1e6:5.1f} {bill / 1e6:5.2f} {engineers(False, drawing):3}  {serving}")
    print("online: machines, $ for 1,000 pages, ms")
    for ranker, stages, catalog, name in (
            ("small network", "retrieve first", 500_000, "small, 500 of them"),
            ("small network", "rank all", 5_000, "small, all 5,000"),
            ("small network", "rank all", 500_000, "small, all 500,000"),
            ("sequence model", "retrieve first", 500_000, "sequence, 500")):
        bill, seconds = machines(*world[:3], catalog, "online", ranker, stages)
        print(f"  {bill / 1e6:6.3g} {bill / thousands:8.2g} {seconds * 1e3:6.3g}  {name}")
    print("1% more revenue, million $ a year")
    for page in (0.4, 3, 8):
        print(f"  {thousands * page * 0.01 / 1e6:5.3g}  at ${page:g} for 1,000 pages")


if __name__ == "__main__":
    main()
