"""The built site in Chromium, as a reader meets it: both schemes, phone and desk, keyboard, instant navigation, offline,
without JavaScript; and what a page costs before anything is pressed."""

import json
from pathlib import Path

import pytest

from handbook import ROOT
from tests.browser.cells import button, wait_for_end
from tests.site.pages import built_pages

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RECORD_VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
HOME_BUDGET = 80_000
PAGE_BUDGET = 200_000
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


def addresses(site: Path) -> list[str]:
    return [page.address for page in built_pages(site) if page.path != "404.html"]


@pytest.fixture(scope="session")
def templates(site) -> list[str]:
    """One page of each kind: the home page, and the longest of each part."""
    longest = {}
    for page in built_pages(site):
        if page.path != "404.html":
            part = page.path.split("/")[0] + ("/api" if "/api/" in page.path else "")
            longest[part] = max(longest.get(part, page), page, key=lambda one: len(one.text))
    return [page.address for page in longest.values()]


def new_reader(browser, server, **options):
    """A page that notes what the policy blocks and which requests leave the site."""
    context = browser.new_context(base_url=server, viewport=DESK, **options)
    page = context.new_page()
    page.add_init_script(RECORD_VIOLATIONS)
    page.foreign = []
    page.on("request", lambda request: page.foreign.append(request.url) if not request.url.startswith((server, "data:", "blob:")) else None)
    return page


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_fault(browser, server, templates, scheme, width):
    page = new_reader(browser, server, color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size(width)
    faults = []
    for address in [*templates, "404.html"]:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        page.evaluate(AXE)
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        faults += [f"{address} {fault['id']}: {node['target']} {summary(node)}" for fault in found for node in fault["nodes"]]
    page.context.close()
    faults = sorted(set(faults))
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults[:20])


def summary(node) -> str:
    return " ".join(node["failureSummary"].split())[:200]


def test_no_page_is_wider_than_a_phone(browser, server, site):
    page = new_reader(browser, server)
    page.set_viewport_size(PHONE)
    wide = {}
    for address in addresses(site):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide[address] = width
    page.context.close()
    assert not wide


def test_every_page_is_reached_from_every_other_without_a_fault(browser, server, templates):
    page = new_reader(browser, server)
    for start in templates:
        page.goto(start)
        page.evaluate("window.sameDocument = true")
        for target in [*(other for other in templates if other != start), start]:
            follow(page, server + target)
            assert page.evaluate("document.querySelectorAll('main h1').length") == 1
            assert page.evaluate("window.sameDocument"), f"{start} to {target} loaded a new document"
        assert page.evaluate("window.violations") == []
    assert page.foreign == []
    page.context.close()


def follow(page, address: str):
    """Click a link to this address, as one in the text would be."""
    page.evaluate("""(address) => {
      const link = document.createElement("a");
      link.href = address;
      link.id = "followed";
      link.textContent = "go";
      document.querySelector("main article").prepend(link);
    }""", address)
    page.click("#followed")
    page.wait_for_url(address)
    page.wait_for_selector("#followed", state="detached")


def test_going_back_shows_the_page_before(browser, server, templates):
    page = new_reader(browser, server)
    page.goto("")
    first = page.text_content("h1")
    follow(page, server + templates[-1])
    second = page.text_content("h1")
    page.go_back()
    page.wait_for_function("(title) => document.querySelector('h1').textContent === title", arg=first)
    page.go_forward()
    page.wait_for_function("(title) => document.querySelector('h1').textContent === title", arg=second)
    page.context.close()


def test_search_by_keyboard_alone(browser, server):
    page = new_reader(browser, server)
    indexes = []
    page.on("request", lambda request: indexes.append(request.url) if "search-index" in request.url else None)
    page.goto("")
    page.wait_for_load_state("networkidle")
    assert not indexes, "the index was fetched before anybody searched"
    page.keyboard.press("/")
    page.wait_for_selector("#hb-search[open] .search-input:focus")
    page.keyboard.type("queries per second")
    box = page.get_by_role("combobox", name="Search the handbook")
    page.wait_for_selector("[role=option][aria-selected=true]")
    first = box.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") != first
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") == first
    # One row is chosen, by whatever moved last; its excerpt shows the words.
    page.hover("#search-result-2")
    assert page.eval_on_selector_all("[aria-selected=true]", "rows => rows.map(row => row.id)") == ["search-result-2"]
    page.wait_for_selector(".search-excerpt mark")
    target = page.eval_on_selector("[aria-selected=true]", "link => link.href")
    page.evaluate("window.sameDocument = true")
    page.keyboard.press("Enter")
    page.wait_for_url(target)
    assert not page.is_visible("#hb-search") and page.evaluate("window.sameDocument")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#hb-search[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#hb-search", state="hidden")
    assert page.evaluate("window.violations") == [] and len(indexes) == 1
    page.context.close()


def test_the_open_search_has_no_accessibility_fault(browser, server):
    for scheme in ("light", "dark"):
        page = new_reader(browser, server, color_scheme=scheme, reduced_motion="reduce")
        page.goto("")
        page.click(".hb-search-open")
        page.keyboard.type("embedding")
        page.wait_for_selector("[role=option]")
        page.evaluate(AXE)
        found = page.evaluate("axe.run('#hb-search')")["violations"]
        assert not found, json.dumps([(fault["id"], fault["nodes"][0]["html"]) for fault in found])
        page.context.close()


def test_visited_pages_read_offline_and_others_after_saving_and_python_runs_there(browser, server, templates):
    page = new_reader(browser, server)
    visited, other = templates[1], templates[-1]
    page.goto("")
    page.evaluate("navigator.serviceWorker.ready")
    page.goto(visited)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.reload()
    assert page.is_visible("main h1")
    assert page.goto(other).status == 503
    page.context.set_offline(False)
    page.goto("")
    save = page.get_by_role("button", name="Save for offline")
    save.wait_for()
    assert "MB" in save.text_content()
    save.click()
    page.get_by_role("button", name="Saved for offline").wait_for()
    page.context.set_offline(True)
    for address in templates:
        answer = page.goto(address)
        assert page.is_visible("main h1") and answer.headers["content-security-policy"], address
    page.goto(next(address for address in templates if page.goto(address) and page.locator(".cell").count()))
    button(page.locator(".cell").first, "Run").click()
    wait_for_end(page.locator(".cell").first)
    assert page.locator(".cell").first.get_attribute("data-state") == "done"
    page.keyboard.press("/")
    page.keyboard.type("embedding")
    page.wait_for_selector("[role=option]")
    assert page.evaluate("window.violations") == []
    page.context.close()


def test_everything_reads_without_javascript(browser, server, site):
    page = new_reader(browser, server, java_script_enabled=False)
    for built in built_pages(site):
        if built.path == "404.html":
            continue
        page.goto(built.address)
        assert page.is_visible("main h1")
        for output in page.locator(".cell > output").all():
            assert output.is_visible() and output.text_content().strip(), built.address
        for fold in page.locator(".cell details:has(output) summary").all():
            fold.click()
        for output in page.locator(".cell output").all():
            assert output.is_visible(), built.address
    page.context.close()


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
def test_what_a_page_costs_before_run(browser, server, site, width):
    costs = {address: transferred(browser, server, address, width) for address in addresses(site)}
    heavy = {address: cost for address, cost in costs.items() if cost > (PAGE_BUDGET if address else HOME_BUDGET)}
    assert not heavy


def transferred(browser, server, address: str, width) -> int:
    """The bytes that came over the wire for a first visit, the service worker's own fetches not counted."""
    context = browser.new_context(base_url=server, viewport=width, service_workers="block")
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    sizes, names = [], []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    network.on("Network.requestWillBeSent", lambda event: names.append(event["request"]["url"]))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert not any("python-" in name or "search-index" in name for name in names), names
    context.close()
    return round(sum(sizes))
