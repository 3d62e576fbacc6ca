"""Superfences formatters: what a contributor writes as a fence becomes the HTML of CONTRACTS (docs/contribute).

Nothing runs here: code is highlighted, recorded output and drawings are read, all of it escaped or allow-listed.
Superfences prints a fence as text when its formatter fails, except for its own exception: so every fault becomes that.
"""

import functools
import re
from html import escape
from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pymdownx.superfences import SuperFencesException

from handbook import ROOT, Fault, diagram, offline, pages, prose, record, schema, svg
from handbook.board import board_html
from handbook.practice import quizzes_html
from handbook.quiz import quiz_html
from handbook.snippet import Param, Snippet, load, path_of
from handbook.sources import bibliography_html
from handbook.yaml import YamlFault

_HIGHLIGHT = HtmlFormatter(nowrap=True)


def formatter(language: str):
    """Turn a function of (source, root, md) into a superfences formatter whose faults stop the build."""
    def decorate(function):
        @functools.wraps(function)
        def formatted(source, _language, _css_class, _options, md, **_):
            try:
                return function(source, ROOT, md)
            except YamlFault as fault:
                raise SuperFencesException(f"{_place(source, fault.line)}: {language}: {fault.message}") from None
            except Fault as fault:
                raise SuperFencesException(f"{_place(source, 0)}: {language}: {fault}") from None
            except Exception as error:
                raise SuperFencesException(f"{_place(source, 0)}: {language}: {type(error).__name__}: {error}") from error
        return formatted
    return decorate


def _place(source: str, line: int) -> str:
    """`docs/page.md:line` of the fence with this source: a formatter is not told its page."""
    wanted = source.strip()
    for page in pages.markdown(ROOT):
        for fence in pages.fences(pages.read(ROOT, page)):
            if fence.body.strip() == wanted:
                return f"docs/{page}:{fence.line + line}"
    return "docs"


@formatter("cell")
def cell_format(source: str, root: Path, md) -> str:
    return cell_html(source, root, _used_ids(md))


@formatter("offline")
def offline_format(source: str, root: Path, md) -> str:
    return offline_html(source, root)


@formatter("quiz")
def quiz_format(source: str, root: Path, md) -> str:
    return quiz_html(schema.read_fence("quiz", source)[0])


@formatter("board")
def board_format(source: str, root: Path, md) -> str:
    return board_html(schema.read_fence("board", source)[0])


@formatter("bibliography")
def bibliography_format(source: str, root: Path, md) -> str:
    return bibliography_html(root)


@formatter("quizzes")
def quizzes_format(source: str, root: Path, md) -> str:
    return quizzes_html(root)


@formatter("mermaid")
def mermaid_format(source: str, root: Path, md) -> str:
    title, description = diagram.describe(source)
    name = f"d{diagram.digest(source)}"
    drawing = svg.clean(diagram.read(root, source), prefix=f"{name}-", label=title)
    return (f'<figure class="diagram">{drawing}<details class="diagram-text"><summary>{escape(title)}, in words</summary>'
            f"<p>{escape(description)}</p></details></figure>")


def _used_ids(md) -> set[str]:
    """Ids of the cells already on this page; a generator makes a fresh Markdown object for each page."""
    if not hasattr(md, "handbook_cell_ids"):
        md.handbook_cell_ids = set()
    return md.handbook_cell_ids


# --- the cell ---------------------------------------------------------------------------------------------------------

def cell_html(source: str, root: Path, used: set[str] | None = None) -> str:
    value, lines = schema.read_fence("cell", source)
    snippet = load(root, value["snippet"])
    section = value.get("section")
    if message := snippet.section_fault(section):
        raise YamlFault(lines[("section",)], message)
    kept = record.read(snippet)
    if kept is None:
        raise Fault(f"{snippet.path} has no record: run  python -m handbook record snippets/{snippet.path}")
    for path, message in schema.prediction(value, kept.output):
        raise YamlFault(schema.line_of(path, lines), message)
    anchor = _free_id(pages.anchor(snippet.path), section, used if used is not None else set())
    code = snippet.shown(section)
    predict = value.get("predict")
    parts = [
        f'<section class="cell" id="{anchor}" data-snippet="{escape(snippet.path)}"',
        f' data-section="{escape(section)}"' if section else "",
        f' data-state="recorded" aria-label="Runnable code: {escape(snippet.path.rpartition("/")[2])}">',
        _head(value, snippet, root),
        _predict_form(predict, anchor, kept.output) if predict else "",
        f'<div class="cell-code highlight"><pre><code>{highlight(code, PythonLexer(), _HIGHLIGHT)}</code></pre></div>',
        # Next to the output, so that a phone shows both while a slider moves.
        _params_form(snippet, section, anchor),
        _bar(),
        '<details class="cell-fold"><summary>Show the recorded output</summary>' if predict else "",
        f'<output class="cell-output" aria-live="polite">{escape(kept.output, quote=False)}</output>',
        _charts(kept, anchor),
        f'<div class="cell-why">{prose.block(predict["why"])}</div></details>' if predict else "",
        '<div class="cell-verdict" hidden></div>' if predict else "",
        f'<details class="cell-say"><summary>Say it <span>aloud first, then open</span></summary>{prose.block(value["say"])}</details>' if "say" in value else "",
        _links(snippet, root),
        "</section>",
    ]
    return "".join(parts)


def offline_html(source: str, root: Path) -> str:
    """An experiment too heavy for a browser: its code, what it printed, and what it ran with."""
    value, lines = schema.read_fence("offline", source)
    script = offline.load_script(root, value["script"])
    section = value.get("section")
    if message := script.section_fault(section):
        raise YamlFault(lines[("section",)], message)
    kept = offline.read(script)
    if kept is None:
        raise Fault(f"{script.where} has no record: run  {offline.command(script)}")
    code = highlight(script.shown(section), PythonLexer(), _HIGHLIGHT)
    parts = [
        f'<section class="offline" aria-label="Offline experiment: {escape(script.path.rpartition("/")[2])}">',
        _head(value, script, root),
        f'<div class="cell-code highlight"><pre><code>{code}</code></pre></div>',
        f'<pre class="cell-output">{escape(kept.output, quote=False)}</pre>',
        f'<footer class="cell-links">Too heavy for a browser: recorded with {escape(kept.versions)}. '
        f"Run it yourself: <code>{escape(offline.command(script, again=True))}</code>{_built_from(script, root)}</footer>",
        "</section>",
    ]
    return "".join(parts)


def _free_id(anchor: str, section: str | None, used: set[str]) -> str:
    """The cell's id; a second cell of the same snippet adds its section's name, or a number."""
    candidates = [anchor, f"{anchor}-{section}" if section else f"{anchor}-2", *(f"{anchor}-{number}" for number in range(2, 50))]
    free = next(name for name in candidates if name not in used)
    used.add(free)
    return free


def _head(value: dict, snippet: Snippet, root: Path) -> str:
    title = prose.inline(value["title"]) if "title" in value else escape(snippet.question)
    source = source_link(root, snippet)
    name = escape(snippet.path)
    file = f'<a class="cell-file" href="{escape(source)}">{name}</a>' if source else f'<span class="cell-file">{name}</span>'
    api = _api_link(root, snippet) if snippet.base == "snippets" else ""
    return f'<header class="cell-head"><span class="cell-title">{title}</span> {file}{api}</header>'


def _api_link(root: Path, snippet: Snippet) -> str:
    page = pages.api_page(snippet.path)
    if not (root / "docs" / page).is_file():
        return ""
    return f' <a class="cell-api" href="handbook:{page}#{snippet.module}">API</a>'


@functools.lru_cache(maxsize=8)
def _repository(config: Path, mtime: int) -> str:
    match = re.search(r"^repo_url:\s*[\"']?(https://[^\s\"']+)", config.read_text(encoding="utf-8"), re.M)
    return match.group(1).rstrip("/") if match else ""


def source_link(root: Path, snippet: Snippet) -> str:
    """Where a code host shows the file, if mkdocs.yml names one."""
    config = root / "mkdocs.yml"
    repository = _repository(config, config.stat().st_mtime_ns) if config.is_file() else ""
    return f"{repository}/blob/main/{snippet.where}" if repository else ""


def _predict_form(predict: dict, anchor: str, output: str) -> str:
    number = predict.get("number")
    found = re.search(predict["evidence"], output, re.M).group(1)
    answer = f"{schema.to_number(found):.15g}" if number is not None else str(predict["answer"])
    data = {"kind": "choice" if number is None else "number", "answer": prose.plain(answer), "evidence": predict["evidence"]}
    if number is not None:
        data["unit"] = str(number.get("unit", ""))
    attributes = "".join(f' data-{key}="{escape(text)}"' for key, text in data.items())
    controls = _choices(predict, anchor) if number is None else _number_input(number, anchor)
    return (f'<form class="cell-predict"{attributes}><fieldset><legend>{prose.inline(predict["ask"])}</legend>{controls}</fieldset>'
            '<div class="cell-predict-bar"><button type="submit" class="cell-guess">Commit the guess</button> '
            '<button type="button" class="cell-skip">Show without guessing</button></div></form>')


def _choices(predict: dict, anchor: str) -> str:
    return "".join(f'<label class="cell-option"><input type="radio" name="{anchor}-guess" value="{escape(prose.plain(option))}"> '
                   f"<span>{prose.inline(option)}</span></label>" for option in predict["options"])


def _number_input(number: dict, anchor: str) -> str:
    bounds = "".join(f' {key}="{number[key]}"' for key in ("min", "max") if number.get(key) is not None)
    unit = f' <span class="cell-unit">{escape(str(number["unit"]))}</span>' if number.get("unit") else ""
    return (f'<label class="cell-option"><span class="cell-guess-label">Your guess</span> '
            f'<input type="number" name="{anchor}-guess" step="any" inputmode="decimal" autocomplete="off"{bounds}>{unit}</label>')


def _params_form(snippet: Snippet, section: str | None, anchor: str) -> str:
    params = snippet.shown_params(section)
    place = {number: index for index, (number, _) in enumerate(snippet.shown_lines(section), 1)}
    controls = "".join(_control(param, f"{anchor}-{param.name}", place[param.line]) for param in params)
    return f'<form class="cell-params">{controls}</form>' if params else ""


def _control(param: Param, name: str, line: int) -> str:
    data = f'id="{name}" data-param="{param.name}" data-type="{param.type}" data-line="{line}"'
    label = f'<label for="{name}">{escape(param.label or param.name.replace("_", " "))}</label>'
    unit = f' <span class="cell-unit">{escape(param.unit)}</span>' if param.unit else ""
    if param.type == "boolean":
        control = f'<input type="checkbox" {data}{" checked" if param.value else ""}>'
    elif param.type == "dropdown":
        options = "".join(f'<option value="{escape(str(option))}"{" selected" if option == param.value else ""}>{escape(str(option))}</option>'
                          for option in param.options)
        control = f"<select {data}>{options}</select>"
    elif param.type == "string":
        control = f'<input type="text" {data} value="{escape(param.value)}" autocomplete="off" spellcheck="false">'
    else:
        control = _numeric(param, data)
    value = f'<span class="cell-param-value">{shown_number(param.value)}</span>' if param.type == "slider" else ""
    return f'<div class="cell-param" data-type="{param.type}">{label} {control} {value}{unit}</div>'


def _numeric(param: Param, data: str) -> str:
    whole = all(isinstance(number, int) for number in (param.value, param.min, param.max) if number is not None)
    step = param.step if param.step is not None else 1 if whole else "any"
    bounds = "".join(f' {key}="{bound}"' for key, bound in (("min", param.min), ("max", param.max)) if bound is not None)
    kind = "range" if param.type == "slider" else "number"
    whole_data = ' data-whole="true"' if whole else ""
    return f'<input type="{kind}" {data} data-scale="{param.scale}"{whole_data}{bounds} step="{step}" value="{param.value}" autocomplete="off">'


def shown_number(value) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"


def _bar() -> str:
    return ('<div class="cell-bar" hidden><button type="button" class="cell-run">Run</button> '
            '<button type="button" class="cell-stop" hidden>Stop</button> <button type="button" class="cell-reset">Reset</button> '
            '<button type="button" class="cell-copy">Copy</button> <span class="cell-status" role="status"></span></div>')


def _charts(kept: record.Record, anchor: str) -> str:
    summaries = kept.summaries
    if len(kept.charts) != len(summaries):
        raise Fault(f"its record has {len(kept.charts)} drawings for {len(summaries)} charts: record it again")
    figures = []
    for number, (file, summary) in enumerate(zip(kept.charts, summaries), 1):
        drawing = svg.clean(file.read_text(encoding="utf-8", errors="replace"), prefix=f"{anchor}-{number}-", label=summary)
        figures.append(f'<figure class="chart">{drawing}</figure>')
    return f'<div class="cell-charts">{"".join(figures)}</div>'


def _links(snippet: Snippet, root: Path) -> str:
    """What this snippet is built from and what is built from it, as imports have it."""
    shown = pages.shown_by(root)
    built = _built(snippet, root)
    used = {}
    for path in pages.importers(root).get(snippet.module, ()):
        for page in shown.get(path, ()):
            if path != snippet.path and page not in used:
                used[page] = f'<a href="handbook:{page}#{pages.anchor(path)}">{escape(pages.title(root, page))}</a>'
    parts = []
    if built:
        parts.append(f'<span class="cell-built">Built from {", ".join(dict.fromkeys(built))}</span>')
    if used:
        parts.append(f'<span class="cell-used">Used by {", ".join(used.values())}</span>')
    return f'<footer class="cell-links">{" · ".join(parts)}</footer>' if parts else ""


def _built(snippet: Snippet, root: Path) -> list[str]:
    shown = pages.shown_by(root)
    return [_snippet_link(root, path, shown) for module in snippet.imports
            if module != "snippets.charts" and (path := path_of(root, module))]


def _built_from(script: Snippet, root: Path) -> str:
    built = _built(script, root)
    return f' · <span class="cell-built">Built from {", ".join(dict.fromkeys(built))}</span>' if built else ""


def _snippet_link(root: Path, path: str, shown: dict[str, list[str]]) -> str:
    name = f"<code>{escape(path.removesuffix('.py').removesuffix('/__init__'))}</code>"
    if path in shown:
        return f'<a href="handbook:{shown[path][0]}#{pages.anchor(path)}">{name}</a>'
    page = pages.api_page(path)
    if (root / "docs" / page).is_file():
        return f'<a href="handbook:{page}#{load(root, path).module}">{name}</a>'
    return name
