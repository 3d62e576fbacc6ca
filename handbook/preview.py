"""What the preview server's build process does: a whole build at the start, then only what an edit touches.

It builds into one folder as the generator writes it, and brings what changed into the served one: an edit that fails leaves
the served site as it was.
"""

import logging
import shutil
from pathlib import Path

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.plugins import BasePlugin

from handbook import ROOT, pages, prepare
from handbook.finish import finish, finish_lists, finish_some

RAW = ROOT / "build" / "preview" / "raw"
SITE = ROOT / "build" / "preview" / "site"
NOT_WORTH_TELLING = ("dirty", "A 'dirty' build")


class Warnings(logging.Handler):
    """Collects what MkDocs warns of: a strict build would refuse it, a preview shows it and goes on."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record):
        line = record.getMessage()
        if not any(text in line for text in NOT_WORTH_TELLING):
            self.lines.append(line)


class Titles(BasePlugin):
    """Reads the source of every page: MkDocs leaves those that it doesn't build again without a title in the navigation."""

    def on_nav(self, nav, *, config, files):
        for page in nav.pages:
            page.read_source(config)


def build_all(address: str) -> list[str]:
    """Build everything; returns the warnings."""
    make_assets()
    shutil.rmtree(RAW, ignore_errors=True)
    warnings = generate(address, dirty=False)
    bring(changed_since({}), whole=True)
    finish(SITE)
    return warnings


def build_edit(address: str, paths: list[str]) -> list[str]:
    """Build what an edit of these files touches, as far as a reader of the page can see; returns the warnings."""
    edited = [Path(path) for path in paths]
    own = [path for path in edited if path.is_relative_to(ROOT / "web") or path.is_relative_to(ROOT / "snippets")]
    if own:
        make_assets()
    forget_pages_that_show([path for path in edited if path.is_relative_to(ROOT / "snippets")])
    if any(path.is_relative_to(ROOT / "diagrams") for path in edited):
        shutil.rmtree(RAW, ignore_errors=True)
    before = snapshot()
    warnings = generate(address, dirty=True)
    changed = changed_since(before)
    bring(changed)
    if own:
        finish(SITE)
    else:
        finish_some(SITE, {name for name in changed if name.endswith(".html")})
    return warnings


def build_lists() -> None:
    """The search index and the list of files; nobody waits for them to see an edit."""
    finish_lists(SITE)


def make_assets() -> None:
    if prepare.main([]):
        raise RuntimeError("prepare failed")


def generate(address: str, dirty: bool) -> list[str]:
    pages.look_again()
    warnings = Warnings()
    log = logging.getLogger("mkdocs")
    log.addHandler(warnings)
    try:
        config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(RAW), site_url=address, strict=False)
        config.plugins["titles"] = Titles()
        config.plugins.on_startup(command="serve", dirty=dirty)
        mkdocs_build(config, dirty=dirty)
        config.plugins.on_shutdown()
    finally:
        log.removeHandler(warnings)
    return warnings.lines


def forget_pages_that_show(snippets: list[Path]) -> None:
    """Delete the built pages that name one of these snippets, so that they are built again."""
    names = {path.relative_to(ROOT / "snippets").as_posix().split(".")[0] for path in snippets}
    wanted = [text for name in names for text in (name + ".py", "snippets." + name.replace("/", "."))]
    for page in (ROOT / "docs").rglob("*.md") if wanted else ():
        text = page.read_text(encoding="utf-8", errors="replace")
        if any(name in text for name in wanted):
            built_page(page).unlink(missing_ok=True)


def built_page(page: Path) -> Path:
    stem = page.relative_to(ROOT / "docs").with_suffix("")
    return RAW / (stem.parent if stem.name == "index" else stem) / "index.html"


def snapshot() -> dict[str, int]:
    return {file.relative_to(RAW).as_posix(): file.stat().st_mtime_ns for file in RAW.rglob("*") if file.is_file()}


def changed_since(before: dict[str, int]) -> set[str]:
    return {name for name, stamp in snapshot().items() if before.get(name) != stamp}


def bring(names: set[str], whole: bool = False) -> None:
    """Copy built files into the served folder; a whole build also deletes what is gone."""
    if whole and SITE.is_dir():
        for file in [file for file in SITE.rglob("*") if file.is_file()]:
            name = file.relative_to(SITE).as_posix()
            if name not in names and not name.startswith("assets/handbook/"):
                file.unlink()
    for name in names:
        target = SITE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(RAW / name, target)
