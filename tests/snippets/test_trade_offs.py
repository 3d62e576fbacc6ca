"""The sums and the claims of docs/framework/trade-offs.md, against literals, NumPy, SciPy and scikit-learn."""

import math
from functools import cache

import numpy
import pytest
from scipy import optimize
from sklearn.neighbors import NearestNeighbors

from snippets.framework.trade_offs import marginal_price, prices, worth_knowing
from snippets.world import World, catalog

SEEDS = range(20)


# Marginal prices

def test_the_price_of_a_further_point_is_a_ratio_of_differences():
    points = [(175, 90), (259, 94), (1000, 100)]
    expected = numpy.diff([cost for cost, _ in points]) / numpy.diff([gain for _, gain in points])
    assert marginal_price.marginal_prices(points) == pytest.approx(expected) == [21, 123.5]


def test_a_step_that_gains_nothing_has_no_finite_price():
    assert marginal_price.marginal_prices([(1, 5), (2, 5), (3, 4)]) == [math.inf, math.inf]


def test_faiss_last_point_costs_a_hundred_times_its_average_point():
    rows = list(marginal_price.FAISS.values())
    prices_of_points = marginal_price.marginal_prices(rows)
    assert prices_of_points == sorted(prices_of_points)
    assert prices_of_points[-1] / (rows[-1][0] / rows[-1][1]) == pytest.approx(100, abs=1)


def test_every_vector_joins_the_leader_that_scikit_learn_finds_nearest():
    vectors = tuple(item.vector for item in catalog(World(seed=3, items=200, topics=16)))
    leaders, members = marginal_price.inverted_lists(vectors, lists=10)
    nearest = NearestNeighbors(n_neighbors=1, metric="cosine").fit(leaders).kneighbors(vectors, return_distance=False)
    assert sorted(n for group in members for n in group) == list(range(200))
    assert all(nearest[n][0] == k for k, group in enumerate(members) for n in group)


LISTS_READ = (2, 4, 10, 25)


@cache
def runs():
    """The cell's designs on twenty catalogs, each with an audience of its own, of 40 viewers instead of 12."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marginal_price, "VIEWERS", 40)
        return [marginal_price.measure(seed, seed, LISTS_READ) for seed in SEEDS]


def mean(run, name, column):
    """One column's mean over the viewers of a run."""
    return numpy.mean([row[column] for row in run[name]])


def test_totals_and_gains_are_sums_and_percentages_of_exact_search():
    run = runs()[0]
    assert marginal_price.total(run[4], 2) == pytest.approx(sum(row[2] for row in run[4]))
    expected = 100 * (mean(run, 25, 2) - mean(run, 4, 2)) / mean(run, 25, 2)
    assert marginal_price.gains([run], 25, 4) == pytest.approx([expected])


def test_reading_every_list_is_exact_search_in_every_seed():
    assert all(row[:2] == (1000, 1.0) for run in runs() for row in run[25])


def test_recall_rises_and_each_point_costs_more_towards_the_end():
    points = [tuple(numpy.mean([mean(run, name, column) for run in runs()]) * scale for column, scale in ((0, 1), (1, 100)))
              for name in LISTS_READ]
    steps = marginal_price.marginal_prices(points)
    assert steps == sorted(steps)
    assert steps[-1] / steps[0] > 20
    for run in runs():  # in each seed, the last stretch is dearer a point than the first
        own = marginal_price.marginal_prices([(mean(run, name, 0), 100 * mean(run, name, 1)) for name in (2, 4, 25)])
        assert own[1] > 3 * own[0]


def test_six_times_the_reads_gain_ten_points_of_recall_and_a_percent_or_two_of_clicks():
    reads = [numpy.mean([mean(run, name, 0) for run in runs()]) for name in (4, 25)]
    assert reads[1] / reads[0] == pytest.approx(5.9, abs=0.4)
    assert 100 * numpy.mean([mean(run, 25, 1) - mean(run, 4, 1) for run in runs()]) == pytest.approx(10, abs=1)
    assert 0 < numpy.mean(marginal_price.gains(runs(), 25, 4)) < 2


def test_a_fresh_wish_lowers_recall_in_every_seed_and_still_gains_clicks_in_every_seed():
    assert all(mean(run, "fresh", 1) < mean(run, 4, 1) for run in runs())
    assert all(mean(run, "fresh", 0) < 1.15 * mean(run, 4, 0) for run in runs())
    change = marginal_price.gains(runs(), "fresh", 4)
    assert min(change) > 0
    assert numpy.mean(change) == pytest.approx(4.8, abs=0.5)
    assert sum(a > b for a, b in zip(change, marginal_price.gains(runs(), 25, 4))) >= 17


def test_a_wish_told_to_index_or_ranker_alone_gains_a_fraction_of_what_both_gain():
    runs = [marginal_price.measure(shop, crowd, (marginal_price.START, marginal_price.LISTS)) for shop, crowd in marginal_price.RUNS]
    gain = {name: numpy.mean(marginal_price.gains(runs, name, marginal_price.START)) for name in ("fresh", "index", "ranker")}
    assert gain["fresh"] == pytest.approx(4.7, abs=0.1)
    assert 0 < gain["index"] < 1 and 0 < gain["ranker"] < 1


def test_a_cut_by_distance_reads_as_much_and_finds_more_most_of_all_for_the_worst_tenth():
    reads = [numpy.mean([mean(run, name, 0) for run in runs()]) for name in (4, "cut")]
    assert reads[1] == pytest.approx(reads[0], rel=0.05)
    assert sum(mean(run, "cut", 1) > mean(run, 4, 1) for run in runs()) >= 18
    tenth = [numpy.quantile([row[1] for run in runs() for row in run[name]], 0.1) for name in (4, "cut")]
    assert tenth == pytest.approx([0.6, 0.82], abs=0.03)
    assert numpy.mean(marginal_price.gains(runs(), "cut", 4)) > 0


def test_what_exact_search_gains_goes_to_the_tenth_that_recall_fails():
    pairs = sorted(((a[1], a[2], b[2]) for run in runs() for a, b in zip(run[4], run[25])), key=lambda pair: pair[0])
    worst, rest = pairs[:80], pairs[80:]
    assert sum(b for _, _, b in worst) > 1.08 * sum(a for _, a, _ in worst)
    assert sum(b for _, _, b in rest) == pytest.approx(sum(a for _, a, _ in rest), rel=0.006)


def test_behind_a_weak_ranker_recall_is_worth_more(monkeypatch):
    strong = numpy.mean(marginal_price.gains(runs(), 25, 4))
    monkeypatch.setattr(marginal_price, "error", 3.0)
    monkeypatch.setattr(marginal_price, "VIEWERS", 40)
    weak = numpy.mean(marginal_price.gains([marginal_price.measure(seed, seed, (4, 25)) for seed in SEEDS], 25, 4))
    assert weak > strong


# Worth of knowing

def test_bills_are_products_of_rates_and_prices():
    belief = {"requests a month": 1e6, "prompt tokens": 2_000, "answer tokens": 200, "hosted price": 1.5,
              "GPU price": 4.0, "peak / average": 2.0, "GPU utilization": 0.4, "engineer weeks": 3.0}
    assert worth_knowing.hosted_bill(belief) == pytest.approx(1e6 * 3_000 * 1.5 / 1e6)
    assert worth_knowing.hosted_bill(belief, 1.5) == pytest.approx(1e6 * 2_300 * 1.5 / 1e6)
    assert worth_knowing.own_bill(belief) == pytest.approx(2 * 4 * 4.0 * 730 + 15_000)  # two replicas at least


def test_draws_are_even_on_a_log_scale():
    rows = worth_knowing.draws(1, worth_knowing.RANGES)
    for name, (low, high) in worth_knowing.RANGES.items():
        logs = numpy.log([row[0][name] for row in rows])
        assert logs.min() >= math.log(low) - 1e-9 and logs.max() <= math.log(high) + 1e-9
        assert logs.mean() == pytest.approx(math.log(low * high) / 2, abs=0.02)


def test_cheaper_is_one_option_for_all_rows():
    assert worth_knowing.cheaper([({}, 1, 5), ({}, 9, 2)]) == 7
    assert worth_knowing.cheaper([({}, 1, 5), ({}, 9, 6)]) == 10


def test_worth_is_zero_when_one_option_always_wins_and_all_the_regret_when_the_input_decides():
    always = [({"x": n}, 1.0, 2.0) for n in range(100)]
    assert worth_knowing.worth(always) == worth_knowing.worth(always, "x") == 0
    decides = [({"x": n}, 1.0, 3.0 if n < 50 else 0.0) for n in range(100)]
    assert worth_knowing.worth(decides) == worth_knowing.worth(decides, "x") == pytest.approx(0.5)


def test_no_input_is_worth_more_than_knowing_all():
    rows = worth_knowing.draws(0, worth_knowing.RANGES)
    assert all(worth_knowing.worth(rows, name) <= worth_knowing.worth(rows) for name in worth_knowing.RANGES)


def test_the_middle_of_a_range_is_geometric():
    assert worth_knowing.middle({"a": (2, 8), "b": (3, 3)}) == {"a": 4, "b": 3}


def test_prices_are_worth_knowing_and_the_two_widest_ranges_are_not():
    ranges = worth_knowing.RANGES
    widest = sorted(ranges, key=lambda name: ranges[name][1] / ranges[name][0])[-2:]
    assert set(widest) == {"requests a month", "prompt tokens"}
    for seed in SEEDS:
        rows = worth_knowing.draws(seed, ranges, count=4_000)
        value = {name: worth_knowing.worth(rows, name) for name in ranges}
        assert max(value, key=value.get) in ("GPU price", "hosted price")
        assert max(value[name] for name in widest) < min(value["GPU price"], value["hosted price"]) / 5


def test_gpu_price_is_the_first_to_settle_on_average_over_seeds():
    runs_of = [worth_knowing.draws(seed, worth_knowing.RANGES, count=4_000) for seed in SEEDS]
    gpu, hosted = ([worth_knowing.worth(rows, name) for rows in runs_of] for name in ("GPU price", "hosted price"))
    assert numpy.mean(gpu) > numpy.mean(hosted)
    assert sum(a > b for a, b in zip(gpu, hosted)) >= 16


def test_the_same_model_rented_wins_in_nearly_every_draw_of_every_seed():
    for seed in SEEDS:
        rows = worth_knowing.draws(seed, worth_knowing.SAME_MODEL, 1.5, count=4_000)
        assert sum(hosted < own for _, hosted, own in rows) > 0.995 * len(rows)
        assert worth_knowing.worth(rows) < 100


def test_once_gpus_are_cheap_traffic_becomes_worth_asking_but_less_than_the_hosted_price():
    for seed in SEEDS:
        rows = worth_knowing.draws(seed, {**worth_knowing.RANGES, "GPU price": (3.0, 3.0)}, count=4_000)
        assert 2_000 < worth_knowing.worth(rows, "requests a month") < worth_knowing.worth(rows, "hosted price")


def test_own_gpus_win_from_16_million_requests_and_against_the_same_model_never():
    belief = worth_knowing.middle(worth_knowing.RANGES)
    assert worth_knowing.crossover(belief) == 16_000_000
    for requests in range(16, 31):
        at = {**belief, "requests a month": requests * 1e6}
        assert worth_knowing.own_bill(at) < worth_knowing.hosted_bill(at)
    assert worth_knowing.crossover(worth_knowing.middle(worth_knowing.SAME_MODEL), 1.5) is None


# Prices of the table

def test_review_starts_and_ends_where_it_is_as_cheap_as_deciding():
    low, high = prices.review_band(loss=100, insult=20, review=3)
    assert low == optimize.brentq(lambda p: p * 100 - 3, 0, 1) == pytest.approx(0.03)
    assert high == pytest.approx(optimize.brentq(lambda p: (1 - p) * 20 - 3, 0, 1)) == pytest.approx(0.85)


def test_without_reviewers_the_threshold_is_a_sixth():
    assert prices.review_band(100, 20, 1e9) == pytest.approx((1 / 6, 1 / 6))


def test_no_review_pays_above_the_loss_at_the_hardest_probability():
    hardest = optimize.minimize_scalar(lambda p: -min(p * 100, (1 - p) * 20), bounds=(0, 1), method="bounded")
    assert prices.dearest_review(100, 20) == pytest.approx(-hardest.fun, rel=1e-4) == pytest.approx(16.67, abs=0.01)
    low, high = prices.review_band(100, 20, 16.6)
    assert low < high
    assert len(set(prices.review_band(100, 20, 16.7))) == 1


def test_building_spreads_its_weeks_and_adds_those_of_running_it():
    assert prices.build_a_month(12, 1, 24, 5_000) == 7_500


def test_the_published_stars_need_cost_at_half_the_weight_of_quality():
    stars = numpy.array([(5, 2, 4, 5), (4, 4, 4, 5), (4, 5, 3, 2)])
    printed = [prices.weighted(row, (2, 1, 1, 1)) for row in stars]
    assert printed == pytest.approx([4.2, 4.2, 3.6])
    assert [prices.weighted(row, (2, 2, 1, 1)) for row in stars] == pytest.approx([23 / 6, 25 / 6, 23 / 6])
    # no other normalized weights print these three scores
    solved = numpy.linalg.lstsq(numpy.vstack([stars, [1, 1, 1, 1]]), [4.2, 4.2, 3.6, 1], rcond=None)[0]
    assert solved == pytest.approx([0.4, 0.2, 0.2, 0.2])


def test_a_random_page_in_ten_costs_between_4_and_6_percent_of_clicks_in_every_seed():
    assert all(0.04 < prices.exploration_price(seed, 0.1) < 0.06 for seed in SEEDS)
    assert prices.exploration_price(0, 0.2) == pytest.approx(2 * prices.exploration_price(0, 0.1))


def test_a_night_of_scoring_costs_eleven_dollars_and_a_day_of_requests_288():
    assert 50e6 * prices.RANKER / 3600 * 4 == pytest.approx(11.2, abs=0.05)
    assert prices.machines_for_rate(prices.PEAK, prices.RANKER) * 24 * 4 == 288


def test_three_models_need_eight_gpus_where_a_shared_trunk_needs_three():
    gpus = [prices.machines_for_rate(prices.PEAK, prices.RANKER * work) for work in (1.05, 3)]
    assert gpus == [3, 8]


def test_embedding_at_home_pays_from_331_million_texts_against_the_large_model():
    own = 2 * 5_000 + 4 * 730
    assert own / (300 * 0.13 / 1e6) == pytest.approx(331e6, rel=0.01)
    assert own / (300 * 0.02 / 1e6) == pytest.approx(2_153e6, rel=0.01)
