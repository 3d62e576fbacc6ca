"""Does the leak that promises most also cost most?

No. One model, one log, one test week; only one column is computed wrongly at a time. What the leak adds offline is
set beside what the same weights do on the values that serving would have: AUC, calibration, and the true clicks
on the item that the model would put first. Chapter: components/splits-and-leakage. The kinds of leak follow Kaufman,
Rosset and Perlich, Leakage in Data Mining, KDD 2011, and Kapoor and Narayanan, Patterns 2023.
"""
from collections import Counter
from collections.abc import Hashable, Sequence
from functools import cache
from itertools import groupby
from math import fsum, log, sqrt

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.world import World, catalog, expected_at, random_policy, serve

TRAIN_DAYS, TEST_DAYS, PRIOR = 7, 3, 10


def rates(keys: Sequence[Hashable], clicks: Sequence[int], sessions: Sequence[Hashable], base: float) -> dict[str, list[float]]:
    """Log click rate of each row's key, shrunk as if PRIOR more rows at `base` had been seen, counted in two ways.

    "as of" knows the sessions before the row's own; "whole log" knows all rows, the row itself and the future included.
    """
    def rate(key):
        return log((won[key] + PRIOR * base) / (seen[key] + PRIOR))

    seen, won, as_of = Counter(), Counter(), []
    for _, rows in groupby(zip(sessions, keys, clicks), key=lambda row: row[0]):
        rows = list(rows)
        as_of += [rate(key) for _, key, _ in rows]
        for _, key, clicked in rows:
            seen[key] += 1
            won[key] += clicked
    return {"as of": as_of, "whole log": [rate(key) for key in keys]}


def standardized(column: Sequence[float], rows: int) -> list[float]:
    """The column in standard deviations from the mean, both taken from its first `rows` values."""
    mean = fsum(column[:rows]) / rows
    spread = sqrt(fsum((x - mean) ** 2 for x in column[:rows]) / rows)
    return [(x - mean) / spread for x in column]


# --8<-- [start:ledger]
def ledger(seed: int, users: int = 200) -> dict[str, tuple[float, float, float, float]]:
    """{how a column was made: (AUC promised, AUC served, predicted over real clicks served, true clicks per 100 first picks)}."""
    world = World(seed=seed, users=users, days=TRAIN_DAYS + TEST_DAYS, items=240, click_intercept=-2.6)
    items, met = catalog(world), list(serve(world, random_policy(world)))
    log_, contexts = [row for _, rows in met for row in rows], [context for context, rows in met for _ in rows]
    clicks, sessions = [int(row.clicked) for row in log_], [(row.user, row.session) for row in log_]
    cut = sum(row.day < TRAIN_DAYS for row in log_)
    base = sum(clicks[:cut]) / cut
    place = [-log(row.position) for row in log_]
    item = rates([row.item for row in log_], clicks, sessions, base)
    taste = rates([(row.user, items[row.item].topic) for row in log_], clicks, sessions, base)
    in_session = Counter(session for session, clicked in zip(sessions, clicks) if clicked)
    session_clicks, unknown = [float(in_session[session]) for session in sessions], [0.0] * len(log_)
    truth = cache(lambda i: expected_at(world, contexts[cut + i], items[log_[cut + i].item], 1))  # of the i-th test row

    honest = [place, item["as of"], taste["as of"]]
    scaled = lambda rows: [standardized(column, rows) for column in honest]
    columns = {  # (what the evaluation reads, what serving will have)
        "none": (honest, honest),
        "scaler": (scaled(len(log_)), scaled(len(log_))),
        "session": ([*honest, session_clicks], [*honest, unknown]),
        "item rate": ([place, item["whole log"], taste["as of"]], honest),
        "taste rate": ([place, item["as of"], taste["whole log"]], honest),
    }
    found = {}
    for name, (read, had) in columns.items():
        offline, online = list(zip(*read)), list(zip(*had))
        weights = fit(offline[:cut], clicks[:cut], steps=4)
        promised, served = predict_all(weights, offline[cut:]), predict_all(weights, online[cut:])
        flat = predict_all(weights, [(0.0, *row[1:]) for row in online[cut:]])  # as if every item stood first
        firsts = [max(range(a, b), key=lambda i: (round(flat[i], 9), -i)) for a, b in spans(sessions[cut:])]
        found[name] = (
            roc_auc(clicks[cut:], promised), roc_auc(clicks[cut:], served),
            fsum(served) / sum(clicks[cut:]), 100 * fsum(map(truth, firsts)) / len(firsts),
        )
    return found


def spans(sessions: Sequence[Hashable]) -> list[tuple[int, int]]:
    """(first row, row after the last) of each session."""
    starts = [i for i in range(len(sessions)) if not i or sessions[i] != sessions[i - 1]]
    return list(zip(starts, [*starts[1:], len(sessions)]))


def main() -> None:
    seed = 2  # @param {type:"number", min:1, max:1000}
    table = ledger(seed)
    honest = table["none"]
    print("                 AUC     served:")
    print("leak        promised   kept ratio picks")
    for name, row in table.items():
        print(f"{name:12}{row[0]:8.3f}{row[1]:7.3f}{row[2]:6.2f}{row[3]:6.1f}")
    print("\nagainst no leak:")
    print("leak        promised   kept      clicks")
    for name, row in list(table.items())[1:]:
        print(f"{name:12}{row[0] - honest[0]:+8.3f}{row[1] - honest[1]:+7.3f}{row[3] / honest[3] - 1:+12.0%}")
# --8<-- [end:ledger]


if __name__ == "__main__":
    main()
