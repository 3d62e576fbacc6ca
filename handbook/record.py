"""Runs snippets and keeps what they print and draw beside them; draws the diagrams of the pages.

    python -m handbook record [--force] [PATH …]     PATH: a snippet, a page, or a folder of either
"""

import argparse
import difflib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from handbook import ROOT, Fault, diagram, pages, svg
from handbook.snippet import Snippet, SnippetError, load

TIME_LIMIT = 60  # seconds; a snippet should take well under one
MAX_OUTPUT = 20_000  # characters
VEGA_LITE = "6.4"
CHART_MARK = "[chart] "

# Runs a snippet as `python -m` does, and writes the charts it shows to a file.
RUNNER = """
import json, runpy, sys
from snippets import charts
module, target = sys.argv[1:]
shown = []
charts.listeners.append(lambda spec, summary: shown.append([spec, summary]))
sys.argv = [module]
runpy.run_module(module, run_name="__main__", alter_sys=True)
with open(target, "w", encoding="utf-8") as file:
    json.dump(shown, file)
"""


@dataclass(frozen=True)
class Record:
    """What one run printed, and the digest of the sources that printed it."""

    digest: str
    output: str
    charts: tuple[Path, ...]

    @property
    def summaries(self) -> list[str]:
        return [line.removeprefix(CHART_MARK) for line in self.output.splitlines() if line.startswith(CHART_MARK)]


def runnable(snippet: Snippet) -> bool:
    """Only what a run of it shows something is recorded: files that end in a `__main__` guard."""
    return '__name__ == "__main__"' in snippet.text


def out_file(snippet: Snippet) -> Path:
    return snippet.file.with_suffix(".out")


def chart_file(snippet: Snippet, number: int) -> Path:
    return snippet.file.with_name(f"{snippet.idea}.chart-{number}.svg")


def read(snippet: Snippet) -> Record | None:
    """The record beside the snippet, None if there is none; a fault if it cannot be one."""
    file = out_file(snippet)
    if not file.is_file():
        return None
    where = f"snippets/{snippet.path.removesuffix('.py')}.out"
    if file.stat().st_size > 4 * MAX_OUTPUT:
        raise Fault(f"{where}:1: record of {file.stat().st_size:,} bytes: print less and record again")
    try:
        head, _, output = file.read_bytes().decode("utf-8").partition("\n")
    except UnicodeDecodeError:
        raise Fault(f"{where}:1: record is not UTF-8: run  python -m handbook record snippets/{snippet.path}") from None
    kind, _, digest = head.partition(": ")
    if kind != "sources" or len(digest) != 16 or not set(digest) <= set("0123456789abcdef"):
        raise Fault(f"{where}:1: not a record: run  python -m handbook record snippets/{snippet.path}")
    charts = sorted(file.parent.glob(f"{snippet.idea}.chart-*.svg"), key=lambda path: int("0" + "".join(filter(str.isdigit, path.name.rpartition("chart-")[2]))))
    return Record(digest, output, tuple(charts))


def fresh(snippet: Snippet) -> bool:
    record = read(snippet)
    return record is not None and record.digest == snippet.digest() and len(record.charts) == len(record.summaries)


def environment(hash_seed: str = "0") -> dict[str, str]:
    """All that a recorded run sees of its surroundings."""
    return {"PATH": os.environ.get("PATH", ""), "PYTHONHASHSEED": hash_seed, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}


def difference(old: str, new: str) -> str:
    """What a run prints now against what its record says, as a unified diff; empty if the same."""
    return "".join(difflib.unified_diff(old.splitlines(True), new.splitlines(True), "recorded", "now", n=1))


def run(snippet: Snippet, hash_seed: str = "0") -> tuple[str, list]:
    """Output and charts of one run in a process of its own."""
    where = f"snippets/{snippet.path}"
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "charts.json"
        try:
            done = subprocess.run([sys.executable, "-c", RUNNER, snippet.module, str(target)], cwd=snippet.root, env=environment(hash_seed),
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=TIME_LIMIT)
        except subprocess.TimeoutExpired:
            raise SnippetError(where, 1, f"ran over {TIME_LIMIT} s: a reader waits for this; make it smaller") from None
        output, errors = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        if done.returncode:
            raise SnippetError(where, 1, "its run failed: " + (errors.strip().splitlines() or ["no message"])[-1] +
                               f" (python -m {snippet.module} shows all)")
        if len(output) > MAX_OUTPUT:
            raise SnippetError(where, 1, f"prints {len(output):,} characters: keep it under {MAX_OUTPUT:,}")
        return output, json.loads(target.read_text(encoding="utf-8"))


def draw(spec: dict) -> str:
    """A Vega-Lite specification as clean SVG; only data that the specification itself holds is drawn."""
    import vl_convert

    config = json.loads((Path(__file__).parent / "chart.json").read_text())
    try:
        return svg.clean(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, config=config, allowed_base_urls=[]))
    except ValueError as error:
        raise Fault(f"chart cannot be drawn: {str(error).strip().splitlines()[0]}") from None


def record(snippet: Snippet) -> str:
    """Run, compare two hash seeds, write the record; returns the difference to the old one as text."""
    where = f"snippets/{snippet.path}"
    output, charts = run(snippet, "0")
    if run(snippet, "1")[0] != output:
        raise SnippetError(where, 1, "prints something else on each run: sort sets, seed random.Random, print no addresses")
    old = read(snippet)
    drawings = []
    for number, (spec, _) in enumerate(charts, 1):
        try:
            drawings.append(draw(spec))
        except Fault as fault:
            raise SnippetError(where, 1, f"chart {number}: {fault}") from None
    out_file(snippet).write_text(f"sources: {snippet.digest()}\n{output}", encoding="utf-8", newline="\n")
    for leftover in snippet.file.parent.glob(f"{snippet.idea}.chart-*.svg"):
        leftover.unlink()
    for number, drawing in enumerate(drawings, 1):
        chart_file(snippet, number).write_text(drawing + "\n", encoding="utf-8", newline="\n")
    return difference(old.output if old else "", output)


MERMAID_SETTINGS = {
    "startOnLoad": False, "securityLevel": "strict", "theme": "base", "htmlLabels": False, "fontFamily": "sans-serif", "fontSize": 15,
    "flowchart": {"htmlLabels": False, "curve": "linear", "useMaxWidth": False, "nodeSpacing": 36, "rankSpacing": 40, "padding": 12},
    "sequence": {"useMaxWidth": False}, "state": {"useMaxWidth": False}, "er": {"useMaxWidth": False}, "gantt": {"useMaxWidth": False},
    "themeVariables": {
        "background": "#ffffff", "primaryColor": "#f6f8fa", "primaryTextColor": "#1f2328", "primaryBorderColor": "#59636e",
        "secondaryColor": "#f6f8fa", "secondaryTextColor": "#1f2328", "secondaryBorderColor": "#59636e", "tertiaryColor": "#ffffff",
        "tertiaryTextColor": "#1f2328", "tertiaryBorderColor": "#d1d9e0", "lineColor": "#59636e", "textColor": "#1f2328",
        "mainBkg": "#f6f8fa", "nodeBorder": "#59636e", "clusterBkg": "#ffffff", "clusterBorder": "#d1d9e0", "titleColor": "#1f2328",
        "edgeLabelBackground": "#ffffff", "noteBkgColor": "#f6f8fa", "noteTextColor": "#1f2328", "noteBorderColor": "#d1d9e0",
        "actorBkg": "#f6f8fa", "actorBorder": "#59636e", "actorTextColor": "#1f2328", "actorLineColor": "#d1d9e0",
        "signalColor": "#59636e", "signalTextColor": "#1f2328", "labelBoxBkgColor": "#f6f8fa", "labelBoxBorderColor": "#59636e",
        "labelTextColor": "#1f2328", "loopTextColor": "#1f2328", "activationBkgColor": "#f6f8fa", "activationBorderColor": "#59636e",
        "fontFamily": "sans-serif", "fontSize": "15px",
    },
}

# Writes the computed look of each shape on the shape itself, since style sheets in the drawing are dropped.
MERMAID_DRAW = """
async ([source, name, settings]) => {
  mermaid.initialize(settings);
  const { svg } = await mermaid.render(name, source);
  const holder = document.createElement("div");
  holder.innerHTML = svg;
  document.body.append(holder);
  const root = holder.querySelector("svg");
  const shape = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "fill-opacity", "stroke-opacity", "display"];
  const letter = ["fill", "font-size", "font-weight", "font-style", "text-anchor", "dominant-baseline", "display"];
  const initial = { "fill-opacity": "1", "stroke-opacity": "1", opacity: "1", "stroke-dasharray": "none", "font-style": "normal",
                    "text-anchor": "start", "dominant-baseline": "auto", display: "inline", "font-weight": "400" };
  for (const element of root.querySelectorAll("path, rect, circle, ellipse, line, polyline, polygon, text, tspan")) {
    const isText = element.matches("text, tspan");
    const look = getComputedStyle(element);
    const outer = element.matches("tspan") ? getComputedStyle(element.parentElement) : null;
    for (const property of isText ? letter : shape) {
      const value = look.getPropertyValue(property);
      element.removeAttribute(property);
      if (outer ? value !== outer.getPropertyValue(property) : value !== initial[property]) element.setAttribute(property, value);
    }
    if (look.stroke === "none" && !isText) element.removeAttribute("stroke-width");
    element.removeAttribute("style");
    // A label stands on its line: an opaque ground keeps the line out of the letters.
    if (element.matches(".edgeLabel rect")) element.setAttribute("opacity", "1");
  }
  root.querySelectorAll("style, title, desc").forEach((element) => element.remove());
  const text = new XMLSerializer().serializeToString(root);
  holder.remove();
  return text;
}
"""


def draw_diagrams(root: Path, sources: list[tuple[str, int, str]]) -> list[Path]:
    """Draw each (page, line, source) in one headless browser that reaches no network."""
    from playwright.sync_api import Error, sync_playwright

    from handbook import chromium

    script = ROOT / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"
    if not script.is_file():
        raise Fault("diagrams need Mermaid: run  npm ci --ignore-scripts  (make does it)")
    browser_path = chromium.find()
    if not browser_path:
        raise Fault("diagrams need a Chromium: install one, or name it: CHROMIUM=/path/to/chrome")
    written = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(chromium.ARGUMENTS))
        page = browser.new_page()
        page.route("**/*", lambda route: route.abort())
        page.set_content("<!doctype html><body></body>")
        page.add_script_tag(path=str(script))
        for where, line, source in sources:
            name = f"d{diagram.digest(source)}"
            try:
                drawing = page.evaluate(MERMAID_DRAW, [source, name, MERMAID_SETTINGS])
            except Error as error:
                message = " ".join(error.message.split())[:200]
                raise Fault(f"{where}:{line}: Mermaid cannot draw this ({message}): correct the diagram") from None
            file = diagram.recorded(root, source)
            file.parent.mkdir(exist_ok=True)
            file.write_text(svg.clean(drawing, prefix=f"{name}-") + "\n", encoding="utf-8", newline="\n")
            written.append(file)
        browser.close()
    return written


def main(argv: list[str], root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(prog="python -m handbook record", description="Run snippets and keep what they print and draw.")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a snippet, a page, or a folder of either; all if none")
    parser.add_argument("--force", action="store_true", help="run what is fresh, too")
    given = parser.parse_args(argv)
    chosen, shown_on = pages.select(root, given.paths)
    faults, skipped = [], 0
    for path in chosen:
        try:
            snippet = load(root, path)
            if not runnable(snippet):
                continue
            if not given.force and fresh(snippet):
                skipped += 1
                continue
            difference = record(snippet)
            print(f"recorded snippets/{path}" + ("" if difference else " (prints the same)"))
            print(difference, end="" if difference.endswith("\n") or not difference else "\n")
        except Fault as fault:
            faults.append(str(fault))
    try:
        drawn = _record_diagrams(root, shown_on, given.force, whole=not given.paths)
        print(f"{skipped} fresh, {len(chosen)} snippets looked at, {drawn} diagrams drawn")
    except Fault as fault:
        faults.append(str(fault))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _record_diagrams(root: Path, chosen_pages: list[str], force: bool, whole: bool) -> int:
    wanted, kept = [], set()
    for path in chosen_pages:
        for fence in pages.fences((root / "docs" / path).read_text(encoding="utf-8", errors="replace")):
            if fence.language != "mermaid":
                continue
            try:
                diagram.describe(fence.body)
            except Fault as fault:
                raise Fault(f"docs/{path}:{fence.line}: {fault}") from None
            file = diagram.recorded(root, fence.body)
            kept.add(file)
            if force or not file.is_file():
                wanted.append((f"docs/{path}", fence.line, fence.body))
    if wanted:
        for file in draw_diagrams(root, wanted):
            print(f"drew {file.relative_to(root)}")
    if whole and (root / "diagrams").is_dir():
        for file in sorted((root / "diagrams").glob("*.svg")):
            if file not in kept:
                file.unlink()
                print(f"removed {file.relative_to(root)}: no page has this diagram any more")
    return len(wanted)
