"""How often does a worse model pass "ship if AUC is half a point better on 500 rows"?

Often, because few of the rows are clicks and luck moves AUC by more than the gate asks. Ten tries on the same rows
make a lucky one likely, and its lead looks large. More clicks in the test set help; more decimals don't.
Chapter: framework/mistakes. Method: paired comparison of AUCs as in DeLong et al., 1988, here by simulation.
"""
import random
from bisect import bisect_left, bisect_right
from math import fsum, inf, sqrt
from statistics import pstdev as spread

from snippets.world import normal_quantile

# --8<-- [start:gate]
rows = 500  # @param {type:"slider", min:100, max:5000, step:100, unit:"test rows", scale:"log"}
click_share = 0.1  # @param {type:"slider", min:0.02, max:0.5, step:0.02, unit:"of the rows are clicks"}
gate = 0.5  # @param {type:"slider", min:-2, max:3, step:0.1, unit:"AUC points that a challenger must lead"}
alike = 0.8  # @param {type:"slider", min:0, max:0.95, step:0.05, unit:"correlation of the two models' scores"}
tries = 10  # @param {type:"slider", min:1, max:20, step:1, unit:"challengers on the same rows"}
CHAMPION = 0.75  # true AUC
NORMAL = [normal_quantile((k + 0.5) / 4096) for k in range(4096)]


def auc(positives, negatives):
    """Share of pairs that are ordered rightly; a tie counts half."""
    ordered = sorted(negatives)
    below = sum(bisect_left(ordered, score) + bisect_right(ordered, score) for score in positives)
    return below / 2 / len(positives) / len(ordered)


def separation(true_auc):
    """Distance between two normal classes of unit spread at which a model has this AUC."""
    return sqrt(2) * normal_quantile(true_auc)


def leads(rng, true_lead, runs, rows, tries):
    """Measured leads over the champion in AUC points: a list of `tries` for each of `runs` test sets."""
    clicks = round(rows * click_share)
    shared, own, found = sqrt(alike), sqrt(1 - alike), []

    def measured(true_auc, common):
        scores = [shared * c + own * NORMAL[rng.getrandbits(12)] for c in common]
        up = separation(true_auc)
        return auc([score + up for score in scores[:clicks]], scores[clicks:])

    for _ in range(runs):
        common = [NORMAL[rng.getrandbits(12)] for _ in range(rows)]
        champion = measured(CHAMPION, common)
        found.append([100 * (measured(CHAMPION + true_lead / 100, common) - champion) for _ in range(tries)])
    return found


def rows_needed(error_at_rows, rows, true_lead, gate, z=1.645):
    """Rows at which a model this far from the gate, both in AUC points, lands on the wrong side once in 20."""
    return rows * (z * error_at_rows / (true_lead - gate)) ** 2 if true_lead != gate else inf
# --8<-- [end:gate]


def main():
    rng, runs = random.Random(1), max(20, 100_000 // rows)
    worse, better = leads(rng, -1, runs, rows, tries), leads(rng, 1, runs, rows, 1)
    each = [lead for run in worse for lead in run]
    best = [max(run) for run in worse]
    error = spread([run[0] for run in better])
    print(f"{rows} rows, {round(rows * click_share)} clicks, {runs} test sets")
    print(f"error of a measured lead: +-{error:.1f} points")
    print(f"  against a gate of {gate} points")
    print(f"{sum(x >= gate for x in each) / len(each):4.0%} passes: truly 1 point worse")
    print(f"{sum(run[0] < gate for run in better) / runs:4.0%} fails: truly 1 point better")
    print(f"{sum(x >= gate for x in best) / runs:4.0%} one of {tries} passes, all 1 worse")
    print(f"     the best of them looks {fsum(best) / runs:+.1f}")
    needed = rows_needed(error, rows, 1, gate)
    print("fails the better one 1 time in 20 at")
    print(f"  {needed:,.0f} rows, {needed * click_share:,.0f} clicks")


if __name__ == "__main__":
    main()
