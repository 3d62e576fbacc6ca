"""Mermaid diagrams: their text alternative, their digest, the recorded drawing."""

import hashlib
import re
from pathlib import Path

from handbook import Fault

_TITLE = re.compile(r"^\s*accTitle\s*:\s*(.+?)\s*$", re.M)
_DESCRIPTION_LINE = re.compile(r"^\s*accDescr\s*:\s*(.+?)\s*$", re.M)
_DESCRIPTION_BLOCK = re.compile(r"^\s*accDescr\s*\{(.*?)\}", re.M | re.S)
_KIND = re.compile(r"^\s*(flowchart|graph)\s+(\w+)", re.M)


def digest(source: str) -> str:
    """Sixteen hex digits of the source as written, line ends and outer blanks aside."""
    plain = "\n".join(line.rstrip() for line in source.strip().splitlines())
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def describe(source: str) -> tuple[str, str]:
    """Title and description that stand in for the drawing; a fault says which is missing."""
    title = _TITLE.search(source)
    line, block = _DESCRIPTION_LINE.search(source), _DESCRIPTION_BLOCK.search(source)
    description = " ".join((line or block).group(1).split()) if line or block else ""
    if not title:
        raise Fault("diagram without accTitle: add  accTitle: what it shows  below its first line")
    if not description:
        raise Fault("diagram without accDescr: add  accDescr: what the arrows say  below its first line")
    kind = _KIND.search(source)
    if kind and kind.group(2) not in ("TD", "TB"):
        raise Fault(f"diagram runs {kind.group(2)}: draw it top-down (flowchart TD), so that it fits a phone")
    if re.search(r"^\s*(%%\s*\{\s*init|click\s)", source, re.M):
        raise Fault("diagram with its own settings or click actions: leave them out, the site styles it")
    return title.group(1), description


def recorded(root: Path, source: str) -> Path:
    """Where the drawing of this source is kept."""
    return Path(root) / "diagrams" / f"{digest(source)}.svg"


def read(root: Path, source: str) -> str:
    file = recorded(root, source)
    if not file.is_file():
        raise Fault(f"diagram “{describe(source)[0]}” has no drawing: run  python -m handbook record")
    return file.read_text(encoding="utf-8", errors="replace")
