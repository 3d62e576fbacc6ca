"""Markdown inside YAML: a small renderer that takes no HTML and no scripts."""

import re
from functools import lru_cache

import markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from handbook import Fault

EXEMPTION = re.compile(r"<!--.*?-->", re.S)
_OUTSIDE = re.compile(r"(https?://|mailto:)", re.I)
_PAGE = re.compile(r"/[\w./-]+\.md(#[\w.-]+)?")


def block(text: str) -> str:
    """Paragraphs, lists and emphasis of a longer text."""
    return _renderer().reset().convert(EXEMPTION.sub("", str(text)).strip())


def inline(text: str) -> str:
    """One line of text: the same without the paragraph around it."""
    html = block(text)
    return html[3:-4] if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1 else html


def plain(text: str) -> str:
    """The text without its marks, for attributes."""
    return re.sub(r"[*_`]|\$", "", EXEMPTION.sub("", str(text))).strip()


def site_link(target: str) -> str:
    """A link as it may stand in YAML: outside, or /page.md from docs/; a fault otherwise."""
    if _OUTSIDE.match(target):
        return target
    if _PAGE.fullmatch(target) and ".." not in target:
        return "handbook:" + target[1:]
    raise Fault(f"link “{target}”: inside a fence write https://… or the page from docs/, as /components/feature-stores.md#join")


@lru_cache(maxsize=1)
def _renderer() -> markdown.Markdown:
    return markdown.Markdown(extensions=["pymdownx.arithmatex", "sane_lists", "smarty", _Careful()],
                             extension_configs={"pymdownx.arithmatex": {"generic": True},
                                                "smarty": {"smart_dashes": False, "smart_ellipses": False}})


class _Careful(Extension):
    def extendMarkdown(self, md):  # noqa: N802 (the library's name)
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.treeprocessors.register(_Links(md), "handbook_links", 0)


class _Links(Treeprocessor):
    def run(self, root):
        for element in root.iter():
            if element.tag == "a":
                element.set("href", site_link(_shown(self.md, element.get("href", ""))))
            elif element.tag == "img":
                raise Fault("an image inside a fence: put it on the page itself")


def _shown(md: markdown.Markdown, text: str) -> str:
    """Autolinks keep their letters as entities until the very end: undo that to look at the address."""
    return md.treeprocessors["unescape"].unescape(text).replace("\x02amp\x03", "&")
