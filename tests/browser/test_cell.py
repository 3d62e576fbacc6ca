"""A cell on the page: run, stream, edit, stop, reset, errors; on a bare page with the real bundles and policy."""

import re

from playwright.sync_api import expect


def cell(page, name):
    return page.locator(f'.cell[data-snippet="browser/{name}.py"]')


def open_page(page, path=""):
    page.goto(path)
    expect(page.locator(".cell-bar").first).to_be_visible()


def press(cell, name):
    cell.get_by_role("button", name=name, exact=True).click()


def write(page, cell, text):
    """Put this code in place of the cell's, as a reader would."""
    cell.locator(".cell-code pre").click()
    editor = cell.locator(".cm-content")
    expect(editor).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def run(page, cell, text=None, state="done"):
    if text is not None:
        write(page, cell, text)
    press(cell, "Run")
    expect(cell).to_have_attribute("data-state", state, timeout=60_000)
    return cell.locator("output").text_content()


def test_run_prints_what_was_recorded(page):
    open_page(page)
    hello = cell(page, "hello")
    recorded = hello.locator("output").text_content()
    assert run(page, hello) == recorded == "hello, reader\nhello, interviewer\n"
    expect(hello.locator(".cell-status")).to_contain_text("same as recorded")
