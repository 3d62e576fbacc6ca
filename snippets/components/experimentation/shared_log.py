"""Why does the ranker that explores lose the test and win alone?

In the test both arms learn from one log. The explorer pays for every try, the other arm reads the results for free.
Give each arm its own log and the order turns, at the price of half the data. Alone on all traffic, it turns as well.
A small world of its own: a front page with one place, where new articles arrive each day and old ones leave.
Chapter: components/experimentation. The bias: Brennan et al., WWW 2025; its sign: Li, Wang and Wang, arXiv:2507.11891.
"""
from random import Random
from statistics import fmean

# --8<-- [start:experiment]
explored = 0.10  # @param {type:"slider", label:"explorer tries", min:0.02, max:0.4, step:0.02, unit:"of its pages"}
share = 0.5  # @param {type:"slider", label:"explorer's arm", min:0.05, max:0.95, step:0.05, unit:"of visits"}
DAYS, VISITS, ARTICLES, FRESH = 60, 600, 30, 3  # three articles a day are replaced
GUESS = (1, 20)  # clicks and views assumed of an article that nobody has seen: about the average of all


def article(rng):
    """The true click probability of a new article: mostly dull, now and then a hit (mean 5%)."""
    return 0.25 * rng.random() ** 4


def front_page(seed, explorer_share, own_logs=False):
    """Clicks per 1,000 visits of the (greedy, explorer) arms; None for an arm without visits."""
    rng = Random(seed)
    truth = [article(rng) for _ in range(ARTICLES)]
    logs = [[list(GUESS) for _ in truth] for _ in range(2 if own_logs else 1)]  # clicks, views of each article
    seen, clicked = [0, 0], [0, 0]
    for _ in range(DAYS):
        for spot in rng.sample(range(ARTICLES), FRESH):
            truth[spot] = article(rng)
            for log in logs:
                log[spot] = list(GUESS)
        best = [best_of(log) for log in logs]
        for visit in range(VISITS):
            arm = int(rng.random() < explorer_share)
            tries, luck, spot = rng.random() < explored, rng.random(), rng.randrange(ARTICLES)
            used = arm if own_logs else 0
            if not (arm and tries):
                spot = best[used]
            click = luck < truth[spot]
            logs[used][spot][0] += click
            logs[used][spot][1] += 1
            seen[arm] += 1
            clicked[arm] += click
            if visit % 20 == 19:  # the model is refreshed thirty times a day
                best = [best_of(log) for log in logs]
    return tuple(1000 * c / n if n else None for c, n in zip(clicked, seen))


def best_of(log):
    """The article with the best mean of clicks, the first of equals."""
    return max(range(len(log)), key=lambda spot: (log[spot][0] / log[spot][1], -spot))
# --8<-- [end:experiment]


def main():
    seeds = (1, 4)
    rows = [("one log for both", [front_page(s, share) for s in seeds]),
            ("a log for each", [front_page(s, share, own_logs=True) for s in seeds]),
            ("alone, all traffic", [(front_page(s, 0)[0], front_page(s, 1)[1]) for s in seeds])]
    print("clicks per 1,000   greedy explorer   gap")
    for name, found in rows:
        greedy, explorer = (fmean([pair[k] for pair in found]) for k in (0, 1))
        print(f"{name:<18} {greedy:6.0f} {explorer:8.0f} {explorer / greedy - 1:+5.0%}")
    few = fmean([front_page(s, 0.02)[0] for s in seeds])
    print(f"greedy arm beside 2% explorers:  {few:.0f}")
    print(f"greedy arm beside {share:.0%} explorers: {fmean([pair[0] for pair in rows[0][1]]):.0f}")


if __name__ == "__main__":
    main()
