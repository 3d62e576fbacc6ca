"""The sums and the claims of docs/framework/scale-estimation.md, against literals, NumPy and SciPy."""

import math
import random

import numpy
import pytest
from scipy import stats

from snippets.framework.scale_estimation import cost, llm_serving, memory, overload, sensitivity, tails, traffic

SEEDS = range(20)


# Traffic

def test_fifty_million_monthly_users_make_480_million_requests_a_day():
    daily = traffic.requests_per_day(50_000_000, 0.4, 3, 8)
    assert daily == pytest.approx(480e6)
    assert traffic.queries_per_second(daily) == pytest.approx(5_555.6, abs=0.1)


def test_a_wave_that_falls_to_a_quarter_of_its_peak_peaks_at_1_6_times_its_average():
    day = 1 + numpy.cos(numpy.linspace(0, 2 * math.pi, 86_400, endpoint=False)) * 0.6  # from 0.4 to 1.6
    assert day.min() / day.max() == pytest.approx(0.25)
    assert traffic.peak_of_wave(0.25) == pytest.approx(day.max() / day.mean()) == 1.6


def test_no_smooth_daily_wave_peaks_above_twice_its_average():
    assert traffic.peak_of_wave(0) == 2
    assert traffic.peak_of_wave(1) == 1


def test_office_hours_on_weekdays_peak_at_4_2_times_the_average():
    assert traffic.peak_of_window(8, 5) == pytest.approx(4.2)
    assert traffic.peak_of_window(24) == 1


def test_a_million_turns_at_twelve_a_second_are_over_in_23_hours_of_the_month():
    average = traffic.queries_per_second(1e6 / 30)
    assert 12 / average == pytest.approx(31.1, abs=0.1)
    assert traffic.busy_hours(12 / average) * 30 == pytest.approx(23.1, abs=0.1)


def test_twelve_requests_a_second_of_six_seconds_each_are_72_in_flight():
    assert traffic.in_flight(12, 6) == 72


def test_littles_law_holds_on_a_simulated_day():
    rng = random.Random(0)
    starts = list(overload.arrivals(rng, 0.2, 1.6))
    lengths = [300 * rng.random() for _ in starts]
    in_progress = math.fsum(min(length, overload.DAY - start) for start, length in zip(starts, lengths)) / overload.DAY
    rate, time = len(starts) / overload.DAY, math.fsum(lengths) / len(lengths)
    assert traffic.in_flight(rate, time) == pytest.approx(in_progress, rel=0.01)


def test_ninety_days_of_five_billion_one_kilobyte_rows_in_three_copies_are_1_3_petabytes():
    assert traffic.stored_bytes(4.8e9, 1_000, 90, 3) == pytest.approx(1.296e15)


# Overload

@pytest.mark.parametrize("peak_factor", [1.2, 1.6, 2.0])
def test_arrivals_come_at_the_average_rate_and_follow_the_wave(peak_factor):
    days = [list(overload.arrivals(random.Random(seed), 0.1, peak_factor)) for seed in SEEDS]
    counts = numpy.array([len(day) for day in days])
    assert counts.mean() == pytest.approx(8_640, rel=0.01)
    noon = numpy.mean([sum(39_600 <= second < 46_800 for second in day) for day in days])
    assert noon == pytest.approx(0.1 * 7_200 * peak_factor, rel=0.03)


def test_at_constant_load_the_share_that_waits_is_erlangs():
    machines, busy = 25, 20
    blocked = stats.poisson.pmf(machines, busy) / stats.poisson.cdf(machines, busy)  # Erlang B
    waiting = blocked / (1 - busy / machines * (1 - blocked))  # Erlang C
    simulated = numpy.mean([overload.share_waiting(overload.waits(seed, machines, busy, 1), 0) for seed in SEEDS])
    assert simulated == pytest.approx(waiting, abs=0.03)


def backlog(machines, busy, peak_factor):
    """Fluid oracle: minutes of work in the queue at each second of the day."""
    seconds = numpy.arange(overload.DAY)
    load = busy * (1 - (peak_factor - 1) * numpy.cos(2 * math.pi * seconds / overload.DAY)) / machines
    drift = numpy.cumsum(load - 1)
    return load, (drift - numpy.minimum.accumulate(numpy.minimum(drift, 0))) / 60


def test_the_longest_wait_is_what_the_fluid_says():
    _, minutes = backlog(25, 20, 1.6)
    longest = [overload.waits(seed, 25, 20, 1.6)[-1] / 60 for seed in SEEDS]
    assert numpy.mean(longest) == pytest.approx(minutes.max(), rel=0.1)


def test_the_share_that_waits_is_what_the_fluid_says():
    load, minutes = backlog(25, 20, 1.6)
    share = load[minutes > 1].sum() / load.sum()
    simulated = [overload.share_waiting(overload.waits(seed, 25, 20, 1.6), 60) for seed in SEEDS]
    assert numpy.mean(simulated) == pytest.approx(share, abs=0.06)


def test_a_fleet_sized_on_the_average_keeps_most_requests_waiting_on_every_seed():
    for seed in SEEDS:
        assert overload.share_waiting(overload.waits(seed, 25, 20, 1.6), 60) > 0.6
        assert overload.share_waiting(overload.waits(seed, 40, 20, 1.6), 60) < 0.02


def test_short_requests_wait_as_much_in_an_overloaded_fleet_and_far_less_in_one_sized_to_the_peak(monkeypatch):
    long = numpy.mean([overload.share_waiting(overload.waits(seed, 32, 20, 1.6), 60) for seed in SEEDS])
    monkeypatch.setattr(overload, "SERVICE", 20)
    assert overload.share_waiting(overload.waits(0, 25, 20, 1.6), 60) == pytest.approx(0.72, abs=0.05)
    short = numpy.mean([overload.share_waiting(overload.waits(seed, 32, 20, 1.6), 60) for seed in range(5)])
    assert short < 0.05 < 0.15 < long


# Memory

def test_a_hundred_float32_features_of_fifty_million_users_are_20_gigabytes_of_payload():
    assert memory.payload_bytes(50_000_000, 100) == 20e9


def test_a_hundred_features_as_keys_of_their_own_take_what_the_feature_store_chapter_measured():
    assert memory.key_per_feature_bytes(50_000_000, 100, copies=1) == pytest.approx(50e6 * 10_974, rel=1e-4)
    assert memory.key_per_feature_bytes(50_000_000, 100, copies=2) == pytest.approx(1.097e12, rel=1e-3)


def test_packing_a_users_features_in_one_key_takes_a_fraction_of_a_key_for_each():
    packed = memory.key_per_entity_bytes(50_000_000, 100, copies=2)
    assert packed == pytest.approx(52.3e9, rel=1e-3)
    assert memory.key_per_feature_bytes(50_000_000, 100, copies=2) / packed == pytest.approx(21, abs=0.1)


def test_adam_makes_a_float32_table_three_times_its_weights():
    weights = numpy.zeros((1_000, 64), dtype=numpy.float32)
    assert memory.table_bytes(1_000, 64) == weights.nbytes
    assert memory.table_bytes(1_000, 64, state_bytes=8) == 3 * weights.nbytes


def test_the_hnsw_sum_gives_opensearchs_own_example():
    assert memory.hnsw_bytes(1_000_000, 256, links=16) == pytest.approx(1.267e9, rel=1e-3)


def test_product_quantization_to_32_bytes_keeps_an_id_beside_the_code():
    assert memory.product_quantized_bytes(20_000_000) == 0.8e9


# Cost

def test_seventy_billion_parameters_and_fifteen_trillion_tokens_take_6_3e24_flops():
    assert cost.dense_training_flops(70e9, 15e12) == pytest.approx(6.3e24)


def test_seven_billion_parameters_on_a_trillion_tokens_take_93_thousand_a100_hours_at_40_percent():
    seconds = cost.gpu_seconds(cost.dense_training_flops(7e9, 1e12), 0.4, peak=312e12)
    assert seconds / 3600 == pytest.approx(93_483, rel=1e-3)


def test_a_two_layer_network_costs_three_forward_passes_an_example_to_train():
    inputs, hidden = 256, 64
    forward = 2 * inputs * hidden + 2 * hidden  # multiply and add for each weight
    gradients = 2 * (2 * inputs * hidden + 2 * hidden)  # by weights, and by inputs
    assert cost.ranker_training_flops(10, forward) == 10 * (forward + gradients)


def test_machines_for_a_rate_leave_the_asked_headroom():
    assert cost.machines_for_rate(100, 0.07, target=0.7) == 10
    assert cost.machines_for_rate(100, 0.0701, target=0.7) == 11


def test_store_instances_follow_reads_over_capacity():
    assert cost.instances_for_reads(4.44e6, 500_000) == 13
    assert cost.instances_for_reads(4.44e6, cost.SHARD_READS) == 64
    assert cost.instances_for_reads(350_000, 500_000) == 1


def test_a_request_of_120_ms_in_a_budget_of_50_is_split_three_ways():
    assert cost.splits_for_latency(0.12, 0.05) == 3
    assert cost.splits_for_latency(0.05, 0.05) == 1
    assert cost.splits_for_latency(cost.gpu_seconds(500 * 260e9, 0.1), 0.05) == 27


def test_ten_machines_at_four_dollars_and_100_a_second_cost_eleven_cents_a_thousand():
    assert cost.dollars_per_thousand(10, 4, 100) == pytest.approx(0.1111, abs=1e-4)


def test_deepseeks_published_rates_rebuild_its_published_node_count():
    prefill, decode = cost.llm_nodes(608e9 / 86_400, 168e9 / 86_400, 73_700, 14_800)
    assert prefill + decode == pytest.approx(226.75, rel=0.001)
    assert decode / (prefill + decode) == pytest.approx(0.579, abs=0.001)


# LLM serving

def test_one_token_of_llama_3_70b_keeps_327_680_bytes_of_keys_and_values():
    assert llm_serving.kv_bytes() == 327_680
    assert llm_serving.kv_bytes(layers=32) == 131_072  # Llama 3.1 8B, as published


def test_four_thousand_prompt_tokens_take_a_70b_model_on_four_h100s_354_ms():
    assert llm_serving.prefill_seconds(70e9, 4_000, 4) == pytest.approx(5.6e14 / (4 * 989e12 * 0.4))
    assert llm_serving.prefill_seconds(70e9, 4_000, 4) == pytest.approx(0.354, abs=0.001)


def test_what_memory_is_left_beside_the_weights_sets_the_batch():
    batch = llm_serving.decode_batch(70e9, 4_300, 4)
    assert 140e9 + batch * 4_300 * 327_680 == pytest.approx(0.9 * 320e9)
    assert llm_serving.decode_batch(70e9, 4_300, 1) < 0  # the weights alone do not fit one GPU


def test_a_decode_step_reads_all_memory_in_use_once():
    batch, rate = llm_serving.decode_batch(70e9, 4_300, 4), llm_serving.decode_rate(70e9, 4_300, 4)
    assert batch / rate == pytest.approx(0.9 * 320e9 / (4 * 3.35e12))  # 21.5 ms
    assert rate == pytest.approx(4_887, abs=1)


def test_sizing_by_output_tokens_gives_2_replicas_where_12_are_needed():
    read, write = llm_serving.prefill_seconds(70e9, 4_000, 4), 300 / llm_serving.decode_rate(70e9, 4_300, 4)
    assert cost.machines_for_rate(20, write) == 2
    assert cost.machines_for_rate(20, read + write) == 12
    assert cost.machines_for_rate(20, read) == 11


def test_answers_in_flight_are_the_fixed_point_of_littles_law():
    rate = 20 * 300 / 12
    share = 1 - 20 / 12 * llm_serving.prefill_seconds(70e9, 4_000, 4)
    in_flight = 1.0
    for _ in range(200):  # more in flight, longer steps, more in flight
        step = (140e9 + in_flight * 4_300 * 327_680) / 13.4e12
        in_flight = rate * step / share
    assert llm_serving.decode_in_flight(70e9, 4_300, 4, rate, share) == pytest.approx((in_flight, step / share))
    assert in_flight == pytest.approx(14.6, abs=0.1)
    assert step / share == pytest.approx(0.0292, abs=0.0002)


def test_with_prompts_on_another_fleet_two_replicas_write_a_token_in_15_ms():
    in_flight, token = llm_serving.decode_in_flight(70e9, 4_300, 4, 3_000)
    assert in_flight < llm_serving.decode_batch(70e9, 4_300, 4)
    assert token == pytest.approx(0.0153, abs=0.0001)


@pytest.mark.parametrize("prompt, price", [(500, 0.43), (4_000, 2.3), (16_000, 8.8)])
def test_an_answer_token_costs_more_prompt_tokens_the_longer_the_context(prompt, price):
    assert llm_serving.token_price(70e9, prompt, 300, 4) == pytest.approx(price, rel=0.02)


# Tails

@pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.99, 1])
@pytest.mark.parametrize("size", [1, 2, 99, 100, 101, 1000])
def test_a_percentile_is_numpys_inverted_cdf(share, size):
    rng = random.Random(size)
    values = [rng.random() for _ in range(size)]
    assert tails.percentile(values, share) == numpy.quantile(values, share, method="inverted_cdf")


@pytest.mark.parametrize("stage", [tails.jitter, tails.jitter_or_stall])
def test_every_stage_shows_the_same_p99_on_its_dashboard(stage):
    assert stage(0.99) == pytest.approx(30)
    rng = random.Random(1)
    assert tails.percentile([stage(rng.random()) for _ in range(200_000)], 0.99) == pytest.approx(30, rel=0.03)


def test_eight_calls_in_a_thousand_stall_for_300_ms():
    assert tails.jitter_or_stall(0.9919) == tails.jitter(0.9919)
    assert tails.jitter_or_stall(0.992) == 330


def test_independent_jitter_adds_up_as_the_gamma_distribution_says():
    expected = stats.gamma.ppf(0.99, tails.STAGES, scale=tails.SCALE)
    runs = [tails.request_p99(seed, tails.independent, tails.jitter, requests=10_000) for seed in SEEDS]
    assert numpy.mean(runs) == pytest.approx(expected, rel=0.01)


def test_a_shared_cause_makes_the_sum_of_p99s_exact():
    runs = [tails.request_p99(seed, tails.shared, tails.jitter) for seed in SEEDS]
    assert numpy.mean(runs) == pytest.approx(150, rel=0.02)


def test_rare_stalls_take_the_requests_p99_past_twice_the_sum_on_every_seed():
    for seed in SEEDS:
        assert tails.request_p99(seed, tails.independent, tails.jitter, requests=4_000) < 0.6 * 150
        assert tails.request_p99(seed, tails.independent, tails.jitter_or_stall, requests=4_000) > 2 * 150


def test_five_p99_8s_added_are_never_passed_however_the_stages_depend():
    def disjoint(rng, stage):  # the worst case: each stage keeps its slow calls for different requests
        u = rng.random()
        return math.fsum(stage((u + k / tails.STAGES) % 1) for k in range(tails.STAGES))

    for stage in (tails.jitter, tails.jitter_or_stall):
        for draw in (tails.independent, tails.shared, disjoint):
            for seed in SEEDS:
                assert tails.request_p99(seed, draw, stage, requests=4_000) <= tails.bound(stage)


def test_one_request_in_a_hundred_shards_meets_a_slow_one_63_times_in_100():
    assert tails.share_hit(100) == pytest.approx(0.634, abs=0.001)
    assert tails.share_hit(1) == pytest.approx(0.01)


# Sensitivity

def test_the_estimate_is_the_product_of_its_inputs():
    belief = {"monthly users": 86_400, "DAU / MAU": 0.5, "requests per daily user": 2, "peak / average": 3,
              "candidates per request": 989, "FLOPs per candidate": 1e12, "utilization": 0.5}
    assert sensitivity.peak_gpus(belief) == pytest.approx(6)


def test_five_inputs_good_to_2_are_together_good_to_4_7():
    assert sensitivity.combined([2] * 5) == pytest.approx(2 ** math.sqrt(5)) == pytest.approx(4.71, abs=0.01)
    assert sensitivity.combined([10]) == pytest.approx(10)


def drawn_spread(ranges, known, draws=1_000_000):
    """The oracle: inputs drawn, multiplied, ranked."""
    rng = numpy.random.default_rng(0)
    belief = {name: math.sqrt(low * high) if name in known else low * (high / low) ** rng.random(draws)
              for name, (low, high) in ranges.items()}
    low, high = numpy.quantile(sensitivity.peak_gpus(belief), [0.05, 0.95])
    return high / low


SMALL = {**sensitivity.RANGES, "FLOPs per candidate": sensitivity.SMALL_NETWORK}


@pytest.mark.parametrize("ranges", [sensitivity.RANGES, SMALL])
@pytest.mark.parametrize("known", [frozenset(), sensitivity.USUAL, frozenset({"FLOPs per candidate", "utilization"})])
def test_the_exact_spread_is_that_of_a_million_draws(ranges, known):
    assert sensitivity.spread(ranges, known) == pytest.approx(drawn_spread(ranges, known), rel=0.03)


def test_the_spread_of_one_unknown_input_is_its_range_between_p5_and_p95():
    known = frozenset(sensitivity.RANGES) - {"FLOPs per candidate"}
    assert sensitivity.spread(sensitivity.RANGES, known) == pytest.approx((260e9 / 40e6) ** 0.9)


def test_two_uniform_draws_sum_below_a_line_as_often_as_its_area_says():
    assert sensitivity.share_below(1, [1, 1]) == pytest.approx(0.5)
    assert sensitivity.share_below(0.5, [1, 1]) == pytest.approx(0.125)
    assert sensitivity.share_below(3, [1, 2]) == pytest.approx(1)


def test_settling_the_widest_range_leaves_less_than_settling_any_other_input():
    for ranges in (sensitivity.RANGES, SMALL):
        known = frozenset()
        while len(known) < len(ranges) - 2:
            widest = sensitivity.next_to_settle(ranges, known)
            others = set(ranges) - known - {widest}
            left = sensitivity.spread(ranges, known | {widest})
            assert all(left <= 1.000001 * sensitivity.spread(ranges, known | {name}) for name in others)  # some ranges are equal
            known |= {widest}


def test_the_usual_three_inputs_leave_hundreds_of_times_more_than_ours():
    ours = frozenset({"FLOPs per candidate", "candidates per request", "requests per daily user"})
    left = sensitivity.spread(sensitivity.RANGES, sensitivity.USUAL)
    assert left == pytest.approx(7_807, rel=0.001)
    assert left > 600 * sensitivity.spread(sensitivity.RANGES, ours)


def test_without_the_models_range_the_first_input_to_settle_is_the_number_of_candidates():
    assert sensitivity.next_to_settle(SMALL, frozenset()) == "candidates per request"


def test_even_with_the_model_fixed_the_usual_three_inputs_leave_three_quarters_of_the_factor():
    left = sensitivity.spread(SMALL, sensitivity.USUAL)
    assert left == pytest.approx(89.9, abs=0.1)
    assert left > 0.75 * sensitivity.spread(SMALL, frozenset())


def test_each_bar_of_the_tornado_is_as_wide_as_its_inputs_range_around_one_middle():
    bars = sensitivity.tornado(sensitivity.RANGES)
    assert len(bars) == 7
    for bar in bars:
        low, high = sensitivity.RANGES[bar["input"]]
        assert bar["high"] / bar["low"] == pytest.approx(high / low)
        assert math.sqrt(bar["high"] * bar["low"]) == pytest.approx(75.1, abs=0.1)
