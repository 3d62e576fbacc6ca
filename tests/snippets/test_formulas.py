"""docs/reference/formulas.md: every worked value on the sheet is one that its formula gives."""

import math

from scipy.stats import norm

from snippets.reference.formulas.worked import worked


def value(name: str) -> str:
    return dict(worked())[name]


def test_traffic_follows_from_the_products():
    assert value("requests a day") == f"{50 * 0.4 * 3 * 8:,.0f} million"
    assert value("average rate") == f"{480e6 / 86_400:,.0f} requests/s"
    assert value("in flight at 0.2 s") == f"{480e6 / 86_400 * 2 / 1.25 * 0.2:,.0f} requests"
    assert value("peak of 8 hours on 5 days") == f"{24 / 8 * 7 / 5:.1f} x average"


def test_memory_and_compute_follow_from_theirs():
    assert value("embedding table, Adam") == f"{70e6 * 64 * 12 / 1e9:.1f} GB"
    assert value("HNSW index, 20 M x 64") == f"{1.1 * 20e6 * (4 * 64 + 8 * 16) / 1e9:.1f} GB"
    assert value("one request on a GPU") == f"{500 * 40e6 / (989e12 * 0.1) * 1e3:.2f} ms"
    assert value("keys and values, 70 B model") == f"{2 * 80 * 8 * 128 * 2:,} B a token"


def test_the_sample_size_is_the_normal_approximation_s():
    n = math.ceil(2 * ((norm.ppf(0.975) + norm.ppf(0.8)) * 1.68 / 0.01) ** 2)
    assert value("viewers to see 1%, c.v. 1.68") == f"{n:,} an arm"


def test_tails_and_scores():
    assert value("some of 100 shards past p99") == f"{1 - 0.99 ** 100:.0%} of requests"
    assert value("log-odds of -2") == f"probability {1 / (1 + math.exp(2)):.3f}"
    assert value("log loss of .9, .2 on 1, 0") == f"{-(math.log(0.9) + math.log(0.8)) / 2:.3f} nats"
