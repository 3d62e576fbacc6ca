"""Proves the claims of docs/components/features.md: encoders, ablation within requests, missing codes, collisions, cost."""
import subprocess
import sys
from collections import Counter
from functools import cache
from math import exp, log
from statistics import fmean

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import OneHotEncoder, TargetEncoder

from snippets.components.features.encoders import (
    DecayedCounter, cross, hash_bucket, one_hot, quantile_bucket, smoothed_rate,
)
from snippets.components.features.family_ablation import FULL, added, dropped, train, within
from snippets.components.features.feature_cost import (
    displaced_share, embedding_bytes, sharing_share, values_per_request,
)
from snippets.components.features.feature_rows import RunningRate, feature_rows, request_auc
from snippets.components.features.hash_collisions import bucket_rates, errors, estimates, observed, tiers, true_rates
from snippets.components.features.missing_contract import CONTRACTS, Payment, compare, encode, judge, payments
from snippets.components.features.missing_contract import train as train_contract
from snippets.world import World, catalog, expected_at, sessions

SEEDS = range(1, 21)


def test_a_hash_bucket_is_the_same_in_every_process_and_changes_with_the_salt() -> None:
    assert hash_bucket(("18-24", "music"), 1_000) == 190
    code = "from snippets.components.features.encoders import hash_bucket; print(hash_bucket(('18-24', 'music'), 1_000))"
    for seed in ("1", "2"):
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONHASHSEED": seed})
        assert run.stdout == "190\n"
    assert hash_bucket(7, 1_000, "one") != hash_bucket(7, 1_000, "two")


def test_buckets_are_filled_evenly() -> None:
    counts = np.bincount([hash_bucket(i, 20) for i in range(20_000)], minlength=20)
    assert ((counts - 1_000) ** 2 / 1_000).sum() < 43.8  # chi-squared, 19 degrees of freedom, 0.1%


def test_one_hot_agrees_with_scikit_learn_and_an_unknown_value_is_all_zeros() -> None:
    encoder = OneHotEncoder(categories=[["a", "b", "c"]], handle_unknown="ignore", sparse_output=False)
    encoder.fit([["a"], ["b"], ["c"]])
    for value in ("a", "c", "z"):
        assert one_hot(value, "abc") == encoder.transform([[value]])[0].tolist()


def test_quantile_buckets_agree_with_numpy_digitize() -> None:
    cuts, values = (10.0, 60.0, 300.0), (0.0, 10.0, 59.9, 60.0, 1e9)
    assert [quantile_bucket(v, cuts) for v in values] == np.digitize(values, cuts).tolist()


def test_a_smoothed_rate_is_scikit_learns_target_encoding() -> None:
    kinds, clicks = np.array([["a"]] * 3 + [["b"]] * 5), np.array([1, 1, 0, 0, 0, 0, 0, 1])
    encoder = TargetEncoder(smooth=20, target_type="binary").fit(kinds, clicks)
    assert encoder.transform([["a"]])[0, 0] == pytest.approx(smoothed_rate(2, 3, clicks.mean(), 20))
    assert smoothed_rate(0, 0, 0.05, 20) == 0.05


def test_scikit_learns_fit_transform_is_not_fit_then_transform() -> None:
    rng = np.random.default_rng(1)
    kinds, clicks = rng.integers(0, 30, (300, 1)), rng.integers(0, 2, 300)
    folds = StratifiedKFold(5)
    cross_fitted = TargetEncoder(cv=folds).fit_transform(kinds, clicks)
    plain = TargetEncoder(cv=folds).fit(kinds, clicks).transform(kinds)
    assert not np.allclose(cross_fitted, plain)


def test_a_decayed_counter_is_the_sum_over_all_events_and_forgets_them_after_twenty_half_lives() -> None:
    times, counter = (0.0, 10.0, 20.0, 95.0), DecayedCounter(30.0)
    for time in times:
        counter = counter.add(time)
    assert counter.at(120.0) == pytest.approx(sum(0.5 ** ((120 - t) / 30) for t in times))
    assert DecayedCounter(30.0).add(0.0).at(600.0) < 1e-6


def test_a_cross_keeps_both_values() -> None:
    assert cross("18-24", "music") == ("18-24", "music")


def test_a_key_never_seen_has_a_lift_of_zero_and_the_prior_as_its_rate() -> None:
    seen = RunningRate()
    assert seen.lift("x", 0.1, 10) == 0.0
    assert seen.rate("x", 0.1, 10) == pytest.approx(0.1)
    seen.learn("x", True)
    assert seen.rate("x", 0.1, 10) == pytest.approx(2 / 11)
    assert seen.lift("x", 0.1, 10) == pytest.approx(log(2 / 11 / 0.1))


table = cache(feature_rows)  # at the page's size
gains, losses = cache(lambda seed: added(table(seed))), cache(lambda seed: dropped(table(seed)))


def test_the_first_page_knows_nothing_and_no_rate_holds_a_click_of_its_own_page() -> None:
    rows = table(1)
    first = [i for i, request in enumerate(rows.requests) if request == rows.requests[0]]
    for name in ("item, all time", "item, 3 days", "click history", "age × topic"):
        assert {rows.families[name][i] for i in first} == {(0.0,)}


def test_auc_within_requests_weighs_each_pair_once() -> None:
    labels, scores, requests = [1, 0, 0, 1, 0, 1, 1], [0.9, 0.1, 0.95, 0.2, 0.3, 0.4, 0.5], [1, 1, 1, 2, 2, 2, 3]
    one, two = roc_auc_score(labels[:3], scores[:3]), roc_auc_score(labels[3:6], scores[3:6])
    assert request_auc(labels, scores, requests) == pytest.approx((2 * one + 2 * two) / 4)
    with pytest.raises(ValueError, match="no stratum"):
        request_auc([1, 1], [0.1, 0.2], [1, 2])


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_equal_for_all_candidates_gains_exactly_nothing_within_requests(seed: int) -> None:
    for name in ("device", "demographics", "hour", "searched at all"):
        assert gains(seed)[name][1] == 0.0
    assert gains(seed)["query × topic"][1] > 0.005


def test_over_all_rows_device_leads_click_history_in_17_of_20_and_within_requests_history_gains_in_17() -> None:
    assert sum(gains(s)["device"][0] > gains(s)["click history"][0] for s in SEEDS) == 17
    assert sum(gains(s)["click history"][1] > 0 for s in SEEDS) == 17
    assert round(fmean(gains(s)["click history"][1] for s in SEEDS), 3) == 0.011


def test_the_cross_of_age_is_worth_what_history_is_on_average_and_negative_in_7_of_20() -> None:
    assert sum(gains(s)["age × topic"][1] < 0 for s in SEEDS) == 7
    assert fmean(gains(s)["age × topic"][1] for s in SEEDS) > fmean(gains(s)["click history"][1] for s in SEEDS)


def test_dropping_the_all_time_rate_alone_loses_more_on_average_than_on_the_page() -> None:
    assert round(fmean(losses(s)["item, all time"] for s in SEEDS), 3) == 0.014


def test_both_item_rates_cost_more_than_their_two_losses_together_in_all_and_more_than_the_query_in_19() -> None:
    alone = lambda s: losses(s)["item, all time"] + losses(s)["item, 3 days"]
    assert all(losses(s)["both item rates"] > alone(s) for s in SEEDS)
    assert sum(losses(s)["both item rates"] > losses(s)["query × topic"] for s in SEEDS) == 19


def test_a_loss_is_the_full_models_auc_less_that_of_the_model_without() -> None:
    rows = table(8)
    assert within(rows, *train(rows, FULL)) - losses(8)["query × topic"] == pytest.approx(
        within(rows, *train(rows, [n for n in FULL if n != "query × topic"])))


def test_a_missing_value_is_encoded_by_contract() -> None:
    new, known = Payment(1.0, 0.0, None, 0), Payment(1.0, 0.0, 2.0, 0)
    assert encode("default", new, True) == encode("default", known, False) == [1.0, 0.0, 0.0]
    assert encode("flag", new, True) == encode("flag", known, False) == [1.0, 0.0, 0.0, 1.0]
    assert encode("two codes", new, True) == [1.0, 0.0, 0.0, 1.0, 0.0]
    assert encode("two codes", known, False) == encode("two codes", new, False) == [1.0, 0.0, 0.0, 0.0, 1.0]
    assert encode("two codes", known, True) == [1.0, 0.0, 2.0, 0.0, 0.0]


def test_new_cards_are_one_in_twenty_and_steal_more() -> None:
    made = payments(1, 20_000)
    new = [p.fraud for p in made if p.unusual is None]
    assert 0.045 < len(new) / len(made) < 0.055
    assert fmean(new) > 5 * fmean(p.fraud for p in made if p.unusual is not None)


def test_the_limit_declines_two_percent_of_honest_training_payments() -> None:
    made = payments(1, 4_000)
    weights, limits = train_contract("two limits", made, 1)
    for arrived in (True, False):
        _, declined, ratio = judge("two limits", weights, limits, made, [arrived] * len(made))
        assert declined == pytest.approx(0.02, abs=0.001)
        assert ratio == pytest.approx(1.0, abs=0.3)
    assert limits[False] < limits[True]


outage = cache(compare)  # at the page's size


@pytest.mark.parametrize("seed", SEEDS)
def test_in_an_outage_the_flag_declines_many_honest_payments_and_two_limits_do_not(seed: int) -> None:
    default, flag, blanked, codes, limits = (outage(seed)[contract] for contract in CONTRACTS)
    assert flag[0][0] > default[0][0]  # on a normal day it catches more
    assert 0.105 < flag[1][1] < 0.29
    assert 3.5 < flag[1][2] < 7.5
    assert flag[1][1] > blanked[1][1] > codes[1][1]
    assert 0.0145 < limits[1][1] < 0.0245
    assert codes[1][0] < 0.04 and default[1][0] == 0.0
    assert limits[1][0] > codes[1][0]


def test_blanking_with_the_same_null_costs_fraud_on_a_normal_day_and_two_codes_do_not() -> None:
    caught = {c: [outage(s)[c][0][0] for s in SEEDS] for c in CONTRACTS}
    assert sum(a < b for a, b in zip(caught["flag, blanked"], caught["flag"])) >= 17
    assert fmean(caught["two codes"]) > fmean(caught["flag"]) - 0.01
    assert [round(fmean(caught[c]), 2) for c in ("flag", "flag, blanked", "two codes")] == [0.34, 0.30, 0.34]


def test_nothing_fails_nothing_changes() -> None:
    assert all(normal == failing for normal, failing in compare(2, failing=0.0, count=2_000).values())


seen = cache(observed)  # at the page's size
collided = cache(lambda seed, times_smaller: errors(*seen(seed), 1_000 // times_smaller))


def test_true_rates_are_the_mean_of_the_worlds_own_probabilities() -> None:
    world = World(seed=3, users=60, items=40, days=3)
    met = sessions(world)
    visits = met[:: max(1, len(met) // 20)][:20]
    exact = [fmean(expected_at(world, v, item, k) for v in visits for k in range(1, 11)) for item in catalog(world)]
    assert true_rates(world) == pytest.approx(exact)


def test_tiers_split_what_was_shown_and_keep_the_unseen_apart() -> None:
    groups = tiers(Counter({i: 100 - i for i in range(20)}), 25)
    assert [len(groups[name]) for name in ("head", "mid", "tail", "new")] == [2, 8, 10, 5]
    assert groups["head"] == [0, 1] and groups["new"] == [20, 21, 22, 23, 24]


def test_a_bucket_pools_its_items_and_none_has_the_average() -> None:
    rates = bucket_rates([5, 5, None], Counter({0: 3, 1: 1}), Counter({0: 10, 1: 10, 2: 50}), 0.1)
    assert rates == pytest.approx([(4 + 2) / 40, (4 + 2) / 40, 0.1])


def test_a_slot_for_each_is_what_frequent_plus_rest_gives_when_slots_suffice() -> None:
    clicks, views = Counter({i: i % 3 for i in range(10)}), Counter({i: 5 + i for i in range(10)})
    ways = estimates(10, 11, clicks, views)
    assert ways["frequent + rest"] == ways["a slot for each"]


def test_hashed_the_tail_is_worse_than_without_the_feature_in_19_and_the_new_in_20_yet_the_average_is_better_in_16() -> None:
    worse = lambda tier, size: sum(
        collided(s, size)["hashed"][tier] > collided(s, size)["no such feature"][tier] for s in SEEDS)
    assert (worse("tail", 4), worse("new", 4), worse("all rows", 4)) == (19, 20, 4)
    assert (worse("tail", 1), worse("new", 1)) == (18, 20)


@pytest.mark.parametrize("seed", SEEDS)
def test_frequent_plus_rest_beats_hashing_at_the_same_memory(seed: int) -> None:
    for tier in ("tail", "new", "all rows"):
        assert collided(seed, 4)["frequent + rest"][tier] < collided(seed, 4)["hashed"][tier]
    assert collided(seed, 4)["frequent + rest"]["new"] < collided(seed, 4)["hashed twice"]["new"]


def test_the_birthday_sums_agree_with_throwing_ids_and_with_a_published_collision_rate() -> None:
    ids, rows = 100_000, 133_333
    counts = np.bincount(np.random.default_rng(1).integers(0, rows, ids), minlength=rows)
    assert sharing_share(ids, rows) == pytest.approx(counts[counts > 1].sum() / ids, abs=0.01)
    assert displaced_share(ids, rows) == pytest.approx((ids - (counts > 0).sum()) / ids, abs=0.01)
    assert displaced_share(3e6, 4e6) == pytest.approx(0.2965, abs=0.0001)  # MPZCH, at 1.33 rows an id
    assert sharing_share(3e6, 4e6) == pytest.approx(0.528, abs=0.001)
    assert sharing_share(1e6, 1e6) == pytest.approx(1 - exp(-1), abs=1e-6)
    assert sharing_share(4e6, 1e6) == pytest.approx(0.98, abs=0.005)


def test_embedding_bytes_count_weights_and_optimizer_state() -> None:
    assert embedding_bytes(400e6, 64) == pytest.approx(102.4e9)
    assert embedding_bytes(400e6, 64, optimizer="Adam") == pytest.approx(307.2e9)
    assert embedding_bytes(10, 64, bytes_each=2, optimizer="row-wise Adagrad") == 10 * (128 + 4)


def test_an_item_feature_is_read_once_a_candidate() -> None:
    assert values_per_request(200, 100, 50, 500) == {"user": 200, "item": 50_000, "cross": 25_000}
