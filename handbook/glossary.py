"""Link the first use of each glossary term in a chapter to its entry. The glossary page is the only list of terms.

An entry is a term of a definition list with an id. Its definition may end with the term's other names: *Also: canary, ramp.*
"""

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from selectolax.lexbor import LexborHTMLParser

PAGE = "reference/glossary.md"
# Where a link would be inside another control, change what code says, or repeat what a heading says.
SKIPPED = {"a", "button", "code", "dt", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "label", "math", "nav", "output", "pre", "script",
           "style", "summary", "svg", "textarea", "th"}
SKIPPED_CLASSES = {"board", "cell", "chapter-foot", "chapter-kicker", "diagram", "offline", "quiz", "tags"}
VOID = {"br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
LINK = re.compile(r'<a class="term" href="[^"]*">(.*?)</a>', re.S)
ALSO = re.compile(r"^Also:\s*(.+?)\.?$", re.S)


@dataclass(frozen=True)
class Term:
    """An entry of the glossary: its anchor, and every name under which a text may use it."""
    anchor: str
    names: tuple[str, ...]


def terms(html: str) -> list[Term]:
    """The entries of a built glossary page."""
    found = []
    for entry in LexborHTMLParser(html).css("article dt[id]"):
        names = [entry.text(strip=True)]
        following = entry.next
        while following is not None and following.tag != "dt":
            if following.tag == "dd":
                for emphasis in following.css("em"):
                    if also := ALSO.match(emphasis.text(strip=True)):
                        names += [" ".join(name.split()) for name in also[1].split(",")]
            following = following.next
        found.append(Term(entry.attributes["id"], tuple(names)))
    return found


def with_links(html: str, entries: list[Term], glossary: str) -> str:
    """A page whose first use of each term, in running text, leads to its entry below the address `glossary`; links of an
    earlier run are made anew."""
    html = LINK.sub(r"\1", html)
    owners = {name.lower(): term.anchor for term in entries for name in term.names}
    if not owners:
        return html
    pattern = _pattern([name for term in entries for name in term.names])
    linked, parts, done = set(), [], 0
    for start, end in _running_text(html):
        for use in pattern.finditer(html, start, end):
            anchor = owners[" ".join(use["name"].split()).lower()]
            if anchor not in linked:
                linked.add(anchor)
                parts += [html[done:use.start()], f'<a class="term" href="{escape(glossary)}#{anchor}">{use[0]}</a>']
                done = use.end()
    return "".join([*parts, html[done:]])


def _pattern(names: list[str]) -> re.Pattern:
    """Longest name first. A name written with a capital inside, such as an acronym, is meant as it is written."""
    def one(name: str) -> str:
        words = r"\s+".join(re.escape(escape(word, quote=False)) for word in name.split())
        return words if re.search(r"\B[A-Z]|\d", name) else f"(?i:{words})"

    return re.compile(rf"(?<![\w-])(?P<name>{'|'.join(map(one, sorted(names, key=len, reverse=True)))})(?:e?s)?(?![\w-])")


def _running_text(html: str) -> list[tuple[int, int]]:
    """Start and end of each piece of text inside the article that a link may be put into."""
    scanner = _Scanner(html)
    scanner.feed(html)
    scanner.close()
    return scanner.pieces


class _Scanner(HTMLParser):
    def __init__(self, html: str):
        super().__init__(convert_charrefs=False)
        self.lines = [0, *(found.end() for found in re.finditer("\n", html))]
        self.article = self.skipped = 0
        self.pieces: list[tuple[int, int]] = []

    def handle_starttag(self, tag, attributes):
        if tag in VOID:
            return
        classes = set((dict(attributes).get("class") or "").split())
        if self.skipped or tag in SKIPPED or classes & SKIPPED_CLASSES:
            self.skipped += 1
        elif self.article or tag == "article":
            self.article += 1

    def handle_startendtag(self, tag, attributes):
        pass  # an empty element has no text and no end

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if self.skipped:
            self.skipped -= 1
        elif self.article:
            self.article -= 1

    def handle_data(self, data):
        if self.article and not self.skipped:
            line, column = self.getpos()
            start = self.lines[line - 1] + column
            self.pieces.append((start, start + len(data)))
