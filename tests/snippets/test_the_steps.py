"""The table, the sums and the claims of docs/framework/the-steps.md, against handbook/steps.yml, literals and NumPy."""

import itertools
import random
import re
from pathlib import Path

import numpy
import pytest

from handbook.board import steps
from snippets.framework.the_steps import clock, plan

SEEDS = range(20)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "framework" / "the-steps.md"
THREE_ENDS = {2: 13, 4: 29, 6: 38}
THREE = clock.by_clock(THREE_ENDS)
EVERY = clock.by_clock(dict(enumerate(clock.ENDS)))


def shares(limit, **begin):
    return numpy.array([clock.share_complete(clock.interviews(seed), limit, **begin) for seed in SEEDS])


def table(heading):
    """The rows of the page's table whose heading begins with this."""
    lines = PAGE.read_text(encoding="utf-8").split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {heading} |")) + 2
    body = itertools.takewhile(lambda line: line.startswith("|"), lines[start:])
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


# One list of steps

def test_the_snippet_the_page_and_the_boards_have_the_same_steps_and_minutes():
    ours = [(step["title"], step["minutes"]) for step in steps()["steps"]]
    assert list(zip(plan.STEPS, plan.MINUTES)) == ours
    assert [(row[0], int(row[1])) for row in table("| min")] == ours
    assert tuple(clock.PLAN) == plan.MINUTES


def test_the_page_says_the_sum_the_slack_and_the_end_of_each_step():
    total, slack = steps()["total"], steps()["slack"]
    planned = sum(step["minutes"] for step in steps()["steps"])
    assert planned + slack == total == clock.TOTAL
    assert f"Eight steps, {planned} planned minutes, {slack} of slack." in PAGE.read_text(encoding="utf-8")
    ends = numpy.cumsum([step["minutes"] for step in steps()["steps"]]).tolist()
    assert [int(row[2]) for row in table("| min")] == plan.leave_at(plan.MINUTES) == ends


def test_the_table_of_formats_says_the_lines_that_the_calculator_prints():
    told = {row[0]: row[1].replace("\N{NO-BREAK SPACE}", " ") for row in table("format")}
    for page, name in (("35 minutes", "applied, 35 min"), ("60 minutes", "applied, 60 min"),
                       ("infrastructure", "infrastructure, 45 min"), ("generative AI", "generative, 45 min")):
        ends = plan.leave_at(plan.FORMATS[name][1])
        assert told[page] == f"{ends[2]}, {ends[4]}, {ends[6]}"


@pytest.mark.parametrize("name", plan.FORMATS)
def test_every_format_keeps_slack_and_cuts_its_own_subject_last(name):
    total, minutes, focus = plan.FORMATS[name]
    assert 2 <= total - sum(minutes) <= 5 and focus in plan.STEPS
    tight = plan.replan(minutes, "Requirements", total - sum(map(plan.short, minutes[1:])) - 1, total, focus)
    own = minutes[plan.STEPS.index(focus)]
    assert [step for step, m in tight.items() if m > plan.short(minutes[plan.STEPS.index(step)])] == [focus]
    assert tight[focus] == plan.short(own) + 1


# The diagram

def test_the_diagram_has_the_arrows_that_the_text_counts_on():
    edges = re.findall(r"^  ([A-Z])(?:\[[^]]*\])? -->\|[^|]*\| ([A-Z])", PAGE.read_text(encoding="utf-8"), re.M)
    out = {node: sum(tail == node for tail, _ in edges) for node in "RSFDMTVL"}
    assert out == {"R": 3, "S": 2, "F": 2, "D": 3, "M": 2, "T": 1, "V": 1, "L": 0}


def test_the_longest_steps_are_cut_first_metrics_and_rollout_last():
    minutes = dict(zip(plan.STEPS, plan.MINUTES))
    assert {minutes[step] for step in plan.CUT_FIRST[:2]} == {8} and minutes[plan.CUT_FIRST[2]] == 5
    assert plan.CUT_FIRST[-2:] == ("Metrics", "Rollout, monitoring, retraining")


# The plan

def test_the_short_version_is_half_rounded_down_and_never_nothing():
    assert [plan.short(m) for m in (8, 5, 4, 1)] == [4, 2, 2, 1]
    assert sum(map(plan.short, plan.MINUTES)) == 20


def test_the_last_call_of_each_step_leaves_the_later_ones_their_short_versions():
    assert plan.last_calls(plan.MINUTES, 45) == [27, 29, 31, 35, 39, 41, 43, 45]


def test_seven_minutes_late_after_framing_cost_the_slack_and_half_of_the_model():
    late = plan.replan(plan.MINUTES, "Framing", 20, 45)
    assert list(late.values()) == [8, 4, 4, 5, 4]
    assert plan.leave_at(late.values(), 20) == [28, 32, 36, 41, 45]


def test_on_time_nothing_is_cut():
    assert list(plan.replan(plan.MINUTES, "Framing", 16, 45).values()) == [8, 8, 4, 5, 4]


def test_the_exercise_ends_at_36_39_41_and_45():
    rest = plan.replan(plan.MINUTES, "Data, labels and features", 32, 45)
    assert list(rest.values()) == [4, 3, 2, 4]
    assert plan.leave_at(rest.values(), 32) == [36, 39, 41, 45]
    assert 36 + sum(map(plan.short, plan.MINUTES[4:])) > 45


def test_a_plan_of_ones_own_has_eight_whole_minutes():
    assert plan.eight("6 4 4 8 8 4 5 3") == (6, 4, 4, 8, 8, 4, 5, 3)
    for wrong in ("5 4 4", "5 4 4 8 8 4 5 0", "five"):
        with pytest.raises(ValueError):
            plan.eight(wrong)


def test_an_overrun_of_18_percent_on_every_step_leaves_the_last_one_nothing():
    assert 100 * (45 / sum(plan.MINUTES[:-1]) - 1) == pytest.approx(18.4, abs=0.05)
    assert 100 * (45 / sum(plan.MINUTES) - 1) == pytest.approx(7.1, abs=0.05)


# The model of the clock

def test_wanted_minutes_and_questions_have_the_means_that_the_controls_say():
    met = [one for seed in SEEDS for one in clock.interviews(seed, 1000)]
    wanted = numpy.array([w for w, _ in met])
    assert wanted.mean(axis=0) == pytest.approx(numpy.array(clock.PLAN) * 1.2, rel=0.01)
    assert wanted.std(axis=0) == pytest.approx(numpy.array(clock.PLAN) * 1.2 * 0.3, rel=0.03)
    assert numpy.sum([q for _, q in met]) / len(met) == pytest.approx(3, rel=0.03)


def test_without_luck_or_questions_a_plan_is_said_as_written(monkeypatch):
    for name in ("luck", "interviewer"):
        monkeypatch.setattr(clock, name, 0)
    monkeypatch.setattr(clock, "need", 1)
    wanted, questions = clock.draw(random.Random(0))
    for limit in (clock.no_limit, clock.own_box, EVERY):
        assert clock.said(wanted, questions, limit) == pytest.approx(plan.MINUTES)


def test_a_box_is_a_length_and_a_line_is_a_time():
    assert clock.own_box(3, 10) == clock.own_box(3, 30) == 8
    assert clock.by_clock({3: 21})(3, 10) == 11
    assert clock.by_clock({3: 21})(3, 30) == 4  # the short version
    assert clock.by_clock({3: 21})(4, 30) == clock.no_limit(4, 30) == float("inf")


def test_what_leaks_through_a_box_is_said_and_the_interview_ends_at_45():
    wanted = [10.0] * 8
    assert clock.said(wanted, [0] * 8, clock.own_box)[0] == pytest.approx(5 + 0.25 * 5)
    assert sum(clock.said(wanted, [0] * 8, clock.no_limit)) == pytest.approx(45)


def test_an_answer_is_complete_when_every_step_has_half_its_minutes_or_all_it_wanted():
    wanted = [9.0] * 7 + [1.0]
    assert clock.complete(wanted, [2, 2, 2, 4, 4, 2, 2, 1])
    assert not clock.complete(wanted, [2, 2, 2, 3.9, 4, 2, 2, 1])


def test_slack_shrinks_what_is_wanted_and_nothing_else():
    (wanted, questions), *_ = clock.interviews(0)
    (less, same), *_ = clock.with_slack(3, clock.interviews(0))
    assert (less, same) == (pytest.approx(wanted), questions)
    (less, _), *_ = clock.with_slack(24, clock.interviews(0))
    assert less == pytest.approx([w / 2 for w in wanted])


# Claims that depend on chance, each over twenty seeds

def test_three_lines_complete_more_interviews_than_eight_boxes_in_every_seed():
    lines, boxes, every = shares(THREE), shares(clock.own_box), shares(EVERY)
    assert (lines > boxes + 0.08).all() and (every > lines).all()
    assert (lines.mean(), boxes.mean(), every.mean()) == pytest.approx((0.89, 0.72, 0.99), abs=0.01)


def test_without_short_versions_lines_fall_behind_boxes_and_shorter_boxes_come_near_the_lines():
    bare, shorter = shares(clock.by_clock(THREE_ENDS, [0] * 8)), shares(lambda step, minute: 0.9 * clock.PLAN[step])
    assert (bare < shares(clock.own_box)).all()
    assert (bare.mean(), shorter.mean()) == pytest.approx((0.50, 0.87), abs=0.01)


def test_three_minutes_of_slack_do_little_and_fourteen_match_the_lines():
    slack = {minutes: numpy.array([clock.share_complete(clock.with_slack(minutes, clock.interviews(seed)), clock.no_limit)
                                   for seed in SEEDS]) for minutes in (0, 3, 13, 14)}
    assert (slack[0] < 0.15).all() and (slack[3] < 0.3).all() and (slack[3] < shares(clock.own_box) - 0.3).all()
    assert slack[13].mean() < shares(THREE).mean() <= slack[14].mean()


def test_from_minute_twenty_new_ends_save_most_answers_and_boxes_few():
    late = list(plan.replan(plan.MINUTES, "Framing", 20, 45).values())
    new = clock.by_clock(dict(enumerate(plan.leave_at(late, 20), start=3)))
    begin = {"step": 3, "minute": 20}
    assert (shares(new, **begin) > 0.7).all() and (shares(clock.own_box, **begin) < 0.05).all()
    assert (shares(lambda step, minute: late[step - 3], **begin) < 0.4).all()


def test_lines_spread_the_loss_and_cost_three_minutes_of_talk():
    for seed in SEEDS:
        met = clock.interviews(seed)
        (free, most), (lines, fewer) = clock.share_said(met, clock.no_limit), clock.share_said(met, EVERY)
        assert free[-1] < 0.3 and min(lines) > 0.65
        assert 2 < most - fewer < 4


def test_metrics_pays_most_because_it_follows_the_two_long_steps(monkeypatch):
    def worst():
        met = [one for seed in SEEDS for one in clock.interviews(seed)]
        said, _ = clock.share_said(met, clock.by_clock(dict(enumerate(clock.ENDS))))
        return said.index(min(said))
    assert worst() == 5
    early = plan.eight("5 4 8 8 4 4 5 4")
    monkeypatch.setattr(clock, "PLAN", early)
    monkeypatch.setattr(clock, "ENDS", plan.leave_at(early))
    monkeypatch.setattr(clock, "SHORT", [plan.short(m) for m in early])
    assert worst() == 4


def test_a_line_at_every_end_never_falls_behind_boxes_and_three_lines_by_two_points_at_most(monkeypatch):
    settings = list(itertools.product((1.0, 1.1, 1.2, 1.3, 1.5), (0, 1, 3, 6, 10), (0, 0.25, 0.5), (0.15, 0.3, 0.5)))
    assert len(settings) == 225
    for need, interviewer, leak, luck in settings:
        for name, value in (("need", need), ("interviewer", interviewer), ("leak", leak), ("luck", luck)):
            monkeypatch.setattr(clock, name, value)
        met = [one for seed in SEEDS for one in clock.interviews(seed, 60)]
        boxes, lines, every = (clock.share_complete(met, limit) for limit in (clock.own_box, THREE, EVERY))
        assert every >= boxes - 1e-9
        assert lines >= boxes - 0.025
        if lines < boxes - 0.005:
            assert luck == 0.5 and interviewer <= 3


def test_whoever_says_all_that_was_to_be_cut_gains_nothing_by_any_plan(monkeypatch):
    monkeypatch.setattr(clock, "leak", 1)
    assert (shares(EVERY) == shares(clock.no_limit)).all() and (shares(clock.own_box) == shares(clock.no_limit)).all()
