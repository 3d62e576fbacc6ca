"""A bare site of a few cells on a plain host; the browser and the built site come from one folder up."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser import bare_site
from tests.browser.cells import open_page


class Handler(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript", ".js": "text/javascript"}

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """The address of the bare site; its host sends no header that could help the page's own policy."""
    folder = bare_site.build(tmp_path_factory.mktemp("bare"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def context(browser, bare):
    """A reader who has never been here; a fault in a page's script fails the test that caused it."""
    yield from new_context(browser, bare)


@pytest.fixture(scope="module")
def warm_page(browser, bare):
    """A page with a running interpreter, shared by the tests of a file that only run code."""
    for context in new_context(browser, bare):
        page = context.new_page()
        open_page(page)
        yield page


def new_context(browser, bare):
    context = browser.new_context(base_url=bare, service_workers="block")
    faults = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    yield context
    context.close()
    assert faults == []
