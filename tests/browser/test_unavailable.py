"""When Python can't be had, the page reads on: the recorded output stays and one line says what is missing."""

import lzma

import pytest
from playwright.sync_api import expect

from tests.browser.cells import button, cell, open_page, output, run, status, wait_for

RECORDED = "hello, reader\nhello, interviewer\n"


def expect_record(page, message):
    hello = cell(page, "hello")
    button(hello, "Run").click()
    expect(status(hello)).to_contain_text(message, timeout=90_000)
    expect(status(hello)).to_contain_text("The output below is the recorded one.")
    wait_for(hello, "error")
    assert output(hello) == RECORDED


def test_webassembly_off(page):
    page.add_init_script("delete globalThis.WebAssembly")
    open_page(page)
    expect_record(page, "WebAssembly is off in this browser")


@pytest.mark.parametrize(("file", "message"), [
    ("python-*.wasm.bin", "a file of the interpreter is missing (404)"),
    ("python-library-*.small.zip.bin", "a file of the interpreter is missing (404)"),
    ("snippets-*.json.bin", "a file of the interpreter is missing (404)"),
    ("python-*.mjs", "Python could not start"),
    ("worker-*.js", "its worker did not load"),
    ("unpacker-*.js", "its worker did not load"),
])
def test_a_missing_file(page, file, message):
    open_page(page)
    page.route(f"**/chunks/{file}", lambda route: route.fulfill(status=404, body="gone"))
    expect_record(page, message)
    page.unroute_all()
    assert run(page, cell(page, "hello")) == RECORDED  # the next click tries again
    assert cell(page, "hello").get_attribute("data-state") == "done"


PACKED = ["python-*.wasm.bin", "python-library-*.small.zip.bin", "snippets-*.json.bin"]


@pytest.mark.parametrize("file", PACKED)
@pytest.mark.parametrize("damage", ["cut", "scrambled"])
def test_a_damaged_file(page, file, damage):
    open_page(page)

    def answer(route):
        body = route.fetch().body()
        middle = len(body) // 2
        route.fulfill(body=body[:middle] if damage == "cut" else body[:middle] + bytes(1000) + body[middle + 1000:])

    page.route(f"**/chunks/{file}", answer)
    expect_record(page, "arrived damaged")


def test_a_host_that_unpacks_the_files_itself_does_no_harm(page):
    open_page(page)
    unpacked = []

    def answer(route):
        unpacked.append(route.request.url)
        route.fulfill(body=lzma.decompress(route.fetch().body()))

    for file in PACKED:
        page.route(f"**/chunks/{file}", answer)
    assert run(page, cell(page, "hello")) == RECORDED
    assert len(unpacked) == len(PACKED)


def test_a_policy_without_webassembly(page):
    page.route("**/index.html", lambda route: route.fulfill(body=route.fetch().text().replace(" 'wasm-unsafe-eval'", ""), content_type="text/html"))
    open_page(page)
    expect_record(page, "this page may not compile WebAssembly")


def test_an_interpreter_that_never_answers_is_given_up(page):
    page.clock.install()
    open_page(page)
    page.route("**/chunks/worker-*.js", lambda route: route.fulfill(body="self.onmessage = () => {};", content_type="text/javascript"))
    hello = cell(page, "hello")
    with page.expect_worker():
        button(hello, "Run").click()
    page.clock.fast_forward(31_000)
    page.clock.fast_forward(31_000)
    expect(status(hello)).to_contain_text("Python did not start in time", timeout=90_000)
    assert output(hello) == RECORDED


def test_a_download_that_stalls_is_given_up(page):
    page.clock.install()
    open_page(page)
    page.route("**/chunks/python-library-*", lambda route: None)
    hello = cell(page, "hello")
    with page.expect_request("**/chunks/python-library-*"):
        button(hello, "Run").click()
    expect(hello).to_have_attribute("data-state", "loading")
    page.clock.fast_forward(31_000)
    page.clock.fast_forward(31_000)
    expect(status(hello)).to_contain_text("Python did not start in time", timeout=90_000)


def test_without_javascript_the_page_reads(browser, bare):
    context = browser.new_context(base_url=bare, java_script_enabled=False)
    page = context.new_page()
    page.goto("guess.html")
    expect(cell(page, "guess").locator(".cell-bar")).not_to_be_visible()
    expect(cell(page, "guess").locator("pre")).to_contain_text("leaky AUC")
    cell(page, "guess").locator("summary").first.click()
    expect(cell(page, "guess").locator("output")).to_have_text("leaky AUC 0.93\n")
    context.close()


def test_nothing_of_the_interpreter_is_fetched_before_the_reader_asks(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    open_page(page)
    page.wait_for_load_state("networkidle")
    heavy = ("python", "worker", "unpacker", "snippets", "editor", "chart")
    assert [name for name in asked if name.startswith(heavy)] == []
    with page.expect_request_finished(lambda request: "/snippets-" in request.url):  # the last of them
        button(cell(page, "hello"), "Run").hover()
    fetched = {name.split("-")[0] for name in asked if name.startswith(heavy)}
    assert fetched == {"python", "unpacker", "snippets"}  # ahead of a click, and nothing started
