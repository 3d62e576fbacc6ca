"""The board and the claims of docs/framework/presenting.md, against literals, a graph search and twenty seeds."""

import math
import pathlib
import random

import numpy
import pytest
import yaml
from scipy.sparse import csgraph, csr_matrix

from snippets.framework.presenting import board, say_back

SEEDS = range(20)
STEPS = yaml.safe_load((pathlib.Path(__file__).parents[2] / "handbook/steps.yml").read_text())
ENDS = tuple(int(end) for end in numpy.cumsum([step["minutes"] for step in STEPS["steps"]]))
MINUTE = {line.key: line.minute for line in board.BOARD}


@pytest.fixture(scope="module")
def met():
    """300 interviews for each of twenty seeds: the page prints 60 each."""
    return [say_back.interviews(seed, 300) for seed in SEEDS]


def gains(met, minutes, wait=say_back.wait):
    return [say_back.mean_standing(m, minutes, wait) - say_back.mean_standing(m, (), wait) for m in met]


# The board

def test_every_step_ends_with_a_line_on_the_board():
    assert ENDS == (5, 9, 13, 21, 29, 33, 38, 42)
    assert set(ENDS) <= {line.minute for line in board.BOARD}


def test_a_line_rests_only_on_earlier_lines_and_no_two_share_a_minute():
    minutes = [line.minute for line in board.BOARD]
    assert minutes == sorted(set(minutes))
    for line in board.BOARD:
        assert all(MINUTE[key] < line.minute for key in line.rests_on)


def test_what_rests_on_a_line_is_what_a_graph_search_reaches():
    keys = [line.key for line in board.BOARD]
    arrows = numpy.zeros((len(keys), len(keys)))
    for line in board.BOARD:
        for key in line.rests_on:
            arrows[keys.index(key), keys.index(line.key)] = 1
    far = csgraph.shortest_path(csr_matrix(arrows), unweighted=True)
    for i, key in enumerate(keys):
        reached = [k for j, k in enumerate(keys) if j != i and numpy.isfinite(far[i, j])]
        assert board.resting_on(key) == reached


def test_the_goal_carries_22_lines_the_task_19_and_the_peak_8():
    assert [len(board.resting_on(key)) for key in ("goal", "task", "peak", "label")] == [22, 19, 8, 10]


def test_each_of_the_first_ten_carries_about_a_dozen_on_average():
    assert numpy.mean([len(board.resting_on(line.key)) for line in board.BOARD[:10]]) == pytest.approx(12, abs=0.2)


def test_nothing_is_ever_erased():
    for earlier, later in zip(range(45), range(1, 46)):
        for before, after in zip(board.drawn(earlier, 45), board.drawn(later, 45)):
            assert after.startswith(before)


def test_what_is_new_is_in_capitals():
    assert board.drawn(15, 5)[0] == "goal users limit never TASK"
    assert board.drawn(5)[1] == ""


def test_a_label_found_wrong_at_27_touches_unseen_and_the_split():
    assert [k for k in board.resting_on("label") if MINUTE[k] <= 27] == ["unseen", "split"]


def test_a_limit_corrected_at_33_makes_ten_lines_worth_a_look():
    assert [k for k in board.resting_on("limit") if MINUTE[k] <= 33] == [
        "500", "page", "inputs", "split", "rule", "fetch", "rank", "buys", "test", "differ"]


# Saying it back

RIGHT = [(False, 1.0, True)] * len(board.BOARD)


def one_slip(key, patience=math.inf, caught=True):
    return [(line.key == key, patience, caught) for line in board.BOARD]


def test_without_a_slip_all_28_lines_stand():
    assert say_back.standing(RIGHT) == 28
    assert say_back.standing(RIGHT, ENDS) == 28  # 28 lines at 4 s fit into the slack


def test_a_slip_that_nobody_mentions_takes_all_that_rests_on_it():
    for line in board.BOARD:
        assert say_back.standing(one_slip(line.key)) == 28 - 1 - len(board.resting_on(line.key))


def test_a_slip_said_back_at_once_costs_no_line_and_one_that_is_not_caught_costs_as_many_as_ever():
    assert say_back.standing(one_slip("goal"), (5,)) == 28
    assert say_back.standing(one_slip("goal", caught=False), (5,)) == 28 - 23


def test_a_draw_has_one_entry_for_each_line_and_errs_twice_as_often_in_the_requirements(met):
    draws = numpy.array([[line[0] for line in luck] for m in met for luck in m], dtype=float)
    assert draws.shape[1] == 28
    assert draws[:, :4].mean() == pytest.approx(0.14, abs=0.01)
    assert draws[:, 4:].mean() == pytest.approx(0.07, abs=0.005)
    assert draws.sum(axis=1).mean() == pytest.approx(4 * 0.14 + 24 * 0.07, abs=0.06)


def test_interviewers_object_after_the_mean_wait(met):
    assert numpy.mean([line[1] for m in met for luck in m for line in luck]) == pytest.approx(1, abs=0.01)


def test_two_silent_slips_cost_between_11_and_14_of_28_lines_over_twenty_seeds(met):
    for m in met:
        assert 11 < 28 - say_back.mean_standing(m, (), say_back.NEVER) < 14


def test_an_interviewer_who_objects_within_five_minutes_saves_nearly_all_over_twenty_seeds(met):
    for m in met:
        assert say_back.mean_standing(m, (), 5) > 26


def test_one_say_back_at_13_beats_one_at_5_over_twenty_seeds(met):
    assert all(late > early for late, early in zip(gains(met, (13,)), gains(met, (5,))))


def test_no_other_single_minute_beats_13(met):
    mean = {minute: numpy.mean(gains(met[:10], (minute,))) for minute in MINUTE.values()}
    assert max(mean, key=mean.get) == 13


def test_with_requirements_misheard_five_times_as_often_5_wins_and_with_three_times_13(monkeypatch):
    for often, winner in ((3, 13), (5, 5)):
        monkeypatch.setattr(say_back, "misheard", often)
        met = [say_back.interviews(seed, 150) for seed in SEEDS]
        mean = {minute: numpy.mean(gains(met, (minute,))) for minute in (5, 13)}
        assert max(mean, key=mean.get) == winner


def test_eight_say_backs_save_seven_lines_or_more_from_silence_and_nothing_from_a_talker_over_twenty_seeds(met):
    assert all(7 < gain < 9 for gain in gains(met, ENDS, say_back.NEVER))
    assert all(-0.5 < gain < 0 for gain in gains(met, ENDS, 5))


def test_a_check_that_catches_a_fifth_saves_0_3_lines_instead_of_2_5(monkeypatch, met):
    assert numpy.mean(gains(met, ENDS)) == pytest.approx(2.5, abs=0.2)
    monkeypatch.setattr(say_back, "caught", 0.2)
    assert numpy.mean(gains([say_back.interviews(seed, 300) for seed in SEEDS], ENDS)) == pytest.approx(0.3, abs=0.1)


def test_with_three_lines_in_a_say_back_5_and_13_tie(monkeypatch, met):
    monkeypatch.setattr(say_back, "lines", 3)
    assert numpy.mean(gains(met, (5,))) == pytest.approx(numpy.mean(gains(met, (13,))), abs=0.1)


@pytest.mark.parametrize("changed", [{"redo": 0.2}, {"redo": 1}, {"lines": 8}, {"seconds": 10}, {"slips": 0.03}, {"slips": 0.15}, {"caught": 0.3}])
def test_13_still_beats_5_when_one_setting_is_changed(monkeypatch, changed):
    for name, value in changed.items():
        monkeypatch.setattr(say_back, name, value)
    met = [say_back.interviews(seed, 150) for seed in SEEDS]
    assert numpy.mean(gains(met, (13,))) > numpy.mean(gains(met, (5,)))


def test_if_an_arrow_carries_the_fault_half_of_the_time_22_lines_stand_and_13_beats_5(monkeypatch):
    def thinned(rng):
        kept = [line._replace(rests_on=[key for key in line.rests_on if rng.random() < 0.5]) for line in board.BOARD]
        return [[say_back.KEYS.index(key) for key in board.resting_on(line.key, kept)] for line in board.BOARD]

    alone, early, late = [], [], []
    for seed in SEEDS:
        rng = random.Random(1000 + seed)
        for luck in say_back.interviews(seed, 150):
            monkeypatch.setattr(say_back, "BELOW", thinned(rng))
            alone.append(say_back.standing(luck, (), say_back.NEVER))
            early.append(say_back.standing(luck, (5,)))
            late.append(say_back.standing(luck, (13,)))
    assert numpy.mean(alone) == pytest.approx(22, abs=0.3)
    assert numpy.mean(late) > numpy.mean(early) + 0.1
