"""Every cell of the built site, shuffled, in one interpreter, prints and draws what was recorded."""

import random
import re

from playwright.sync_api import expect

from handbook import ROOT, snippet
from handbook.record import read
from tests.browser.cells import button, output, wait_for_end


def pages_with_cells(site):
    """Address → number of cells of every page that has some."""
    counts = {file.relative_to(site).as_posix(): len(re.findall(r'<section class="cell"', file.read_text()))
              for file in site.rglob("*.html")}
    return {address.removesuffix("index.html"): count for address, count in counts.items() if count}


def test_all_cells_in_one_interpreter_in_any_order_print_their_records(browser, server, site):
    context = browser.new_context(base_url=server, service_workers="block")
    page = context.new_page()
    interpreters = []
    page.on("request", lambda request: interpreters.append(request.url) if "/worker-" in request.url else None)
    cells = [(address, number) for address, count in pages_with_cells(site).items() for number in range(count)]
    assert cells
    random.Random(20261124).shuffle(cells)
    page.goto(server)
    page.evaluate("window.here = true")
    for address, number in cells:
        go(page, server + address)
        cell = page.locator(".cell").nth(number)
        path = cell.get_attribute("data-snippet")
        recorded = read(snippet.load(ROOT, path))
        expect(cell.locator(".cell-bar")).to_be_visible()
        button(cell, "Run").click()
        wait_for_end(cell)
        assert (path, cell.get_attribute("data-state"), output(cell)) == (path, "done", recorded.output)
        assert (path, cell.locator(".cell-charts svg").count()) == (path, len(recorded.charts))
    assert page.evaluate("window.here") is True
    assert len(interpreters) <= 2  # one for all, and its spare
    context.close()


def go(page, address):
    """Follow a link to the page, as instant navigation does, unless we are there."""
    if page.url.split("#")[0] == address:
        return
    page.evaluate("""(address) => {
        document.getElementById("content").dataset.old = "";
        const link = Object.assign(document.createElement("a"), { href: address });
        document.body.append(link);
        link.click();
        link.remove();
    }""", address)
    expect(page.locator("#content:not([data-old])")).to_be_attached()
