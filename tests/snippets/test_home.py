"""Proves docs/index.md: the better AUC on a log written by another ranker loses when deployed."""
from random import Random

import pytest

from snippets.home.better_auc_worse_product import ITEMS, SHOWN, compare, sessions

SEEDS = range(1, 21)


@pytest.fixture(scope="module")
def outcomes():
    return [tuple(compare(seed, attention=1.0).values()) for seed in SEEDS]


def test_on_every_seed_the_model_with_the_better_auc_earns_fewer_clicks(outcomes):
    for (naive_auc, naive_clicks), (auc, clicks) in outcomes:
        assert naive_auc > auc and naive_clicks < clicks


def test_the_loss_on_the_page_is_no_lucky_seed(outcomes):
    losses = sorted(1 - naive[1] / corrected[1] for naive, corrected in outcomes)
    assert 0.05 < losses[len(losses) // 2] < 0.1


def test_without_position_bias_the_two_models_are_one():
    naive, corrected = compare(1, attention=0.0).values()
    assert naive == corrected


def test_a_session_looks_by_place_and_shows_the_highest_scores_first():
    shown = list(sessions(1, score=range(ITEMS), appeal=[1.0] * ITEMS, attention=1.0, rng=Random(0)))
    items, looks, clicks = zip(*shown)
    assert list(items) == sorted(items, reverse=True) and len(items) == SHOWN
    assert looks == tuple(1 / place for place in range(1, SHOWN + 1))
    assert clicks[0]  # the first place is always looked at, and everything appeals
