"""Answer it first: the clock leads through the steps, notes stay and can be taken away, the checklist gives a score."""

from datetime import datetime

import pytest
from playwright.sync_api import expect

from handbook.board import board_html, steps
from tests.browser.bare_site import page as html

BOARD = board_html({"prompt": "Design a feed.", "checklist": ["Asked for the goal", "Named a baseline"]})


@pytest.fixture
def board(page):
    page.clock.install(time=datetime(2026, 11, 23, 9, 30))
    serve(page)
    page.goto("case.html")
    expect(page.locator(".board-clock")).to_have_text("0:00")
    return page


def serve(page):
    page.route("**/case.html", lambda route: route.fulfill(body=html(BOARD), content_type="text/html"))


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def current(page):
    return page.locator('[aria-current="step"] .board-title')


def test_the_clock_leads_through_the_steps(board):
    press(board, "Start")
    expect(current(board)).to_have_text("Requirements")
    board.clock.run_for("05:01")
    expect(current(board)).to_have_text("Scale")
    expect(board.locator(".board-now")).to_have_text("Now: Scale")
    expect(board.locator(".board-clock")).to_have_text("5:01")


def test_after_the_last_step_comes_slack_and_then_the_end(board):
    press(board, "Start")
    board.clock.run_for(f"{sum(step['minutes'] for step in steps()['steps'])}:01")
    expect(board.locator(".board-now")).to_have_text("Slack: questions and detours.")
    board.clock.run_for("03:00")
    expect(board.locator(".board-clock")).to_have_text("45:00")
    expect(board.locator(".board-now")).to_have_text("Time is up: mark your answer.")


def test_a_paused_clock_waits_and_goes_on(board):
    press(board, "Start")
    board.clock.run_for("01:00")
    press(board, "Pause")
    board.clock.run_for("10:00")
    expect(board.locator(".board-clock")).to_have_text("1:00")
    press(board, "Go on")
    board.clock.run_for("01:00")
    expect(board.locator(".board-clock")).to_have_text("2:00")
    press(board, "Reset clock")
    expect(board.locator(".board-clock")).to_have_text("0:00")
    expect(current(board)).to_have_count(0)


def test_notes_marks_and_time_are_there_after_a_reload(board):
    board.get_by_label("Scale").fill("50 million users")
    board.get_by_text("Mark your answer").click()
    board.get_by_label("Named a baseline").check()
    expect(board.locator(".board-score")).to_have_text("1 of 2 points.")
    press(board, "Start")
    board.clock.run_for("02:00")
    board.reload()
    expect(board.get_by_label("Scale")).to_have_value("50 million users")
    expect(board.locator(".board-score")).to_have_text("1 of 2 points.")
    expect(board.locator(".board-clock")).to_have_text("2:00")


def test_notes_are_exported_as_markdown(board):
    board.get_by_label("Requirements").fill("Watch time, or return?")
    board.get_by_text("Mark your answer").click()
    board.get_by_label("Asked for the goal").check()
    with board.expect_download() as download:
        press(board, "Export notes")
    assert download.value.suggested_filename == "case.html-notes.md"
    text = download.value.path().read_text()
    assert "> Design a feed." in text
    assert "## Requirements (5 min)\n\nWatch time, or return?\n" in text
    assert "- [x] Asked for the goal\n- [ ] Named a baseline\n" in text


def test_without_scripts_the_board_is_paper(browser, bare):
    context = browser.new_context(base_url=bare, java_script_enabled=False)
    page = context.new_page()
    serve(page)
    page.goto("case.html")
    expect(page.get_by_label("Requirements")).to_be_editable()
    expect(page.locator(".board-bar")).to_be_hidden()
    context.close()
