"""Proves `docs/reference/world.md`, "Same digits everywhere": our exponentials are accurate, and exact in every bit."""

import math

import pytest
from scipy import stats

from snippets.world.exact import exp, log, normal_quantile, power, sigmoid


@pytest.mark.parametrize("x", [-700.0, -36.7, -1.0, -1e-9, 0.0, 1e-9, 0.3465, 0.35, 1.0, 10.0, 700.0])
def test_exp_agrees_with_the_c_library(x):
    assert exp(x) == pytest.approx(math.exp(x), rel=1e-11)


@pytest.mark.parametrize("x", [1e-300, 1e-9, 0.5, 0.7071, 0.7072, 1.0, 1.0000001, 2.0, math.e, 1e300])
def test_log_agrees_with_the_c_library(x):
    assert log(x) == pytest.approx(math.log(x), rel=1e-11, abs=1e-15)


def test_power_agrees_with_the_c_library():
    assert power(7.0, -0.9) == pytest.approx(7.0**-0.9, rel=1e-11)
    assert power(0.001, -1 / 1.5) == pytest.approx(100.0, rel=1e-11)


@pytest.mark.parametrize("x", [-1000.0, -30.0, -2.0, 0.0, 2.0, 30.0, 1000.0])
def test_sigmoid_neither_overflows_nor_loses_small_probabilities(x):
    known = 0.0 if x == -1000 else 1 / (1 + math.exp(-x))
    assert sigmoid(x) == pytest.approx(known, rel=1e-11)


@pytest.mark.parametrize("u", [2**-33, 1e-9, 1e-4, 0.0749, 0.0751, 0.3, 0.5, 0.9, 0.975, 0.9999, 1 - 2**-33])
def test_normal_quantile_agrees_with_scipy(u):
    assert normal_quantile(u) == pytest.approx(stats.norm.ppf(u), rel=1e-6, abs=1e-7)


def test_the_last_bit_is_the_same_on_every_python():
    assert exp(1.0).hex() == "0x1.5bf0a8b143281p+1"
    assert log(10.0).hex() == "0x1.26bb1bbb55515p+1"
    assert sigmoid(-3.4).hex() == "0x1.08907f960c057p-5"
    assert normal_quantile(0.01).hex() == "-0x1.29c5c5af04ce2p+1"
