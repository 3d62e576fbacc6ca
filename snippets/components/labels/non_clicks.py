"""Which impressions without a click may count as "no"?

A non-click mixes "saw it, didn't want it" with "never saw it". Taking every one as a negative teaches a third of the
true relevance; taking only what stands above the last click repairs the order and overshoots the level, because
sessions without a click drop out. What was seen is known to the simulator alone.
Source: Joachims et al., SIGIR 2005 (clicks are biased as absolute judgments, and fair as relative ones).
"""
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import fsum, log

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.world import (
    Impression, World, catalog, default_candidates, freshness, popularity_policy, relevance, sessions, simulate, uniform,
)


def features(item, query: int | None, time: float) -> tuple[float, float, float]:
    """What the ranker knows of an item for a request."""
    return log(1000 * item.popularity), float(item.topic == query), freshness(item, time)


# --8<-- [start:experiment]
def last_click(log_rows: Iterable[Impression]) -> dict[tuple[int, int], int]:
    """{(user, session): position of its lowest click}; sessions without a click are not there."""
    last = defaultdict(int)
    for row in log_rows:
        if row.clicked:
            last[row.user, row.session] = max(last[row.user, row.session], row.position)
    return dict(last)


def rules(log_rows: Sequence[Impression]) -> dict[str, Callable[[Impression], bool]]:
    """Three rules for which impressions become training rows, and the one that only a simulator can apply."""
    last = last_click(log_rows)
    return {
        "every impression": lambda row: True,
        "the first 3 places": lambda row: row.position <= 3,
        "down to last click": lambda row: row.position <= last.get((row.user, row.session), 0),
        "seen (the truth)": lambda row: row.examined,
    }


def compare(seed: int, explore: float = 0.3) -> tuple[dict[str, tuple[int, float, float]], float, float]:
    """({rule: (rows, AUC, predicted over true relevance)}, share of non-clicks never seen, true relevance of those)."""
    world = World(seed=seed, users=120, days=6)
    met, items = {(c.user.id, c.session): c for c in sessions(world)}, catalog(world)
    rows = [row for row in simulate(world, popularity_policy(world, explore)) if (row.user, row.session) in met]
    asked = [(c, item) for c in met.values() for item in default_candidates(world, c)[::3]]
    wanted = [relevance(world, c, item) for c, item in asked]  # truth, and below one draw of it
    labels = [int(uniform(seed, "wanted", c.user.id, c.session, x.id) < p) for (c, x), p in zip(asked, wanted)]
    test, table = [features(item, c.query, c.time) for c, item in asked], {}
    for name, keep in rules(rows).items():
        kept = [row for row in rows if keep(row)]
        weights = fit([features(items[row.item], row.query, row.time) for row in kept], [int(row.clicked) for row in kept], steps=4)
        scores = predict_all(weights, test)
        table[name] = len(kept), roc_auc(labels, scores), fsum(scores) / fsum(wanted)
    silent = [row for row in rows if not row.clicked]
    unseen = [relevance(world, met[row.user, row.session], items[row.item]) for row in silent if not row.examined]
    return table, len(unseen) / len(silent), fsum(unseen) / len(unseen)


def main() -> None:
    explore = 0.3  # @param {type:"slider", min:0, max:1, step:0.1, unit:"of slates in random order, the rest by popularity"}
    seed = 3  # @param {type:"number", min:1, max:1000}
    table, unseen, relevant = compare(seed, explore)
    print(f"of the non-clicks, {unseen:.0%} were never seen;\nof those, {relevant:.0%} were relevant\n")
    print("level: predicted over true relevance\ntrained on           rows   AUC  level")
    for name, (count, score, ratio) in table.items():
        print(f"{name:18}{count:7,}{score:6.2f}{ratio:7.2f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
