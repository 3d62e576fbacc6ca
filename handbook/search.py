"""What the search finds: one document for each section of each page, read from the built HTML."""

import re
from pathlib import PurePosixPath

from selectolax.lexbor import LexborHTMLParser

HEADINGS = {"h1", "h2", "h3"}
ENTRY = "dt"  # with an id: an entry of a list of terms, found by its own name
# Not prose: controls, drawings, formulas, code and its output, folded source of the API pages, links back to headings.
SKIPPED = {"script", "style", "svg", "math", "pre", "form", "button", "output", "nav", "summary", "template"}
SKIPPED_CLASSES = {"headerlink", "cell-bar", "cell-links", "cell-head", "cell-verdict", "chapter-kicker", "chapter-foot"}
INLINE = {"a", "abbr", "b", "code", "em", "i", "kbd", "mark", "s", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"}
KINDS = {"framework": "Framework", "components": "Component", "case-studies": "Case study", "labs": "Lab",
         "practice": "Practice", "reference": "Reference", "contribute": "Contribute"}
EXCERPT = 160


def documents(path: str, address: str, html: str) -> list[dict]:
    """The sections of one page, for the index builder; a page without an article has none."""
    tree = LexborHTMLParser(html)
    article = tree.css_first("article")
    if article is None or path == "404.html":
        return []
    sections = list(split(article))
    if not sections:
        return []
    title = sections[0]["heading"]
    kind = KINDS.get(PurePosixPath(path).parts[0], "")
    # What the page says about itself counts for its start: it names the subject in words that the text may take apart.
    about = [node.attributes.get("content") or "" for node in tree.css("head meta[name=description]")]
    about += [tag.text(strip=True) for tag in article.css(".tags li")]
    return [{"id": f"{address}#{section['anchor']}", "title": title, "heading": section["heading"], "kind": kind,
             "url": address if place == 0 else f"{address}#{section['anchor']}", "text": section["text"],
             "about": " ".join(about) if place == 0 else "", "excerpt": excerpt(section["text"])}
            for place, section in enumerate(sections)]


def split(article) -> list[dict]:
    """Cut an article at its headings."""
    sections = []
    for kind, node in prose(article):
        if kind == "heading":
            sections.append({"anchor": node.attributes.get("id") or "", "heading": squeeze(visible(node)), "text": [], "entry": node.tag == ENTRY})
        elif sections:
            sections[-1]["text"].append(node)
    for section in sections:
        section["text"] = squeeze("".join(section["text"]))
    # A heading over a list of entries says only which letters they begin with.
    return [one for one, following in zip(sections, [*sections[1:], None]) if one["text"] or not (following and following["entry"])]


def prose(node):
    """Headings and pieces of text, in the order of the page."""
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            yield "text", child.text_content or ""
        elif child.tag in HEADINGS or (child.tag == ENTRY and child.id):
            yield "heading", child
        elif not skipped(child):
            yield from prose(child)
            if child.tag not in INLINE:
                yield "text", " "


def visible(node) -> str:
    return "".join(text for kind, text in prose(node) if kind == "text")


def skipped(node) -> bool:
    return node.tag in SKIPPED or not SKIPPED_CLASSES.isdisjoint((node.attributes.get("class") or "").split())


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def excerpt(text: str) -> str:
    if len(text) <= EXCERPT:
        return text
    return text[:EXCERPT].rsplit(" ", 1)[0] + " …"
