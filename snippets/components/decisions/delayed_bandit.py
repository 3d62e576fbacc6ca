"""Thompson sampling with answers that come late: does it still find the best arm?

Not if "not yet" is counted as "no". Four goods: two sell at once, two sell better but days later. The bandit turns
away from the slow ones before they can answer. While it keeps all rows, the old ones ripen and it comes back, too
late for the month; if rows fade with a mean life of three days, to follow trends, it never does. Counting each pull by the answers
that are due at its age repairs it, unless that delay curve is too short. All this because the slow goods are the better ones.
Goods and delays are the shared world's: 5% within 0.43 days on average, 8% within 6.6.
Source: Chapelle and Li, An Empirical Evaluation of Thompson Sampling, NIPS 2011 (delay in batches).
"""
from math import fsum, inf
from random import Random

from snippets.components.decisions.bandits import epsilon_greedy, thompson
from snippets.world import World, exp, log

IMPULSE, CONSIDERED = World().buy_rates
QUICK, SLOW = World().buy_delay_days
RATES = (IMPULSE, 0.9 * IMPULSE, CONSIDERED, 0.9 * CONSIDERED)
DELAYS = (QUICK, QUICK, SLOW, SLOW)  # mean days
BATCHES, PER_BATCH = 8, 30  # batches a day, visitors in each: all of a batch see one of the goods


# --8<-- [start:experiment]
class Arm:
    """What the bandit believes of one good. A pull and its purchase fade with the pull's age; young pulls count less."""

    def __init__(self, delay, memory, curve):
        self.fade = exp(-1 / BATCHES / memory)  # a batch later
        self.ripen = exp(-1 / BATCHES / (delay * curve)) if curve else 0.0
        self.pulls = self.wins = self.young = 0.0

    def pass_batch(self):
        """Let rows fade, and let young pulls ripen."""
        self.pulls, self.wins, self.young = self.pulls * self.fade, self.wins * self.fade, self.young * self.fade * self.ripen

    def trials(self):
        """Pulls, less those whose answer is not due."""
        return self.pulls - self.young


def month(seed, choose, memory=inf, curve=0.0, window=inf, instant=False, days=28):
    """(sales as a share of the best good's, share of visitors sent to slow goods: first week, last week).

    `curve`: count pulls by the answers due, 1 is the right delay. `window`: later purchases are not credited (days).
    """
    draw, arms, coming, shown = Random(seed), [Arm(delay, memory, curve) for delay in DELAYS], {}, []
    for batch in range(days * BATCHES):
        for good, weight in coming.pop(batch, ()):
            arms[good].wins += weight
        pick = choose([arm.wins for arm in arms], [arm.trials() for arm in arms], draw)
        for _ in range(PER_BATCH):
            if draw.random() < RATES[pick]:
                wait = -DELAYS[pick] * log(1 - draw.random())
                late = 1 if instant else 1 + int(wait * BATCHES)
                if wait <= window:
                    coming.setdefault(batch + late, []).append((pick, arms[pick].fade ** late))
        arms[pick].pulls, arms[pick].young = arms[pick].pulls + PER_BATCH, arms[pick].young + PER_BATCH
        for arm in arms:
            arm.pass_batch()
        shown.append(pick)
    slow = [sum(pick > 1 for pick in week) / len(week) for week in (shown[:7 * BATCHES], shown[-7 * BATCHES:])]
    return fsum(RATES[pick] for pick in shown) / len(shown) / max(RATES), *slow


def report(memory, wrong, seeds):
    """{how the bandit learns: its months}"""
    even = lambda wins, trials, draw: draw.randrange(len(wins))
    ways = {
        "even split": (even, {}),
        "e-greedy, now": (epsilon_greedy, {"instant": True}),
        "Thompson, now": (thompson, {"instant": True}),
        "not yet = no": (thompson, {}),
        " e-greedy": (epsilon_greedy, {}),
        f" rows fade, {memory:g} d": (thompson, {"memory": memory}),
        " bought in 1 d": (thompson, {"window": 1.0}),
        "delay curve": (thompson, {"curve": 1.0}),
        f" and fade, {memory:g} d": (thompson, {"curve": 1.0, "memory": memory}),
        f" wrong, x {wrong:g}": (thompson, {"curve": wrong}),
    }
    return {name: [month(seed, choose, **how) for seed in seeds] for name, (choose, how) in ways.items()}


def main() -> None:
    memory = 3  # @param {type:"slider", min:1, max:28, step:1, unit:"days until rows fade"}
    wrong = 0.3  # @param {type:"slider", min:0.1, max:3, step:0.1, unit:"times the true delay"}
    print("               % of best  % to slow")
    print("learns         (range)    wk 1 wk 4")
    for name, months in report(memory, wrong, range(1, 11)).items():
        sales, first, last = zip(*months)
        of_best = f"{10 * fsum(sales):.0f} ({100 * min(sales):.0f}-{100 * max(sales):.0f})"
        print(f"{name:16}{of_best:10}{10 * fsum(first):5.0f}{10 * fsum(last):5.0f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
