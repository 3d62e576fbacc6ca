"""Which week's off-policy estimate would you show to your boss?

The old ranker explores in one session of fifty. The new one shows other items, so a row that it would have shown
too is rare and counts a thousandfold. In some weeks one click carries nearly all of the estimate. In the others no
such click came: the estimate is half the truth and its interval is narrow, for a bootstrap can't draw what the log
lacks. The effective sample size of the drawn weights can look splendid then; computed from the two policies, it
never does.
"""
from math import fsum
from statistics import fmean

from snippets.components.metrics.intervals import bootstrap_interval, ratio, sums_by
from snippets.components.metrics.off_policy import (
    clipped, doubly_robust, effective_sample_size, expected_effective_size, ips, snips,
)
from snippets.world import (
    DAY_S, World, catalog, default_candidates, popularity_policy, propensity, serve, sessions, top, true_value,
)
from snippets.world.policies import as_tickets

WEEK, PLACES = 7, 10


def fresh_first(world):
    """The new ranker: popularity counts for less, what was searched for and what is new for more."""
    def score(context, item):
        searched, new = item.topic == context.query, item.published > context.time - 7 * DAY_S
        return item.popularity**0.25 * (3 if searched else 1) * (2 if new else 1)
    return lambda context, found: top(world, found, lambda item: score(context, item))


def logged_rows(world, old, new):
    """(day, user, weight, click, weight of the new item, (place, searched for) of both) for each row of the log."""
    items, rows = catalog(world), []
    for context, shown in serve(world, old):
        found = default_candidates(world, context)
        wanted, lottery = new(context, found).items, as_tickets(old(context, found))
        for row in shown:
            instead = wanted[row.position - 1]
            weight, due = (instead == row.item) / row.propensity, 1 / propensity(lottery, len(found), row.position, instead)
            cells = [(row.position, items[i].topic == context.query) for i in (row.item, instead)]
            rows.append((row.day, row.user, weight, int(row.clicked), due, *cells))
    return rows


def reward_model(rows):
    """Click rate of each (place, searched for): a small model, trained on the same log."""
    shown, clicks = {}, {}
    for *_, click, _, cell, _ in rows:
        shown[cell], clicks[cell] = shown.get(cell, 0) + 1, clicks.get(cell, 0) + click
    return lambda cell: clicks.get(cell, 0) / shown[cell] if cell in shown else 0.0


# --8<-- [start:experiment]
def estimate(rows):
    """IPS in clicks a session, low, high, the largest row's share; effective size by log and by policies; mean weight."""
    _, who, weights, clicks, due, *_ = zip(*rows)
    parts = [w * c for w, c in zip(weights, clicks)]
    low, high = bootstrap_interval(sums_by(who, parts), ratio, resamples=200)
    return (PLACES * ips(clicks, weights), PLACES * low, PLACES * high, max(parts) / fsum(parts),
            effective_sample_size(weights), expected_effective_size(due), fmean(weights))


def pooled(rows, most):
    """{estimator: clicks a session} over the whole log."""
    _, _, weights, clicks, _, shown, wanted = zip(*rows)
    model = reward_model(rows)
    predicted, expected = list(map(model, shown)), list(map(model, wanted))
    return {
        "IPS": PLACES * ips(clicks, weights),
        "SNIPS": PLACES * snips(clicks, weights),
        f"IPS, clipped at {most}": PLACES * ips(clicks, clipped(weights, most)),
        "model alone": PLACES * fmean(expected),
        "doubly robust": PLACES * doubly_robust(clicks, weights, predicted, expected),
    }


def main() -> None:
    explore = 0.02  # @param {type:"slider", min:0.01, max:0.5, step:0.01, unit:"of sessions explore"}
    most = 20  # @param {type:"slider", min:2, max:500, step:1, unit:"largest weight"}
    seed = 7  # @param {type:"number", min:1, max:1000}
    world = World(seed=seed, users=180, days=4 * WEEK, return_effect=0.0)
    old, new = popularity_policy(world, explore), fresh_first(world)
    rows = logged_rows(world, old, new)
    print("         its 95%     top eff. rows mean")
    print("week IPS interval    row   log due weight")
    for week in range(4):
        value, low, high, share, size, due, mean = estimate([r for r in rows if r[0] // WEEK == week])
        print(f"{week + 1:<3}{value:5.2f} {low:.2f}-{high:<7.2f}{share:4.0%}{size:6,.0f}{due:4.0f}{mean:5.2f}")
    met = list(sessions(world))
    second = [context for context in met if context.day // WEEK == 1]
    print(f"\ntruth in week 2: {true_value(world, new, contexts=second):.2f} clicks a session\n")
    for name, value in pooled(rows, most).items():
        print(f"{name:22}{value:6.2f}")
    print(f"{'truth, new ranker':22}{true_value(world, new, contexts=met):6.2f}")
    print(f"{'truth, old ranker':22}{true_value(world, popularity_policy(world), contexts=met):6.2f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
