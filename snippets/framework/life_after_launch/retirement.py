"""Two old models still feed the ranker, and each can be switched off for nothing. Can both?

No: each stands in for the other, so leaving one out says "useless" twice, and a sixth of the clicks goes with both.
And switched off without retraining the ranker, a useless model can look needed. Retire one, retrain, measure again.
Chapter: framework/life-after-launch. Legacy features: Sculley et al., Hidden Technical Debt, NeurIPS 2015.
"""
from math import fsum, log
from statistics import fmean

from snippets.case_studies.video_recommendation.feed import columns, home_feed, training_rows
from snippets.components.models_and_baselines.logistic_regression import fit
from snippets.world import Slate, default_candidates, expected_reward, popularity_policy, sessions

# --8<-- [start:retirement]
STAGES = ("click rate", "appeal", "taste")  # "appeal" came later: clicks over expected clicks, position removed
OFF = (("click rate",), ("appeal",), ("click rate", "appeal"))


def train(rows, shown, stages):
    """Weights of a ranker that adds up these stages; position is an input in training, dropped in serving."""
    inputs = [[*row, log(r.position)] for row, r in zip(columns(rows, stages), shown)]
    return dict(zip(stages, fit(inputs, [int(r.clicked) for r in shown], steps=5)[1:-1]))


def clicks(world, sets, weights):
    """Expected clicks a session of that ranker: the truth, not a sample."""
    values = []
    for context, found, scores in sets:
        best = sorted(found, key=lambda x: (-fsum(w * scores[x.id][s] for s, w in weights.items()), x.id))
        page = Slate(tuple(x.id for x in best[: world.slate]))
        values.append(expected_reward(world, context, found, page))
    return fmean(values)


def switched_off(seed, days=21):
    """Relative change of clicks by (stages switched off, whether the ranker was retrained without them)."""
    world = home_feed(seed, users=40, newcomer_share=0.0, days=days)
    memory, rows, shown = training_rows(world, popularity_policy(world, explore=0.2), range(days))
    sets = []
    for context in sessions(world, range(days, days + 4)):
        found = default_candidates(world, context)
        sets.append((context, found, {x.id: memory.features(context.user.id, x) for x in found}))
    full, change = train(rows, shown, STAGES), {}
    whole = clicks(world, sets, full)
    for off in OFF:
        left = [s for s in STAGES if s not in off]
        change[off, True] = clicks(world, sets, train(rows, shown, left)) / whole - 1
        change[off, False] = clicks(world, sets, {s: full[s] for s in left}) / whole - 1
    return change
# --8<-- [end:retirement]


def main():
    seeds = range(3)
    runs = [switched_off(seed) for seed in seeds]
    print(f"change of clicks, mean of {len(seeds)} seeds, range")
    for retrained in (True, False):
        print("ranker retrained" if retrained else "ranker left as it is")
        for off in OFF:
            values = [run[off, retrained] for run in runs]
            name = "both off" if len(off) > 1 else f"{off[0]} off"
            print(f"  {name:<14} {fmean(values):+6.1%} {min(values):+4.0%} to {max(values):+.0%}")


if __name__ == "__main__":
    main()
