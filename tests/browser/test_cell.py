"""A cell on the page: run, stream, edit, stop, reset, copy, deep link, keyboard; real bundles and policy, bare page."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.cells import button, cell, open_page, output, run, state, status, wait_for, wait_for_end, write


def test_a_run_prints_what_was_recorded(page):
    open_page(page)
    hello = cell(page, "hello")
    assert output(hello) == "hello, reader\nhello, interviewer\n"
    assert state(hello) == "recorded"
    assert run(page, hello) == "hello, reader\nhello, interviewer\n"
    assert state(hello) == "done"
    expect(status(hello)).to_contain_text("same as recorded")


def test_output_streams_out_of_a_loop_and_stop_ends_it_and_the_next_run_works(page):
    open_page(page)
    hello = cell(page, "hello")
    write(page, hello, "print('before')\nwhile True:\n    pass\n")
    button(hello, "Run").click()
    expect(hello.locator("output")).to_have_text("before\n", timeout=90_000)
    assert state(hello) == "running"
    button(hello, "Stop").click()
    wait_for(hello, "stopped")
    assert output(hello) == "before\n"
    expect(button(hello, "Stop")).to_have_count(0)
    assert run(page, hello, "print('after')") == "after\n"


def test_stop_before_the_interpreter_is_there_leaves_the_record(page):
    open_page(page)
    hello = cell(page, "hello")
    page.route("**/*.wasm.bin", lambda route: None)  # never answered
    button(hello, "Run").click()
    wait_for(hello, "loading")
    button(hello, "Stop").click()
    wait_for(hello, "recorded")
    assert output(hello) == "hello, reader\nhello, interviewer\n"


def test_an_edit_is_marked_survives_a_reload_and_reset_takes_it_back(page):
    open_page(page)
    hello = cell(page, "hello")
    assert not hello.get_attribute("data-edited")
    shipped = hello.locator(".cell-code").inner_html()
    write(page, hello, "print('mine')\n")
    expect(hello).to_have_attribute("data-edited", "")
    page.reload()
    expect(hello).to_have_attribute("data-edited", "")
    expect(hello.locator(".cell-code")).to_have_text("print('mine')\n")
    assert run(page, hello) == "mine\n"
    expect(status(hello)).to_contain_text("with your changes")
    expect(hello).to_have_attribute("data-departed", "")
    button(hello, "Reset").click()
    expect(hello).not_to_have_attribute("data-edited", "")
    assert output(hello) == "hello, reader\nhello, interviewer\n"
    assert state(hello) == "recorded"
    page.reload()
    expect(hello).to_have_attribute("data-state", "recorded")
    assert re.sub(r' (tabindex|role|aria-\w+)="[^"]*"', "", hello.locator(".cell-code").inner_html()) == re.sub(
        r' (tabindex|role|aria-\w+)="[^"]*"', "", shipped)


def test_an_edit_without_storage_still_runs_and_says_how_long_it_lasts(page):
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } })")
    open_page(page)
    hello = cell(page, "hello")
    write(page, hello, "print('mine')\n")
    expect(status(hello)).to_contain_text("until you leave the page")
    assert run(page, hello) == "mine\n"


def test_an_edited_section_runs_inside_its_file(page):
    open_page(page)
    parts = cell(page, "parts")
    expect(parts.locator("code")).not_to_contain_text("RATE = ")
    edited = "def price(amount: float) -> float:\n    return amount * (2 + RATE)\n"
    assert run(page, parts, edited) == "price 225\n"


def test_a_fault_in_a_section_is_numbered_as_the_reader_sees_it(page):
    open_page(page)
    parts = cell(page, "parts")
    text = run(page, parts, "def price(amount: float) -> float:\n    rate = 0\n    return amount / rate\n")
    assert state(parts) == "error"
    assert 'File "this cell", line 3, in price' in text
    assert "    return amount / rate\n           ~~~~~~~^~~~~~" in text
    assert 'File "parts.py", line 14, in main' in text  # outside what is shown: as in the file that ran
    assert text.endswith("ZeroDivisionError: float division by zero\n") or text.endswith("ZeroDivisionError: division by zero\n")


def test_copy_takes_the_code_as_it_stands(page, context, bare):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page)
    hello = cell(page, "hello")
    write(page, hello, "print('copied')\n")
    button(hello, "Copy").click()
    expect(status(hello)).to_have_text("Code copied.")
    assert page.evaluate("navigator.clipboard.readText()") == "print('copied')\n"


def test_a_deep_link_lands_on_the_cell_ready_to_run(page):
    open_page(page, "index.html#cell-draw")
    expect(button(cell(page, "draw"), "Run")).to_be_focused()
    expect(cell(page, "draw")).to_be_in_viewport()


def test_the_keyboard_alone_edits_runs_and_leaves(page):
    open_page(page)
    hello = cell(page, "hello")
    page.keyboard.press("Tab")
    while not page.evaluate("Boolean(document.activeElement.closest('.cell-code'))"):
        page.keyboard.press("Tab")
    expect(hello.locator(".cm-content")).to_be_focused()  # the editor opens when its module is there
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\nprint('typed')\n")
    page.keyboard.press("Control+Enter")
    wait_for_end(hello)
    assert output(hello).endswith("interviewer\ntyped\n")
    page.keyboard.press("Escape")
    expect(button(hello, "Run")).to_be_focused()
    page.keyboard.press("Enter")
    wait_for(hello, "done")
    page.keyboard.press("Shift+Tab")
    expect(hello.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(button(hello, "Run")).to_be_focused()


def test_code_that_fits_stays_a_stop_for_the_keyboard_when_the_page_is_measured(page):
    open_page(page)
    code = cell(page, "hello").locator(".cell-code pre")
    expect(code).to_have_attribute("tabindex", "0")
    page.set_viewport_size({"width": 400, "height": 700})
    assert code.evaluate("code => code.scrollWidth === code.clientWidth && code.scrollHeight === code.clientHeight")
    page.evaluate("document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))")
    expect(code).to_have_attribute("tabindex", "0")


def test_text_can_be_marked_without_opening_the_editor_and_a_click_puts_the_caret_where_it_was(page):
    open_page(page)
    hello = cell(page, "hello")
    box = hello.locator(".cell-code pre").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 25)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 25)
    page.mouse.up()
    assert page.evaluate("getSelection().toString()") in hello.locator("code").text_content()
    assert page.evaluate("getSelection().toString()")
    expect(hello.locator(".cm-content")).to_have_count(0)
    lines = hello.locator("code").text_content().split("\n")
    where = lines.index('    return f"hello, {name}"')
    height = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.cell-code code')).lineHeight)")
    hello.locator(".cell-code").click(position={"x": 300, "y": 16 + (where + 0.5) * height})
    expect(hello.locator(".cm-content")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.insert_text("  # here")
    page.keyboard.press("Control+Enter")
    wait_for_end(hello)
    expect(hello.locator(".cm-line").nth(where)).to_have_text('    return f"hello, {name}"  # here')


def test_the_editor_opens_where_the_code_stood(page):
    open_page(page)
    hello = cell(page, "hello")
    before = hello.locator(".cell-code").bounding_box()
    hello.locator(".cell-code").click(position={"x": 30, "y": 20})
    expect(hello.locator(".cm-content")).to_be_focused()
    after = hello.locator(".cell-code").bounding_box()
    assert after["height"] == pytest.approx(before["height"], abs=2)


def test_runs_share_one_warm_interpreter_with_one_spare_behind_it(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    open_page(page)
    for _ in range(2):
        for name in ("hello", "parts", "hello"):
            run(page, cell(page, name))
    expect_workers(page, 2)
    assert len([name for name in asked if name.startswith("worker-")]) == 2
    assert len([name for name in asked if ".bin" in name]) == 3  # WebAssembly, library, snippets: once for both


def test_no_spare_is_kept_where_memory_is_short(page):
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => 2 })")
    open_page(page)
    run(page, cell(page, "hello"))
    run(page, cell(page, "parts"))
    page.wait_for_timeout(500)
    expect_workers(page, 1)


def expect_workers(page, count):
    while len(page.workers) < count:
        page.wait_for_event("worker")
    assert len(page.workers) == count


def test_states_and_results_are_announced(page):
    open_page(page)
    hello = cell(page, "hello")
    assert status(hello).get_attribute("role") == "status"
    assert hello.locator("output").get_attribute("aria-live") == "polite"
    write(page, hello, "print('x')\nwhile True: pass")
    button(hello, "Run").click()
    wait_for(hello, "running")
    expect(hello.locator("output")).to_have_attribute("aria-busy", "true")  # nothing is read out while it streams
    button(hello, "Stop").click()
    expect(hello.locator("output")).to_have_attribute("aria-busy", "false")
    expect(status(hello)).to_have_text("Stopped.")
