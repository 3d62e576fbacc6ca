"""What would the new policy have earned, judged from the log of the old one?

A row's weight says how many such rows the new policy would have had: its probability of showing this, over the
logged one. IPS trusts the weights, SNIPS divides by what they add up to, the doubly robust estimate asks a reward
model first and uses the weights only for what the model missed. The effective sample size says how many rows are
left once some count far more than others; it is blind to rows that never came, unless it is computed from the
policies instead of the log.
Sources: Dudík, Langford and Li, Doubly Robust Policy Evaluation and Learning, ICML 2011, arXiv:1103.4601;
Swaminathan and Joachims, The Self-Normalized Estimator for Counterfactual Learning, NIPS 2015; Kish (1965).
"""
from collections.abc import Sequence
from math import fsum
from operator import mul


# --8<-- [start:estimators]
def importance_weights(target: Sequence[float], logged: Sequence[float]) -> list[float]:
    """Target over logged probability of what was shown; a logged 0 is refused, for it can't have been shown."""
    if min(logged) <= 0:
        raise ValueError("a propensity of 0 was logged for something that was shown: the log is wrong")
    return [new / old for new, old in zip(target, logged, strict=True)]


def ips(rewards: Sequence[float], weights: Sequence[float]) -> float:
    """Mean reward a row under the target policy: unbiased if propensities are right and never 0 where it acts."""
    return fsum(map(mul, rewards, weights)) / len(rewards)


def snips(rewards: Sequence[float], weights: Sequence[float]) -> float:
    """IPS divided by the mean weight (which should be 1): a little bias for much less variance."""
    return fsum(map(mul, rewards, weights)) / fsum(weights)


def doubly_robust(
    rewards: Sequence[float], weights: Sequence[float], predicted: Sequence[float], expected: Sequence[float]
) -> float:
    """`predicted` is the model's reward for what was shown, `expected` for what the target policy would show."""
    return fsum(e + w * (r - p) for r, w, p, e in zip(rewards, weights, predicted, expected, strict=True)) / len(rewards)


def clipped(weights: Sequence[float], most: float) -> list[float]:
    """No weight above `most`: less variance, and an estimate pulled to what the old policy used to show."""
    return [min(weight, most) for weight in weights]


def effective_sample_size(weights: Sequence[float]) -> float:
    """How many equally weighted rows would be as noisy as these: (sum of weights)² over sum of squares."""
    return fsum(weights) ** 2 / fsum(weight * weight for weight in weights)


def expected_effective_size(target_weights: Sequence[float]) -> float:
    """The effective sample size to expect from the two policies alone, whatever was drawn into the log.

    `target_weights` holds, for each row, the weight that the new policy's own choice would have carried there:
    1 over the old policy's probability of that choice. A choice that the log never holds counts here all the same.
    """
    return len(target_weights) ** 2 / fsum(target_weights)
# --8<-- [end:estimators]


def main() -> None:
    rewards, logged, target = [1, 0, 0, 1], [0.9, 0.9, 0.9, 0.1], [0.5, 0.5, 0.5, 0.5]
    weights = importance_weights(target, logged)
    print(f"IPS {ips(rewards, weights):.3f}, SNIPS {snips(rewards, weights):.3f}, "
          f"clipped at 2 {ips(rewards, clipped(weights, 2)):.3f}")
    print(f"doubly robust, model says 0.5 for all: {doubly_robust(rewards, weights, [0.5] * 4, [0.5] * 4):.3f}")
    print(f"effective sample size {effective_sample_size(weights):.2f} of 4")
    print(f"three rows at 0.9 say {effective_sample_size(weights[:3]):.0f}, the policies {expected_effective_size([0.5 / 0.9 * 0.5 + 0.5 / 0.1 * 0.5] * 3):.2f}")


if __name__ == "__main__":
    main()
