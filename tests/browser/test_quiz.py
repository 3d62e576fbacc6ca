"""Quizzes: every kind is scored, what is missed returns after 1, 3 and 7 days, and progress can be taken away."""

import json
import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from handbook.quiz import quiz_html
from tests.browser.bare_site import page as html

MONDAY = datetime(2026, 11, 23, 9, 30)
ITEMS = [
    {"kind": "choice", "ask": "Which join leaks?", "options": [
        {"text": "As of available time", "why": "It reads what was readable."},
        {"text": "Latest value", "right": True, "why": "It reads the future."}]},
    {"kind": "estimate", "ask": "Peak rate?", "answer": 17_400, "unit": "requests/s", "why": "Sum it."},
    {"kind": "recall", "ask": "Say the rule.", "answer": "Join on available time."},
    {"kind": "compare", "ask": "Which answer is better?", "a": "Shard it.", "b": "Size it first.", "better": "b", "why": "The size decides."},
]


@pytest.fixture
def reader(page):
    """A reader's page at a known hour, with a chapter that ends in a quiz, and the review."""
    page.clock.install(time=MONDAY)
    bodies = {"chapter.html": quiz_html(ITEMS), "review.html": '<section data-quiz-review aria-label="Due today"></section>'}
    for name, body in bodies.items():
        serve(page, name, body)
    page.goto("chapter.html")
    expect(page.locator(".quiz-foot")).to_be_visible()
    return page


def serve(page, name, body):
    page.route(f"**/{name}", lambda route: route.fulfill(body=html(body), content_type="text/html"))


def item(page, kind):
    return page.locator(f'.quiz-item[data-kind="{kind}"]')


def answer_choice(page, text):
    item(page, "choice").get_by_label(text).check()
    item(page, "choice").get_by_role("button", name="Check").click()


def review_on(page, day):
    """Come back some days after that Monday."""
    page.clock.set_fixed_time(MONDAY + timedelta(days=day))
    page.goto("review.html")
    status = page.locator("[data-quiz-review] > p")
    expect(status).not_to_have_text("Fetching the items …")
    return status


def test_a_wrong_choice_shows_why_and_returns_tomorrow(reader):
    answer_choice(reader, "As of available time")
    expect(item(reader, "choice").locator(".quiz-result")).to_have_text("Not this one. It returns tomorrow under Practice.")
    expect(item(reader, "choice").locator("[data-chosen]")).to_contain_text("It reads what was readable.")
    expect(reader.locator(".quiz-foot p")).to_have_text("1 of 4 answered, 0 right.")


def test_what_returns_later_can_be_practiced_ahead_and_keeps_its_day(reader):
    answer_choice(reader, "As of available time")
    status = review_on(reader, 0)
    expect(status).to_contain_text("Nothing is due today. 1 item is waiting, the next comes tomorrow.")
    reader.get_by_role("button", name="Practice them now").click()
    expect(status).to_contain_text("Ahead of time")
    answer_choice(reader, "Latest value")
    expect(item(reader, "choice").locator(".quiz-result")).to_contain_text("Right.")
    expect(reader.get_by_role("button", name="Practice them now")).not_to_be_visible()
    expect(review_on(reader, 1)).to_contain_text("1 due today.")
    expect(reader.get_by_role("button", name="Practice them now")).not_to_be_visible()


def test_a_right_choice_is_done(reader):
    answer_choice(reader, "Latest value")
    expect(item(reader, "choice").locator(".quiz-result")).to_have_text("Right.")
    expect(review_on(reader, 1)).to_contain_text("Nothing is due today.")


@pytest.mark.parametrize("written, outcome, said", [
    ("17,400", "right", "Exactly."),
    ("17k", "right", "Within a factor of 2: almost exact."),
    ("8.7e3", "right", "Within a factor of 2: 2 times too low."),
    ("60 K", "near", "3.4 times too high. It returns tomorrow under Practice."),
    ("1M", "wrong", "57 times too high. It returns tomorrow under Practice."),
    ("0", "wrong", "Not even the sign. It returns tomorrow under Practice."),
])
def test_an_estimate_is_scored_by_how_many_times_it_is_off(reader, written, outcome, said):
    estimate = item(reader, "estimate")
    estimate.get_by_label("Peak rate?").fill(written)
    estimate.get_by_label("Peak rate?").press("Enter")
    expect(estimate).to_have_attribute("data-state", outcome)
    expect(estimate.locator(".quiz-result")).to_have_text(said)


def test_words_are_no_estimate(reader):
    item(reader, "estimate").get_by_label("Peak rate?").fill("many")
    item(reader, "estimate").get_by_role("button", name="Check").click()
    expect(item(reader, "estimate").locator(".quiz-result")).to_contain_text("Write a number first")
    expect(item(reader, "estimate").locator("details")).not_to_have_attribute("open", "")


def test_a_recalled_answer_is_revealed_and_then_marked_by_its_writer(reader):
    recall = item(reader, "recall")
    recall.get_by_label("Say the rule.").fill("Use the time it could be read.")
    recall.get_by_role("button", name="Reveal, then mark yourself").click()
    expect(recall.locator("details")).to_contain_text("Join on available time.")
    recall.get_by_role("button", name="Half of it").click()
    expect(recall.locator(".quiz-result")).to_have_text("Noted. It returns tomorrow under Practice.")


def test_the_better_of_two_answers_is_graded(reader):
    item(reader, "compare").get_by_label("Answer B").check()
    item(reader, "compare").get_by_role("button", name="Check").click()
    expect(item(reader, "compare").locator(".quiz-result")).to_have_text("Right.")


def test_a_missed_item_returns_after_one_three_and_seven_days_and_is_then_done(reader):
    answer_choice(reader, "As of available time")
    expect(review_on(reader, 0)).to_contain_text("1 item is waiting, the next comes tomorrow.")
    for day, next_time in ((1, "on Friday, November 27"), (4, "on Friday, December 4")):
        expect(review_on(reader, day)).to_contain_text("1 due today.")
        answer_choice(reader, "Latest value")
        expect(item(reader, "choice").locator(".quiz-result")).to_have_text(f"Right. It returns {next_time} under Practice.")
        expect(review_on(reader, day + 1)).to_contain_text("Nothing is due today.")
    expect(review_on(reader, 11)).to_contain_text("1 due today.")
    answer_choice(reader, "Latest value")
    expect(review_on(reader, 100)).to_have_text("Nothing is due today.")


def test_another_miss_starts_the_count_again(reader):
    answer_choice(reader, "As of available time")
    review_on(reader, 1)
    answer_choice(reader, "Latest value")
    review_on(reader, 4)
    answer_choice(reader, "As of available time")
    expect(review_on(reader, 5)).to_contain_text("1 due today.")


def test_the_review_links_to_the_chapter_and_forgets_what_is_gone_from_it(reader):
    answer_choice(reader, "As of available time")
    review_on(reader, 1)
    expect(item(reader, "choice").get_by_role("link", name="Cells")).to_have_attribute("href", re.compile("chapter.html#quiz-"))
    reader.unroute("**/chapter.html")
    serve(reader, "chapter.html", "no quiz any more")
    review_on(reader, 1)
    expect(item(reader, "choice")).to_have_count(0)
    assert reader.evaluate("localStorage.getItem('handbook:quiz')") == "{}"


def test_progress_is_exported_forgotten_and_imported(reader, tmp_path):
    answer_choice(reader, "As of available time")
    review_on(reader, 1)
    with reader.expect_download() as download:
        reader.get_by_role("button", name="Export").click()
    file = tmp_path / "progress.json"
    download.value.save_as(file)
    reader.on("dialog", lambda dialog: dialog.accept())
    reader.get_by_role("button", name="Forget everything").click()
    expect(item(reader, "choice")).to_have_count(0)
    reader.locator("input[type=file]").set_input_files(file)
    expect(reader.get_by_text("1 item taken over.")).to_be_visible()
    expect(item(reader, "choice")).to_have_count(1)


def test_a_file_from_elsewhere_is_refused(reader, tmp_path):
    file = tmp_path / "other.json"
    file.write_text(json.dumps({"handbook": "quiz", "version": 1, "items": {"x": {"outcome": "wrong", "day": 1, "page": "https://elsewhere.example/", "due": 2, "step": 0}}}))
    review_on(reader, 0)
    reader.locator("input[type=file]").set_input_files(file)
    expect(reader.get_by_text("0 items taken over.")).to_be_visible()
    file.write_text("[]")
    reader.locator("input[type=file]").set_input_files(file)
    expect(reader.get_by_text("This file holds no progress of this handbook.")).to_be_visible()


def test_where_storage_is_denied_the_quiz_scores_all_the_same(page):
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } })")
    serve(page, "chapter.html", quiz_html(ITEMS))
    page.goto("chapter.html")
    answer_choice(page, "Latest value")
    expect(item(page, "choice").locator(".quiz-result")).to_have_text("Right.")
    expect(page.locator(".quiz-foot p")).to_contain_text("This browser keeps nothing")
