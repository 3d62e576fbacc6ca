"""The pages and the build: Lighthouse and transfer of each kind of page; seconds of check, build and an edit's reload, and how
they grow. `python -m bench site [--pages 1000] [--runs 5]`."""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.project import add_pages, copy_project, free_port, handbook, serving
from handbook import ROOT, chromium
from handbook.static import Site

BENCH = ROOT / "bench"
LIGHTHOUSE = BENCH / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
STAGE = re.compile(r"(Building|Finishing) pages … ([0-9.]+) s")
EDITS = 5


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench site", description=__doc__)
    parser.add_argument("--pages", type=int, default=1000, help="how far growth is measured")
    parser.add_argument("--runs", type=int, default=5, help="Lighthouse runs a page; the median counts")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        measure_pages(Path(folder), options.runs)
        measure_growth(Path(folder), options.pages)
    return 0


# Pages


def measure_pages(folder: Path, runs: int) -> None:
    install_lighthouse()
    port = free_port()
    _, said = handbook(ROOT, "site", str(folder / "site"), SITE_URL=f"http://127.0.0.1:{port}/")
    if not (folder / "site" / "sw.js").exists():
        sys.exit(said)
    print("\nPages: Lighthouse, mobile settings, median of", runs)
    print(f"{'page':<44}{'perf':>5}{'a11y':>5}{'best':>5}{'seo':>5}{'LCP s':>7}{'TBT ms':>7}{'kB':>6}")
    with serving(Site(folder / "site"), port) as address:
        for page in kinds_of_page(folder / "site"):
            print(lighthouse_row(page or "(home)", [lighthouse(address + page) for _ in range(runs)]), flush=True)


def kinds_of_page(site: Path) -> list[str]:
    """Home and the longest page of each part: kinds differ, chapters of a kind hardly do."""
    longest = {}
    for file in site.rglob("index.html"):
        address = file.parent.relative_to(site).as_posix()
        part = address.split("/")[0]
        if file.stat().st_size > longest.get(part, (0, ""))[0]:
            longest[part] = (file.stat().st_size, "" if address == "." else address + "/")
    return sorted(address for _, address in longest.values())


def install_lighthouse() -> None:
    if LIGHTHOUSE.exists():
        return
    print("Installing Lighthouse …", flush=True)
    tools = ROOT / ".venv" / "bin"
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([tools / "node", (tools / "npm").resolve(), "ci", "--ignore-scripts", "--loglevel=error"], cwd=BENCH, check=True,
                   env=os.environ | {"PATH": path})


def lighthouse(address: str) -> dict:
    flags = " ".join(["--headless=new", *chromium.ARGUMENTS])
    command = [ROOT / ".venv" / "bin" / "node", LIGHTHOUSE, address, "--output=json", "--quiet", f"--chrome-flags={flags}",
               "--no-enable-error-reporting", f"--only-categories={','.join(CATEGORIES)}"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"CHROME_PATH": chromium.find()})
    if done.returncode:
        sys.exit(f"lighthouse {address}: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)


def lighthouse_row(page: str, reports: list[dict]) -> str:
    scores = [round(100 * statistics.median(report["categories"][name]["score"] for report in reports)) for name in CATEGORIES]
    audit = lambda name: statistics.median(report["audits"][name]["numericValue"] for report in reports)  # noqa: E731
    row = f"{page:<44}" + "".join(f"{score:>5}" for score in scores)
    row += f"{audit('largest-contentful-paint') / 1000:>7.1f}{audit('total-blocking-time'):>7.0f}{audit('total-byte-weight') / 1000:>6.0f}"
    misses = {name for report in reports for category in CATEGORIES[1:] for name in failing(report, category)}
    return row + (f"  misses: {', '.join(sorted(misses))}" if misses else "")


def failing(report: dict, category: str) -> list[str]:
    weighted = [reference["id"] for reference in report["categories"][category]["auditRefs"] if reference["weight"]]
    return [name for name in weighted if (report["audits"][name]["score"] or 0) < 1 and
            report["audits"][name]["scoreDisplayMode"] not in ("notApplicable", "manual", "informative")]


# Growth


def measure_growth(folder: Path, most: int) -> None:
    print(f"\nBuild and edits\n{'pages':>6}{'check s':>9}{'ms/page':>9}{'mkdocs s':>10}{'finish s':>10}{'ms/page':>9}{'reload s':>10}")
    first = None
    for count in (0, most // 10, most):
        project = copy_project(folder / f"project-{count}")
        add_pages(project, count)
        pages = len(list((project / "docs").rglob("*.md")))
        check, _ = handbook(project, "check")
        _, said = handbook(project, "site", "site")
        stages = {name: float(seconds) for name, seconds in STAGE.findall(said)}
        if len(stages) < 2:
            sys.exit(said[-3000:])
        build = sum(stages.values())
        reload = statistics.median(reload_times(project))
        print(f"{pages:>6}{check:>9.2f}{1000 * check / pages:>9.1f}{stages['Building']:>10.1f}{stages['Finishing']:>10.1f}"
              f"{1000 * build / pages:>9.1f}{reload:>10.2f}", flush=True)
        first = first or (pages, build)
        shutil.rmtree(project)
    print(f"From {first[0]} to {pages} pages ({pages / first[0]:.0f} times), the build takes {build / first[1]:.1f} times as long.")


def reload_times(project: Path) -> list[float]:
    """Seconds from saving a chapter to the news of it in an open page."""
    port = free_port()
    page = max((project / "docs").rglob("*.md"), key=lambda file: file.stat().st_size)
    server = subprocess.Popen([sys.executable, "-m", "handbook", "serve", "--port", str(port)], cwd=project, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    try:
        next(line for line in server.stdout if line.startswith("Serving on"))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/__events") as events:
            next(line for line in events if line.startswith(b"data: "))
            times = []
            for number in range(EDITS):
                time.sleep(1 + len(times))  # the lists that follow an edit are not part of the next one
                began = time.perf_counter()
                with page.open("a", encoding="utf-8") as text:
                    text.write(f"\nEdit {number}.\n")
                next(line for line in events if line.startswith(b"data: "))
                times.append(time.perf_counter() - began)
        return times
    finally:
        server.kill()
        server.wait()
