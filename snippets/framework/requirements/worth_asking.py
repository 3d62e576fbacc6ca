"""Ten questions may change the drawing of a video home page. Which answers are worth having?

A question that changes the best drawing often can be worth nothing: when one drawing does well
under both answers, draw that. Value of perfect information, over all 1,024 worlds, no chance in it.
Chapter: framework/requirements. Method: R. A. Howard, Information Value Theory, 1966.
"""
from itertools import product
from math import fsum
from textwrap import fill

from snippets.framework.requirements.home_page import DRAWINGS, PRICES, World, worth

# --8<-- [start:asking]
ANSWERS = {  # two answers to each, equally likely to somebody who knows nothing: put in yours
    "monthly users": (40e6, 60e6),  # the prompt says 50 million
    "share who come daily": (0.2, 0.6),
    "peak / average": (1.5, 4),
    "videos in the catalog": (5e3, 5e6),
    "seconds for ranking": (0.01, 0.2),
    "worth of 1,000 pages": (0.4, 8),  # dollars
    "days until half as wanted": (1, 100),
    "visits with a new intent": (0.05, 0.4),  # share that taste of the past can't explain
    "cost of a wrong page": (1, 100),  # dollars; one page in a million is wrong
    "an event stream exists": (False, True),
}
NAMES = list(ANSWERS)
CUSTOMARY = NAMES[:5]
rich_page = 8  # @param {type:"slider", min:1, max:40, step:1, unit:"dollars for 1,000 pages, high answer"}
engineer = 300_000  # @param {type:"slider", min:100000, max:600000, step:50000, unit:"dollars a year"}
gflop = 10  # @param {type:"slider", min:1, max:100, unit:"GFLOP a candidate, sequence model", scale:"log"}


def table(answers, prices=PRICES):
    """What each drawing earns (dollars a year) in each world: a row a world, its bits the answers."""
    return [[worth(World(*world), drawing, prices) for drawing in DRAWINGS] for world in product(*answers.values())]


def bit(name):
    """The bit of a row's number that holds this answer."""
    return 1 << (len(NAMES) - 1 - NAMES.index(name))


def earned(rows, asked):
    """Mean dollars a year when these answers, and no others, are known before you draw."""
    mask, groups = sum(map(bit, set(asked))), {}
    for number, row in enumerate(rows):
        groups.setdefault(number & mask, []).append(row)
    return fsum(max(map(fsum, zip(*group))) for group in groups.values()) / len(rows)


def value(rows, asked):
    """What knowing these answers adds to drawing without any: expected value of perfect information."""
    return earned(rows, asked) - earned(rows, ())


def changes(rows, name):
    """Share of worlds, all else known, in which the other answer makes another drawing best."""
    best = [row.index(max(row)) for row in rows]
    return sum(best[number] != best[number ^ bit(name)] for number in range(len(rows))) / len(rows)


def best_order(rows, count):
    """Greedy: the question that adds most to those asked already, again and again."""
    asked = []
    for _ in range(count):
        asked.append(max((n for n in NAMES if n not in asked), key=lambda n: earned(rows, asked + [n])))
    return asked
# --8<-- [end:asking]


def millions(dollars):
    """Millions of dollars, two decimals."""
    return f"{dollars / 1e6:.2f}"


def drawing(rows, name, side):
    """The best drawing when this answer is known to be its low (0) or high (1) one, and nothing else."""
    group = [row for number, row in enumerate(rows) if bool(number & bit(name)) == bool(side)]
    means = list(map(sum, zip(*group)))
    return DRAWINGS[means.index(max(means))]


def drawn_for_the_other(rows, name, truth):
    """Mean dollars lost, all else known, by the drawing for one answer when the other (0 low, 1 high) is true."""
    best = [row.index(max(row)) for row in rows]
    losses = [max(row) - row[best[number ^ bit(name)]] for number, row in enumerate(rows)
              if bool(number & bit(name)) == bool(truth)]
    return sum(losses) / len(losses)


def with_prices(**changed):
    """The table for these prices and for some answers replaced."""
    return table({**ANSWERS, "worth of 1,000 pages": (0.4, rich_page), **changed},
                 PRICES._replace(engineer=engineer, gflop=gflop))


def main():
    rows = with_prices()
    everything = value(rows, NAMES)
    print(f"all ten answers: ${millions(everything)} million a year")
    print("changes the best drawing; worth if asked first")
    for name in NAMES:
        print(f"  {changes(rows, name):4.0%} {millions(value(rows, [name])):>6}  {name}")
    five = value(rows, CUSTOMARY)
    print("the first five together")
    print(f"  {five / everything:4.0%} {millions(five):>6}  of the value of all ten")
    print("the best to ask, one after another")
    order = best_order(rows, 4)
    for count, name in enumerate(order, 1):
        total = value(rows, order[:count])
        print(f"  {total / everything:4.0%} {millions(total):>6}  {'and ' * (count > 1)}{name}")
    print("what those four change, the rest unknown")
    for name in order:
        sides = [drawing(rows, name, side) for side in (0, 1)]
        print(f"  {name}")
        for answer, this, that in zip(ANSWERS[name], sides, sides[::-1]):
            parts = ", ".join(a for a, b in zip(this, that) if a != b)
            print(fill(f"    {answer:g}: {parts}", 44, subsequent_indent="      "))
    print("the catalog, drawn for the other answer, loses")
    for truth, name in enumerate(("5,000, drawn for 5 million", "5 million, drawn for 5,000")):
        print(f"  {millions(drawn_for_the_other(rows, CUSTOMARY[3], truth)):>6}  {name}")
    print("other worlds: share of the first five, first one")
    for name, changed in (("users unknown by 100 x", {"monthly users": (5e6, 500e6)}),
                          ("1,000 pages up to $30", {"worth of 1,000 pages": (0.4, 30)})):
        rows = with_prices(**changed)
        everything, first = value(rows, NAMES), best_order(rows, 1)[0]
        print(f"  {value(rows, CUSTOMARY) / everything:4.0%}  {name}")
        print(f"        {first}: {value(rows, [first]) / everything:.0%}")


if __name__ == "__main__":
    main()
