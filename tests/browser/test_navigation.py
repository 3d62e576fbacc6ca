"""Instant navigation: the interpreter outlives the page, and nothing of a page left behind reaches the next."""

from playwright.sync_api import expect

from tests.browser.cells import button, cell, open_page, run, wait_for, write


def visit(page, name):
    page.evaluate("window.here = true")
    page.get_by_role("link", name=name).click()
    expect(page.locator(".cell-bar").first).to_be_visible()
    assert page.evaluate("window.here") is True  # no load


def test_a_warm_interpreter_survives(page):
    asked = []
    open_page(page)
    run(page, cell(page, "hello"))
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: asked.append(request.url))
    visit(page, "guess.html")
    assert run(page, cell(page, "guess")) == "leaky AUC 0.93\n"
    visit(page, "index.html")
    run(page, cell(page, "hello"))
    assert not [url for url in asked if ".bin" in url]


def test_a_run_in_progress_is_left_behind_without_a_trace(page):
    open_page(page)
    hello = cell(page, "hello")
    write(page, hello, "while True:\n    print('tick')\n    sum(range(100_000))\n")
    button(hello, "Run").click()
    expect(hello.locator("output")).to_contain_text("tick", timeout=90_000)
    visit(page, "guess.html")
    assert run(page, cell(page, "guess")) == "leaky AUC 0.93\n"
    expect(page.locator("output", has_text="tick")).to_have_count(0)
    visit(page, "index.html")
    expect(cell(page, "hello")).to_have_attribute("data-state", "recorded")
    expect(cell(page, "hello")).to_have_attribute("data-edited", "")


def test_a_run_that_waits_for_the_interpreter_is_forgotten(page):
    open_page(page)
    button(cell(page, "hello"), "Run").click()
    visit(page, "guess.html")
    assert run(page, cell(page, "guess")) == "leaky AUC 0.93\n"
    wait_for(cell(page, "guess"), "done")


def test_an_open_editor_and_its_edit_are_there_again(page):
    open_page(page)
    write(page, cell(page, "hello"), "print('kept')\n")
    visit(page, "guess.html")
    visit(page, "index.html")
    expect(cell(page, "hello").locator("code")).to_have_text("print('kept')\n")
    assert run(page, cell(page, "hello")) == "kept\n"


def test_two_cells_started_together_run_one_after_the_other(page):
    open_page(page)
    button(cell(page, "hello"), "Run").click()
    button(cell(page, "parts"), "Run").click()
    wait_for(cell(page, "hello"), "done")
    wait_for(cell(page, "parts"), "done")
    expect(cell(page, "parts").locator("output")).to_have_text("price 125\n")
