"""A value is missing. Is there none, or did it not arrive?

Cards without a history are new, and new cards are where fraud lives; so a missing history is evidence, and a flag
that says so catches more. When the store is down every card has none. Five contracts, judged on a normal day and on
fetches that fail. The flag that wins offline declines honest customers; blanking training rows with the same null
makes both days mediocre; two codes, one learned from blanked rows, keep the two meanings apart, and a score that
knows less wants a limit of its own.
The shared world has no fraud, so this is a small world of payments, with its true odds in `payments`.
"""
from math import fsum
from typing import NamedTuple

from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.world import uniform
from snippets.world.exact import normal_quantile, sigmoid

NEW_SHARE, BLANKED, DECLINED = 0.05, 0.1, 0.02  # of cards; of training rows; of honest payments, on purpose
CONTRACTS = ("default", "flag", "flag, blanked", "two codes", "two limits")


class Payment(NamedTuple):
    """`size` and `night` come in the request, `unusual` from the card's history: None if the card has none."""

    size: float
    night: float
    unusual: float | None
    fraud: int


def payments(seed: int, count: int) -> list[Payment]:
    """A new card adds 3.4 to the log-odds of fraud; on an old one an unusual amount adds 1.7 per standard deviation."""
    made = []
    for i in range(count):
        size, unusual = (normal_quantile(uniform(seed, name, item=i)) for name in ("size", "unusual"))
        new, night = uniform(seed, "new", item=i) < NEW_SHARE, float(uniform(seed, "night", item=i) < 0.2)
        odds = -5.6 + 0.6 * size + night + (3.4 if new else 1.7 * unusual)
        fraud = int(uniform(seed, "fraud", item=i) < sigmoid(odds))
        made.append(Payment(size, night, None if new else unusual, fraud))
    return made


# --8<-- [start:experiment]
def encode(contract, payment, arrived):
    """The model's row; with `arrived` false the fetch of the history has failed."""
    known = arrived and payment.unusual is not None
    row = [payment.size, payment.night, payment.unusual if known else 0.0]
    if contract == "default":
        return row
    if contract.startswith("flag"):
        return [*row, float(not known)]  # one null for two reasons
    return [*row, float(arrived and not known), float(not arrived)]


def train(contract, rows, seed):
    """(weights, {arrived: score that 2% of the honest training payments exceed})."""
    blanks = contract not in ("default", "flag")
    gone = [blanks and uniform(seed, "blank", item=i) < BLANKED for i in range(len(rows))]
    labels = [row.fraud for row in rows]
    weights = fit([encode(contract, row, not g) for row, g in zip(rows, gone)], labels, steps=6)
    limits = {}
    for arrived in (True, False):
        scores = predict_all(weights, [encode(contract, row, arrived) for row in rows])
        honest = sorted((s for s, fraud in zip(scores, labels) if not fraud), reverse=True)
        limits[arrived] = honest[int(len(honest) * DECLINED)]
    return weights, limits


def judge(contract, weights, limits, rows, arrived):
    """(fraud caught, honest payments declined, predicted over real fraud)."""
    scores = predict_all(weights, [encode(contract, row, there) for row, there in zip(rows, arrived)])
    stopped = [0, 0]
    for score, row, there in zip(scores, rows, arrived):
        stopped[row.fraud] += score > limits[there]
    fraud = sum(row.fraud for row in rows)
    return stopped[1] / fraud, stopped[0] / (len(rows) - fraud), fsum(scores) / fraud


def compare(seed, failing=1.0, count=8_000):
    """{contract: (on a normal day, with this share of fetches failing)}, each as `judge` gives it."""
    made = payments(seed, count)
    cut = count * 6 // 10
    arrives = [uniform(seed, "fetch", item=i) >= failing for i in range(cut, count)]
    days, table = ([True] * len(arrives), arrives), {}
    for contract in CONTRACTS:
        if contract != "two limits":  # that one has the weights of "two codes"
            weights, limits = train(contract, made[:cut], seed)
        used = limits if contract == "two limits" else dict.fromkeys(limits, limits[True])
        table[contract] = tuple(judge(contract, weights, used, made[cut:], day) for day in days)
    return table


def main() -> None:
    failing = 1.0  # @param {type:"slider", min:0, max:1, step:0.01, unit:"of fetches fail"}
    seed = 20  # @param {type:"number", min:1, max:1000}
    print("                fraud   honest  predicted")
    print("               caught declined  over real")
    days = zip(("normal day", f"{failing:.0%} of fetches fail"), zip(*compare(seed, failing).values()))
    for day, results in days:
        print(day)
        for contract, (caught, declined, ratio) in zip(CONTRACTS, results):
            print(f"  {contract:15}{caught:4.0%}{declined:9.1%}{ratio:11.2f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
