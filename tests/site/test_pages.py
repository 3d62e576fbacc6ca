"""Every built page: links, policy, no foreign address, metadata."""

import json
import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest

from handbook.finish import finish
from handbook.policy import hashes_in, script_hashes
from tests.conftest import ADDRESS
from tests.site.pages import BuiltPage, built_pages

# A page loads what these name; a plain <a href> only offers it.
LOADING = {"src", "srcset", "poster", "data", "background", "action", "formaction", "manifest", "ping"}
FOREIGN_IN_CSS = re.compile(r"(?:url\(\s*[\"']?|@import\s+[\"']?)(?:https?:)?//", re.I)


@pytest.fixture(scope="module")
def pages(site) -> list[BuiltPage]:
    return built_pages(site)


def test_links_and_anchors_lead_somewhere(site, pages):
    anchors = {page.path: {node.attributes["id"] for node in page.tree.css("[id]")} |
               {node.attributes["name"] for node in page.tree.css("a[name]")} for page in pages}
    broken = []
    for page in pages:
        here = urljoin(ADDRESS, page.address)
        for node in page.tree.css("[href], [src]"):
            link = node.attributes.get("href") or node.attributes.get("src") or ""
            target = urlsplit(urljoin(here, link))
            if f"{target.scheme}://{target.netloc}/" != ADDRESS.replace("/guide/", "/"):
                continue
            if not resolves(site, target.path, unquote(target.fragment), anchors):
                broken.append(f"{page.path}: {link}")
    assert not broken, "\n".join(broken)


def resolves(site: Path, path: str, fragment: str, anchors: dict[str, set]) -> bool:
    root = urlsplit(ADDRESS).path
    if not path.startswith(root):
        return False
    name = unquote(path.removeprefix(root))
    file = name + "index.html" if not name or name.endswith("/") else name
    if not (site / file).is_file():
        return False
    return not fragment or fragment in anchors.get(file, ()) or fragment == "__toc" or fragment.startswith("__codelineno")


def test_the_policy_stands_first_and_is_the_header(site, pages):
    header = re.search(r"Content-Security-Policy: (.*)", (site / "_headers").read_text())[1]
    for page in pages:
        assert f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{header}">' in page.text, page.path


def test_the_policy_covers_every_inline_script_and_no_other(pages):
    for page in pages:
        assert script_hashes(page.text) <= hashes_in(page.text), page.path
    assert set().union(*(script_hashes(page.text) for page in pages)) == hashes_in(pages[0].text)


def test_nothing_in_a_page_needs_what_the_policy_forbids(pages):
    for page in pages:
        assert not page.tree.css("[style], style, base, iframe, object, embed"), page.path
        handlers = [name for node in page.tree.css("*") for name in node.attributes if name.startswith("on")]
        assert not handlers, page.path
        assert not re.search(r"""href=["']?\s*javascript:""", page.text, re.I), page.path


def test_pages_load_nothing_from_elsewhere(pages):
    for page in pages:
        for node in page.tree.css("*"):
            for name, value in node.attributes.items():
                loads = name in LOADING or (node.tag in ("link", "use", "image") and name in ("href", "xlink:href"))
                if not loads or node.attributes.get("rel") in ("canonical", "alternate"):
                    continue
                address = urlsplit(urljoin(ADDRESS, value or ""))
                assert address.netloc in ("handbook.localhost", "") or address.scheme == "data", f"{page.path}: {value}"


def test_styles_load_nothing_from_elsewhere(site):
    for sheet in site.rglob("*.css"):
        assert not FOREIGN_IN_CSS.search(sheet.read_text(encoding="utf-8")), sheet


def test_every_page_says_what_it_is(pages):
    titles = [page.tree.css_first("title").text() for page in pages]
    assert len(set(titles)) == len(titles), "two pages have the same title"
    for page in pages:
        head = page.tree.head
        assert page.tree.root.attributes["lang"] == "en"
        assert len(page.tree.css("h1")) == 1, f"{page.path}: {len(page.tree.css('h1'))} h1"
        assert head.css_first("link[rel=icon]"), page.path
        if page.path == "404.html":
            continue
        assert head.css_first("link[rel=canonical]").attributes["href"] == urljoin(ADDRESS, page.address)
        description = head.css_first("meta[name=description]").attributes["content"]
        assert 20 <= len(description) <= 170, f"{page.path}: description of {len(description)} characters"
        social = {node.attributes["property"]: node.attributes["content"] for node in head.css("meta[property]")}
        assert social["og:url"] == urljoin(ADDRESS, page.address) and social["og:description"] and social["og:title"]


def test_the_sitemap_lists_every_page_once(site, pages):
    tree = ElementTree.parse(site / "sitemap.xml")
    listed = [node.text for node in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert sorted(listed) == sorted(urljoin(ADDRESS, page.address) for page in pages if page.path != "404.html")
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (site / "robots.txt").read_text()


def test_the_404_page_works_under_any_address(site):
    page = next(page for page in built_pages(site) if page.path == "404.html")
    for node in page.tree.css("a[href], link[href], script[src], img[src]"):
        link = node.attributes.get("href") or node.attributes.get("src")
        if urlsplit(link).scheme in ("http", "https", "data") or link.startswith("#"):
            continue
        assert link.startswith("/guide/") or link == "/guide/", link


def test_materials_own_search_is_not_shipped(site, pages):
    assert not list(site.rglob("search_index.json")) and not list(site.rglob("workers/search*"))
    for page in pages:
        assert not page.tree.css("[data-md-component^=search]"), page.path


def test_the_list_for_offline_reading_names_files_that_exist(site):
    files = json.loads((site / "assets/handbook/offline.json").read_text())["files"]
    assert "" in files and any("site.js?v=" in name for name in files)
    for name, (_, size) in files.items():
        path = name.split("?")[0]
        file = site / (path + "index.html" if not path or path.endswith("/") else path)
        assert file.is_file() and size > 0, name


def test_finishing_again_changes_nothing(site):
    before = {file: file.read_bytes() for file in site.rglob("*") if file.is_file()}
    finish(site)
    after = {file: file.read_bytes() for file in site.rglob("*") if file.is_file()}
    assert before.keys() == after.keys()
    assert [file for file in before if before[file] != after[file]] == []
