"""Whom do you make a retention offer: those most likely to leave, or those whom it changes?

It depends on what drives the effect, and only a randomized trial can say. Where the offer wins the price-minded and
reminds the idle that they still pay, the riskiest are the worst choice. Where it moves everyone's log-odds alike,
effect follows risk, and the churn score beats an uplift model at every size of trial. A small trial promises
more than it keeps. A small world of customers: churn probabilities with and without the offer are known.
Sources: Ascarza, Retention Futility, JMR 2018; Fernández-Loría and Provost, Causal Classification, JMLR 2022.
"""
from math import fsum
from random import Random
from typing import NamedTuple

from snippets.components.decisions.allocation import best_k
from snippets.components.decisions.uplift import t_learner, uplift
from snippets.components.models_and_baselines.logistic_regression import predict_all, sigmoid

SHARE, REACH = 0.2, 3_000  # of customers, an offer; customers whom it could reach


class Customer(NamedTuple):
    """What we see, and the true probabilities of staying without and with the offer."""

    seen: tuple[float, ...]
    without: float
    offered: float


# --8<-- [start:experiment]
def customers(seed, count, effect):
    """A tenth would leave. Five facts, each between 0 and 1."""
    draw, people = Random(seed), []
    for _ in range(count):
        seen = idle, price, tenure, tickets, _ = tuple(draw.random() for _ in range(5))
        leaves = -4.5 + 3 * idle + price + 0.6 * tickets - 0.8 * tenure
        shift = -0.4 if effect == "all alike" else 1.0 * idle - 1.4 * price
        people.append(Customer(seen, 1 - sigmoid(leaves), 1 - sigmoid(leaves + shift)))
    return people


def trial(people, seed):
    """(facts, offered, stayed) of a randomized trial that offers to half."""
    draw = Random(seed)
    offered = [draw.random() < 0.5 for _ in people]
    stayed = [int(draw.random() < (p.offered if o else p.without)) for p, o in zip(people, offered)]
    return [p.seen for p in people], offered, stayed


def saved(people, scores):
    """True customers saved per 1,000 offers to the SHARE with the highest scores."""
    chosen = best_k(scores, int(SHARE * len(people)))
    return 1000 * fsum(people[i].offered - people[i].without for i in chosen) / len(chosen)


def rules(seed, effect, sizes=(1_000, 8_000)):
    """{rule: customers saved per 1,000 offers}; an uplift model also says what it promises."""
    people = customers(seed, REACH, effect)
    seen, found = [p.seen for p in people], {"anybody": saved(people, [0.0] * REACH)}
    for size in sorted(sizes, reverse=True):
        rows = trial(customers(seed + 1_000, size, effect), seed + 2_000)
        weights = t_learner(*rows)
        if size == max(sizes):  # the churn score needs no trial: it learns from the larger one's customers without an offer
            found["riskiest fifth"] = saved(people, [1 - p for p in predict_all(weights[0], seen)])
        gains = uplift(weights, seen)
        found[f"uplift, {size:,}"] = saved(people, gains)
        found[f"  promised, {size:,}"] = 1000 * fsum(sorted(gains)[-int(SHARE * REACH):]) / int(SHARE * REACH)
    return found | {"truth": saved(people, [p.offered - p.without for p in people])}


def main() -> None:
    small = 1_000  # @param {type:"slider", min:500, max:8000, step:500, unit:"customers in the small trial"}
    seed = 18  # @param {type:"number", min:1, max:1000}
    minds, alike = (rules(seed, effect, (small, 8_000)) for effect in ("price", "all alike"))
    print("saved per 1,000    offer A  offer B")
    for name in minds:
        print(f"{name:17}{minds[name]:9.0f}{alike[name]:9.0f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
