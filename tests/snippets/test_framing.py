"""The figures and the claims of docs/framework/framing.md: literals, scikit-learn, and twenty worlds."""

import math

import numpy
import pytest
from sklearn.linear_model import LogisticRegression

from snippets.framework.framing import pressure, rule_or_model
from snippets.world import World, catalog, random_policy, relevance, satisfaction, serve, sessions, shelf

SEEDS = range(20)


# Pressure

@pytest.fixture(scope="module")
def weeks():
    """Worlds × pages × (clicks, liked, regretted, said liked, visits)."""
    return numpy.array([pressure.run(seed, bait=0.15) for seed in SEEDS])


def test_in_the_mean_clicks_liked_and_regretted_grow_with_the_pool_and_regrets_grow_fastest(weeks):
    means = weeks.mean(axis=0)[:4]
    assert (numpy.diff(means[:, :3], axis=0) > 0).all()
    clicks, liked, regretted = means[3, :3] / means[0, :3]
    assert clicks == pytest.approx(2.6, abs=0.05)
    assert liked == pytest.approx(2.4, abs=0.05)
    assert regretted == pytest.approx(3.0, abs=0.05)


def test_visits_after_the_best_clicks_are_no_more_than_after_a_page_drawn_blind(weeks):
    visits = weeks[:, :, 4]
    assert visits[:, 3].mean() / visits[:, 0].mean() - 1 == pytest.approx(-0.04, abs=0.005)
    change = visits[:, 3] / visits[:, 0] - 1
    assert change.mean() + 2 * change.std(ddof=1) / math.sqrt(len(SEEDS)) < 0.01
    assert (change < 0).sum() == 11 and (change > 0).sum() == 7
    assert change.min() == pytest.approx(-0.19, abs=0.005) and change.max() == pytest.approx(0.10, abs=0.005)


def test_in_the_mean_visits_hardly_rise_and_then_fall(weeks):
    visits = weeks[:, :4, 4].mean(axis=0)
    assert visits.argmax() == 1
    assert visits[1] / visits[0] - 1 == pytest.approx(0.02, abs=0.005)
    assert visits[3] / visits[1] - 1 == pytest.approx(-0.06, abs=0.005)
    assert (weeks[:, 3, 4] < weeks[:, 1, 4]).sum() == 12  # the worlds scatter more than the curve bends


def test_ranking_by_long_watches_brings_more_visits_in_every_world(weeks):
    visits = weeks[:, :, 4]
    assert (visits[:, 4] > visits[:, 0]).all() and (visits[:, 4] > visits[:, 3]).all()
    assert visits[:, 4].mean() / visits[:, 0].mean() - 1 == pytest.approx(0.19, abs=0.005)


def test_the_survey_of_week_one_prefers_long_watches_in_every_world_and_falls_under_pressure_in_fifteen(weeks):
    said = weeks[:, :, 3]
    assert (said[:, 4] > said[:, 3]).all()
    assert (said[:, 3] < said[:, 0]).sum() == 15
    assert said.mean(axis=0)[[0, 3, 4]] == pytest.approx([0.62, 0.59, 0.77], abs=0.005)


def test_clicks_are_liked_and_regretted_and_nothing_else(weeks):
    assert weeks[:, :, 1] + weeks[:, :, 2] == pytest.approx(weeks[:, :, 0])


def test_a_pool_holds_live_videos_once_and_as_many_as_asked():
    world = World(seed=1, users=20, items=600, days=3)
    for context in sessions(world)[:20]:
        live = shelf(world, context.day).items
        for size in (10, 40, 160):
            found = pressure.pool(size)(world, context)
            assert len({x.id for x in found}) == len(found) == size
            assert set(found) <= set(live)
        assert pressure.pool(600)(world, context) == live


def test_the_perfect_ranker_sorts_by_the_true_probability_without_the_wish_of_the_moment():
    world = World(seed=1, users=20, items=200, days=2, intent_share=0.0)
    context = sessions(world)[0]
    found = pressure.pool(50)(world, context)
    shown = pressure.perfect(world, "clicks", {})(context, found).items
    best = sorted(found, key=lambda x: -relevance(world, context, x))[:10]
    assert list(shown) == [x.id for x in best]


def test_three_weeks_without_clickbait_are_liked_more():
    plain, baited = (pressure.run(0, bait=bait)[3] for bait in (0.0, 0.3))
    assert plain[1] / plain[0] > baited[1] / baited[0]


# Rule or model

@pytest.fixture(scope="module")
def liked():
    """Worlds × ways to rank, liked videos a page."""
    runs = [rule_or_model.compare(seed) for seed in SEEDS]
    return {name: numpy.array([run[name] for run in runs]) for name in runs[0]}


def share(liked, name):
    """Mean over worlds of the share of the possible."""
    return ((liked[name] - liked["random"]) / (liked["nothing left to know"] - liked["random"])).mean()


def test_the_rule_of_an_hour_takes_37_percent_of_the_possible_the_counters_44_the_model_47(liked):
    assert share(liked, "rule of an hour") == pytest.approx(0.37, abs=0.005)
    assert share(liked, "rule with counters") == pytest.approx(0.44, abs=0.005)
    assert share(liked, "model, 1000 pages") == pytest.approx(0.47, abs=0.005)
    gain = {name: values.mean() - liked["random"].mean() for name, values in liked.items()}
    assert gain["rule of an hour"] / gain["model, 1000 pages"] == pytest.approx(0.80, abs=0.006)


def test_the_model_overtakes_the_rule_between_100_and_1000_pages(liked):
    rule = liked["rule of an hour"]
    ahead = [(liked[f"model, {n} pages"] > rule).sum() for n in (30, 100, 300, 1000)]
    assert ahead == [3, 5, 13, 19]
    assert share(liked, "model, 30 pages") == pytest.approx(0.16, abs=0.006)


def test_without_the_rules_two_inputs_a_thousand_pages_do_not_reach_the_rule(liked):
    assert (liked["  without the rule"] < liked["rule of an hour"]).sum() == 16
    assert liked["  without the rule"].mean() < liked["rule of an hour"].mean()


def test_two_counters_take_most_of_the_models_lift_over_the_first_rule(liked):
    first = (liked["model, 1000 pages"] - liked["rule of an hour"]).mean()
    second = (liked["model, 1000 pages"] - liked["rule with counters"]).mean()
    assert first == pytest.approx(0.057, abs=0.0006) and second == pytest.approx(0.019, abs=0.0006)
    assert 1 - second / first == pytest.approx(0.67, abs=0.01)
    assert (liked["model, 1000 pages"] > liked["rule with counters"]).sum() == 15


def test_nothing_beats_what_the_truth_knows(liked):
    assert all((liked["nothing left to know"] > values).all() for name, values in liked.items() if "left" not in name)


def test_the_mean_lift_pays_from_1_8_million_pages_a_day_and_over_the_counters_from_5_3():
    assert rule_or_model.pages_a_day(0.057, 0.005, 15_000) == pytest.approx(1.75e6, rel=0.01)
    assert rule_or_model.pages_a_day(0.019, 0.005, 15_000) == pytest.approx(5.26e6, rel=0.02)


def test_a_lift_of_nothing_never_pays():
    assert rule_or_model.pages_a_day(0, 1, 1) == rule_or_model.pages_a_day(-0.1, 1, 1) == math.inf


def test_a_reminder_that_adds_two_visits_a_thousand_at_five_cents_pays_from_five_million_a_day():
    assert rule_or_model.pages_a_day(0.002, 0.05, 15_000) == pytest.approx(5e6)


def test_tickets_that_save_a_dollar_each_pay_from_a_few_thousand_a_day():
    assert rule_or_model.pages_a_day(0.04, 5, 15_000) == pytest.approx(2_500)


@pytest.fixture(scope="module")
def small():
    world = World(seed=3, users=60, days=21)
    return world, list(serve(world, random_policy(world), days=range(7)))


def test_a_log_counts_a_long_watch_only_from_half_the_length(small):
    world, pages = small
    memory = rule_or_model.Log(world)
    for _, shown in pages:
        memory.learn(shown)
    items = catalog(world)
    long = sum(r.watch_s > items[r.item].duration / 2 for _, shown in pages for r in shown)
    assert sum(memory.long.values()) == long == sum(sum(c.values()) for c in memory.taste.values())
    assert sum(memory.shown.values()) == sum(len(shown) for _, shown in pages)


def test_a_row_holds_what_was_known_before_the_page(small):
    world, pages = small
    memory = rule_or_model.Log(world)
    context, shown = pages[0]
    item = catalog(world)[shown[0].item]
    before = memory.row(context, item, rule_or_model.RULE + rule_or_model.LEARNED)
    assert before[1] == 10 * item.popularity
    assert before[2] == 0.125 and before[4] == pytest.approx(math.log(0.05 / 0.05))


def test_the_trained_ranker_orders_a_page_as_scikit_learn_does(small):
    world, pages = small
    names = rule_or_model.RULE + rule_or_model.LEARNED
    memory, rows, labels = rule_or_model.Log(world), [], []
    for context, shown in pages:
        for r in shown:
            rows.append(memory.row(context, memory.items[r.item], names))
            labels.append(int(r.watch_s > memory.items[r.item].duration / 2))
        memory.learn(shown)
    oracle = LogisticRegression(C=1.0, tol=1e-10, max_iter=1_000).fit(rows, labels)
    context = sessions(world, range(7, 9))[0]
    found = pressure.pool(20)(world, context)
    chances = oracle.predict_proba([memory.row(context, x, names) for x in found])[:, 1]
    expected = [found[k].id for k in numpy.argsort(-chances)[:10]]
    assert list(rule_or_model.trained(world, pages, names)(context, found).items) == expected


def test_the_counting_rule_puts_the_topic_searched_for_first(small):
    world, pages = small
    context = next(c for c in sessions(world) if c.query is not None)
    found = shelf(world, context.day).items
    shown = rule_or_model.counted(world, pages)(context, found).items
    wanted = sum(x.topic == context.query for x in found)
    assert all(catalog(world)[i].topic == context.query for i in shown[:min(10, wanted)])


# The page's own sums

def test_a_late_minute_that_costs_four_early_ones_wants_the_80th_percentile():
    minutes = numpy.random.default_rng(1).lognormal(3.4, 0.4, 100_000)
    costs = [(4 * numpy.maximum(minutes - q, 0) + numpy.maximum(q - minutes, 0)).mean() for q in range(20, 80)]
    assert range(20, 80)[int(numpy.argmin(costs))] == pytest.approx(numpy.quantile(minutes, 4 / (4 + 1)), abs=1)


def test_at_the_published_weights_one_report_undoes_738_likes():
    assert 369 / 0.5 == 738
    assert 27 / 0.5 == 54  # a reply is worth 54 likes
