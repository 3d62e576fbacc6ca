"""The interviewer says "you tell me". At which number does your drawing change, and what if you are wrong?

Assume a value, draw for it, and say three things: the range, the number at which another drawing
wins, and what yours would lose at the bad end. A turn that costs next to nothing needs no question.
Chapter: framework/requirements. Ranges: those of worth_asking.py, one input moved at a time.
"""
from textwrap import fill

from snippets.framework.requirements.home_page import World, best, worth
from snippets.framework.requirements.worth_asking import ANSWERS, NAMES, millions

# --8<-- [start:turns]
users = 50_000_000  # @param {type:"slider", min:5000000, max:500000000, scale:"log"}
daily = 0.4  # @param {type:"slider", min:0.2, max:0.6, step:0.05, unit:"DAU / MAU"}
peak = 2.0  # @param {type:"slider", min:1.5, max:4, step:0.1, unit:"of the average"}
catalog = 500_000  # @param {type:"slider", min:5000, max:5000000, unit:"videos", scale:"log"}
limit = 0.1  # @param {type:"slider", min:0.01, max:0.2, step:0.01, unit:"s for ranking"}
page = 3.0  # @param {type:"slider", min:0.4, max:8, step:0.2, unit:"dollars for 1,000 pages"}
half_life = 10  # @param {type:"slider", min:1, max:100, unit:"days until half as wanted", scale:"log"}
intents = 0.15  # @param {type:"slider", min:0.05, max:0.4, step:0.05, unit:"of visits: a new intent"}
wrong = 10  # @param {type:"slider", min:1, max:100, unit:"dollars a wrong page", scale:"log"}
stream = False  # @param {type:"boolean", label:"an event stream exists"}


def moved(world, name, value):
    """The same world with one answer replaced."""
    return world._replace(**{World._fields[NAMES.index(name)]: value})


def turn(world, name, end):
    """The number on the way to this end of the range at which another drawing earns more, or None."""
    start, drawing = world[NAMES.index(name)], best(world)
    at = [start * (end / start) ** (step / 24) for step in range(25)]
    for near, far in zip(at, at[1:]):
        if best(moved(world, name, far)) != drawing:
            for _ in range(12):
                middle = (near + far) / 2
                near, far = (middle, far) if best(moved(world, name, middle)) == drawing else (near, middle)
            return far
    return None


def lost(world, name, end):
    """Dollars a year that the drawing for the assumed value loses if this is the truth."""
    truth = moved(world, name, end)
    return worth(truth, best(truth)) - worth(truth, best(world))
# --8<-- [end:turns]


def both_wanted(world, share=0.1, caught=0.8):
    """Fresh videos and reviewed ones: dollars saved and lost by review of all, or of the riskiest share."""
    both = world._replace(half_life=1, wrong=100)
    now, later = (best(both)._replace(check=check) for check in ("remove on report", "review first"))
    saves = worth(both._replace(wrong=0), now) - worth(both, now)  # all the harm there is
    costs = worth(both._replace(wrong=0), now) - worth(both._replace(wrong=0), later)
    yield "review all", 0.9 * saves, costs
    yield f"review {share:.0%}, {caught:.0%} there", 0.9 * caught * saves, share * costs


def main():
    world = World(users, daily, peak, catalog, limit, page, half_life, intents, wrong, stream)
    drawing = best(world)
    print("I draw: " + ", ".join(drawing[:2]) + ",")
    print("  " + ", ".join(drawing[2:]))
    print("it turns at, and at worst loses (million $)")
    for name in NAMES[:-1]:
        found = False
        for end in ANSWERS[name]:
            there = turn(world, name, end)
            if there is not None:
                found = True
                side = "<" if end < world[NAMES.index(name)] else ">"
                print(f"  {side} {there:<9.3g} {millions(lost(world, name, end)):>5}  {name}")
                turned, last = (best(moved(world, name, at)) for at in (there, end))
                for where, now in (("then", turned), (f"at {end:g}", last))[:1 + (turned != last)]:
                    print(fill(f"      {where}: " + ", ".join(b for a, b in zip(drawing, now) if a != b),
                               46, subsequent_indent="        "))
        if not found:
            print(f"  {'no turn':<11} {millions(0):>5}  {name}")
    print(f"  {'other way':<11} {millions(lost(world, NAMES[-1], not stream)):>5}  {NAMES[-1]}")
    print("fresh and reviewed: half-life 1 day, $100")
    for name, saves, costs in both_wanted(world):
        print(f"  {millions(saves - costs):>5} = {millions(saves):>5} - {millions(costs):<5} {name}")


if __name__ == "__main__":
    main()
