"""Is a listwise loss better at ordering lists?

Not by itself: with the same features all three order alike. They part when something unlogged moves whole pages and
what was shown on them. Then pointwise learns the company that an item kept, and its AUC rises for it.
Sources: see losses.py. The hidden cause is a switch of the shared world.
"""
from math import fsum, log

from snippets.components.metrics.ranking_metrics import ndcg
from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import dot, sigmoid
from snippets.components.ranking_losses_and_negatives.losses import fit_listwise, fit_pairwise, fit_pointwise
from snippets.world import (
    Slate, World, catalog, default_candidates, relevance, sessions, simulate, uniform,
)

TRAIN_DAYS, DAYS = 7, 10


def describe(context, item) -> list[float]:
    """What all three models know: how long the video is, how popular, whether its topic was searched for."""
    return [log(item.duration / 240), log(100 * item.popularity), float(item.topic == context.query)]


def short_or_long(world: World):
    """The old ranker: a page of eight short videos and two others, or of eight long ones, in random order."""
    def policy(context, candidates):
        order = sorted(candidates, key=lambda item: (item.duration, item.id))
        short = {item.id for item in order[:len(order) // 2]}
        halves = [x for x in candidates if x.id in short], [x for x in candidates if x.id not in short]
        pages = []
        for most, few in (halves, halves[::-1]):
            chosen = sorted(most[:8] + few[:2], key=lambda x: uniform(
                world.seed, "shuffle", context.user.id, context.session, x.id))
            pages.append((0.5, Slate(tuple(x.id for x in chosen))))
        return pages  # a hidden cause tilts this coin: in a good mood the second page comes more often
    return policy


# --8<-- [start:experiment]
def compare(world: World) -> dict[str, tuple[float, float, float, float]]:
    """By loss: the weight of length, NDCG of all candidates, AUC of impressions, predicted over real clicks."""
    items, pages = catalog(world), {}
    contexts = {(c.user.id, c.session): c for c in sessions(world)}
    for row in simulate(world, short_or_long(world)):
        if context := contexts.get((row.user, row.session)):
            features = [*describe(context, items[row.item]), log(row.position)]
            pages.setdefault((row.user, row.session), []).append((features, int(row.clicked)))
    train = [page for key, page in pages.items() if contexts[key].day < TRAIN_DAYS]
    test = {key: page for key, page in pages.items() if contexts[key].day >= TRAIN_DAYS}
    asked = [[(describe(contexts[key], item), relevance(world, contexts[key], item))
              for item in default_candidates(world, contexts[key])] for key in test]
    shown = [row for page in test.values() for row in page]
    labels, table = [label for _, label in shown], {}
    for name, fit in (("pointwise", fit_pointwise), ("pairwise", fit_pairwise), ("listwise", fit_listwise)):
        start, *weights = fit(train)
        order = fsum(ndcg([true for _, true in sorted(page, key=lambda pair: -dot(weights[:3], pair[0]))], 10)
                     for page in asked) / len(asked)
        scores = [start + dot(weights, row) for row, _ in shown]
        table[name] = weights[0], order, roc_auc(labels, scores), fsum(map(sigmoid, scores)) / sum(labels)
    return table


def main() -> None:
    seed = 7  # @param {type:"number", min:1, max:1000}
    mood = 1.0  # @param {type:"slider", min:0, max:1.5, step:0.5, unit:"log-odds that a mood adds or takes"}
    print("           weight         AUC  pred./")
    print("loss       length  NDCG  rows    real")
    for name, row in compare(World(seed=seed, users=300, items=120, days=DAYS, hidden_cause=mood)).items():
        print("{:10}{:7.2f}{:6.3f}{:6.3f}{:8.2f}".format(name, *row))
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
