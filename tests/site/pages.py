"""The built pages as tests read them."""

from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser


@dataclass(frozen=True)
class BuiltPage:
    path: str
    text: str
    tree: LexborHTMLParser

    @property
    def address(self) -> str:
        return self.path.removesuffix("index.html")


def built_pages(site: Path) -> list[BuiltPage]:
    files = sorted(file for file in site.rglob("*.html") if "assets" not in file.relative_to(site).parts)
    assert files, "the site has no pages"
    texts = [(file.relative_to(site).as_posix(), file.read_text(encoding="utf-8")) for file in files]
    return [BuiltPage(path, text, LexborHTMLParser(text)) for path, text in texts]
