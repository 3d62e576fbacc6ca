"""What the tests of cells do as a reader would: open a page, write code, press a button, wait for the end."""

from playwright.sync_api import expect

ENDED = ":is([data-state=done], [data-state=error], [data-state=stopped])"
# A cold start on a busy machine; the tests say what ends, not how fast.
PATIENCE_MS = 90_000


def open_page(page, path="index.html"):
    page.goto(path)
    expect(page.locator(".cell-bar").first).to_be_visible()


def cell(page, name):
    return page.locator(f'.cell[data-snippet="browser/{name}.py"]')


def button(cell, name):
    return cell.get_by_role("button", name=name, exact=True)


def write(page, cell, text):
    """Put this code in place of the cell's."""
    cell.locator(".cell-code").click(position={"x": 30, "y": 20})
    expect(cell.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def wait_for(cell, state):
    expect(cell).to_have_attribute("data-state", state, timeout=PATIENCE_MS)


def wait_for_end(cell):
    cell.page.wait_for_selector(f"#{cell.get_attribute('id')}{ENDED}", timeout=PATIENCE_MS)


def run(page, cell, text=None):
    """Run the cell to its end, with this code if given; what it shows then."""
    if text is not None:
        write(page, cell, text)
    button(cell, "Run").click()
    wait_for_end(cell)
    return output(cell)


def output(cell):
    return cell.locator("output").text_content()


def state(cell):
    return cell.get_attribute("data-state")


def status(cell):
    return cell.locator(".cell-status")
