"""How many viewers must an experiment hold before it can see 1% more watch time?

Heavy viewers make the spread, so the coefficient of variation decides, not the mean. A viewer's own past explains
part of that spread and can be subtracted (CUPED). Here both come from the simulated log: replace them by yours.
Chapter: case-studies/video-recommendation. CUPED: Deng, Xu, Kohavi and Walker, WSDM 2013.
"""
from collections import defaultdict
from math import ceil, fsum, sqrt
from statistics import NormalDist, fmean, pstdev

from snippets.case_studies.video_recommendation.feed import home_feed, production
from snippets.world import simulate

# --8<-- [start:size]
lift = 0.01  # @param {type:"slider", min:0.001, max:0.1, unit:"of the mean", scale:"log"}
power = 0.8  # @param {type:"slider", min:0.5, max:0.95, step:0.05, unit:"chance to see it"}
daily_viewers = 100_000_000  # @param {type:"slider", min:10000, max:1000000000, unit:"viewers", scale:"log"}


def viewers_per_arm(variation, lift, power, alpha=0.05):
    """Two arms, two-sided test of means; `variation` is standard deviation over mean, `lift` relative."""
    z = NormalDist().inv_cdf(1 - alpha / 2) + NormalDist().inv_cdf(power)
    return ceil(2 * (z * variation / lift) ** 2)
# --8<-- [end:size]


def correlation(xs, ys):
    """Pearson's, between each viewer's past and present; both must vary."""
    mx, my = fmean(xs), fmean(ys)
    return fmean((x - mx) * (y - my) for x, y in zip(xs, ys)) / (pstdev(xs) * pstdev(ys))


def totals(log, viewers, days):
    """Minutes and pages of each viewer within these days, viewers with neither included."""
    minutes, pages = defaultdict(list), defaultdict(set)
    for row in log:
        if row.day in days:
            minutes[row.user].append(row.watch_s / 60)
            pages[row.user].add(row.session)
    return [fsum(minutes[v]) for v in viewers], [len(pages[v]) for v in viewers]


def main():
    world = home_feed(0, users=120, newcomer_share=0.0)
    log = simulate(world, production(world))
    viewers = sorted({row.user for row in log})
    before, after = totals(log, viewers, range(14)), totals(log, viewers, range(14, 28))
    print(f"{lift:.2%} more in two weeks; spread from {len(viewers)} simulated viewers")
    for name, past, now in zip(("minutes", "pages"), before, after):
        variation, rho = pstdev(now) / fmean(now), correlation(past, now)
        plain = viewers_per_arm(variation, lift, power)
        adjusted = viewers_per_arm(variation * sqrt(1 - rho**2), lift, power)
        print(f"{name} a viewer")
        print(f"  variation {variation:.2f}, correlation with the past {rho:.2f}")
        print(f"  {plain:,} viewers an arm")
        print(f"  {adjusted:,} with CUPED, {adjusted / daily_viewers:.2%} of a day's")


if __name__ == "__main__":
    main()
