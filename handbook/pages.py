"""Pages and their fences: which page shows which snippet, found without building the site."""

import os
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from handbook import Fault
from handbook.snippet import load

_OPEN = re.compile(r"^(?P<indent>[ \t>]*)(?P<mark>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)$")
# Fence → the key under which it names the file that it shows, and a pattern for that line.
_SHOWS = {language: (f"{key}:", re.compile(rf"^\s*{key}:\s*[\"']?([\w./-]+)[\"']?\s*(?:#.*)?$", re.M))
          for language, key in (("cell", "snippet"), ("offline", "script"))}
_TITLE = re.compile(r"^title:\s*(.+?)\s*$", re.M)
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
TRUSTED_S = 1.0
_seen: dict[tuple[Path, str], tuple[float, tuple]] = {}


@dataclass(frozen=True)
class Fence:
    """One fenced block: its first word, its text without the indentation, the line of its opening mark."""

    language: str
    body: str
    line: int
    closed: bool = True


def fences(text: str) -> list[Fence]:
    """Every fenced block of a page, nested ones (in admonitions, lists) included."""
    found: list[Fence] = []
    opened: re.Match | None = None
    lines: list[str] = []
    start = 0
    for number, line in enumerate(text.splitlines(), 1):
        match = _OPEN.match(line)
        if opened is None:
            if match:
                opened, lines, start = match, [], number
        elif match and match["mark"].startswith(opened["mark"]) and not match["info"].strip():
            found.append(_fence(opened, lines, start))
            opened = None
        else:
            lines.append(line)
    if opened is not None:
        found.append(_fence(opened, lines, start, closed=False))
    return found


def _fence(opened: re.Match, lines: list[str], start: int, closed: bool = True) -> Fence:
    indent = opened["indent"]
    plain = [line[len(indent):] if line.startswith(indent) else line.lstrip() for line in lines]
    info = opened["info"].strip()
    language = re.match(r"\{?\s*\.?([\w+-]*)", info).group(1)
    return Fence(language, "\n".join(plain) + "\n", start, closed)


def markdown(root: Path) -> list[str]:
    """Paths of all pages below docs/, sorted."""
    docs = Path(root) / "docs"
    return sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md")) if docs.is_dir() else []


def python(root: Path) -> list[str]:
    """Paths of all snippets below snippets/, packages' own files aside."""
    base = Path(root) / "snippets"
    return sorted(path.relative_to(base).as_posix() for path in base.rglob("*.py") if path.name != "__init__.py") if base.is_dir() else []


def read(root: Path, path: str) -> str:
    return (Path(root) / "docs" / path).read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")


def shown_by(root: Path) -> dict[str, list[str]]:
    """Snippet path → pages with a cell of it. Kept until a page changes: change it not."""
    return _shown_by(Path(root), _listing(Path(root) / "docs", ".md"))


def importers(root: Path) -> dict[str, list[str]]:
    """Module → paths of the snippets that import it; kept until a snippet changes. Broken ones import nothing."""
    return _importers(Path(root), _listing(Path(root) / "snippets", ".py"))


def look_again() -> None:
    """Files may have changed: whoever starts a piece of work in a process that lives on says so."""
    _seen.clear()


def _listing(base: Path, suffix: str) -> tuple[tuple[str, int, int], ...]:
    """(path, time, size) of all files below a folder. Every cell asks, so a look is trusted for a moment."""
    looked, listing = _seen.get((base, suffix), (-TRUSTED_S, ()))
    if time.monotonic() - looked >= TRUSTED_S:
        listing = _look(base, suffix)
        _seen[base, suffix] = time.monotonic(), listing
    return listing


def _look(base: Path, suffix: str) -> tuple[tuple[str, int, int], ...]:
    found, waiting = [], [""]
    while waiting:
        folder = waiting.pop()
        try:
            entries = list(os.scandir(base / folder))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir():
                waiting.append(f"{folder}{entry.name}/")
            elif entry.name.endswith(suffix):
                stat = entry.stat()
                found.append((folder + entry.name, stat.st_mtime_ns, stat.st_size))
    return tuple(sorted(found))


@lru_cache(maxsize=8)
def _shown_by(root: Path, listing: tuple) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for page, mtime, size in listing:
        for snippet in _shown_on(root, page, mtime, size):
            found.setdefault(snippet, []).append(page)
    return found


@lru_cache(maxsize=8)
def _importers(root: Path, listing: tuple) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, _, _ in listing:
        try:
            modules = load(root, path).imports
        except Fault:
            continue  # A broken snippet is its own page's fault, not that of those it imports.
        for module in modules if not path.endswith("__init__.py") else ():
            found.setdefault(module, []).append(path)
    return found


@lru_cache(maxsize=8192)
def _shown_on(root: Path, page: str, mtime: int, size: int) -> tuple[str, ...]:
    return _named_in(read(root, page), "cell")


def scripts_on(root: Path, page: str) -> tuple[str, ...]:
    """Scripts below offline/ that a page shows."""
    return _named_in(read(root, page), "offline")


def _named_in(text: str, language: str) -> tuple[str, ...]:
    key, line = _SHOWS[language]
    if key not in text:
        return ()
    shown = (fence for fence in fences(text) if fence.language == language)
    return tuple(dict.fromkeys(name for fence in shown for name in line.findall(fence.body)))


def title(root: Path, page: str) -> str:
    """A page's title from its front matter, else its first heading, else its name."""
    stat = (Path(root) / "docs" / page).stat()
    return _title(Path(root), page, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=8192)
def _title(root: Path, page: str, mtime: int, size: int) -> str:
    text = read(root, page)
    front = _FRONT.match(text)
    named = _TITLE.search(front.group(1)) if front else None
    if named:
        return named.group(1).strip("\"'")
    heading = re.search(r"^#\s+(.+?)\s*(?:\{.*\})?\s*$", text, re.M)
    return heading.group(1) if heading else PurePosixPath(page).stem.replace("-", " ").capitalize()


def anchor(path: str) -> str:
    """The id of a snippet's cell: `cell-point-in-time-join`."""
    return "cell-" + PurePosixPath(path).stem.replace("_", "-")


def api_page(path: str) -> str:
    """The API page that documents a snippet: one for each chapter's folder, one for the world."""
    parts = PurePosixPath(path).parts
    chapter = parts[1] if len(parts) > 2 else parts[0]
    return f"reference/api/{PurePosixPath(chapter).stem.replace('_', '-')}.md"


def select(root: Path, paths: list[str]) -> tuple[list[str], list[str]]:
    """Snippets and pages that the given paths name; everything if there are none.

    A page stands for the snippets it shows, a folder for what is in it.
    """
    look_again()
    root = Path(root).resolve()
    every_snippet, every_page = python(root), markdown(root)
    if not paths:
        return every_snippet, every_page
    shown = shown_by(root)
    snippets: set[str] = set()
    pages: set[str] = set()
    for given in paths:
        here = (Path(given).resolve(), (root / given).resolve())
        target = next((path for path in here if path.exists() and path.is_relative_to(root)), None)
        if target is None:
            raise Fault(f"{given}:1: no such file here: name a snippet, a page or a folder of the handbook")
        inside = lambda folder, name: (root / folder / name).resolve().is_relative_to(target)
        snippets |= {name for name in every_snippet if inside("snippets", name)}
        new = {name for name in every_page if inside("docs", name)}
        pages |= new
        snippets |= {name for name, where in shown.items() if new & set(where) and name in every_snippet}
    return sorted(snippets), sorted(pages)
