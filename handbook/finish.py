"""The last stage of a build: `python -m handbook finish SITE` works on the HTML that a generator wrote, MkDocs or Zensical.

It resolves links made by fences, turns TeX into MathML, adds metadata and the policy, builds the search index and what the
service worker needs. Running it twice changes nothing.
"""

import hashlib
import html
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from handbook import Fault, glossary, search
from handbook.policy import hashes_in, headers_file, policy, script_hashes, with_policy
from handbook.schema import kind_of

ROOT = Path(__file__).resolve().parent.parent
ASSETS = "assets/handbook"
INTERNAL_LINK = re.compile(r'\b(href|src)="handbook:([^"#]*)(#[^"]*)?"')
ID = re.compile(r'\bid="([^"]*)"')
FORMULA = re.compile(r'(<(span|div) class="arithmatex)">\s*(\\\(|\\\[)(.*?)(?:\\\)|\\\])\s*(</\2>)', re.S)
# finish.mjs names a class after the layout rule that it stands for.
FORMULA_STYLE = re.compile(r'\btex:[^"\s]+')
ENTRY = re.compile(rf'({ASSETS}/site\.(?:css|js))(?:\?v=[0-9a-f]*)?"')
# The font that a page's text needs at once; the style sheet knows it by a name that carries its digest.
TEXT_FONT = re.compile(rf"{ASSETS}/text\.woff2")
ALIGNED = re.compile(r'<(t[hd]) (?:style="text-align: (left|center|right);"|align="(left|center|right)")')
TABLE = re.compile(r'(?<!<div class="table-wrap">)<table>.*?</table>', re.S)
EMPTY_HEADING = re.compile(r"<th( class=\"[^\"]*\")?>\s*</th>")
TABLE_WITH_HEAD = re.compile(r"<table>\s*<thead>.*?</table>", re.S)
# Characters in a row from which on a table of four columns or more is easier to read as a column on a phone.
PROSE_ROW = 60
HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", re.S)
ROW = re.compile(r"<tr>.*?</tr>", re.S)
CELL = re.compile(r"<td((?: class=\"[^\"]*\")?)>")
TAGS = re.compile(r"<[^>]+>")
STYLED = re.compile(r"<(style)\b|<[a-z][^<>]*\s(style)=", re.I)
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)"\s*/?>')
TITLE = re.compile(r"<title>(.*?)</title>", re.S)
DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"\s*/?>')
# What the generators ship for their own search and look; deleted where no page asks for it.
OFTEN_UNUSED = ("search", "search.json", "assets/javascripts", "assets/stylesheets", "assets/images", "assets/_mkdocstrings.css")
# Maps of the generator's minified files and lists for other tools: no reader needs them offline.
NOT_OFFLINE = (".map", ".gz", ".inv", ".xml", ".txt", "_headers", "sw.js", "offline.json")


@dataclass
class Page:
    """One built HTML file, addressed relative to the site's root."""
    path: str
    text: str
    written: str

    @property
    def address(self) -> str:
        """The page's address relative to the site's root, as links name it."""
        if self.path == "index.html":
            return ""
        return self.path.removesuffix("index.html") if self.path.endswith("/index.html") else self.path


def main(argv: list[str]) -> int:
    if len(argv) != 1 or not Path(argv[0]).is_dir():
        print("usage: python -m handbook finish SITE (a folder that mkdocs or zensical built)", file=sys.stderr)
        return 2
    finish(Path(argv[0]))
    return 0


def finish(site: Path, assets: Path = ROOT / "build" / "assets") -> None:
    """Finish a whole site in place."""
    copy_assets(assets, site / ASSETS)
    pages = read_pages(site)
    for name in OFTEN_UNUSED:
        if not any(f'{name}"' in page.text or f"{name}/" in page.text for page in pages):
            remove(site / name)
    finish_pages(site, pages)
    write_lists(site, pages)


def finish_some(site: Path, names: set[str]) -> None:
    """Finish pages that were built again, in a site that was finished before; the lists follow with `finish_lists`."""
    pages = [page for page in read_pages(site, names)]
    known = hashes_in((site / "_headers").read_text(encoding="utf-8"))
    if set().union(*(script_hashes(page.text) for page in pages)) <= known:
        finish_pages(site, pages, known)
    else:
        finish(site)


def finish_lists(site: Path) -> None:
    write_lists(site, read_pages(site))


def finish_pages(site: Path, pages: list[Page], known_hashes: set[str] = frozenset()) -> None:
    resolve_links(site, pages)
    link_terms(site, pages)
    align_cells(site, pages)
    wrap_tables(pages)
    write_formulas(site, pages)
    versions = entry_versions(site)
    for page in pages:
        refuse_styles(page)
        page.text = ENTRY.sub(lambda found: f'{found.group(1)}?v={versions[found.group(1)]}"', page.text)
        page.text = TEXT_FONT.sub(lambda _: text_font(site), page.text)
        page.text = with_metadata(page)
    value = policy(known_hashes.union(*(script_hashes(page.text) for page in pages)))
    for page in pages:
        page.text = with_policy(page.text, value)
        write(site / page.path, page.text, page.written)
    write(site / "_headers", headers_file(value))


def text_font(site: Path) -> str:
    return next((site / ASSETS).glob("**/text-*.woff2")).relative_to(site).as_posix()


def write_lists(site: Path, pages: list[Page]) -> None:
    """Write what is made from all pages together."""
    write(site / "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {base_address(site)}sitemap.xml\n")
    write(site / "sitemap.xml", sitemap(pages))
    remove(site / "sitemap.xml.gz")
    write_search_index(site, pages)
    write_service_worker(site)


# Files


def read_pages(site: Path, names: set[str] | None = None) -> list[Page]:
    pages = []
    for file in sorted(site.rglob("*.html") if names is None else (site / name for name in names)):
        path = file.relative_to(site).as_posix()
        if not path.startswith("assets/"):
            text = file.read_text(encoding="utf-8")
            pages.append(Page(path, text, text))
    return pages


def write(file: Path, text: str, written: str | None = None) -> None:
    """Write a file only when that changes it, so that its time tells when it changed."""
    if written is None and file.exists():
        written = file.read_text(encoding="utf-8")
    if text != written:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def copy_assets(source: Path, target: Path) -> None:
    """Make the target's files those of the source: copy what changed, delete what is gone."""
    if not source.is_dir():
        raise Fault("build/assets is missing: run `python -m handbook prepare` first")
    wanted = {file.relative_to(source) for file in source.rglob("*") if file.is_file()}
    if target.is_dir():
        for file in [file for file in target.rglob("*") if file.is_file()]:
            if file.relative_to(target) not in wanted and file.name not in ("search-index.json", "search-texts.json", "offline.json"):
                file.unlink()
    for name in wanted:
        new, old = source / name, target / name
        if not old.exists() or old.stat().st_size != new.stat().st_size or old.stat().st_mtime < new.stat().st_mtime:
            old.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(new, old)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


def entry_versions(site: Path) -> dict[str, str]:
    """Digests of the two files whose names never change: pages ask for them by content, so that a cache cannot mix versions."""
    return {f"{ASSETS}/{name}": digest((site / ASSETS / name).read_bytes()) for name in ("site.css", "site.js")}


# Links


def base_address(site: Path) -> str:
    """The site's address, which the generator put into the home page's canonical link."""
    home = site / "index.html"
    if home.is_file() and (found := CANONICAL.search(home.read_text(encoding="utf-8"))):
        return html.unescape(found.group(1))
    raise Fault("index.html has no canonical link: is site_url set?")


def resolve_links(site: Path, pages: list[Page]) -> None:
    """Turn `handbook:` links, which fences write without knowing their page, into relative ones."""
    root = urlsplit(base_address(site)).path or "/"
    anchors: dict[str, set[str]] = {}

    def has_anchor(file: str, anchor: str) -> bool:
        if file not in anchors:
            anchors[file] = set(ID.findall((site / file).read_text(encoding="utf-8")))
        return anchor[1:] in anchors[file]

    def resolve(page: Page, attribute: str, target: str, anchor: str) -> str:
        address, file = target_of(site, target)
        if file is None:
            raise Fault(f"{page.path}: link handbook:{target}{anchor} leads to no page or file")
        if file.endswith(".html") and anchor and not has_anchor(file, anchor):
            raise Fault(f"{page.path}: link handbook:{target}{anchor}: {file} has no such anchor")
        # A 404 page is shown under any address, so only a path from the root is right there.
        link = root + address if page.path == "404.html" else relative(address, page.address)
        return f'{attribute}="{html.escape(link)}{anchor}"'

    for page in pages:
        page.text = INTERNAL_LINK.sub(lambda found: resolve(page, found[1], found[2], found[3] or ""), page.text)


def target_of(site: Path, target: str) -> tuple[str, str | None]:
    """The address and the built file of a `handbook:` link's target; no file where there is none."""
    if not target.endswith(".md"):
        return target, target if (site / target).is_file() else None
    stem = target.removesuffix(".md")
    folder = "" if stem == "index" else (stem.removesuffix("/index") + "/")
    for address, file in ((folder, folder + "index.html"), (stem + ".html", stem + ".html")):
        if (site / file).is_file():
            return address, file
    return target, None


def relative(address: str, page_address: str) -> str:
    folder = posixpath.dirname(page_address) or "."
    link = posixpath.relpath(address or ".", folder)
    return link + "/" if address.endswith("/") or not address else link


def link_terms(site: Path, pages: list[Page]) -> None:
    """Lead from the first use of a term in a chapter to the glossary."""
    address, file = target_of(site, glossary.PAGE)
    if file is None:
        return
    entries = glossary.terms((site / file).read_text(encoding="utf-8"))
    for page in pages:
        if kind_of(page.address.rstrip("/") + ".md"):
            page.text = glossary.with_links(page.text, entries, relative(address, page.address))


# Tables


def align_cells(site: Path, pages: list[Page]) -> None:
    """Markdown's aligned columns come as style or obsolete align attributes; classes say the same."""
    for page in pages:
        page.text = ALIGNED.sub(lambda found: f'<{found[1]} class="align-{found[2] or found[3]}"', page.text)
    sides = ("left", "center", "right")
    append_rules(site / ASSETS / "site.css", {f".prose .align-{side}": f"text-align:{side}" for side in sides})


def wrap_tables(pages: list[Page]) -> None:
    """A wide table scrolls in a box of its own: on a phone the page stays as wide as the window."""
    for page in pages:
        page.text = TABLE.sub(lambda found: f'<div class="table-wrap">{found[0]}</div>', page.text)
        page.text = TABLE_WITH_HEAD.sub(lambda found: with_labels(found[0]) if stacks(found[0]) else found[0], page.text)
        # The empty corner of a table heads nothing.
        page.text = EMPTY_HEADING.sub(r"<td\1></td>", page.text)


def stacks(table: str) -> bool:
    """Does a table read better as a column on a phone? A comparison does (its corner is empty), one of sentences, and one of five columns."""
    names = [TAGS.sub("", name).strip() for name in HEADING.findall(table)]
    rows = [TAGS.sub("", row).strip() for row in ROW.findall(table)[1:]]
    return not names[0] or len(names) > 4 or (len(names) > 3 and sum(map(len, rows)) > PROSE_ROW * len(rows))


def with_labels(table: str) -> str:
    """A table whose cells know their column's name, for windows too narrow for columns."""
    names = [TAGS.sub("", name).strip() for name in HEADING.findall(table)]

    def labelled(row: re.Match) -> str:
        columns = iter(names)
        return CELL.sub(lambda cell: f'<td data-label="{next(columns, "")}"{cell[1]}>', row[0])

    return ROW.sub(labelled, table.replace("<table>", '<table class="stacks">', 1))


# Formulas


def write_formulas(site: Path, pages: list[Page]) -> None:
    """Replace TeX by MathML; the few layout rules that it needs join the style sheet."""
    cache_file = ROOT / "build" / "cache" / "formulas.json"
    cache = json.loads(cache_file.read_text(encoding="utf-8")) if cache_file.exists() else {}
    maker = digest((ROOT / "package-lock.json").read_bytes() + (ROOT / "handbook" / "finish.mjs").read_bytes())
    used = {}

    def key(found) -> str:
        tex = html.unescape(found[4])
        name = digest(f"{maker} {found[3]} {tex}".encode())
        used[name] = {"tex": tex, "display": found[3] == r"\["}
        return name

    names = {page.path: [key(found) for found in FORMULA.finditer(page.text)] for page in pages}
    missing = [name for name in used if name not in cache]
    if missing:
        cache |= zip(missing, node({"formulas": [used[name] for name in missing]})["formulas"])
        write(cache_file, json.dumps(cache))
    for page in pages:
        for name in names[page.path]:
            if "error" in cache[name]:
                raise Fault(f"{page.path}: formula {used[name]['tex']!r}: {cache[name]['error']}")
        page.text = FORMULA.sub(lambda found: f'{found[1]} math">{cache[key(found)]["html"]}{found[5]}', page.text)
    styles = {style for page in pages for style in FORMULA_STYLE.findall(page.text)}
    append_rules(site / ASSETS / "site.css",
                 {f'[class~="{style}"]': style.removeprefix("tex:").replace("_", " ") for style in styles})


def append_rules(sheet: Path, rules: dict[str, str]) -> None:
    text = sheet.read_text(encoding="utf-8")
    new = [f"{name}{{{rule}}}" for name, rule in sorted(rules.items()) if f"{name}{{" not in text]
    if new:
        sheet.write_text(text.rstrip("\n") + "\n" + "\n".join(new) + "\n", encoding="utf-8")


def node(job: dict) -> dict:
    """Hand a job to finish.mjs, which has the libraries that exist only for Node."""
    command = [node_path(), str(ROOT / "handbook" / "finish.mjs")]
    done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise Fault(f"finish.mjs failed: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)


def node_path() -> str:
    own = ROOT / ".venv" / "bin" / "node"
    return str(own) if own.exists() else "node"


# Metadata


def refuse_styles(page: Page) -> None:
    if found := STYLED.search(page.text):
        excerpt = " ".join(page.text[found.start():found.start() + 80].split())
        raise Fault(f"{page.path}: the policy forbids style elements and attributes: {excerpt}")


def with_metadata(page: Page) -> str:
    """Add what social networks and search engines show, from what the head already says."""
    text = page.text
    if 'property="og:title"' in text or page.path == "404.html":
        return text
    title, description, canonical = TITLE.search(text), DESCRIPTION.search(text), CANONICAL.search(text)
    if not title or not description or not canonical:
        raise Fault(f"{page.path}: title, description and canonical link are needed")
    facts = {"og:type": "website" if page.path == "index.html" else "article", "og:title": title[1].strip(),
             "og:description": description[1], "og:url": canonical[1]}
    tags = "".join(f'<meta property="{name}" content="{value}">' for name, value in facts.items())
    return text.replace(title[0], title[0] + tags + '<meta name="twitter:card" content="summary">', 1)


def sitemap(pages: list[Page]) -> str:
    addresses = [found[1] for page in pages if page.path != "404.html" and (found := CANONICAL.search(page.text))]
    lines = [f"<url><loc>{address}</loc></url>" for address in addresses]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>',
                      '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', *lines, "</urlset>", ""])


# Search and offline reading


def write_search_index(site: Path, pages: list[Page]) -> None:
    documents = [document for page in pages for document in search.documents(page.path, page.address, page.text)]
    index = site / ASSETS / "search-index.json"
    # Only excerpts need the texts, so they travel apart and after the index.
    write(site / ASSETS / "search-texts.json", json.dumps({one["id"]: one["text"] for one in documents}, ensure_ascii=False))
    made_from = digest(json.dumps(documents).encode() + (ROOT / "web" / "search-options.js").read_bytes())
    if index.exists() and index.read_text(encoding="utf-8").startswith(f'{{"from":"{made_from}"'):
        return
    synonyms = yaml.safe_load((ROOT / "handbook" / "synonyms.yml").read_text(encoding="utf-8"))
    content = {"from": made_from, "synonyms": synonyms, "index": node({"documents": documents})["index"]}
    write(index, json.dumps(content, ensure_ascii=False, separators=(",", ":")))


def write_service_worker(site: Path) -> None:
    """List all files with digest and size, and write the worker with the list's digest: a new site is a new worker."""
    files, versions = {}, entry_versions(site)
    for file in sorted(site.rglob("*")):
        name = file.relative_to(site).as_posix()
        if file.is_file() and not name.endswith(NOT_OFFLINE):
            data = file.read_bytes()
            files[address_of(name, versions)] = [digest(data), transfer_size(name, data)]
    listing = json.dumps({"version": digest(json.dumps(files).encode()), "files": files}, separators=(",", ":"))
    write(site / ASSETS / "offline.json", listing)
    worker = (ROOT / "web" / "sw.js").read_text(encoding="utf-8")
    write(site / "sw.js", f'const VERSION = "{json.loads(listing)["version"]}";\n{worker}')


def address_of(name: str, versions: dict[str, str]) -> str:
    """A file's address as pages ask for it."""
    if name in versions:
        return f"{name}?v={versions[name]}"
    return name.removesuffix("index.html") if name == "index.html" or name.endswith("/index.html") else name


def transfer_size(name: str, data: bytes) -> int:
    """About how many bytes a host sends for a file."""
    return len(zlib.compress(data, 1)) if name.endswith((".html", ".js", ".mjs", ".css", ".json", ".svg", ".wasm")) else len(data)
