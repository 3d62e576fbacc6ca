"""When must each step end, when is it too late to begin the next one, and what goes first when you are late?

Write the minute at which each step ends, not its length. Late, take the slack, then bring steps down to
their short version (half, rounded down), the longest first, metrics and rollout last.
Chapter: framework/the-steps. The minutes and the order of cuts are our own: change them.
"""
from itertools import accumulate

STEPS = ("Requirements", "Scale", "Framing", "Data, labels and features", "Baseline, then model",
         "Metrics", "Serving", "Rollout, monitoring, retraining")
MINUTES = (5, 4, 4, 8, 8, 4, 5, 4)
FORMATS = {  # total, minutes of each step, the step that this interview is about: it is cut last
    "applied, 45 min": (45, MINUTES, "Rollout, monitoring, retraining"),
    "applied, 35 min": (35, (4, 3, 3, 6, 7, 3, 4, 3), "Rollout, monitoring, retraining"),
    "applied, 60 min": (60, (6, 5, 5, 11, 11, 5, 7, 5), "Rollout, monitoring, retraining"),
    "infrastructure, 45 min": (45, (4, 8, 2, 7, 3, 4, 10, 4), "Serving"),
    "generative, 45 min": (45, (5, 4, 4, 6, 6, 8, 5, 4), "Metrics"),
}
CUT_FIRST = ("Baseline, then model", "Data, labels and features", "Serving", "Scale", "Requirements",
             "Framing", "Metrics", "Rollout, monitoring, retraining")


# --8<-- [start:plan]
interview = "applied, 45 min"  # @param {type:"dropdown", options:["applied, 45 min", "applied, 35 min", "applied, 60 min", "infrastructure, 45 min", "generative, 45 min"]}
own = ""  # @param {type:"string", label:"or your own eight, as 6 4 4 8 8 4 5 3"}
done = "Framing"  # @param {type:"dropdown", options:["Requirements", "Scale", "Framing", "Data, labels and features", "Baseline, then model", "Metrics", "Serving"], label:"just finished"}
clock = 20  # @param {type:"slider", min:0, max:60, step:1, unit:"minutes gone"}


def short(minutes):
    """The least that still says something, in minutes: half, rounded down, but one."""
    return max(1, minutes // 2)


def leave_at(minutes, start=0):
    """The minute of the clock at which each step ends."""
    return [start + end for end in accumulate(minutes)]


def last_calls(minutes, total):
    """The latest end of each step that leaves the later ones their short versions."""
    after = list(accumulate(short(m) for m in reversed(minutes)))[::-1][1:] + [0]
    return [total - rest for rest in after]


def eight(text):
    """The reader's own plan: eight whole minutes."""
    minutes = tuple(int(m) for m in text.split())
    if len(minutes) != len(STEPS) or min(minutes) < 1:
        raise ValueError(f"write eight whole minutes, one for each step, not “{text}”")
    return minutes


def replan(minutes, done, clock, total, focus=STEPS[-1]):
    """Minutes for the steps after the one just finished: slack first, then cuts down to the short versions, in order."""
    first = STEPS.index(done) + 1
    plan = dict(zip(STEPS[first:], minutes[first:]))
    late = clock + sum(plan.values()) - total
    for name in sorted(CUT_FIRST, key=lambda step: step == focus):
        if name in plan and late > 0:
            cut = min(late, plan[name] - short(plan[name]))
            plan[name], late = plan[name] - cut, late - cut
    return plan
# --8<-- [end:plan]


def main():
    total, minutes, focus = FORMATS[interview]
    minutes = eight(own) if own.strip() else minutes
    print(f"{total} min: {sum(minutes)} planned, {total - sum(minutes)} slack, {sum(map(short, minutes))} in short")
    print("min  leave at  last call")
    for m, end, last, name in zip(minutes, leave_at(minutes), last_calls(minutes, total), STEPS):
        print(f"{m:3}{end:4}{last:4}  {name.split(',')[0]}")
    plan = replan(minutes, done, clock, total, focus)
    planned = minutes[-len(plan):]
    print(f"minute {clock}, {done.split(',')[0].lower()} done")
    print(f"  wanted {sum(planned)}, left {total - clock}, short {sum(map(short, planned))}")
    for (name, m), end, was in zip(plan.items(), leave_at(plan.values(), clock), planned):
        print(f"{m:3}{end:4}{m - was or '':4}  {name.split(',')[0]}")
    if clock + sum(plan.values()) > total:
        print("  too late for all: name what you skip")
    print("framing, model, serving end at")
    for name, (_, others, _) in FORMATS.items():
        ends = leave_at(others)
        print(f"{ends[2]:4}{ends[4]:4}{ends[6]:4}  {name}")


if __name__ == "__main__":
    main()
