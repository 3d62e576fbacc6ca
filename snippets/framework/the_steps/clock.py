"""Eight time boxes, or three times on the clock: who gets through all eight steps more often?

A box is a length, so it passes on every minute that others have taken; a time on the clock takes them back, if
a late step then gets its short version. Slack at the end is spent by your own overrun before an interviewer can
use it. A model, not data: nobody publishes such times. Chapter: framework/the-steps. Every candidate meets the same luck.
"""
import math
import random

from snippets.charts import show
from snippets.framework.the_steps.plan import STEPS, eight, leave_at, replan, short

TOTAL = 45  # min


# --8<-- [start:clock]
minutes = "5 4 4 8 8 4 5 4"  # @param {type:"string", label:"planned minutes of the eight steps"}
lines = "13 29 38"  # @param {type:"string", label:"lines: minutes at which a step ends"}
need = 1.2  # @param {type:"slider", min:0.8, max:1.6, step:0.05, unit:"min wanted for each planned"}
luck = 0.3  # @param {type:"slider", min:0, max:0.8, step:0.05, unit:"of a step's minutes"}
interviewer = 3  # @param {type:"slider", min:0, max:15, step:1, unit:"min of questions, on average"}
leak = 0.25  # @param {type:"slider", min:0, max:1, step:0.05, unit:"of what you cut is said all the same"}
PLAN = eight(minutes)
ENDS, SHORT = leave_at(PLAN), [short(m) for m in PLAN]


def draw(rng):
    """One interview: minutes wanted on each step, minutes of questions in each; both have a long tail."""
    def tail():
        return -math.log(1 - rng.random())  # mean 1
    talkative = interviewer * tail() / sum(PLAN)
    return [m * need * (1 - luck + luck * tail()) for m in PLAN], [m * talkative for m in PLAN]


def no_limit(step, minute):
    """Talk until the step is done."""
    return math.inf


def own_box(step, minute):
    """A timer of its own for every step."""
    return PLAN[step]


def by_clock(ends, least=None):
    """ends: {step: minute}. A step gets what is left before the next line, and in any case the least: its short version."""
    least = SHORT if least is None else least
    line = [min((end for last, end in ends.items() if last >= step), default=math.inf) for step in range(len(STEPS))]
    return lambda step, minute: max(least[step], line[step] - minute)


def said(wanted, questions, limit, step=0, minute=0.0):
    """Minutes said on each step, from the one that begins at this minute of the 45."""
    spoken = []
    for i in range(step, len(STEPS)):
        allowed = limit(i, minute)
        own = wanted[i] if wanted[i] <= allowed else allowed + leak * (wanted[i] - allowed)
        spoken.append(min(own, max(0.0, TOTAL - minute)))
        minute += spoken[-1] + questions[i]
    return spoken


def complete(wanted, spoken):
    """Did every step get its short version, or all it wanted?"""
    rest = slice(-len(spoken), None)
    return all(m >= min(floor, want) for m, floor, want in zip(spoken, SHORT[rest], wanted[rest]))
# --8<-- [end:clock]


def interviews(seed, count=150):
    """The interviews that all candidates of this seed meet."""
    rng = random.Random(seed)
    return [draw(rng) for _ in range(count)]


def with_slack(slack, met):
    """The same interviews for a plan that keeps so many minutes of the 45 free."""
    factor = (TOTAL - slack) / sum(PLAN)
    return [([want * factor for want in wanted], questions) for wanted, questions in met]


def share_complete(met, limit, **begin):
    """Share of these interviews in which all (remaining) steps are complete."""
    return sum(complete(w, said(w, q, limit, **begin)) for w, q in met) / len(met)


def share_said(met, limit):
    """On each step the share of the wanted minutes that is said, and the minutes (of 45) said in all: averages."""
    spoken = [said(wanted, questions, limit) for wanted, questions in met]
    shares = zip(*([m / want for m, want in zip(one, wanted)] for one, (wanted, _) in zip(spoken, met)))
    return [math.fsum(column) / len(met) for column in shares], math.fsum(map(math.fsum, spoken)) / len(met)


def main():
    three = {min(range(len(ENDS)), key=lambda i: abs(ENDS[i] - int(line))): int(line) for line in lines.split()}
    every = dict(enumerate(ENDS))
    seeds = [interviews(seed) for seed in range(20)]

    def row(name, limit, slack=None, **begin):
        shares = [share_complete(met if slack is None else with_slack(slack, met), limit, **begin) for met in seeds]
        print(f"{math.fsum(shares) / 20:4.0%} {min(shares):4.0%} to {max(shares):3.0%}  {name}")

    print("all eight complete: mean, 20 seeds")
    for slack in (0, TOTAL - sum(PLAN), 14):
        row(f"no limits, {slack} of slack", no_limit, slack)
    row("a box for each step", own_box)
    row("boxes a tenth shorter", lambda step, minute: 0.9 * PLAN[step])
    row("clock " + " ".join(map(str, three.values())), by_clock(three))
    row("the same, nothing in short", by_clock(three, [0] * len(STEPS)))
    row("clock, all eight ends", by_clock(every))
    late = list(replan(PLAN, "Framing", 20, TOTAL).values())
    print("the rest, if framing ends at minute 20")
    row("no limits", no_limit, step=3, minute=20)
    row("a box for each step", own_box, step=3, minute=20)
    row("boxes " + " ".join(map(str, late)), lambda step, minute: late[step - 3], step=3, minute=20)
    new = dict(enumerate(leave_at(late, 20), start=3))
    row("clock " + " ".join(map(str, new.values())), by_clock(new), step=3, minute=20)
    print("said, % of wanted; minutes in all")
    print("      " + " ".join(step[:3].lower() for step in STEPS))
    met, points = [one for seed in seeds for one in seed], []
    for name, limit in (("none", no_limit), ("box", own_box), ("three", by_clock(three)), ("clock", by_clock(every))):
        shares, total = share_said(met, limit)
        print(f"{name:5} " + " ".join(f"{100 * share:3.0f}" for share in shares) + f"  {total:.1f}")
        points += [{"step": step.split()[0].strip(","), "said": round(share, 3), "limit": name} for step, share in zip(STEPS, shares)]
    show({
        "mark": {"type": "line", "point": True},
        "height": 200,
        "data": {"values": [point for point in points if point["limit"] != "three"]},
        "encoding": {
            "x": {"field": "step", "type": "nominal", "sort": None, "title": None},
            "y": {"field": "said", "type": "quantitative", "axis": {"format": "%"}, "title": "said, of what one would have liked"},
            "color": {"field": "limit", "type": "nominal", "sort": None, "title": None},
        },
    }, "of rollout is said: " + ", ".join(f"{p['said']:.0%} {p['limit']}" for p in points if p["step"] == "Rollout"))


if __name__ == "__main__":
    main()
