"""Two lines of your board are wrong and nobody has said so. When do you say the board back?

A slip is silent until somebody says it, and all that rests on it falls with it. So the quieter the interviewer, the
more a say-back is worth; and if there is only one, it belongs after your own reading of the problem, not before.
Chapter: framework/presenting. A model, not data: every plan meets the same slips.
"""
import math
import random

from snippets.charts import show
from snippets.framework.presenting.board import BOARD, resting_on

TOTAL, NEVER = 45, math.inf  # min
KEYS = [line.key for line in BOARD]
NEEDED = [line.minute - before for line, before in zip(BOARD, [0] + [line.minute for line in BOARD])]
BELOW = [[KEYS.index(key) for key in resting_on(line.key)] for line in BOARD]

# --8<-- [start:say_back]
slips = 0.07  # @param {type:"slider", min:0.01, max:0.2, step:0.01, unit:"of the lines are wrong"}
misheard = 2  # @param {type:"slider", min:1, max:8, step:0.5, unit:"times as often in the four requirements"}
wait = 20  # @param {type:"slider", min:2, max:200, unit:"min until the interviewer objects unasked", scale:"log"}
caught = 0.8  # @param {type:"slider", min:0, max:1, step:0.05, unit:"of wrong lines are caught when said back"}
lines = 5  # @param {type:"slider", min:1, max:28, step:1, unit:"lines in one say-back"}
seconds = 4  # @param {type:"slider", min:1, max:20, step:1, unit:"s for each"}
redo = 0.5  # @param {type:"slider", min:0.1, max:1, step:0.1, unit:"of its minutes, to repair a line"}


def draw(rng):
    """One interview, for each line: is it wrong, how patient is the interviewer (mean 1), is it caught when said back."""
    return [(rng.random() < slips * (misheard if line.minute <= 5 else 1),
             -math.log(1 - rng.random()), rng.random() < caught) for line in BOARD]


def standing(luck, minutes=(), wait=wait):
    """Lines that stand after 45 minutes, when those with most resting on them are said back at these minutes."""
    clock, written, said, fallen, hidden = 0.0, 0, set(), set(), {}

    def repair(wrong):
        """Redo the line and what rests on it; what no longer fits stays fallen."""
        nonlocal clock
        del hidden[wrong]
        for i in [wrong] + [i for i in BELOW[wrong] if i < written]:
            fits = clock + redo * NEEDED[i] <= TOTAL
            clock = clock + redo * NEEDED[i] if fits else TOTAL
            (fallen.discard if fits else fallen.add)(i)

    for i, (wrong, patience, _) in enumerate(luck):
        if clock + NEEDED[i] > TOTAL:
            clock = TOTAL  # the rest is never written
            break
        clock, written = clock + NEEDED[i], i + 1
        if wrong:
            hidden[i] = clock + wait * patience
        for j in [j for j in hidden if hidden[j] <= clock]:
            repair(j)
        if BOARD[i].minute in minutes:
            new = sorted(set(range(written)) - said, key=lambda j: -len(BELOW[j]))[:lines]
            said.update(new)
            clock += len(new) * seconds / 60
            for j in [j for j in new if j in hidden and luck[j][2]]:
                repair(j)
    for j in [j for j in hidden if hidden[j] <= TOTAL]:
        repair(j)
    spoiled = fallen.union(hidden, *(BELOW[j] for j in hidden))
    return written - sum(j < written for j in spoiled)
# --8<-- [end:say_back]


def interviews(seed, count=60):
    """The interviews that all plans of this seed meet."""
    rng = random.Random(seed)
    return [draw(rng) for _ in range(count)]


def mean_standing(met, minutes=(), wait=wait):
    """Lines standing at the end, on average over these interviews."""
    return math.fsum(standing(luck, minutes, wait) for luck in met) / len(met)


def main():
    seeds = [interviews(seed) for seed in range(20)]
    met = [luck for seed in seeds for luck in seed]
    wrong = math.fsum(sum(line[0] for line in luck) for luck in met) / len(met)
    print(f"{wrong:.1f} of {len(BOARD)} lines are wrong")
    print("standing at the end, if the interviewer")
    print(f"objects after    5 min {wait:3} min    never")
    steps = (5, 9, 13, 21, 29, 33, 38, 42)
    for name, minutes in (("no say-back", ()), ("once, at 5", (5,)), ("once, at 13", (13,)),
                          ("at 13 and 21", (13, 21)), ("all eight steps", steps)):
        print(f"  {name:16}" + "".join(f"{mean_standing(met, minutes, w):4.1f}     " for w in (5, wait, NEVER)).rstrip())
    alone = [mean_standing(seed, (), NEVER) for seed in seeds]
    print(f"none, never: {min(alone):.1f} to {max(alone):.1f}, 20 seeds")
    print("once: mean gain, 20 seeds")
    points = []
    for minute in (5, 9, 13, 17, 21, 25, 29, 33, 38, 42):
        gains = [mean_standing(seed, (minute,)) - mean_standing(seed) for seed in seeds]
        points.append({"minute": minute, "lines": round(math.fsum(gains) / 20, 2)})
        print(f"  {points[-1]['lines']:5.2f}  {min(gains):5.2f} to {max(gains):5.2f}  at {minute}")
    best = max(points, key=lambda point: point["lines"])
    show({
        "mark": {"type": "bar"},
        "height": 180,
        "data": {"values": points},
        "encoding": {
            "x": {"field": "minute", "type": "ordinal", "title": "the minute in which you say the board back"},
            "y": {"field": "lines", "type": "quantitative", "title": "lines more that stand at 45"},
        },
    }, f"one say-back adds {points[0]['lines']} lines at 5, {best['lines']} at {best['minute']}, {points[-1]['lines']} at 42")


if __name__ == "__main__":
    main()
