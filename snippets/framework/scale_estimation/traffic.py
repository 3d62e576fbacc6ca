"""How many requests a second, and how many bytes a day, do 50 million monthly users make?

Multiply people down to requests, divide by 86,400, then argue the peak from the shape of
the day. A rate becomes a number in flight only when it is multiplied by a time (Little's law).
Chapter: framework/scale-estimation. Method: J. D. C. Little, doi.org/10.1287/opre.9.3.383.
"""

SECONDS_PER_DAY = 86_400


# --8<-- [start:traffic]
monthly_users = 50_000_000  # @param {type:"slider", min:1000000, max:1000000000, scale:"log"}
daily_share = 0.4  # @param {type:"slider", min:0.05, max:0.8, step:0.05, unit:"DAU / MAU"}
sessions = 3  # @param {type:"slider", min:1, max:10, step:1, unit:"a day"}
requests_per_session = 8  # @param {type:"slider", min:1, max:50, step:1}
trough = 0.25  # @param {type:"slider", min:0.05, max:1, step:0.05, unit:"of the peak"}
seconds = 0.2  # @param {type:"slider", min:0.05, max:30, unit:"a request", scale:"log"}
rows_per_request = 10  # @param {type:"slider", min:1, max:100, step:1, unit:"items shown"}
bytes_per_row = 1_000  # @param {type:"slider", min:50, max:20000, scale:"log"}


def requests_per_day(monthly_users, daily_share, sessions, requests_per_session):
    """Requests a day; daily_share is DAU / MAU, sessions are per daily user."""
    return monthly_users * daily_share * sessions * requests_per_session


def queries_per_second(requests_a_day):
    """Average rate, requests/s. Nobody is ever served at the average."""
    return requests_a_day / SECONDS_PER_DAY


def peak_of_wave(trough):
    """Peak / average of a smooth daily wave whose trough is this share of its peak: never above 2."""
    return 2 / (1 + trough)


def peak_of_window(hours_a_day, days_a_week=7):
    """Peak / average when all traffic comes evenly within these hours: an office tool."""
    return (24 / hours_a_day) * (7 / days_a_week)


def busy_hours(peak_factor):
    """Hours a day in which the whole day would fit at peak rate: the sanity check of a factor."""
    return 24 / peak_factor


def in_flight(rate, seconds):
    """Little's law: average number in progress = rate (1/s) × time in the system (s)."""
    return rate * seconds


def stored_bytes(rows_a_day, bytes_per_row, days, copies):
    """Bytes on disk after so many days: payload × copies, before compression and indexes."""
    return rows_a_day * bytes_per_row * days * copies
# --8<-- [end:traffic]


def main():
    daily = requests_per_day(monthly_users, daily_share, sessions, requests_per_session)
    average, factor = queries_per_second(daily), peak_of_wave(trough)
    rows = daily * rows_per_request
    print(f"{monthly_users * daily_share / 1e6:,.4g} million daily users of {monthly_users / 1e6:,.4g} million")
    print(f"{daily / 1e6:,.4g} million requests a day")
    print(f"{average:,.0f}/s average, not {monthly_users / SECONDS_PER_DAY:,.0f} (MAU / 86,400)")
    print(f"{average * factor:,.0f}/s at the peak, {factor:.3g} x average:")
    print(f"  the day would fit in {busy_hours(factor):.3g} hours")
    print(f"{in_flight(average * factor, seconds):,.0f} in flight, at {seconds:g} s each")
    print(f"{rows / 1e9:.3g} billion rows, {rows * bytes_per_row / 1e12:.3g} TB a day")
    print(f"{stored_bytes(rows, bytes_per_row, 90, copies=3) / 1e15:.3g} PB for 90 days, 3 copies")
    print("peak / average, published and argued")
    print(f"  {8_000 / queries_per_second(400e6):.2f}  Copilot: 400M a day, 8,000/s")
    print(f"  {peak_of_wave(0.25):.2f}  a wave, its trough 1/4")
    print(f"  {25 / queries_per_second(16e6 / 30):.2f}  Uber: 16M in 30 days, 25/s")
    print(f"  {peak_of_window(8, 5):.2f}  8 hours on 5 days")


if __name__ == "__main__":
    main()
