"""Your interviewers rated the same recordings. Who is severe, who sees something else, what do you discuss?

Two pairs can agree equally often for opposite reasons. One is a bar too high throughout: move the anchor.
The other may be another order of the candidates: compare quotations. Agreement alone can't tell them apart.
Chapter: framework/interviewing-others. Weighted kappa: Cohen, 1968.
"""
import math
from itertools import combinations

# --8<-- [start:calibration]
Ana = "2 3 4 1 3 2 4 3 2 3"  # @param {type:"string", label:"Ana's ratings, 1 to 4"}
Ben = "1 2 3 1 2 1 3 2 1 2"  # @param {type:"string", label:"Ben's"}
Cleo = "4 3 3 2 2 1 4 3 3 2"  # @param {type:"string", label:"Cleo's"}
bar = 3  # @param {type:"slider", min:2, max:4, step:1, unit:"or more is a yes"}


def read(ratings):
    """The digits of a line as whole numbers."""
    return [int(rating) for rating in ratings.split()]


def share_equal(a, b):
    """Share of recordings with the same value."""
    return sum(x == y for x, y in zip(a, b)) / len(a)


def weighted_kappa(a, b):
    """1 - squared distance observed / expected if b were shuffled; 0 is luck, 1 is equal."""
    observed = math.fsum((x - y) ** 2 for x, y in zip(a, b)) / len(a)
    by_luck = math.fsum((x - y) ** 2 for x in a for y in b) / len(a) ** 2
    return 1 - observed / by_luck if by_luck else 1.0


def correlation(a, b):
    """Pearson's: do they order the recordings alike, whatever their bars?"""
    mean_a, mean_b = (math.fsum(values) / len(values) for values in (a, b))
    product = math.fsum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    squares = math.fsum((x - mean_a) ** 2 for x in a) * math.fsum((y - mean_b) ** 2 for y in b)
    return product / math.sqrt(squares) if squares else 0.0


def margin(share, recordings):
    """Half-width of a 95% interval for a share seen on so many recordings (normal approximation)."""
    return 1.96 * math.sqrt(share * (1 - share) / recordings)


def interval(r, recordings):
    """95% interval of a correlation seen on so many recordings (Fisher's transformation)."""
    spread = 1.96 / math.sqrt(recordings - 3)
    return math.tanh(math.atanh(r) - spread), math.tanh(math.atanh(r) + spread)


def to_discuss(raters, bar):
    """Numbers of the recordings, from 1, on which some say yes and some say no."""
    return [i for i, row in enumerate(zip(*raters), 1) if min(row) < bar <= max(row)]
# --8<-- [end:calibration]


def main():
    raters = {"Ana": read(Ana), "Ben": read(Ben), "Cleo": read(Cleo)}
    everyone = math.fsum(sum(ratings) for ratings in raters.values()) / (3 * len(raters["Ana"]))
    print("mean rating, and against all")
    for name, ratings in raters.items():
        mean = math.fsum(ratings) / len(ratings)
        print(f"  {name:4} {mean:.1f} {mean - everyone:+.1f}")
    print("            same   same order weighted")
    print("          rating yes/no alike kappa")
    for (name, a), (other, b) in combinations(raters.items(), 2):
        yes = share_equal([x >= bar for x in a], [y >= bar for y in b])
        print(f"{name + ', ' + other:9}{share_equal(a, b):7.0%}{yes:7.0%}{correlation(a, b):6.2f}{weighted_kappa(a, b):6.2f}")
    a, b = (([x >= bar for x in raters[name]]) for name in ("Ana", "Ben"))
    seen = share_equal(a, b)
    print(f"{len(a)} recordings: a true share of {seen:.0%} is")
    print(f"  seen {margin(seen, len(a)) * 100:.0f} points off, either way")
    r = correlation(raters["Ana"], raters["Cleo"])
    print("  and {:.2f} may be {:.1f} to {:.1f}".format(r, *interval(r, len(a))))
    print("discuss " + ", ".join(map(str, to_discuss(list(raters.values()), bar))))


if __name__ == "__main__":
    main()
