"""Python in the page: click to first output from an empty cache, ours against stock Pyodide in a worker and JupyterLite's kernel,
all from one server on this machine, without a limit and at 10 Mbit/s; then a second run, and one after Stop.
`python -m bench interpreter [--rounds 5]`."""

import argparse
import asyncio
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench import jupyterlite
from bench.project import free_port, serving
from handbook import ROOT, chromium
from handbook.static import Site
from tests.browser import bare_site
from tests.browser.cells import button, cell, open_page, wait_for, write

SLOW = 10_000_000  # bits a second
CHUNK = 16_384
LATE_S = 0.05  # so much of the line's time that passed while this process overslept is made up for; a real line does not oversleep
HELLO = "hello from the interpreter"
SETTLE_S = 4  # for a spare worker to be ready
# JupyterLite has started long before; slow lines take their time.
PATIENCE_MS = 300_000

STOCK_PAGE = """<!doctype html><meta charset="utf-8"><title>Stock Pyodide</title><button class="cell-run">Run</button><output></output>
<script type="module">
document.querySelector("button").onclick = () => {
  const worker = new Worker("stock-worker.js", { type: "module" });
  worker.onmessage = ({ data }) => (document.querySelector("output").textContent += data);
};
</script>"""
STOCK_WORKER = f"""import {{ loadPyodide }} from "./pyodide/pyodide.mjs";
const pyodide = await loadPyodide({{ stdout: (text) => postMessage(text) }});
pyodide.runPython("print('{HELLO}')");
"""

# Run inside the page, so that the clock is the browser's own: milliseconds from the click to the first new text.
CLICK_TO_TEXT = """(selector) => new Promise((resolve) => {
  const root = document.querySelector(selector);
  const output = root.querySelector("output");
  const before = output.textContent;
  let cleared = before === "";
  const began = performance.now();
  new MutationObserver((_, observer) => {
    if (!cleared && output.textContent !== before) cleared = true;
    if (!cleared || output.textContent === "") return;
    observer.disconnect();
    resolve(performance.now() - began);
  }).observe(output, { childList: true, characterData: true, subtree: true });
  root.querySelector(".cell-run").click();
})"""


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench interpreter", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = build_pages(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.ARGUMENTS))
        for name, rate in (("without a limit", None), ("at 10 Mbit/s", SLOW)):
            pages = Throttled(Site(site), rate) if rate else Site(site)
            with serving(pages, free_port()) as address:
                compare(browser, address, name, options.rounds)
        with serving(Site(site), free_port()) as address:
            measure_warm(browser, address, options.rounds)
        browser.close()
    return 0


def build_pages(folder: Path) -> Path:
    """Our bare test pages, and beside them the two others."""
    site = bare_site.build(folder)
    shutil.copytree(ROOT / "node_modules" / "pyodide", site / "pyodide")
    (site / "stock.html").write_text(STOCK_PAGE)
    (site / "stock-worker.js").write_text(STOCK_WORKER)
    (site / "_headers").write_text("/*\n  X-Content-Type-Options: nosniff\n")  # our page brings its policy itself; the others need none
    jupyterlite.build(site / "lite", site / "pyodide")
    return site


def compare(browser, address: str, name: str, rounds: int) -> None:
    """Interleaved, so that a busy moment of the machine hits all three."""
    ways = {"ours": ours, "stock Pyodide": stock, "JupyterLite": lite}
    taken = {way: [] for way in ways}
    for _ in range(rounds + 1):
        for way, measure in ways.items():
            context = browser.new_context(base_url=address, service_workers="allow" if measure is lite else "block")
            taken[way].append(measure(context.new_page()))
            context.close()
    for times in taken.values():
        times.pop(0)  # the server compressed its files then
    medians = {way: statistics.median(times) for way, times in taken.items()}
    print(f"\nClick to first output, empty cache, {name}; median of {rounds} interleaved rounds (JupyterLite: opening its page to output)")
    for way, median in medians.items():
        spread = f"{min(taken[way]):,.0f} to {max(taken[way]):,.0f}"
        ratio = "" if way == "ours" else f"   ours takes {medians['ours'] / median:.2f} of it"
        print(f"  {way:<16}{median:>8,.0f} ms  ({spread}){ratio}", flush=True)


def ours(page) -> float:
    open_page(page)
    page.wait_for_load_state("networkidle")
    return page.evaluate(CLICK_TO_TEXT, "#cell-hello")


def stock(page) -> float:
    page.goto("stock.html")
    page.wait_for_load_state("networkidle")
    return page.evaluate(CLICK_TO_TEXT, "html")


def lite(page) -> float:
    began = time.perf_counter()
    page.goto(f"lite/repl/index.html?kernel=python&code=print('{HELLO}')&execute=1")
    page.locator(".jp-OutputArea-output", has_text=HELLO).first.wait_for(timeout=PATIENCE_MS)
    return (time.perf_counter() - began) * 1000


def measure_warm(browser, address: str, rounds: int) -> None:
    context = browser.new_context(base_url=address, service_workers="block")
    page = context.new_page()
    open_page(page)
    page.evaluate(CLICK_TO_TEXT, "#cell-hello")
    page.wait_for_timeout(SETTLE_S * 1000)
    again = [page.evaluate(CLICK_TO_TEXT, "#cell-hello") for _ in range(rounds)]
    after_stop = []
    endless = cell(page, "parts")
    write(page, endless, "while True:\n    pass\n")
    for _ in range(rounds):
        button(endless, "Run").click()
        wait_for(endless, "running")
        button(endless, "Stop").click()
        wait_for(endless, "stopped")
        after_stop.append(page.evaluate(CLICK_TO_TEXT, "#cell-hello"))
        page.wait_for_timeout(SETTLE_S * 1000)
    context.close()
    print(f"\nA trivial cell once the interpreter is there, median of {rounds}")
    for name, times in (("second run", again), ("first run after Stop, with a spare", after_stop)):
        print(f"  {name:<36}{statistics.median(times):>6,.0f} ms  ({min(times):,.0f} to {max(times):,.0f})")


class Throttled:
    """An application whose answers share one line of so many bits a second."""

    def __init__(self, application, rate: int):
        self.application, self.rate, self.free_at = application, rate, 0.0

    async def __call__(self, scope, receive, send):
        async def paced(message):
            body = message.get("body", b"")
            if message["type"] != "http.response.body" or not body:
                return await send(message)
            for start in range(0, len(body), CHUNK):
                part = body[start:start + CHUNK]
                now = time.monotonic()
                self.free_at = max(self.free_at, now - LATE_S) + len(part) * 8 / self.rate
                await asyncio.sleep(max(0, self.free_at - now))
                more = start + CHUNK < len(body) or message.get("more_body", False)
                await send({"type": "http.response.body", "body": part, "more_body": more})

        await self.application(scope, receive, paced)
