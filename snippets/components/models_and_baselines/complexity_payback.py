"""Has the bigger model paid for itself?

Not when its lift is significant, but when the lower end of the lift, times traffic and worth, has covered building it,
running it and the people who keep it, before the lift has faded. It fades because the simple model improves too. And a
model that slows the team costs the improvements that are not shipped: a little more every month, since they would have
stayed. Chapter: components/models-and-baselines.
"""
from math import fsum


def monthly_worth(percent, sessions, clicks, worth):
    """Dollars a month of `percent` more clicks: sessions a day, clicks a session, dollars a click."""
    return percent / 100 * sessions * 30 * clicks * worth


def balance(gain, upkeep, missed, build, fade, months):
    """Dollars after so many months, all a month: a gain that halves every `fade` months, upkeep, and `missed`, which adds up."""
    return fsum(gain * 0.5 ** (month / fade) - upkeep - missed * (month + 1) for month in range(months)) - build


def pays_back(gain, upkeep, missed, build, fade, horizon=60):
    """The first month after which the balance is not below 0; None if there is none within the horizon."""
    return next((m for m in range(1, horizon + 1) if balance(gain, upkeep, missed, build, fade, m) >= 0), None)


def best_month(gain, upkeep, missed, build, fade, horizon=60):
    """The month after which the balance is highest: from then on the model costs more than it brings."""
    return max(range(1, horizon + 1), key=lambda m: (balance(gain, upkeep, missed, build, fade, m), m))


# --8<-- [start:payback]
sessions = 20_000_000  # @param {type:"slider", min:100000, max:1000000000, scale:"log", unit:"sessions a day"}
worth = 0.01  # @param {type:"slider", min:0.0001, max:1, scale:"log", unit:"dollars a click"}
lift = 0.8  # @param {type:"slider", min:0.1, max:10, step:0.1, unit:"% more clicks, measured"}
error = 0.2  # @param {type:"slider", min:0, max:3, step:0.1, unit:"% standard error of that"}
people = 0.75  # @param {type:"slider", min:0, max:10, step:0.25, unit:"more engineers to keep it"}
machines = 6_000  # @param {type:"slider", min:0, max:200000, step:1000, unit:"more dollars a month to train and serve"}
build = 6  # @param {type:"slider", min:0, max:60, step:1, unit:"engineer-months to build"}
fade = 24  # @param {type:"slider", min:3, max:60, step:3, unit:"months until half the lift is gone"}
slower = 5  # @param {type:"slider", min:0, max:50, step:5, unit:"% fewer improvements shipped"}
CLICKS, ENGINEER, SHIPPED = 1.2, 20_000, 0.2  # clicks a session; dollars a month; % of lift the team ships a month


def main() -> None:
    upkeep, built = people * ENGINEER + machines, build * ENGINEER
    missed = monthly_worth(SHIPPED * slower / 100, sessions, CLICKS, worth)
    print(f"built ${built:,.0f}; a month: people ${people * ENGINEER:,.0f},")
    print(f"machines ${machines:,}, and for a slower team\n${missed:,.0f} in the first, twice that in the second, ...")
    print("\n             gain a   pays    best  $ after")
    print("              month   back   month  2 years")
    for name, percent in (("as measured", lift), ("lower end", lift - 2 * error)):
        gain = monthly_worth(percent, sessions, CLICKS, worth)
        costs = upkeep, missed, built, fade
        print(f"{name:11}{gain:8,.0f}{pays_back(gain, *costs) or 'never':>7}"
              f"{best_month(gain, *costs):8}{balance(gain, *costs, 24):9,.0f}")
# --8<-- [end:payback]


if __name__ == "__main__":
    main()
