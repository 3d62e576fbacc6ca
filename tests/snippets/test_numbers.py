"""docs/reference/numbers.md: what the figures say together about one request."""

import pytest

from snippets.reference.numbers.slowest_step import steps


def test_steps_are_bytes_over_bandwidth_and_flops_over_what_the_gpu_gets():
    taken = steps(rows=100, row_bytes=1024, mflop=98.9, utilization=0.1)
    assert taken["one trip in the region"] == 250e-6
    assert taken["look-ups, one pipeline"] == pytest.approx(100 / 508_388)
    assert taken["bytes over the wire"] == pytest.approx(100 * 1024 / 2**31)
    assert taken["parsing, if JSON"] == pytest.approx(100 * 1024 / (100 * 2**20))
    assert taken["parsing, if flat bytes"] == pytest.approx(100 * 1024 / 2**30)
    assert taken["scoring on an H100"] == pytest.approx(1e-4)


def test_parsing_json_takes_longer_than_all_else_together_on_the_page():
    taken = steps(rows=500, row_bytes=1_000, mflop=40, utilization=0.1)
    others = sum(seconds for name, seconds in taken.items() if not name.startswith("parsing"))
    assert taken["parsing, if JSON"] > 2.8 * others
    assert taken["parsing, if flat bytes"] < others


def test_a_heavy_model_turns_it_round():
    taken = steps(rows=500, row_bytes=1_000, mflop=2_000, utilization=0.1)
    assert taken["scoring on an H100"] == pytest.approx(10.1e-3, rel=0.01)
    assert max(taken, key=taken.get) == "scoring on an H100"
