"""Holds pages and snippets against the contracts: one line a fault, `path:line: what is wrong: what to do`.

    python -m handbook check [PATH …]
"""

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import yaml as pyyaml

from handbook import ROOT, Fault, code_rules, diagram, numbers, offline, pages, prose, record, schema, svg, yaml
from handbook.document import Document, parse
from handbook.snippet import Snippet, SnippetError, load, path_of
from handbook.yaml import YamlFault

LEFT_OUT = {"quiz", "sources"}  # sections that don't count as main text
# Pages about the handbook itself state no facts of the field; API pages are made from code.
NO_NUMBER_LINT = ("contribute/", "reference/api/")
FORBIDDEN_TAGS = {"script", "style", "iframe", "object", "embed", "link", "meta", "base", "form", "frame", "frameset", "applet", "svg", "math"}
TO_DO = "TODO"
_SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*):")
_CODE_SPAN = re.compile(r"`[^`\n]*`")


@dataclass(frozen=True, order=True)
class Line:
    """One fault."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Book:
    """Everything that is looked at, each file read once."""

    def __init__(self, root: Path):
        self.root = Path(root).resolve()
        self.docs = self.root / "docs"
        self.documents: dict[str, Document | Line] = {}
        self.units: dict[str, list] = {}
        self.snippets: dict[str, Snippet | Line] = {}

    def document(self, page: str) -> Document | Line:
        if page not in self.documents:
            self.documents[page] = self._parse(page)
        return self.documents[page]

    def _parse(self, page: str) -> Document | Line:
        where, file = f"docs/{page}", self.docs / page
        data = file.read_bytes()
        if len(data) > schema.MAX_PAGE_BYTES:
            return Line(where, 1, f"{len(data):,} bytes: keep a page under {schema.MAX_PAGE_BYTES:,}")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            return Line(where, data[:error.start].count(b"\n") + 1, "not UTF-8: save the file as UTF-8")
        try:
            return parse(page, text.replace("\r\n", "\n").replace("\x00", ""))
        except RecursionError:
            return Line(where, 1, "nests too deep to be read: make it flat")

    def snippet(self, path: str) -> Snippet | Line:
        if path not in self.snippets:
            try:
                self.snippets[path] = load(self.root, path)
            except SnippetError as error:
                self.snippets[path] = Line(error.path, error.line, error.message)
        return self.snippets[path]

    @cached_property
    def shown(self) -> dict[str, list[str]]:
        return pages.shown_by(self.root)

    @cached_property
    def imported(self) -> set[str]:
        """Paths of all snippets that another one imports."""
        found = set()
        for path in pages.python(self.root):
            snippet = self.snippet(path)
            if isinstance(snippet, Snippet):
                found |= {path_of(self.root, module) for module in snippet.imports}
        return found

    @cached_property
    def outputs(self) -> dict[str, str]:
        """Snippet path → recorded output and the values of its controls, for the number lint."""
        found = {}
        for path in pages.python(self.root):
            snippet = self.snippet(path)
            file = (self.root / "snippets" / path).with_suffix(".out")
            # A snippet that cannot be read or a stale record is a fault of its own, not of every figure that rests on it.
            output = file.read_bytes()[:4 * record.MAX_OUTPUT].decode("utf-8", "replace").partition("\n")[2] if file.is_file() else ""
            params = snippet.params if isinstance(snippet, Snippet) else ()
            controls = " ".join(f"{param.value} {param.unit}" for param in params if schema.is_number(param.value))
            found[path] = f"{output}\n{controls}"
        return found

    @cached_property
    def api_modules(self) -> dict[str, set[str]]:
        """API page → modules documented on it."""
        found = {}
        for page in pages.markdown(self.root):
            if page.startswith("reference/api/"):
                found[page] = set(re.findall(r"^::: (snippets[\w.]*)", pages.read(self.root, page), re.M))
        return found

    @cached_property
    def scripts_shown(self) -> set[str]:
        """Scripts below offline/ that some page shows."""
        return {path for page in pages.markdown(self.root) for path in pages.scripts_on(self.root, page)}

    def parents(self, page: str) -> numbers.Parents:
        """What the records of a chapter print: the snippets its cells show, and those in its own folder."""
        kind = schema.kind_of(page)
        folder = f"{kind.package}/{PurePosixPath(page).stem.replace('-', '_')}/" if kind else None
        mine = {path: self.outputs[path] for path in self.outputs if page in self.shown.get(path, ()) or (folder and path.startswith(folder))}
        for path in pages.scripts_on(self.root, page):
            with suppress(ValueError):  # what is wrong with a record is said at its own line
                if kept := offline.read_file((self.root / offline.BASE / path).with_suffix(".out")):
                    mine[f"{offline.BASE}/{path}"] = kept.output
        return numbers.Parents(tuple(numbers.of_record(path, output) for path, output in mine.items()))


# --- pages ------------------------------------------------------------------------------------------------------------

def check_page(book: Book, page: str) -> Iterator[Line]:
    document = book.document(page)
    if isinstance(document, Line):
        yield document
        return
    where = f"docs/{page}"
    kind = schema.kind_of(page)
    for part in (front_matter(document, kind, book), sections(document, kind), html(document), links(document, book), images(document, book),
                 fenced(document, kind, book), figures(document, book)):
        for line, message in part:
            yield Line(where, line, message)


Found = Iterator[tuple[int, str]]


def front_matter(document: Document, kind: schema.Kind | None, book: Book) -> Found:
    if document.front is None:
        yield 1, "no front matter: begin the page with ---, title, description, ---"
        return
    try:
        value, lines = yaml.read(document.front)
    except YamlFault as fault:
        yield fault.line + 1, f"front matter: {fault.message}"
        return
    for path, message in schema.front_matter({} if value is None else value, kind):
        yield schema.line_of(path, lines) + 1, f"front matter: {message}"
    needs = value.get("needs") if isinstance(value, dict) else None
    for index, need in enumerate(needs if isinstance(needs, list) else ()):
        if re.fullmatch(r"[a-z-]+/[a-z0-9-]+", str(need)) and not (book.docs / f"{need}.md").is_file():
            yield lines.get(("needs", index), 1) + 1, f"front matter: needs {need}, which is no chapter: name docs/{need}.md or leave it out"


def sections(document: Document, kind: schema.Kind | None) -> Found:
    seen: dict[str, int] = {}
    for heading in document.headings:
        if heading.id in seen:
            yield heading.line, f"id “{heading.id}” stands twice (line {seen[heading.id]} has it): give one heading another {{ #id }}"
        seen.setdefault(heading.id, heading.line)
    if not kind:
        return
    last = document.text.count("\n") or 1
    for name, title in kind.sections.items():
        if name not in document.sections:
            yield last, f"section “{title}” is missing: add  ## {title} {{ #{name} }}"
        elif name not in document.filled:
            yield document.sections[name], f"section “{title}” is empty: write it"
    words = document.words(tuple(LEFT_OUT))
    if words > kind.words:
        yield 1, f"main text of {words:,} words: a {kind.name} has at most {kind.words:,} (code, cells, quiz, folded answers and sources don't count): cut {words - kind.words:,}"


def html(document: Document) -> Found:
    for tag in document.html:
        if tag.name in FORBIDDEN_TAGS:
            yield tag.line, f"<{tag.name}> in a page: leave it out (cells, quizzes and diagrams have their fences)"
        for name, value in tag.attributes.items():
            if name.startswith("on"):
                yield tag.line, f"event handler {name}= on <{tag.name}>: leave it out, pages run no scripts of their own"
            elif name == "style":
                yield tag.line, f"style= on <{tag.name}>: leave it out, the site's policy ignores it"
            elif name in ("src", "srcset", "poster", "data") and tag.name != "img" and _foreign(value):
                yield tag.line, f"<{tag.name}> loads {value[:60]}: nothing is loaded from elsewhere; keep a copy in docs/ or link to it"
    # What the two Markdown readers see differently must not slip through between them.
    seen = {tag.line for tag in document.html}
    code = {number for fence in document.fences for number in range(fence.line, fence.line + fence.body.count("\n") + 2)}
    for number, line in enumerate(document.text.split("\n"), 1):
        if number not in code and number not in seen and re.search(r"<script\b|<iframe\b", _CODE_SPAN.sub("", line), re.I):
            yield number, "<script> or <iframe> in a page: leave it out, or put it in code marks"


def _foreign(target: str) -> bool:
    return bool(_SCHEME.match(target.strip())) or target.strip().startswith("//")


def links(document: Document, book: Book) -> Found:
    for target, line in document.links:
        if "#cell-" in target and not _foreign(target):
            # Strict MkDocs knows no ids inside a fence's HTML, and would refuse the build.
            yield line, f"link “{target}” leads to a cell: link to the section that it stands in (links in a cell or a quiz may name cells)"
        elif message := link_fault(document.path, target, book, document):
            yield line, message


def link_fault(page: str, target: str, book: Book, document: Document | None = None) -> str | None:
    """What is wrong with a link of a page, None if nothing."""
    target = re.sub(r"[\x00-\x20]", "", target)
    scheme = _SCHEME.match(target)
    if scheme:
        if scheme.group(1).lower() in ("http", "https", "mailto"):
            return None
        return f"link to {scheme.group(1)}: … : only https, http and mailto lead outside"
    if target.startswith("//"):
        return f"link “{target}”: write https: before it"
    path, _, anchor = target.partition("#")
    if not path:
        if not anchor:
            return "empty link: name a page or an #anchor"
        return None if anchor in anchors(book, page, document) else f"no anchor “#{anchor}” on this page: correct it"
    if path.startswith("/"):
        return f"link “{target}” from the root: write it relative to this page, so that it works under any address"
    wanted = (book.docs / page).parent / path
    try:
        file = wanted.resolve()
        inside = file.relative_to(book.docs).as_posix()
    except (ValueError, OSError):
        return f"link “{target}” leads out of docs/: link to the code host, or to a page"
    if not file.is_file():
        return f"broken link “{target}”: no docs/{inside}; correct it" + ("" if path.endswith(".md") else " (a page is linked with its .md)")
    if anchor and inside.endswith(".md"):
        other = book.document(inside)
        if isinstance(other, Document) and anchor not in anchors(book, inside, other):
            return f"no anchor “#{anchor}” on docs/{inside}: correct it"
    return None


def anchors(book: Book, page: str, document: Document | None = None) -> set[str]:
    """All ids of a page: headings, raw HTML, cells, and what mkdocstrings writes for documented modules."""
    found = document or book.document(page)
    if isinstance(found, Line):
        return set()
    if not hasattr(found, "all_anchors"):
        every = set(found.anchors)
        for fence in found.fences:
            if fence.language == "cell" and (name := re.search(r"^snippet:\s*(\S+)", fence.body, re.M)):
                every.add(pages.anchor(name.group(1)))
        for module in [anchor for anchor in found.anchors if anchor.startswith("snippets.")]:
            every |= api_anchors(book, module)
        found.all_anchors = every
    return found.all_anchors


def api_anchors(book: Book, module: str) -> set[str]:
    import ast

    path = path_of(book.root, module)
    snippet = book.snippet(path) if path else None
    if not isinstance(snippet, Snippet):
        return set()
    found = {module}
    for node in snippet.tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(f"{module}.{node.name}")
            found |= {f"{module}.{node.name}.{inner.name}" for inner in node.body if isinstance(node, ast.ClassDef) and isinstance(inner, ast.FunctionDef)}
    return found


def images(document: Document, book: Book) -> Found:
    for source, alternative, line in document.images:
        if not alternative.strip():
            yield line, "image without a text alternative: say in ![…] what it shows"
        if _foreign(source):
            yield line, f"image from elsewhere ({source[:60]}): nothing is loaded from other hosts; draw it, or keep a copy in docs/"
            continue
        try:
            file = ((book.docs / document.path).parent / source.partition("#")[0]).resolve()
            file.relative_to(book.docs)
        except (ValueError, OSError):
            yield line, f"image “{source}” lies outside docs/: put it there"
            continue
        if not file.is_file():
            yield line, f"no such image “{source}”: correct the path"


def fenced(document: Document, kind: schema.Kind | None, book: Book) -> Found:
    counts = {"predict": 0, "quiz": 0, "board": 0}
    broken: set[str] = set()  # what is missing in a broken fence is not missed a second time
    for fence in document.fences:
        if not fence.closed:
            yield fence.line, "this fence never ends: close it with the same marks"
        if fence.language == "mermaid":
            yield from ((fence.line, message) for message in diagram_faults(fence.body, book))
        elif fence.language in schema.SHAPES:
            counts["board"] += fence.language == "board"
            try:
                value, lines = yaml.read(fence.body)
            except YamlFault as fault:
                yield fence.line + fault.line, fault.message
                broken.add(fence.language)
                continue
            bad = schema.SHAPES[fence.language](value)
            for path, message in bad:
                yield fence.line + schema.line_of(path, lines), message
            if bad:
                broken.add(fence.language)
            else:
                yield from ((fence.line + schema.line_of(path, lines), message) for path, message in _text_faults(fence.language, value, book))
                if fence.language == "cell":
                    counts["predict"] += "predict" in value
                    yield from ((fence.line + schema.line_of(path, lines), message) for path, message in cell_faults(value, book))
                if fence.language == "offline":
                    yield from ((fence.line + schema.line_of(path, lines), message) for path, message in offline_faults(value, book))
                if fence.language == "quiz":
                    counts["quiz"] += len(value)
    if kind:
        yield from _wanted(counts, kind, document, broken)
    for number, line in enumerate(document.text.split("\n"), 1):
        if re.search(rf"\b{TO_DO}\b", _CODE_SPAN.sub("", line)):
            yield number, f"{TO_DO}: still to be written"


def _wanted(counts: dict[str, int], kind: schema.Kind, document: Document, broken: set[str]) -> Found:
    low, high = schema.QUIZ_ITEMS
    quiz_line = document.sections.get("quiz", 1)
    if kind.predict and not counts["predict"] and "cell" not in broken:
        yield 1, "no Break it: give one cell a “predict” with the guess to commit"
    if kind.board and not counts["board"] and "board" not in broken:
        yield document.sections.get("answer-it-first", 1), "no board: put a ```board fence here"
    if "quiz" in kind.sections and "quiz" not in broken and not low <= counts["quiz"] <= high:
        yield quiz_line, f"{counts['quiz']} quiz items: a chapter has {low} to {high}"


def _text_faults(language: str, value, book: Book) -> Iterator[tuple[tuple, str]]:
    """Links and images in a fence's texts."""
    for path, text in schema.texts(language, value):
        try:
            html = prose.block(text)
        except Fault as fault:
            yield path, str(fault)
            continue
        for target in re.findall(r'href="handbook:([^"]+)"', html):
            if message := link_fault("index.md", target, book):
                yield path, message


def diagram_faults(source: str, book: Book) -> Iterator[str]:
    try:
        diagram.describe(source)
        drawing = diagram.read(book.root, source)
        if svg.clean(drawing, prefix=f"d{diagram.digest(source)}-").strip() != drawing.strip():
            yield "the diagram's drawing was changed by hand: run  python -m handbook record --force  on this page"
    except Fault as fault:
        yield str(fault)


def cell_faults(value: dict, book: Book) -> Iterator[tuple[tuple, str]]:
    snippet = book.snippet(str(value["snippet"]))
    if isinstance(snippet, Line):
        missing = not (book.root / snippet.path).is_file()
        yield ("snippet",), snippet.message if missing else f"{snippet.path} has a fault of its own: see its line"
        return
    if not record.runnable(snippet):
        yield ("snippet",), f'{snippet.path} prints nothing: end it with main() behind  if __name__ == "__main__":'
        return
    if message := snippet.section_fault(value.get("section")):
        yield ("section",), message
    try:
        kept = record.read(snippet)
    except Fault:
        return  # the record's own line says it
    if kept:
        yield from schema.prediction(value, kept.output)


def offline_faults(value: dict, book: Book) -> Iterator[tuple[tuple, str]]:
    """What a page can get wrong about a script; the script's own faults stand at its own line."""
    try:
        script = offline.load_script(book.root, str(value["script"]))
    except SnippetError as fault:
        yield ("script",), fault.message
        return
    if message := script.section_fault(value.get("section")):
        yield ("section",), message


def figures(document: Document, book: Book) -> Found:
    if document.path.startswith(NO_NUMBER_LINT):
        return
    parents = book.parents(document.path)
    book.units[document.path] = list(units(document))
    for unit_line, text, sourced, exempt, empty in book.units[document.path]:
        if empty:
            yield unit_line, "<!-- number: --> without a reason: say where the figure comes from"
        if sourced or exempt:
            continue
        for figure in numbers.figures(text):
            if not parents.bear(figure):
                yield _line_of(document, unit_line, figure), numbers.advice(figure, parents)


def units(document: Document) -> Iterator[tuple[int, str, bool, list[str], bool]]:
    """Line, text, has a source, exemptions, has an empty exemption: for prose, fences and front matter alike."""
    sourced = _captioned(document)
    for index, unit in enumerate(document.units):
        yield unit.line, unit.text, unit.outside or index in sourced, unit.exempt, unit.empty_exemption
    for fence in document.fences:
        if fence.language == "mermaid":
            reasons = re.findall(r"^\s*%%\s*number\s*:[ \t]*(.*)$", fence.body, re.M)
            text = re.sub(r"^\s*(%%|style |classDef |linkStyle ).*$", "", fence.body, flags=re.M)
            yield fence.line, text, False, [reason for reason in reasons if reason], any(not reason for reason in reasons)
        elif fence.language in schema.SHAPES:
            yield from _fence_units(fence)
    if document.front:
        try:
            value, lines = yaml.read(document.front)
        except YamlFault:
            return
        for key in ("title", "description"):
            if isinstance(value, dict) and isinstance(value.get(key), str):
                yield lines.get((key,), 1) + 1, value[key], False, [], False


def _fence_units(fence: pages.Fence) -> Iterator[tuple[int, str, bool, list[str], bool]]:
    try:
        value, lines = yaml.read(fence.body)
    except YamlFault:
        return
    if schema.SHAPES[fence.language](value):
        return
    groups: dict[tuple, list[tuple[tuple, str]]] = {}
    for path, text in schema.texts(fence.language, value):
        # A quiz item is one paragraph: its explanation may hold the source of the figure it asks for.
        groups.setdefault(path[:1] if fence.language == "quiz" else path, []).append((path, text))
    for parts in groups.values():
        together = "\n".join(text for _, text in parts)
        reasons = numbers.EXEMPTION.findall(together)
        item = _at(value, parts[0][0][:1]) if fence.language == "quiz" else None
        if isinstance(item, dict) and "number" in item:
            reasons.append(str(item["number"] or ""))
        sourced = bool(re.search(r"\]\(https?://|<https?://", together))
        for path, text in parts:
            if path[-1] in ("answer", "min", "max") and schema.is_number(_at(value, path)):
                text = f"{_at(value, path):g}" if not isinstance(_at(value, path), int) else f"{_at(value, path):,}"
                if path[-1] in ("min", "max"):
                    continue  # the bounds of a guess are no claim
            plain = numbers.EXEMPTION.sub("", _CODE_SPAN.sub("", text))
            yield fence.line + schema.line_of(path, lines), plain, sourced, [reason for reason in reasons if reason], any(not reason for reason in reasons)


def _at(value, path: tuple):
    for part in path:
        value = value[part]
    return value


def _captioned(document: Document) -> set[int]:
    """Rows of a table whose next paragraph begins with “Source” and links it."""
    found, rows = set(), []
    for index, unit in enumerate(document.units):
        if unit.kind == "row":
            rows.append(index)
        else:
            if rows and unit.kind == "paragraph" and unit.outside and re.match(r"\W*Sources?\b", unit.text):
                found.update(rows)
            rows = []
    return found


def _line_of(document: Document, first: int, figure: numbers.Figure) -> int:
    """The line on which the figure stands, within its paragraph."""
    digits = re.match(r"[\d.,_]+", figure.text).group()
    for number, line in enumerate(document.text.split("\n")[first - 1:first + 60], first):
        if digits in line:
            return number
        if number > first and not line.strip():
            break
    return first


# --- snippets ---------------------------------------------------------------------------------------------------------

def check_snippet(book: Book, path: str) -> Iterator[Line]:
    snippet = book.snippet(path)
    if isinstance(snippet, Line):
        yield snippet
        return
    where = f"snippets/{path}"
    if not snippet.docstring.strip():
        yield Line(where, 1, "no docstring: its first line is the design question that the snippet answers")
    for number, text in enumerate(snippet.text.split("\n"), 1):
        if TO_DO in text:
            yield Line(where, number, f"{TO_DO}: still to be written")
    for line, message in code_rules.faults(snippet):
        yield Line(where, line, message)
    if record.runnable(snippet):
        yield from _record_faults(snippet, where)
    if path == "charts.py" or (path.startswith("world/") and not record.runnable(snippet)):
        return
    if path in book.shown or path in book.imported:
        yield from _api_faults(book, snippet, where)
    else:
        yield Line(where, 1, "no page shows it and nothing imports it: add a cell to its chapter, or delete it")


def _record_faults(snippet: Snippet, where: str) -> Iterator[Line]:
    command = f"python -m handbook record {where}"
    try:
        kept = record.read(snippet)
        if kept is None:
            yield Line(where, 1, f"no record: run  {command}")
        elif kept.digest != snippet.digest():
            yield Line(where, 1, f"its record is stale (it or what it imports has changed): run  {command}")
        elif len(kept.charts) != len(kept.summaries):
            yield Line(where, 1, f"{len(kept.charts)} drawings for {len(kept.summaries)} charts in its record: run  {command} --force")
        for file in kept.charts if kept else ():
            drawing = file.read_text(encoding="utf-8", errors="replace")
            if svg.clean(drawing).strip() != drawing.strip():
                yield Line(f"snippets/{file.relative_to(snippet.root / 'snippets').as_posix()}", 1, f"changed by hand: run  {command} --force")
    except Fault as fault:
        path, line, message = re.fullmatch(r"(?:([\w/.-]+):(\d+): )?(.*)", str(fault), re.S).groups()
        yield Line(path or where, int(line or 1), message)


def _api_faults(book: Book, snippet: Snippet, where: str) -> Iterator[Line]:
    page = pages.api_page(snippet.path)
    if snippet.module not in book.api_modules.get(page, ()):
        yield Line(where, 1, f"not on its API page: run  python -m handbook new api  (adds “::: {snippet.module}” to docs/{page})")


def check_script(book: Book, path: str) -> Iterator[Line]:
    """A script below offline/: readable, with a question, a fresh record, and a page that shows it."""
    where = f"{offline.BASE}/{path}"
    try:
        script = offline.load_script(book.root, path)
        message = offline.fault(script)
    except SnippetError as fault:
        yield Line(fault.path, fault.line, fault.message)
        return
    except Fault as fault:
        yield Line(where, 1, str(fault).partition(":1: ")[2])
        return
    if message:
        yield Line(where, 1, message)
    if not script.docstring.strip():
        yield Line(where, 1, "no docstring: its first line is the design question that the script answers")
    if path not in book.scripts_shown:
        yield Line(where, 1, "no page shows it: put an ```offline fence in its chapter, or delete it")


# --- what belongs to the whole ----------------------------------------------------------------------------------------

class _Loader(pyyaml.SafeLoader):
    """mkdocs.yml holds Python names and environment variables, which don't matter here."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def check_navigation(book: Book) -> Iterator[Line]:
    """Every page is in the navigation once, and the navigation names only pages that exist."""
    config = book.root / "mkdocs.yml"
    if not config.is_file():
        return
    text = config.read_text(encoding="utf-8")
    try:
        nav = (pyyaml.load(text, Loader=_Loader) or {}).get("nav")
    except pyyaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        yield Line("mkdocs.yml", mark.line + 1 if mark else 1, "YAML cannot be read: correct it")
        return
    named = list(_leaves(nav))
    lines = text.split("\n")
    line_of = lambda name: next((number for number, line in enumerate(lines, 1) if re.search(rf"(?<![\w/-]){re.escape(name)}\s*[\"']?\s*$", line)), 1)
    pages_here = pages.markdown(book.root)
    for name in pages_here:
        if name not in named:
            yield Line(f"docs/{name}", 1, "outside the navigation: add it to nav in mkdocs.yml")
    for name in dict.fromkeys(named):
        if not _SCHEME.match(name) and name not in pages_here:
            yield Line("mkdocs.yml", line_of(name), f"the navigation names {name}, which does not exist: write docs/{name} or take it out")
        elif named.count(name) > 1:
            yield Line("mkdocs.yml", line_of(name), f"the navigation names {name} twice: keep one")


def _leaves(nav) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, list):
        for part in nav:
            yield from _leaves(part)
    elif isinstance(nav, dict):
        for part in nav.values():
            yield from _leaves(part)


def check_files(book: Book) -> Iterator[Line]:
    """Other files in docs/ and snippets/: not too large, drawings without scripts, records with a snippet, nothing stray."""
    for base in ("docs", "snippets", "diagrams", offline.BASE):
        for file in sorted((book.root / base).rglob("*")) if (book.root / base).is_dir() else ():
            if "__pycache__" in file.parts or not (file.is_file() or file.is_symlink()):
                continue
            where = file.relative_to(book.root).as_posix()
            if not file.resolve().is_relative_to(book.root):
                yield Line(where, 1, "a link out of the repository: put the file itself here")
            elif file.stat().st_size > schema.MAX_FILE_BYTES:
                yield Line(where, 1, f"{file.stat().st_size:,} bytes: keep a file under {schema.MAX_FILE_BYTES:,}")
            elif base == "docs" and file.suffix == ".svg":
                yield from _drawing(file, where)
            elif base == "docs" and file.suffix in (".html", ".htm", ".js", ".css"):
                yield Line(where, 1, f"a {file.suffix} file among the pages: pages are Markdown; scripts and styles live in web/")
            elif base == "snippets" or (base == offline.BASE and file.name != "requirements.txt"):
                yield from _beside(file, where)


def _drawing(file: Path, where: str) -> Iterator[Line]:
    text = file.read_text(encoding="utf-8", errors="replace")
    bad = re.search(r"<script|<foreignObject|<!DOCTYPE|<!ENTITY|\son\w+\s*=|javascript:|(?:href|src)\s*=\s*[\"'](?!#)", text, re.I)
    if bad:
        yield Line(where, text[:bad.start()].count("\n") + 1, f"“{bad.group().strip()[:30]}” in a drawing: save it as plain SVG without scripts and links")


def _beside(file: Path, where: str) -> Iterator[Line]:
    if file.suffix == ".py":
        return
    owner = file.with_name(file.name.partition(".")[0] + ".py")
    if not re.fullmatch(r"\w+\.(out|chart-\d+\.svg)", file.name):
        yield Line(where, 1, "neither a snippet nor its record: take it away")
    elif not owner.is_file():
        yield Line(where, 1, f"a record without its snippet {owner.name}: delete it")


def check(root: Path = ROOT, paths: list[str] = ()) -> tuple[list[Line], dict]:
    """All faults, sorted, and what was counted on the way."""
    book = Book(root)
    snippets, chosen = pages.select(root, list(paths))
    found: list[Line] = []
    for page in chosen:
        found += check_page(book, page)
    for path in snippets:
        found += check_snippet(book, path)
    if not paths:
        found += [line for path in offline.scripts(book.root) for line in check_script(book, path)]
        found += [*check_navigation(book), *check_files(book)]
    reasons = [(page, reason) for page in chosen for _, _, _, exempt, _ in book.units.get(page, ()) for reason in exempt]
    return sorted(set(found)), {"pages": len(chosen), "snippets": len(snippets), "exempt": reasons}


def main(argv: list[str], root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(prog="python -m handbook check", description="Hold pages and snippets against the contracts.")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a page, a snippet, or a folder; everything if none")
    parser.add_argument("--exempt", action="store_true", help="list the figures exempted from the number lint, with their reasons")
    given = parser.parse_args(argv)
    found, counted = check(root, given.paths)
    for line in found:
        print(line)
    if given.exempt:
        for page, reason in counted["exempt"]:
            print(f"exempt: docs/{page}: {reason}")
    print(f"{counted['pages']} pages, {counted['snippets']} snippets: {len(found)} fault{'' if len(found) == 1 else 's'}; "
          f"{len(counted['exempt'])} figures exempted by <!-- number: … -->", file=sys.stderr)
    return 1 if found else 0
