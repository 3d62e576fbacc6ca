"""Which test rows foretell next week, when the catalog is new by then?

Videos live for two days. One score remembers each video's own click rate, one its creator's record, a third shrinks
the first toward the second. Random rows and held-out users both know today's videos; next week does not.
Split along what will be new when the model serves. Chapter: framework/mistakes. Method: rule 33 of Zinkevich,
Rules of Machine Learning (train to January 5th, test from January 6th).
"""
import random
from math import fsum
from statistics import fmean as mean

from snippets.components.metrics.roc_auc import roc_auc
from snippets.world import normal_quantile, sigmoid

# --8<-- [start:split]
life = 2  # @param {type:"slider", min:1, max:60, step:1, unit:"days that a video is shown", scale:"log"}
creator_spread = 0.8  # @param {type:"slider", min:0, max:1.5, step:0.1, unit:"log-odds between creators"}
video_spread = 0.9  # @param {type:"slider", min:0, max:1.5, step:0.1, unit:"log-odds between a creator's videos"}
served = 7  # @param {type:"slider", min:1, max:14, step:1, unit:"days until the next training"}
SCORES = ("own", "creator", "both")
TESTS = ("random rows", "other users", "later days", "next week")
DAYS, USERS, CREATORS, NEW_A_DAY, ROWS_A_DAY, PRIOR = 14, 300, 30, 20, 400, 20


def make_world(rng):
    """Videos as (first day, creator, true click chance) and a log of (day, user, video, clicked), shown at random."""
    def normal():
        return normal_quantile((rng.randrange(10_000) + 0.5) / 10_000)

    makers = [creator_spread * normal() for _ in range(CREATORS)]
    videos = []
    for day in range(1 - life, DAYS + served):
        for creator in (rng.randrange(CREATORS) for _ in range(NEW_A_DAY)):
            videos.append((day, creator, sigmoid(-2 + makers[creator] + video_spread * normal())))
    log = []
    for day in range(DAYS + served):
        live = range(day * NEW_A_DAY, (day + life) * NEW_A_DAY)  # videos stand in order of their first day
        for video, user in zip(rng.choices(live, k=ROWS_A_DAY), rng.choices(range(USERS), k=ROWS_A_DAY)):
            log.append((day, user, video, int(rng.random() < videos[video][2])))
    return videos, log


def fitted(videos, rows):
    """The three scores of every video: click rates counted on these rows, shrunk as if PRIOR more had been seen."""
    shown, clicks = [0] * len(videos), [0] * len(videos)
    for _, _, video, clicked in rows:
        shown[video] += 1
        clicks[video] += clicked
    overall = sum(clicks) / len(rows)

    def rate(counted, prior):
        return (sum(clicks[v] for v in counted) + PRIOR * prior) / (sum(shown[v] for v in counted) + PRIOR)

    works = [[] for _ in range(CREATORS)]
    for video, (_, creator, _) in enumerate(videos):
        works[creator].append(video)
    record = [rate(counted, overall) for counted in works]
    creators = [record[creator] for _, creator, _ in videos]
    own = [rate([video], overall) for video in range(len(videos))]
    both = [rate([video], prior) for video, prior in enumerate(creators)]
    return own, creators, both


def experiment(seed):
    """AUC of the three scores on each kind of test rows, and their clicks per 100 top picks next week."""
    rng = random.Random(seed)
    videos, log = make_world(rng)
    past, live = [row for row in log if row[0] < DAYS], [row for row in log if row[0] >= DAYS]
    held_out = {
        "random rows": [rng.random() < 0.2 for _ in past],
        "other users": [row[1] < USERS // 5 for row in past],
        "later days": [row[0] >= DAYS - 3 for row in past],
    }
    found = {}
    for name, held in held_out.items():
        scores = fitted(videos, [row for row, out in zip(past, held) if not out])
        found[name] = aucs(scores, [row for row, out in zip(past, held) if out])
    scores = fitted(videos, past)
    found["next week"] = aucs(scores, live)
    found["clicks"] = [top_pick_clicks(videos, score, random.Random(seed)) for score in scores]
    return found


def aucs(scores, rows):
    """AUC of each score on these rows."""
    return [roc_auc([row[3] for row in rows], [score[row[2]] for row in rows]) for score in scores]


def top_pick_clicks(videos, score, rng, slates=300):
    """True clicks per 100 slates, each the best of 8 live videos of next week by this score."""
    chances = []
    for n in range(slates):
        day = DAYS + n % served
        live = rng.sample(range(day * NEW_A_DAY, (day + life) * NEW_A_DAY), 8)
        chances.append(videos[max(live, key=lambda v: (score[v], v))][2])
    return 100 * fsum(chances) / slates
# --8<-- [end:split]


def main():
    runs = [experiment(seed) for seed in range(1, 21)]
    print(f"{'AUC, 20 seeds':<13}" + "".join(f"{name:>8}" for name in SCORES))
    for name in TESTS:
        print(f"{name:<13}" + "".join(f"{mean(run[name][k] for run in runs):8.3f}" for k in range(3)))
    print("clicks from 100 top picks, next week")
    print(f"{'':<13}" + "".join(f"{mean(run['clicks'][k] for run in runs):8.1f}" for k in range(3)))
    lost = sorted(100 * (run["clicks"][0] / run["clicks"][1] - 1) for run in runs)
    print(f"own against creator: {mean(lost):+.0f}% clicks")
    print(f"  ({lost[0]:+.0f}% to {lost[-1]:+.0f}%)")
    print("lead of own over creator, AUC points")
    for name in TESTS:
        leads = sorted(100 * (run[name][0] - run[name][1]) for run in runs)
        print(f"{name:<13} {mean(leads):+6.1f}  ({leads[0]:+.1f} to {leads[-1]:+.1f})")


if __name__ == "__main__":
    main()
