"""Two fraud models, one test set: which one catches more where fraud is rare?

The broad model is a little right about every fraud, the sharp one very right about some and lost on the rest. AUC
prefers the broad one at any base rate, and so does average precision on a test set with one fraud in ten. Where
one payment in a thousand is fraud, only the far left of the ROC curve is used, and there the sharp one leads.
"""
from bisect import bisect_left
from collections import Counter
from random import Random

from snippets.components.metrics.confusion import precision_at_base_rate
from snippets.components.metrics.intervals import auc_standard_error, bootstrap_interval, rows_for_share
from snippets.components.metrics.roc_auc import roc_auc
from snippets.world import normal_quantile


def test_set(seed, frauds=400, honest=16_000):
    """{model: (scores of frauds, scores of honest payments)}"""
    rng = Random(seed)
    normal = lambda: normal_quantile((rng.getrandbits(32) + 0.5) / 2**32)
    others = [normal() for _ in range(honest)]
    broad = [2.3 + normal() for _ in range(frauds)]
    sharp = [(4.2 if rng.random() < 0.5 else 0.9) + normal() for _ in range(frauds)]
    return {"broad": (broad, others), "sharp": (sharp, others)}


def average_precision(frauds, honest, base_rate):
    """Mean precision over the frauds' own thresholds, as if `base_rate` of all payments were fraud."""
    honest, total = sorted(honest), 0.0
    for caught, score in enumerate(sorted(frauds, reverse=True), 1):
        alarms = (len(honest) - bisect_left(honest, score)) / len(honest)
        total += precision_at_base_rate(caught / len(frauds), alarms, base_rate)
    return total / len(frauds)


# --8<-- [start:experiment]
def operating_point(scores, base_rate, capacity, blocks=100):
    """(recall, precision, its 95% interval) when `capacity` of all payments can be reviewed, the best scores first."""
    frauds, honest = scores
    ranked = sorted(((score, is_fraud, i % blocks) for is_fraud, part in enumerate((honest, frauds))
                     for i, score in enumerate(part)), reverse=True)
    weight = (1 - base_rate) / len(honest), base_rate / len(frauds)

    def queue(drawn):
        """(fraud caught, payments reviewed), as shares of all: each draw of blocks fills the queue anew."""
        times, caught, reviewed = Counter(drawn), 0.0, 0.0
        for _, is_fraud, block in ranked:
            here = weight[is_fraud] * times[block]
            if reviewed + here > capacity * (1 + 1e-9):
                break
            reviewed += here
            caught += is_fraud * here
        return caught, reviewed

    def precision(drawn):
        caught, reviewed = queue(drawn)
        return caught / reviewed if reviewed else 0.0

    caught, _ = queue(range(blocks))
    return caught / base_rate, precision(range(blocks)), bootstrap_interval(range(blocks), precision, resamples=200)


def main() -> None:
    reviews = 1.0  # @param {type:"slider", min:0.5, max:10, step:0.5, unit:"reviews per fraud that exists"}
    seed = 1  # @param {type:"number", min:1, max:1000}
    models = test_set(seed)
    for name, (frauds, honest) in models.items():
        auc = roc_auc([1] * len(frauds) + [0] * len(honest), frauds + honest)
        print(f"AUC {name}: {auc:.3f} ± {1.96 * auc_standard_error(auc, len(frauds), len(honest)):.3f}")
    print("\nfraud       aver.       precision of")
    print("is    model prec. recall what is reviewed")
    for base_rate in (0.1, 0.01, 0.001):
        for name, scores in models.items():
            recall, precision, (low, high) = operating_point(scores, base_rate, reviews * base_rate)
            print(f"{base_rate:<6.1%}{name}{average_precision(*scores, base_rate):5.2f}{recall:6.0%}"
                  f"   {precision:.2f} ({low:.2f}-{high:.2f})")
    need = rows_for_share(0.5, 0.05)
    print(f"\nrecall to within 5 points: {need} frauds,")
    print(f"at 0.1% in {need / 0.001:,.0f} random payments")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
