"""A bare site of a few cells: the real fences, bundles and policy around snippets that exist for the tests."""

import json
import shutil
from pathlib import Path

from handbook import ROOT, fences, policy, prepare, record, snippet

CELLS = {
    "index.html": [
        "snippet: browser/hello.py",
        "snippet: browser/parts.py\nsection: price",
        "snippet: browser/knobs.py",
        "snippet: browser/draw.py",
    ],
    "guess.html": [
        "snippet: browser/guess.py\npredict:\n  ask: What is the leaky AUC?\n  options: [low, high]\n  answer: high\n"
        "  evidence: 'leaky AUC ([0-9.]+)'\n  why: The value was written later.\nsay: It leaks, and here is the number.",
        "snippet: browser/count.py\npredict:\n  ask: How many rows?\n  number: {unit: rows}\n"
        "  evidence: 'rows ([0-9]+)'\n  why: Ten a day.\nsay: Forty rows.",
    ],
}

def build(folder: Path) -> Path:
    """Write the pages below the folder and give back where they stand."""
    prepare.main([])
    root, site = folder / "root", folder / "site"
    shutil.copytree(Path(__file__).parent / "pages", root / "snippets")
    shutil.copyfile(ROOT / "snippets" / "charts.py", root / "snippets" / "charts.py")
    (root / "docs").mkdir()
    for file in (root / "snippets").glob("browser/*.py"):
        record.record(snippet.load(root, f"browser/{file.name}"))
    shutil.copytree(prepare.ASSETS, site / "assets" / "handbook")
    write_archive(root, site)
    for name, cells in CELLS.items():
        used = set()
        body = "".join(fences.cell_html(cell, root, used) for cell in cells)
        (site / name).write_text(page(body))
    return site


def write_archive(root: Path, site: Path) -> None:
    """The pages' own snippets in the place of the handbook's."""
    archive = {file.relative_to(root / "snippets").as_posix(): file.read_text() for file in (root / "snippets").rglob("*.py")}
    manifest = json.loads((site / "assets" / "handbook" / "manifest.json").read_text())
    name = next(file for file in manifest["interpreter"] if file.startswith("chunks/snippets-"))
    (site / "assets" / "handbook" / name).write_bytes(prepare.squeeze(json.dumps(archive).encode()))


def page(body: str) -> str:
    links = " ".join(f'<a href="{name}">{name}</a>' for name in CELLS)
    return policy.with_policy(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Cells</title>'
        '<link rel="stylesheet" href="assets/handbook/site.css">'
        '<script type="module" src="assets/handbook/site.js"></script></head>'
        f'<body><nav>{links}</nav><main id="content" class="prose" data-swap tabindex="-1"><h1>Cells</h1>{body}</main></body></html>',
        policy.policy(set()),
    )
