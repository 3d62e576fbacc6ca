"""Break it: the guess first, then the run, then both side by side and the words to say."""

from playwright.sync_api import expect

from tests.browser.cells import button, cell, open_page, run, wait_for, write


def test_the_recorded_output_is_folded_until_the_guess(page):
    open_page(page, "guess.html")
    guess = cell(page, "guess")
    expect(guess.locator("output")).not_to_be_visible()
    guess.get_by_label("low").check()
    button(guess, "Commit the guess").click()
    wait_for(guess, "done")
    expect(guess.locator("output")).to_be_visible()
    verdict = guess.locator(".cell-verdict")
    expect(verdict).to_be_visible()
    expect(verdict.locator("dd").nth(0)).to_have_text("low")
    expect(verdict.locator("dd").nth(1)).to_have_text("high (0.93)")
    expect(verdict).to_contain_text("Not what you said.")
    expect(guess.locator(".cell-why")).to_be_visible()
    ours = guess.get_by_text("It leaks, and here is the number.")
    expect(ours).not_to_be_visible()  # the reader says it first
    guess.get_by_text("Say it").click()
    expect(ours).to_be_visible()


def test_a_committed_guess_stands_and_can_be_taken_back(page):
    open_page(page, "guess.html")
    guess = cell(page, "guess")
    guess.get_by_label("low").check()
    button(guess, "Commit the guess").click()
    expect(guess.locator(".cell-guess-status")).to_have_text("Committed: low.")
    expect(guess.get_by_label("high")).to_be_disabled()
    expect(button(guess, "Commit the guess")).not_to_be_visible()
    wait_for(guess, "done")
    expect(guess.locator(".cell-verdict")).to_be_focused()
    button(guess, "Guess again").click()
    expect(guess.locator(".cell-verdict")).not_to_be_visible()
    expect(guess.get_by_label("low")).to_be_focused()
    expect(guess.get_by_label("low")).not_to_be_checked()
    expect(button(guess, "Commit the guess")).to_be_visible()


def test_a_right_guess_is_told_so(page):
    open_page(page, "guess.html")
    guess = cell(page, "guess")
    guess.get_by_label("high").check()
    button(guess, "Commit the guess").click()
    expect(guess.locator(".cell-verdict")).to_contain_text("As you said.", timeout=90_000)
    expect(guess.locator(".cell-verdict[data-right]")).to_be_visible()


def test_a_number_is_scored_by_how_far_off_it_is(page):
    open_page(page, "guess.html")
    count = cell(page, "count")
    count.get_by_label("Your guess").fill("20")
    page.keyboard.press("Enter")
    expect(count.locator(".cell-verdict")).to_contain_text("Off by a factor of 2.0.", timeout=90_000)
    expect(count.locator(".cell-verdict dd")).to_have_text(["20 rows", "40 rows"])


def test_no_guess_is_no_commitment(page):
    open_page(page, "guess.html")
    guess = cell(page, "guess")
    button(guess, "Commit the guess").click()
    expect(guess.locator("output")).not_to_be_visible()
    expect(guess.locator(".cell-predict-bar")).to_contain_text("Choose an answer first.")
    expect(guess.get_by_label("low")).to_be_focused()
    button(cell(page, "count"), "Commit the guess").click()
    expect(cell(page, "count").locator(".cell-predict-bar")).to_contain_text("Write a number first.")


def test_one_click_shows_the_record_without_a_guess_and_without_an_interpreter(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    open_page(page, "guess.html")
    guess = cell(page, "guess")
    button(guess, "Show without guessing").click()
    expect(guess.locator("output")).to_be_visible()
    expect(guess.locator(".cell-verdict dd")).to_have_text(["high (0.93)"])
    assert guess.get_attribute("data-state") == "recorded"
    assert not [url for url in asked if "python" in url]


def test_an_edited_run_shows_its_figure_and_does_not_judge_the_guess(page):
    open_page(page, "guess.html")
    guess = cell(page, "guess")
    guess.get_by_label("high").check()
    write(page, guess, "print('leaky AUC 0.51')\n")
    button(guess, "Commit the guess").click()
    expect(guess.locator(".cell-verdict")).to_contain_text("Your version", timeout=90_000)
    expect(guess.locator(".cell-verdict")).to_contain_text("0.51")
    expect(guess.locator(".cell-judgment")).to_have_count(0)
    expect(guess.locator(".cell-verdict dd")).to_have_text(["high", "0.51"])
    button(guess, "Reset").click()
    expect(guess.locator(".cell-verdict")).not_to_be_visible()
    expect(guess.locator("output")).not_to_be_visible()


def test_a_fold_opens_for_print(page):
    open_page(page, "guess.html")
    page.pdf()
    expect(cell(page, "guess").locator("output")).to_be_visible()


def test_pressing_run_shows_the_result_too(page):
    open_page(page, "guess.html")
    assert run(page, cell(page, "guess")) == "leaky AUC 0.93\n"
    expect(cell(page, "guess").locator("output")).to_be_visible()
