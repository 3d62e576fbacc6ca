"""Code in a cell reaches neither JavaScript nor the network nor storage, and where it could, nothing is left there to use."""

import json

import pytest

from tests.browser.cells import cell, open_page, run, state


@pytest.fixture
def page(warm_page):
    return warm_page


@pytest.mark.parametrize("module", ["js", "pyodide_js", "pyodide", "pyodide.code", "pyodide.ffi", "pyodide.http", "_pyodide_core", "_pyodide._base"])
def test_no_import_leads_to_javascript(page, module):
    text = run(page, cell(page, "hello"), f"import {module}\n")
    assert state(cell(page, "hello")) == "error"
    name = module.partition(".")[0] if "." in module else module
    assert f"ImportError: {module} is not available" in text or f"ImportError: {name} is not available" in text


def test_import_machinery_in_hand_finds_no_way_either(page):
    text = run(page, cell(page, "hello"), """
import importlib, sys
print([name for name in sys.modules if name.partition(".")[0] in ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core")])
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "LockedModules"]
for name in ("js", "pyodide_js"):
    try:
        print("found", importlib.import_module(name))
    except ImportError as error:
        print("no", name)
""")
    assert text == "[]\nno js\nno pyodide_js\n"


# Whatever object of JavaScript the collector still knows, the global scope behind it has lost what would matter.
SEARCH = """
import gc, sys, _imp
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "LockedModules"]
def proxies():
    seen = set()
    todo = list(gc.get_objects())
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if "JsProxy" in [base.__name__ for base in type(one).__mro__]:
            yield one
        elif type(one) in (dict, list, tuple, set) or hasattr(one, "__dict__"):
            todo.extend(gc.get_referents(one))
found = list(proxies())
"""


def test_javascript_found_through_the_collector_has_no_network_no_storage_no_eval(page):
    text = run(page, cell(page, "hello"), SEARCH + """
scope = None
for proxy in found:
    try:
        make = proxy.constructor.constructor
        scope = make("return globalThis")()
        print("eval worked")
    except Exception as error:
        pass
    for name in ("fetch", "XMLHttpRequest", "WebSocket", "EventSource", "importScripts", "indexedDB", "caches", "Worker",
                 "BroadcastChannel", "navigator", "postMessage", "WebTransport", "runPython", "loadPackage"):
        try:
            value = getattr(proxy, name)
        except Exception:
            continue
        if name not in ("runPython", "loadPackage"):
            print("reached", name)
print("searched")
""")
    assert text == "searched\n"


# Runs inside the worker whenever a cell does, and tells the console what it still finds there.
PROBE = """
self.addEventListener("message", async ({ data }) => {
  if (data.type !== "run") return;
  const found = { left: NAMES.filter((name) => globalThis[name] !== undefined) };
  try { new Function("return 1")(); found.eval = "worked"; } catch (error) { found.eval = error.name; }
  try { await import("https://example.org/x.mjs"); found.import = "worked"; } catch (error) { found.import = error.name; }
  console.log("probe " + JSON.stringify(found));
});
"""
NAMES = """fetch XMLHttpRequest WebSocket WebSocketStream WebTransport EventSource importScripts indexedDB caches Worker SharedWorker
BroadcastChannel navigator postMessage RTCPeerConnection CacheStorage IDBFactory FileReaderSync Notification Request storage close
location onmessage createImageBitmap OffscreenCanvas scheduler cookieStore eval""".split()


def test_the_worker_has_lost_all_that_reaches_out_and_inherits_the_pages_policy(context):
    page = context.new_page()
    probe = PROBE.replace("NAMES", json.dumps(NAMES))
    page.route("**/chunks/worker-*.js", lambda route: route.fulfill(
        body=route.fetch().text() + probe, content_type="text/javascript"))
    open_page(page)
    with page.expect_console_message(lambda message: message.text.startswith("probe ")) as told:
        run(page, cell(page, "hello"))
    assert all(worker.url.startswith("blob:") for worker in page.workers)
    assert json.loads(told.value.text.removeprefix("probe ")) == {"left": [], "eval": "EvalError", "import": "TypeError"}


@pytest.mark.parametrize("code", [
    "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')",
    "import socket\nsocket.create_connection(('127.0.0.1', 9), timeout=1)",
    "import http.client\nhttp.client.HTTPConnection('127.0.0.1', 9).request('GET', '/')",
    "import subprocess\nsubprocess.run(['true'])",
    "import ctypes\nctypes.CDLL(None).emscripten_run_script(b'postMessage(1)')",
])
def test_the_standard_librarys_own_ways_out_are_errors(page, code):
    text = run(page, cell(page, "hello"), code)
    assert state(cell(page, "hello")) == "error"
    assert "Error" in text or "gave up" in text
