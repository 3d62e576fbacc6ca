"""A page as `check` sees it: parsed once, every part with its line.

Markdown is read by markdown-it with the extensions' marks that matter made plain first: the bodies of admonitions,
collapsible blocks and tabs move left by one level, on the lines where they stand.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown.extensions.toc import slugify, unique
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from handbook.numbers import EXEMPTION
from handbook.pages import Fence, fences

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.S | re.M)
_BLOCK = re.compile(r"""^(\s*)(?:(\?\?\?\+?|!!!)\s+[\w" -]+?(?:\s+"(.*)")?|===[+!]?\s+"(.*)")\s*$""")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_ATTRIBUTES = re.compile(r"\{:?\s*[^{}]*[.#=][^{}]*\}")
_ID = re.compile(r"#([\w.:-]+)")
_BLOCK_TITLE = "\ufdd0"  # a noncharacter: marks the heading that stands in for an admonition's title


@dataclass
class Unit:
    """A paragraph, heading, table row or caption: figures and their source stand in the same one."""

    kind: str
    line: int
    section: str
    text: str = ""
    outside: bool = False
    exempt: list[str] = field(default_factory=list)
    empty_exemption: bool = False
    words: int = 0
    folded: bool = False


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    id: str
    line: int


@dataclass
class Document:
    path: str
    text: str
    front: str | None
    front_line: int = 2
    headings: list[Heading] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    links: list[tuple[str, int]] = field(default_factory=list)
    images: list[tuple[str, str, int]] = field(default_factory=list)
    html: list["Tag"] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    filled: set[str] = field(default_factory=set)
    sections: dict[str, int] = field(default_factory=dict)

    def words(self, without: tuple[str, ...]) -> int:
        """Words of the main text: folded answers and the named sections are left out."""
        return sum(unit.words for unit in self.units if not unit.folded and unit.section not in without)


@dataclass(frozen=True)
class Tag:
    """One raw HTML tag with its attributes."""

    name: str
    attributes: dict[str, str]
    line: int


_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_PARSER.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True).use(footnote_plugin)


def parse(path: str, text: str) -> Document:
    front = _FRONT.match(text)
    body = text
    if front:
        body = "\n" * front.group().count("\n") + text[front.end():]
    plain, folded = _flatten(body)
    document = Document(path, text, front.group(1) if front else None)
    document.fences = fences(body)
    _Walk(document, folded).walk(_PARSER.parse(plain))
    return document


def _flatten(text: str) -> tuple[str, set[int]]:
    """Text with the bodies of marked blocks moved left, line for line, and the lines that stand folded."""
    lines = text.split("\n")
    folded: set[int] = set()
    fence = None
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark.group(1).startswith(fence) and not line.strip().strip(fence[0]):
                fence = None
            continue
        if mark:
            fence = mark.group(1)
            continue
        block = _BLOCK.match(line)
        if not block:
            continue
        indent = len(block.group(1))
        title = block.group(3) or block.group(4) or ""
        lines[number] = f"{block.group(1)}###### {_BLOCK_TITLE}{title}"
        last = number
        for follower in range(number + 1, len(lines)):
            if lines[follower].strip() and len(lines[follower]) - len(lines[follower].lstrip()) < indent + 4:
                break
            lines[follower] = lines[follower][:indent] + lines[follower][indent + 4:]
            last = follower
        if (block.group(2) or "").startswith("???"):
            folded.update(range(number + 1, last + 2))
    return "\n".join(lines), folded


class _Tags(HTMLParser):
    def __init__(self, line: int):
        super().__init__(convert_charrefs=True)
        self.first, self.found = line, []

    def handle_starttag(self, tag, attrs):
        self.found.append(Tag(tag, {name: value or "" for name, value in attrs}, self.first + self.getpos()[0] - 1))


def tags(html: str, line: int) -> list[Tag]:
    parser = _Tags(line)
    parser.feed(html)
    parser.close()
    return parser.found


class _Walk:
    """Goes through the tokens once and fills the document."""

    def __init__(self, document: Document, folded: set[int]):
        self.document, self.folded = document, folded
        self.section, self.line, self.row, self.used, self.details = "", 1, None, set(), 0

    def walk(self, tokens: list[Token]) -> None:
        for index, token in enumerate(tokens):
            if token.map:
                self.line = token.map[0] + 1
            getattr(self, f"on_{token.type}", self.nothing)(token, tokens, index)

    def nothing(self, token, tokens, index) -> None:
        pass

    def on_tr_open(self, token, tokens, index) -> None:
        self.row = self.unit("row")

    def on_tr_close(self, token, tokens, index) -> None:
        self.row = None

    def on_inline(self, token, tokens, index) -> None:
        opener = tokens[index - 1]
        if opener.type == "heading_open":
            return self.heading(int(opener.tag[1]), token)
        if token.content.startswith("::: "):
            self.document.anchors.add(token.content.split()[1])
            return None
        self.read(token, self.row or self.unit("paragraph"))

    def on_fence(self, token, tokens, index) -> None:
        self.fill()

    def on_code_block(self, token, tokens, index) -> None:
        self.fill()

    def on_math_block(self, token, tokens, index) -> None:
        unit = self.unit("formula")
        unit.text = plain_math(token.content)

    def on_math_block_label(self, token, tokens, index) -> None:
        self.on_math_block(token, tokens, index)

    def on_html_block(self, token, tokens, index) -> None:
        self.html(token.content, self.line)
        self.details += len(re.findall(r"<details\b", token.content, re.I)) - len(re.findall(r"</details\b", token.content, re.I))
        # Text inside a raw HTML block is read, too: a figure does not get free by standing in a <div>.
        text = re.sub(r"<!--.*?-->|<[^>]*>", " ", token.content, flags=re.S)
        comments = re.findall(r"<!--.*?-->", token.content, re.S)
        if text.strip():
            unit = self.unit("html")
            unit.text, unit.words = text, len(text.split())
            unit.outside = bool(re.search(r"href=[\"']?https?://", token.content))
            self.exempt(unit, comments)
        elif comments and self.document.units:
            self.exempt(self.document.units[-1], comments)

    # ------------------------------------------------------------------------------------------------------------------

    def unit(self, kind: str) -> Unit:
        unit = Unit(kind, self.line, self.section, folded=self.is_folded())
        self.document.units.append(unit)
        self.fill()
        return unit

    def is_folded(self) -> bool:
        return self.details > 0 or self.line in self.folded

    def fill(self) -> None:
        self.document.filled.add(self.section)

    def heading(self, level: int, token: Token) -> None:
        title = token.content
        if _BLOCK_TITLE in title:
            unit = self.unit("paragraph")
            self.read(token, unit)
            unit.text = unit.text.replace(_BLOCK_TITLE, "")
            return
        attributes = _ATTRIBUTES.search(title)
        named = _ID.search(attributes.group()) if attributes else None
        text = "".join(child.content for child in token.children or () if child.type in ("text", "code_inline", "math_inline"))
        text = _ATTRIBUTES.sub("", text).strip()
        anchor = named.group(1) if named else unique(slugify(text, "-"), self.used)
        self.used.add(anchor)
        self.document.anchors.add(anchor)
        self.document.headings.append(Heading(level, text, anchor, self.line))
        if level == 2:
            self.section = anchor
            self.document.sections.setdefault(anchor, self.line)
        unit = Unit("heading", self.line, self.section, folded=self.is_folded())
        self.document.units.append(unit)
        self.read(token, unit)

    def read(self, token: Token, unit: Unit) -> None:
        """Add the inline parts of a token to a unit: text, links, images, comments."""
        line = token.map[0] + 1 if token.map else self.line
        parts = []
        for child in token.children or ():
            if child.type in ("softbreak", "hardbreak"):
                line += 1
                parts.append(" ")
            elif child.type == "text":
                parts.append(child.content)
            elif child.type == "code_inline":
                parts.append(" \ufffc ")  # something stands here; what, is code
            elif child.type in ("math_inline", "math_inline_double"):
                parts.append(plain_math(child.content))
            elif child.type == "link_open":
                target = child.attrGet("href") or ""
                self.document.links.append((target, line))
                unit.outside |= target.startswith(("https://", "http://"))
            elif child.type == "image":
                self.document.images.append((child.attrGet("src") or "", child.content, line))
                parts.append(child.content)
            elif child.type == "html_inline":
                if child.content.startswith("<!--"):
                    self.exempt(unit, [child.content])
                else:
                    self.html(child.content, line)
                    unit.outside |= bool(re.search(r"href=[\"']?https?://", child.content))
        text = _ATTRIBUTES.sub(" ", "".join(parts))
        for anchor in _ATTRIBUTES.findall("".join(parts)):
            self.document.anchors.update(_ID.findall(anchor))
        unit.text = f"{unit.text} | {text}" if unit.text else text
        unit.words += len([word for word in text.split() if re.search(r"\w", word)])

    def exempt(self, unit: Unit, comments: list[str]) -> None:
        for comment in comments:
            match = EXEMPTION.search(comment)
            if match and match.group(1):
                unit.exempt.append(match.group(1))
            elif match:
                unit.empty_exemption = True

    def html(self, html: str, line: int) -> None:
        for tag in tags(html, line):
            self.document.html.append(tag)
            if "id" in tag.attributes:
                self.document.anchors.add(tag.attributes["id"])
            if tag.name == "a" and "href" in tag.attributes:
                self.document.links.append((tag.attributes["href"], tag.line))
            if tag.name == "img":
                self.document.images.append((tag.attributes.get("src", ""), tag.attributes.get("alt", ""), tag.line))


def plain_math(tex: str) -> str:
    """TeX with its figures legible: `86{,}400` as 86,400; a power of ten as a name."""
    tex = tex.replace("{,}", ",").replace(r"\,", "").replace(r"\%", "%")
    tex = re.sub(r"\^\s*(\{[^{}]*\}|-?\w)|_\s*(\{[^{}]*\}|\w)", " ", tex)
    return " " + re.sub(r"\\[A-Za-z]+|[{}]", " ", tex) + " "
