"""The bibliography: every address that a chapter cites, by the site it lives on, with the chapters that cite it.

It is made of the chapters' own links, so a source cannot be missing from it, nor outlive its last citation.
"""

import re
from collections import defaultdict
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from handbook import pages, schema
from handbook.prose import inline

# The text of a link may hold one pair of brackets, its address one pair of parentheses.
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])+)\]\((https?://(?:[^\s()]|\([^\s()]*\))+)\)")
# Texts that say nothing outside their sentence.
_VAGUE = re.compile(r"^(same|here|data|this|its?\b.*|the (issue|talk|paper|page)|\W*|[\d.,%$ a-z]{0,12})$")


def cited(root: Path) -> dict[str, tuple[str, list[str]]]:
    """Address → (what the chapters call it, the pages that cite it), for chapters and reference pages."""
    names: dict[str, set[tuple[bool, str]]] = defaultdict(set)
    where: dict[str, list[str]] = defaultdict(list)
    for page in pages.markdown(root):
        if not schema.kind_of(page) and not page.startswith("reference/"):
            continue
        text = pages.read(root, page)
        sources = text.find("\n## Sources")
        for link in _LINK.finditer(text):
            address = link[2].split("#")[0]
            names[address].add((-1 < sources < link.start(), " ".join(link[1].split())))
            if page not in where[address]:
                where[address].append(page)
    return {address: (_best(names[address], address), where[address]) for address in sorted(where, key=_order)}


def _best(names: set[tuple[bool, str]], address: str) -> str:
    """The fullest name that says something by itself, best one from a list of sources or one with a capital; else the address."""
    telling = [(listed, name[0].isupper(), len(name), name) for listed, name in names if not _VAGUE.match(name)]
    return max(telling)[-1] if telling else urlsplit(address).path.strip("/") or urlsplit(address).netloc


def _order(address: str) -> tuple[str, str]:
    return _host(address), address


def _host(address: str) -> str:
    return urlsplit(address).netloc.removeprefix("www.")


def bibliography_html(root: Path) -> str:
    hosts: dict[str, list[str]] = defaultdict(list)
    for address, (name, citing) in cited(root).items():
        chapters = ", ".join(f'<a href="handbook:{page}">{escape(_short(pages.title(root, page)))}</a>' for page in citing)
        hosts[_host(address)].append(f'<li><a href="{escape(address)}">{inline(name)}</a> <span class="cited-by">in {chapters}</span></li>')
    entries = "".join(f"<dt>{escape(host)}</dt><dd><ul>{''.join(lines)}</ul></dd>" for host, lines in hosts.items())
    return f'<dl class="bibliography">{entries}</dl>'


def _short(title: str) -> str:
    return title.partition(":")[0]
