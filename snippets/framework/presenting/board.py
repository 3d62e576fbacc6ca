"""What stands on the board at each quarter of the interview, and what falls with a line that was wrong?

Six rows, each filled from left to right: nothing is erased, and an error is traced along what rests on it.
Chapter: framework/presenting. The lines and what they rest on are ours, for a video home page: write your own.
"""
from collections import namedtuple

Line = namedtuple("Line", "key minute row rests_on")  # written by this minute of the plan

# --8<-- [start:board]
wrong = "label"  # @param {type:"dropdown", options:["goal", "limit", "peak", "task", "row", "label", "inputs", "rank"], label:"the line that was wrong"}
found = 27  # @param {type:"slider", min:2, max:45, step:1, unit:"minute in which it is found"}
ROWS = ("problem", "numbers", "online", "offline", "judge", "launch")
BOARD = [Line(key, minute, row, needs.split()) for key, minute, row, needs in (
    ("goal", 2, "problem", ""), ("users", 3, "problem", ""),
    ("limit", 4, "problem", ""), ("never", 5, "problem", ""),
    ("peak", 7, "numbers", "users"), ("500", 9, "numbers", "limit peak"),
    ("task", 10, "problem", "goal"), ("judge", 11, "judge", "goal"),
    ("page", 12, "online", "task limit"), ("log", 13, "offline", "task"),
    ("row", 15, "offline", "task log"), ("label", 17, "offline", "task row"),
    ("unseen", 18, "offline", "label"), ("inputs", 20, "offline", "row page"),
    ("split", 21, "offline", "label inputs"),
    ("rule", 23, "online", "task page"), ("fetch", 25, "online", "500 page"),
    ("rank", 28, "online", "500 label inputs"),
    ("buys", 29, "judge", "judge rule rank"),
    ("test", 30, "judge", "label split"), ("guard", 32, "judge", "never judge"),
    ("differ", 33, "judge", "test judge unseen"),
    ("ms", 35, "online", "limit fetch rank"), ("cache", 36, "online", "peak inputs"),
    ("late", 38, "online", "rule ms"),
    ("gate", 40, "launch", "judge guard differ"), ("back", 41, "launch", "gate late"),
    ("alarm", 42, "launch", "guard inputs"))]


def resting_on(key, board=BOARD):
    """The lines that must be looked at again when this one is wrong, in the order written."""
    fallen = {key}
    for line in board:  # a line rests only on earlier ones
        if fallen & set(line.rests_on):
            fallen.add(line.key)
    return [line.key for line in board if line.key in fallen and line.key != key]


def drawn(minute, before=0, board=BOARD):
    """The board's rows at this minute; what came after minute `before` in capitals."""
    return [" ".join(line.key.upper() if line.minute > before else line.key
                     for line in board if line.row == row and line.minute <= minute) for row in ROWS]
# --8<-- [end:board]


def main():
    before = 0
    for minute in (5, 15, 25, 35, 45):
        print(f"minute {minute}")
        for row, text in zip(ROWS, drawn(minute, before)):
            print(f"{row:8}{text}".rstrip())
        before = minute
    print("if wrong, look again at so many lines")
    print("       at 15   25   35   45")
    minute = {line.key: line.minute for line in BOARD}
    for key in ("goal", "task", "limit", "row", "inputs", "label", "peak", "rank", "split"):
        below = resting_on(key)
        counts = [f"{sum(minute[k] <= m for k in below)}" if minute[key] <= m else "" for m in (15, 25, 35, 45)]
        print(f"{key:8}" + "".join(f"{count:>5}" for count in counts))
    print(f"of {len(BOARD)} lines")
    again = [key for key in resting_on(wrong) if minute[key] <= found]
    print(f"{wrong}, found at minute {found}: look at\n  {' '.join(again) or 'nothing else'}")


if __name__ == "__main__":
    main()
