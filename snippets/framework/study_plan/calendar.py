"""So many days are left: until when is it worth starting something new, and when do you rehearse?

A missed quiz item returns after 1, 3 and 7 days. What is begun fewer than five days before the
interview comes back once at most; that time belongs to rehearsal.
Chapter: framework/study-plan. The returns are this site's; shares of time are our judgment.
"""

# --8<-- [start:calendar]
days_left = 7  # @param {type:"slider", min:1, max:60, step:1, unit:"days before the interview"}
hours = 2.0  # @param {type:"slider", min:0.5, max:8, step:0.5, unit:"hours a day"}
right = 0.8  # @param {type:"slider", min:0.4, max:1, step:0.05, unit:"of returns answered right"}
RETURNS = (1, 3, 7)  # days after the last answer
MOCK = 1.5  # hours: 45 minutes, and as long to mark


def seen_again(days_before):
    """Days before the interview on which an item missed then returns, if right after that."""
    days = []
    for wait in RETURNS:
        days_before -= wait
        if days_before >= 1:
            days.append(days_before)
    return days


def last_start(returns):
    """Fewest days before the interview at which a miss still returns so often."""
    return 1 + sum(RETURNS[:returns])


def last_new_day(days_left):
    """Days before the interview on which to begin something for the last time, or None.

    The most returns that leave two fifths of the days for new things.
    """
    for returns in (3, 2, 1):
        if 5 * (days_left - last_start(returns) + 1) >= 2 * days_left:
            return last_start(returns)
    return None
# --8<-- [end:calendar]


def answers_until_done(right):
    """Expected answers to one missed item: three right in a row, a miss starts it over."""
    return (1 - right**3) / ((1 - right) * right**3) if right < 1 else 3.0


def mock_days(days_left, hours):
    """Days before the interview with a mock: a third of the hours, every other day at most."""
    if days_left < 3:
        return [1]
    latest, room = 2, (days_left - 2) // 2 + 1
    count = max(1, min(int(days_left * hours / 3 / MOCK), room, 8))
    if count == 1:
        return [latest]
    step = (days_left - latest) / (count - 1)
    return [round(days_left - i * step) for i in range(count)]


def main():
    mocks = mock_days(days_left, hours)
    print(f"{days_left * hours:g} hours in {days_left} day{'s' * (days_left > 1)}")
    print(f"  {len(mocks) * MOCK:g} h of mocks, days before:")
    print(f"    {', '.join(map(str, mocks))}")
    last = last_new_day(days_left)
    print(f"  nothing new after {last} days before" if last else "  nothing new: rehearse")
    print("missed      seen again")
    for day in (20, 12, 11, 5, 4, 2, 1):
        print(f"  {day:2} before  {', '.join(map(str, seen_again(day))) or 'never in time'}")
    print(f"if {right:.0%} of returns are right,")
    print(f"  a missed item takes {answers_until_done(right):.1f} answers")


if __name__ == "__main__":
    main()
