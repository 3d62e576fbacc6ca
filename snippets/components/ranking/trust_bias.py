"""You divide clicks by propensities that your own swap test measured. How do weak videos on top look then?

Too good, and strong ones not good enough. People click on what stands on top because it stands there (trust), so clicks
are not proportional to relevance but affine: a slope and an intercept for each place. A ratio has no intercept.
The rates below are expectations, as from a log without end: more data doesn't help. Chapter: components/ranking.
Method: Vardasbi, Oosterhuis and de Rijke, CIKM 2020. Here trust needs no model: a line replaces the ratio.
"""
from collections.abc import Callable, Sequence
from math import fsum, log, sqrt
from statistics import fmean

from snippets.components.models_and_baselines.logistic_regression import sigmoid
from snippets.world import DEVICES, World, examination, expected_at, normal_quantile, sessions, shelf, uniform


def log_odds(p: float) -> float:
    """Probability to log-odds."""
    return log(p / (1 - p))


def fit_line(xs: Sequence[float], ys: Sequence[float]) -> tuple[float, float]:
    """Slope and intercept of the least-squares line through (x, y)."""
    x, y = fmean(xs), fmean(ys)
    slope = fsum((a - x) * (b - y) for a, b in zip(xs, ys)) / fsum((a - x) ** 2 for a in xs)
    return slope, y - slope * x


def stuck(here: Sequence[float], top: Sequence[float], correct: Callable[[float], float]) -> float:
    """Of all pairs with the better video at the low place, the share in which it stays below the worse one on top."""
    pairs = [(correct(here[i]), top[j]) for i in range(len(top)) for j in range(len(top)) if top[i] > top[j]]
    return sum(low < high for low, high in pairs) / len(pairs)


def rates(world: World, contexts: Sequence, items: Sequence, place: int) -> list[float]:
    """Expected click rate of each item at this place, over these sessions."""
    return [fmean(expected_at(world, c, x, place) for c in contexts) for x in items]


def sampled(world: World, exact: Sequence[float], showings: int, purpose: str) -> list[float]:
    """The same rates as so many showings a video would measure them (normal approximation, at least half a click)."""
    noise = [normal_quantile(uniform(world.seed, purpose, item=n)) for n in range(len(exact))]
    return [max(0.5 / showings, p + z * sqrt(p * (1 - p) / showings)) for p, z in zip(exact, noise)]


def swap_test(seed: int, place: int, trust_times: float) -> tuple:
    """Rates of 40 videos at the place and on top, for everybody and for desktops; P(seen) there relative to the top."""
    bias = tuple(round(t * trust_times, 4) for t in World().trust_bias)
    world = World(seed=seed, users=40, items=80, days=7, search_share=0.0, intent_share=0.2, trust_bias=bias)
    contexts, items = sessions(world)[:120], shelf(world, 0).items[:40]
    here, top = rates(world, contexts, items, place), rates(world, contexts, items, 1)
    desktops = [c for c in contexts if c.device == DEVICES[0]]
    looked_at = fmean(examination(world, c.device, place) for c in contexts)
    return world, here, top, (rates(world, desktops, items, place), rates(world, desktops, items, 1)), looked_at


def fitted_shift(here: Sequence[float], top: Sequence[float]) -> float:
    """Log-odds that the top adds, fitted by maximum likelihood beside a term for each video.

    At the optimum the fitted rates of each video sum to its observed ones, and so do those of the top.
    """
    def fitted_top(shift: float) -> float:
        return fsum(sigmoid(bisect(lambda a: sigmoid(a) + sigmoid(a + shift) - both, -20, 20) + shift) for both in map(sum, zip(here, top)))

    return bisect(lambda shift: fitted_top(shift) - fsum(top), 0, 12)


def bisect(rising: Callable[[float], float], low: float, high: float, steps: int = 40) -> float:
    """Where a rising function crosses 0."""
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2


# --8<-- [start:experiment]
def corrections(here: Sequence[float], top: Sequence[float], looked_at: float) -> dict[str, Callable]:
    """From a click rate at the place to the rate that the video would earn on top. A swap test gave the rates of the same
    videos at both; `looked_at` is P(seen here) / P(seen on top)."""
    ratio = fmean(top) / fmean(here)
    shift = fitted_shift(here, top)
    slope, intercept = fit_line(here, top)
    return {
        "none": lambda rate: rate,
        "true examination": lambda rate: rate / looked_at,
        "ratio of swaps": lambda rate: rate * ratio,
        "position as input": lambda rate: sigmoid(log_odds(rate) + shift),
        "line of swaps": lambda rate: intercept + slope * rate,
    }


def on_top_looks(here: Sequence[float], top: Sequence[float], correct: Callable[[float], float]) -> float:
    """How many times as good the same videos look when they stand on top: 1 is a fair correction."""
    return fsum(top) / fsum(correct(rate) for rate in here)


place = 8  # @param {type:"slider", min:2, max:10, step:1, label:"place compared with the top"}
trust_times = 1.0  # @param {type:"slider", min:0, max:3, step:0.5, label:"trust, times the world's"}


def compare(seed: int) -> dict[str, list[float]]:
    """For each correction: how videos on top look (weakest quarter, all, strongest quarter), and pairs stuck."""
    world, here, top, desktop, looked_at = swap_test(seed, place, trust_times)
    tried = corrections(here, top, looked_at)
    few = [sampled(world, values, 500, name) for values, name in ((here, "here"), (top, "top"))]
    tried["line, 500 showings"] = corrections(*few, looked_at)["line of swaps"]
    tried["line of desktops"] = corrections(*desktop, looked_at)["line of swaps"]
    order = sorted(range(len(top)), key=lambda i: (top[i], i))
    quarter = len(order) // 4
    groups = order[:quarter], order, order[-quarter:]
    return {
        name: [on_top_looks([here[i] for i in g], [top[i] for i in g], correct) for g in groups] + [stuck(here, top, correct)]
        for name, correct in tried.items()
    }
# --8<-- [end:experiment]


def main() -> None:
    print(f"on top against place {place}: the same video")
    print("looks how many times as good")
    print("                     weak   all  strong  stuck")
    for name, (weak, everybody, strong, share) in compare(7).items():
        print(f"{name:19}{weak:6.2f}{everybody:6.2f}{strong:8.2f}{share:7.0%}")


if __name__ == "__main__":
    main()
