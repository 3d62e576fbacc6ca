"""What did each step buy: in AUC, and in clicks on pages that people would see?

Five ways to rank from the same counters: the popular, a rule of two lines, logistic regression, boosted trees, and
logistic regression on features that somebody spent an hour on. AUC is measured on the log, pages by the world's exact
clicks. The log pools visits: a model earns AUC by knowing which places and visits are clicked, and no order uses that.
Chapter: components/models-and-baselines.
"""
from itertools import combinations
from math import log
from statistics import fmean

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines import boosted_trees
from snippets.components.models_and_baselines.judged_pages import logged, of_the_possible
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.world import World, relevance


def right_pairs(world, visits, scored):
    """Mean share of a page's candidate pairs that `scored` puts in their true order; a tie counts half."""
    shares = []
    for visit in visits:
        truth = [relevance(world, visit.context, item) for item in visit.candidates]
        falling = [score for _, score in sorted(zip(truth, scored(visit)), reverse=True)]
        points = [(a > b) + 0.5 * (a == b) for a, b in combinations(falling, 2)]
        shares.append(fmean(points))
    return fmean(shares)


# --8<-- [start:ladder]
def worked(row):
    """An hour of work: logarithms, shares, and crosses that say when a feature matters."""
    place, device, searched, other, rate, taste, age = row
    return [log(place), device * log(place), searched, other, log(rate),
            log(taste) * (1 - searched) * (1 - other), log(taste) * other, 1 / (1 + age)]


def ladder(rows, labels):
    """{step: function from rows to scores}, learned from the training rows."""
    plain = fit(rows, labels, steps=4)
    trees = boosted_trees.fit(rows, labels, trees=25, depth=2, rate=0.15)
    crossed = fit([worked(row) for row in rows], labels, steps=4)
    return {
        "popular": lambda rows: [rate for _, _, _, _, rate, _, _ in rows],
        "+ search rule": lambda rows: [searched + rate for _, _, searched, _, rate, _, _ in rows],
        "logistic": lambda rows: predict_all(plain, rows),
        "boosted trees": lambda rows: boosted_trees.predict_all(trees, rows),
        "logistic, worked": lambda rows: predict_all(crossed, [worked(row) for row in rows]),
    }


def compare(seed, users=120, train_days=14, test_days=4):
    """{step: (AUC on the log, share of pairs in order on a page, share of the possible clicks)} and the training rows."""
    world = World(seed=seed, users=users, days=train_days + test_days, click_intercept=-2.4)
    rows, labels, cut, visits = logged(world, train_days)
    steps = ladder(rows[:cut], labels[:cut])
    on_pages = {name: lambda visit, step=step: step(visit.rows) for name, step in steps.items()}
    clicks, table = of_the_possible(world, visits, on_pages), {}
    for name, step in steps.items():
        auc = roc_auc(labels[cut:], step(rows[cut:]))
        table[name] = auc, right_pairs(world, visits, on_pages[name]), clicks[name]
    return table, cut


def main() -> None:
    users = 120  # @param {type:"slider", min:40, max:300, step:20, unit:"users in the log"}
    seed = 18  # @param {type:"number", min:1, max:1000}
    table, cut = compare(seed, users)
    print(f"{cut:,} rows         AUC   pairs    of the")
    print("                   on    right  possible")
    print("                  log   a page    clicks")
    for name, (auc, pairs, clicks) in table.items():
        print(f"{name:17}{auc:.3f}{pairs:8.1%}{clicks:9.0%}")
# --8<-- [end:ladder]


if __name__ == "__main__":
    main()
