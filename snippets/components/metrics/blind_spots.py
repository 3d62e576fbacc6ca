"""Which metric notices which damage?

One model that knows every probability, damaged in five ways, scored by six metrics. A damage that no column shows
is one that ships. The oddest row knows nothing of the candidates, only of the request, and still earns an AUC.
World: each candidate of a request is judged relevant or not, with the probability that the shared world knows.
"""
from math import fsum
from statistics import fmean

from snippets.components.metrics.calibration import calibration_ratio, expected_calibration_error, normalized_entropy
from snippets.components.metrics.ranking_metrics import ndcg
from snippets.components.metrics.roc_auc import roc_auc
from snippets.world import World, default_candidates, relevance, sessions, uniform


def requests(seed, users=140, days=7):
    """(device, [true probability of each candidate], [whether it was judged relevant]) for each request."""
    world = World(seed=seed, users=users, days=days, return_effect=0.0)
    found = []
    for context in sessions(world):
        items = default_candidates(world, context)
        chances = [relevance(world, context, item) for item in items]
        judged = [int(uniform(seed, "judged", context.user.id, context.session, item.id) < p) for item, p in zip(items, chances)]
        found.append((context.device, chances, judged))
    return found


# --8<-- [start:experiment]
def damaged(found, factor):
    """{name: one list of scores a request}; the first is the truth."""
    rate = fmean(label for _, _, judged in found for label in judged)
    by_device = {"desktop": 1.6, "phone": 0.8, "slow phone": 0.8}
    level = fsum(map(sum, (judged for *_, judged in found))) / fsum(by_device[d] * fsum(p) for d, p, _ in found)
    return {
        "truth": [p for _, p, _ in found],
        f"all x {factor}": [[min(0.99, factor * x) for x in p] for _, p, _ in found],
        "constant": [[rate] * len(p) for _, p, _ in found],
        "per request": [[fmean(p)] * len(p) for _, p, _ in found],
        "order only": [[min(0.99, x * rate / fmean(p)) for x in p] for _, p, _ in found],
        "device bias": [[min(0.99, x * level * by_device[device]) for x in p] for device, p, _ in found],
    }


def grouped_auc(found, scores):
    """AUC inside each request that has both outcomes, then the mean: can the score order one list?"""
    return fmean(roc_auc(y, s) for (_, _, y), s in zip(found, scores) if 0 < sum(y) < len(y))


def mean_ndcg(found, scores, k=10):
    """NDCG of each request with a relevant candidate; candidates with equal scores stay in the order found."""
    ranked = ([y[i] for i in sorted(range(len(y)), key=lambda i: -s[i])] for (_, _, y), s in zip(found, scores))
    return fmean(ndcg(gains, k) for gains in ranked if any(gains))


def main() -> None:
    factor = 1.5  # @param {type:"slider", min:0.5, max:2.0, step:0.1, unit:"times every score"}
    seed = 4  # @param {type:"number", min:1, max:1000}
    found = requests(seed)
    labels = [label for *_, judged in found for label in judged]
    print(f"{'':12}     per")
    print(f"{'':12}AUC list NDCG  NE ratio ECE")
    for name, scores in damaged(found, factor).items():
        flat = [x for s in scores for x in s]
        print(f"{name:11}{roc_auc(labels, flat):5.2f}{grouped_auc(found, scores):5.2f}{mean_ndcg(found, scores):5.2f}"
              f"{normalized_entropy(labels, flat):5.2f}{calibration_ratio(labels, flat):5.2f}"
              f"{expected_calibration_error(labels, flat):5.2f}")
    print("\n'device bias', predicted over real:")
    scores = damaged(found, factor)["device bias"]
    for device in ("desktop", "phone", "slow phone"):
        rows = [(y, s) for (d, _, y), s in zip(found, scores) if d == device]
        print(f"  {device:11}{fsum(x for _, s in rows for x in s) / sum(sum(y) for y, _ in rows):5.2f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
