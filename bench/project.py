"""Copies of the project to build and edit, and a server for a built one."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from handbook import ROOT

COPIED = ("docs", "snippets", "offline", "diagrams", "theme", "web", "handbook", "mkdocs.yml", "package.json", "package-lock.json")
SHARED = (".venv", "node_modules")


def copy_project(target: Path) -> Path:
    """A copy with the interpreter's files already made: they don't depend on the number of pages."""
    target.mkdir(parents=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target / name)
    shutil.copytree(ROOT / "build", target / "build", ignore=shutil.ignore_patterns("test", "preview"))
    for name in SHARED:
        (target / name).symlink_to(ROOT / name)
    return target


def add_pages(project: Path, count: int) -> None:
    """Copies of the chapters, each with its own snippets, charts, formulas and quiz, up to so many pages altogether."""
    pages = sorted((project / "docs").rglob("*.md"))
    chapters = [page for page in pages if page.parent.name in ("framework", "components", "case-studies") and page.name != "index.md"]
    names = []
    for number in range(max(0, count - len(pages))):
        source = chapters[number % len(chapters)]
        copy = source.with_name(f"{source.stem}-copy-{number:04}.md")
        text = copy_snippets(project, source, copy)
        title = re.compile(r"^title: *\"?([^\"\n]*)\"?$", re.M)
        copy.write_text(title.sub(lambda found: f'title: "{found[1][:40]} {number}"', text, count=1), encoding="utf-8")
        names.append(copy.relative_to(project / "docs").as_posix())
    if names:
        configuration = project / "mkdocs.yml"
        entries = "".join(f"      - {name}\n" for name in names)
        text = configuration.read_text(encoding="utf-8")
        configuration.write_text(text.replace("\ntheme:\n", f"\n  - Copies:\n{entries}\ntheme:\n", 1), encoding="utf-8")


def copy_snippets(project: Path, source: Path, copy: Path) -> str:
    """Give a chapter's copy a package of its own; the text of the page, whose cells now show that."""
    place = project / "snippets" / source.parent.name.replace("-", "_")
    old, new = (name.stem.replace("-", "_") for name in (source, copy))
    shutil.copytree(place / old, place / new, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (place / new).glob("*.py"):
        file.write_text(file.read_text(encoding="utf-8").replace(f"{place.name}.{old}.", f"{place.name}.{new}."), encoding="utf-8")
    return source.read_text(encoding="utf-8").replace(f"snippet: {place.name}/{old}/", f"snippet: {place.name}/{new}/")


def handbook(project: Path, *arguments: str, **environment: str) -> tuple[float, str]:
    """Run `python -m handbook …` there: seconds taken, and what it said."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "handbook", *arguments], cwd=project, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env=os.environ | environment)
    return time.perf_counter() - began, done.stdout


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def serving(application, port: int):
    server = uvicorn.Server(uvicorn.Config(application, port=port, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join()
