"""What does each formula of the sheet give, with numbers put in?

One worked value a formula, computed by the function that the chapters use. Page: reference/formulas.
"""
from snippets.case_studies.video_recommendation.experiment_size import viewers_per_arm
from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import log_loss, sigmoid
from snippets.framework.scale_estimation.cost import (
    dense_training_flops, gpu_seconds, machines_for_rate, splits_for_latency)
from snippets.framework.scale_estimation.llm_serving import decode_rate, kv_bytes, prefill_seconds
from snippets.framework.scale_estimation.memory import hnsw_bytes, table_bytes
from snippets.framework.scale_estimation.tails import share_hit
from snippets.framework.scale_estimation.traffic import (
    in_flight, peak_of_wave, peak_of_window, queries_per_second, requests_per_day, stored_bytes)


# --8<-- [start:worked]
def worked():
    """(formula, its value with units) for each line of the sheet."""
    daily = requests_per_day(monthly_users=50e6, daily_share=0.4, sessions=3, requests_per_session=8)
    average = queries_per_second(daily)
    peak = average * peak_of_wave(trough=0.25)
    request = gpu_seconds(flops=500 * 40e6, utilization=0.1)
    yield "requests a day", f"{daily / 1e6:,.0f} million"
    yield "average rate", f"{average:,.0f} requests/s"
    yield "peak of a wave, trough 1/4", f"{peak_of_wave(0.25):.1f} x average"
    yield "peak of 8 hours on 5 days", f"{peak_of_window(8, 5):.1f} x average"
    yield "in flight at 0.2 s", f"{in_flight(peak, 0.2):,.0f} requests"
    yield "1 kB rows, 10 each, 90 d, x 3", f"{stored_bytes(10 * daily, 1e3, 90, 3) / 1e15:.1f} PB"
    yield "embedding table, Adam", f"{table_bytes(70e6, 64, 4, 8) / 1e9:.1f} GB"
    yield "HNSW index, 20 M x 64", f"{hnsw_bytes(20e6, 64) / 1e9:.1f} GB"
    yield "one request on a GPU", f"{request * 1e3:.2f} ms"
    yield "GPUs at 70% load", f"{machines_for_rate(peak, request):.0f}"
    yield "parts for 1.3 s within 50 ms", f"{splits_for_latency(1.3, 0.05):.0f}"
    yield "7 B parameters, 1 T tokens", f"{dense_training_flops(7e9, 1e12):.1e} FLOP"
    yield "keys and values, 70 B model", f"{kv_bytes():,.0f} B a token"
    yield "prompt of 4,000, 4 H100s", f"{prefill_seconds(70e9, 4_000, 4) * 1e3:,.0f} ms"
    yield "decoding, full batch", f"{decode_rate(70e9, 4_300, 4):,.0f} tokens/s"
    yield "some of 100 shards past p99", f"{share_hit(100):.0%} of requests"
    yield "viewers to see 1%, c.v. 1.68", f"{viewers_per_arm(1.68, 0.01, 0.8):,} an arm"
    yield "log-odds of -2", f"probability {sigmoid(-2):.3f}"
    yield "log loss of .9, .2 on 1, 0", f"{log_loss([0.9, 0.2], [1, 0]):.3f} nats"
    yield "AUC of .1 .4 .35 .8 on 0 0 1 1", f"{roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]):.2f}"
# --8<-- [end:worked]


def main():
    for name, value in worked():
        print(f"{name:<31}{value}")


if __name__ == "__main__":
    main()
