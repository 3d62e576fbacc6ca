"""Two models learn from the same click log; the one with the better AUC on held-out clicks is deployed. Does it win?

It loses. The old ranker chose who was seen, clicks repeat its opinion, and a held-out part of the same log rewards agreement.
Source: Joachims, Swaminathan, Schnabel, Unbiased Learning-to-Rank with Biased Feedback, WSDM 2017.
"""
from random import Random

from snippets.components.metrics.roc_auc import roc_auc

# --8<-- [start:experiment]
ITEMS, SHOWN, LOGGED, DEPLOYED = 50, 10, 3_000, 1_500
attention = 1.0  # @param {type:"slider", min:0, max:2, step:0.25, label:"attention falls with place"}
seed = 1  # @param {type:"number", min:1, max:99, step:1}


def sessions(count, score, appeal, attention, rng):
    """Rank ten candidates by `score`, again and again; a click needs a look at the place and an appealing item."""
    for _ in range(count):
        candidates = sorted(range(ITEMS), key=lambda item: rng.random())[:SHOWN]
        for place, item in enumerate(sorted(candidates, key=lambda item: -score[item]), 1):
            looked = place ** -attention
            yield item, looked, rng.random() < looked * appeal[item]


def compare(seed, attention):
    """{model: (AUC on held-out clicks, clicks per session once deployed)}"""
    rng = Random(seed)
    appeal = [rng.random() for _ in range(ITEMS)]  # the truth, which no log shows
    old_ranker = [rng.random() for _ in range(ITEMS)]  # an opinion that knows nothing of it
    log = list(sessions(LOGGED, old_ranker, appeal, attention, rng))
    cut = SHOWN * LOGGED * 2 // 3
    train, held_out = log[:cut], log[cut:]

    shown, looks, clicks = [0] * ITEMS, [0.0] * ITEMS, [0] * ITEMS
    for item, looked, clicked in train:
        shown[item], looks[item], clicks[item] = shown[item] + 1, looks[item] + looked, clicks[item] + clicked
    models = {
        "clicks per showing": [click / show for click, show in zip(clicks, shown)],
        "clicks per look": [click / look for click, look in zip(clicks, looks)],
    }
    result = {}
    for name, model in models.items():
        auc = roc_auc([clicked for *_, clicked in held_out], [model[item] for item, *_ in held_out])
        deployed = sum(clicked for *_, clicked in sessions(DEPLOYED, model, appeal, attention, Random(seed + 1_000)))
        result[name] = auc, deployed / DEPLOYED
    return result
# --8<-- [end:experiment]


def main():
    result = compare(seed, attention)
    print("model                AUC  clicks a session")
    for name, (auc, clicks) in result.items():
        print(f"{name:<18}  {auc:.2f}  {clicks:.2f}")
    naive, corrected = result["clicks per showing"][1], result["clicks per look"][1]
    print(f"clicks lost by deploying the first: {100 * (1 - naive / corrected):.1f}%")


if __name__ == "__main__":
    main()
