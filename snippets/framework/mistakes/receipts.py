"""Which number shows that the sentence you just said is wrong?

Seven sentences from interviews, each with the sum or the small run that refutes it. Turn the controls until the
sentence is right: that is the condition to name. Chapter: framework/mistakes.
"""
import random
from math import fsum

from snippets.framework.scale_estimation.traffic import in_flight

# --8<-- [start:receipts]
fraud_share = 0.002  # @param {type:"slider", min:0.001, max:0.5, unit:"of payments", scale:"log"}
alarm_at = 0.05  # @param {type:"slider", min:0.01, max:0.2, step:0.01, unit:"fall of the average that rings"}
fallback_loss = 0.3  # @param {type:"slider", min:0.05, max:1, step:0.05, unit:"of clicks, on each fallback request"}
missed_cost = 95  # @param {type:"slider", min:1, max:1000, unit:"dollars a missed fraud", scale:"log"}
blocked_cost = 5  # @param {type:"slider", min:1, max:100, unit:"dollars a good payment blocked", scale:"log"}
explored = 0.1  # @param {type:"slider", min:0, max:0.5, step:0.05, unit:"of impressions drawn at random"}


def accuracy(positive_share, recall, false_alarm_rate):
    """Share of right answers; all arguments are shares in [0, 1]."""
    return positive_share * recall + (1 - positive_share) * (1 - false_alarm_rate)


def precision(positive_share, recall, false_alarm_rate):
    """Share of the flagged that are positive."""
    hits = positive_share * recall
    return hits / (hits + (1 - positive_share) * false_alarm_rate)


def hidden_outage(alarm_at, loss):
    """Share of requests that may be on the fallback before the average falls enough to ring."""
    return min(1.0, alarm_at / loss)


def recall_without_the_rule(blocked, logged, recall_logged, recall_blocked):
    """Recall over all fraud once the rule that blocked part of it is gone; counts and shares."""
    return (logged * recall_logged + blocked * recall_blocked) / (logged + blocked)


def block_threshold(missed_cost, blocked_cost):
    """Probability of fraud above which blocking is the cheaper error."""
    return blocked_cost / (blocked_cost + missed_cost)


def blended(segments):
    """Change of the average over (share, change) pairs."""
    return fsum(share * change for share, change in segments)


def loop_finds_best(seed, explored, videos=20, days=30, shown_a_day=400):
    """Whether a nightly refit on its own log ends with the best video on top: click rate 8%, all others 5%."""
    rng = random.Random(seed)
    chance = [0.05] * (videos - 1) + [0.08]
    extra = round(shown_a_day * explored / videos)  # a day, for each video
    shown = [20] * videos
    clicks = [sum(rng.random() < p for _ in range(20)) for p in chance]
    for _ in range(days):
        top = max(range(videos), key=lambda k: (clicks[k] / shown[k], k))
        for k in range(videos):
            drawn = extra + (k == top) * (shown_a_day - extra * videos)
            shown[k] += drawn
            clicks[k] += sum(rng.random() < chance[k] for _ in range(drawn))
    return max(range(videos), key=lambda k: (clicks[k] / shown[k], k)) == videos - 1
# --8<-- [end:receipts]


def main():
    print('"Accuracy is 99.8%": flags nothing')
    print(f"  {accuracy(fraud_share, 0, 0):.1%} right, finds   0% of fraud")
    print(f"  {accuracy(fraud_share, 0.8, 0.01):.1%} right, finds  80%, precision {precision(fraud_share, 0.8, 0.01):.0%}")
    print('"We threshold at 0.5"')
    print(f"  costs {missed_cost}:{blocked_cost} say {block_threshold(missed_cost, blocked_cost):.2f}")
    print('"Recall is 70% on the log": a rule blocks')
    print("  800 of 1,000 frauds before they are logged")
    print(f"  without it: {recall_without_the_rule(800, 200, 0.7, 0.1):.0%}, if 10% of those are caught")
    print('"The average is up"')
    print(f"  90% gain 2%, 10% lose 12%: {blended([(0.9, 0.02), (0.1, -0.12)]):+.1%}")
    print('"We retrain nightly": the best video wins in')
    for share in (0.0, explored):
        wins = sum(loop_finds_best(seed, share) for seed in range(200))
        print(f"  {wins / 200:.0%} of 200 runs, {share:.0%} shown at random")
    print('"Errors are zero": fallback answers')
    print(f"  up to {hidden_outage(alarm_at, fallback_loss):.0%} of requests before -{alarm_at:.0%} rings")
    print('"1,800 a second, so 1,800 in flight"')
    print(f"  {in_flight(1800, 0.2):,.0f} at 0.2 s each, {in_flight(1800, 10):,.0f} at 10 s")


if __name__ == "__main__":
    main()
