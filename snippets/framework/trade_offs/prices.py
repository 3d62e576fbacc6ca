"""What does each side of a recurring trade-off cost, in dollars, weeks or clicks?

Mostly one product or one break-even of the functions of scale estimation; the inputs are the running example's
and ours, so put in yours. Adding up stars needs an exchange rate too: the weights are one, only a hidden one.
Chapter: framework/trade-offs.
"""
import math

from snippets.framework.scale_estimation.cost import gpu_seconds, machines_for_rate, short
from snippets.framework.scale_estimation.traffic import peak_of_wave, queries_per_second
from snippets.world import Slate, World, default_candidates, expected_reward, relevance, sessions, top

RANKER = gpu_seconds(500 * 40e6, 0.1)  # s of one GPU for 500 candidates, as in scale estimation
PEAK = queries_per_second(480e6) * peak_of_wave(0.25)


# --8<-- [start:prices]
gpu_price = 4.0  # @param {type:"slider", min:1, max:12, step:0.5, unit:"dollars an hour"}
week = 5_000  # @param {type:"slider", min:2000, max:15000, step:500, unit:"dollars an engineer's week"}
review = 3.0  # @param {type:"slider", min:0.5, max:30, step:0.5, unit:"dollars a manual review"}


def review_band(loss, insult, review):
    """Probabilities of fraud from which a case is reviewed and from which it is blocked; all three in dollars.

    loss is what a missed fraud costs, insult a wrongly blocked customer. If review never pays, both are equal.
    """
    low, high = review / loss, 1 - review / insult
    return (low, high) if low < high else (insult / (insult + loss),) * 2


def dearest_review(loss, insult):
    """Dollars a review above which nobody should review: the expected loss at the probability that is hardest to decide."""
    return loss * insult / (loss + insult)


def build_a_month(build_weeks, run_weeks, months, week):
    """Dollars a month of building and running it yourself: weeks once, spread over months, and weeks a month."""
    return (build_weeks / months + run_weeks) * week


def weighted(stars, weights):
    """Weighted mean of ratings: what a scoring matrix computes."""
    return math.fsum(s * w for s, w in zip(stars, weights)) / math.fsum(weights)
# --8<-- [end:prices]


def exploration_price(seed, share):
    """Share of expected clicks lost when this share of pages is a random draw instead of the ranker's."""
    world = World(seed=seed, users=60, days=3)
    kept, ranked = [], []
    for context in sessions(world):
        found = default_candidates(world, context)
        page = top(world, found, lambda item: relevance(world, context, item))
        ranked.append(expected_reward(world, context, found, page))
        kept.append(expected_reward(world, context, found, Slate(page.items, explore=share)))
    return 1 - math.fsum(kept) / math.fsum(ranked)


def main():
    print("batch or online: $ a day")
    print(f"  {short(50e6 * RANKER / 3600 * gpu_price)} once a night for 50M users")
    print(f"  {short(machines_for_rate(PEAK, RANKER) * 24 * gpu_price)} at each request")
    one, three = (machines_for_rate(PEAK, RANKER * work) * gpu_price for work in (1.05, 3))
    print("one model or three: $ an hour")
    print(f"  {short(one)} a shared trunk, heads 5% more")
    print(f"  {short(three)} three models")
    low, high = review_band(100, 20, review)
    print("block or review: fraud $100, insult $20")
    print(f"  review from {low:.0%}, block from {high:.0%}")
    print(f"  nobody to review: block from {review_band(100, 20, 1e9)[0]:.0%}")
    print(f"  no reviews if one costs over ${dearest_review(100, 20):.3g}")
    prices = [exploration_price(seed, 0.1) for seed in range(5)]
    print("explore on 10% of pages: clicks lost")
    print(f"  {math.fsum(prices) / len(prices):.1%}, by seed {min(prices):.1%} to {max(prices):.1%}")
    print("build or buy: 12 weeks, then 1 a month")
    print(f"  ${build_a_month(12, 1, 24, week):,.0f} a month over two years")
    large, small = (300 * price / 1e6 for price in (0.13, 0.02))
    own = 2 * week + gpu_price * 730
    print("100M texts of 300 tokens: $ a month")
    print(f"  {100e6 * large:,.0f} hosted, large; {100e6 * small:,.0f} hosted, small")
    print(f"  {own:,.0f} own: 2 weeks and a GPU")
    print(f"  own pays from {own / large / 1e6:,.0f}M (large)")
    print(f"  or {own / small / 1e6:,.0f}M texts (small)")
    print("stars summed: as marked, as printed")
    # quality, cost, latency, operations; high weighs 2, medium 1
    for name, stars in (("large API", (5, 2, 4, 5)), ("other API", (4, 4, 4, 5)), ("own", (4, 5, 3, 2))):
        print(f"  {name:10}{weighted(stars, (2, 2, 1, 1)):7.2f}{weighted(stars, (2, 1, 1, 1)):7.2f}")


if __name__ == "__main__":
    main()
