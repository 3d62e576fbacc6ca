"""Your fraud model ranks well. Where do you set the threshold? Five levels of answer, in dollars.

A review tier that ignores its queue loses more than no reviewers at all, and a better decision on
the same model beats four more points of AUC. Chapter: framework/levels-and-roles.
Method: expected cost by amount (Correa Bahnsen and others, 2013); a queue's places go by what they save.
"""
import math
import random
from statistics import NormalDist

NORMAL = NormalDist()
FRAUD, DAYS, PER_DAY = 0.015, 7, 500  # share of payments; a week is scaled to a year below
FEE, CATCH = 20, 0.9  # dollars for a chargeback; share of fraud that a reviewer stops


def payments(seed, auc):
    """A week of (true probability of fraud, amount in dollars): two bell curves of scores, AUC apart."""
    rng, apart = random.Random(seed), math.sqrt(2) * NORMAL.inv_cdf(auc)
    odds = math.log(FRAUD / (1 - FRAUD)) - apart * apart / 2
    week = []
    for _ in range(DAYS * PER_DAY):
        score = NORMAL.inv_cdf(rng.random() or 0.5) + apart * (rng.random() < FRAUD)
        amount = 60 * math.exp(0.9 * NORMAL.inv_cdf(rng.random() or 0.5))
        week.append((1 / (1 + math.exp(-odds - apart * score)), amount))
    return week


def best_f1(week):
    """The threshold with the highest F1 on last week's payments; positives are counted by their probability."""
    ranked, hits, best = sorted((p for p, _ in week), reverse=True), 0.0, (0.0, 1.0)
    everything = math.fsum(ranked)
    for flagged, p in enumerate(ranked, 1):
        hits += p
        best = max(best, (2 * hits / (flagged + everything), p))
    return best[1]


# --8<-- [start:levels]
auc = 0.90  # @param {type:"slider", min:0.7, max:0.98, step:0.01}
insult = 20  # @param {type:"slider", min:5, max:100, step:5, unit:"dollars lost by a false decline"}
review = 4  # @param {type:"slider", min:1, max:20, step:1, unit:"dollars for a review"}
places = 10  # @param {type:"slider", min:0, max:60, step:5, unit:"reviews a day"}
code = 0.3  # @param {type:"slider", min:0, max:3, step:0.1, unit:"dollars to send a code to the buyer"}
gives_up = 0.05  # @param {type:"slider", min:0, max:0.4, step:0.05, unit:"of good buyers, at the code"}
code_stops = 0.7  # of frauds
APPROVE, DECLINE, REVIEW, CODE = range(4)


def costs(p, amount):
    """Expected dollars lost by each action on a payment that is fraud with probability p."""
    loss, lost_buyer = p * (amount + FEE), (1 - p) * insult
    return (loss, lost_buyer, review + loss * (1 - CATCH), code + loss * (1 - code_stops) + lost_buyer * gives_up)


def cheapest(p, amount, actions=(APPROVE, DECLINE)):
    """The action with the least expected loss."""
    return min(actions, key=costs(p, amount).__getitem__)


def saved_by_review(p, amount, instead=(APPROVE, DECLINE)):
    """Dollars that one place in the queue saves over the best action without it."""
    priced = costs(p, amount)
    return min(priced[action] for action in instead) - priced[REVIEW]


def price_of_a_place(week, instead=(APPROVE, DECLINE)):
    """What a review must save so that last week's demand would just have filled the queue."""
    savings = sorted((saved_by_review(p, amount, instead) for p, amount in week), reverse=True)
    return max(0.0, savings[places * DAYS]) if places * DAYS < len(savings) else 0.0


def dollars(week, policy, overflow, room=None):
    """Thousand dollars lost in a year of such weeks, and reviews asked for a day.

    A day's queue is served as payments arrive; a payment beyond it gets overflow(p, amount).
    """
    room = places if room is None else room
    lost, asked, free = [], 0, 0
    for number, (p, amount) in enumerate(week):
        free = room if number % PER_DAY == 0 else free
        action = policy(p, amount)
        if action == REVIEW:
            asked += 1
            free -= 1
            action = REVIEW if free >= 0 else overflow(p, amount)
        lost.append(costs(p, amount)[action])
    return math.fsum(lost) * 365 / DAYS / 1_000, asked / DAYS


def levels(seed, auc):
    """Each answer's (thousand dollars a year, reviews asked a day): set on one week, paid on another."""
    past, week = payments(seed + 1_000, auc), payments(seed, auc)
    f1, three, four = best_f1(past), (APPROVE, DECLINE, REVIEW), (APPROVE, DECLINE, CODE)
    price, price_with_code = price_of_a_place(past), price_of_a_place(past, four)
    ship, cancel = (lambda p, a: APPROVE), (lambda p, a: DECLINE)
    tier = lambda p, a: cheapest(p, a, three)
    priced = lambda p, a: REVIEW if saved_by_review(p, a) > price else cheapest(p, a)
    coded = lambda p, a: REVIEW if saved_by_review(p, a, four) > price_with_code else cheapest(p, a, four)
    answers = {
        "approve all": (ship, ship), "0.5": (lambda p, a: int(p >= 0.5), ship), "F1": (lambda p, a: int(p >= f1), ship),
        "costs": (cheapest, ship), "tier, rest ships": (tier, ship), "tier, rest cancelled": (tier, cancel),
        "tier, rest by cost": (tier, cheapest), "queue priced": (priced, cheapest),
        "tier, room for all": (tier, ship, PER_DAY),
        "queue priced, or a code": (coded, lambda p, a: cheapest(p, a, four)),
    }
    return {name: dollars(week, *answer) for name, answer in answers.items()} | {"price": price, "price, code": price_with_code}
# --8<-- [end:levels]


def main():
    runs = [levels(seed, auc) for seed in range(5)]
    better = [levels(seed, auc + 0.04 if auc <= 0.95 else 0.99) for seed in range(5)]
    lost = {name: [run[name][0] for run in runs] for name in runs[0] if name not in ("price", "price, code")}
    mean = {name: math.fsum(values) / 5 for name, values in lost.items()}
    asked = math.fsum(run["tier, rest ships"][1] for run in runs) / 5
    print("$ thousand lost a year: mean, 5 seeds' range")
    for name, values in lost.items():
        print(f"{mean[name]:5.0f}  {min(values):3.0f} to {max(values):3.0f}  {name}")
    print(f"the tier asks for {asked:.0f} reviews a day,")
    print(f"  the queue holds {places}")
    print("one more place saves, less its pay")
    for name, label in (("price", "in the queue as it is"), ("price, code", "once a code can be sent")):
        print(f"  ${math.fsum(run[name] for run in runs) / 5:.2f}  {label}")
    print(f"AUC {auc + 0.04 if auc <= 0.95 else 0.99:.2f} instead of {auc:.2f}")
    for name in ("F1", "costs", "queue priced"):
        print(f"{math.fsum(run[name][0] for run in better) / 5:5.0f}  {name}")


if __name__ == "__main__":
    main()
