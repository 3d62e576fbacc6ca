"""Starts a chapter or an experiment: files that pass `check` but for what is still to be written.

    python -m handbook new component|case-study|framework|lab SLUG
    python -m handbook new experiment CHAPTER IDEA        as in  new experiment components/feature-stores online_lag
    python -m handbook new api                            adds to the API pages what cells show
"""

import datetime
import re
import sys
from pathlib import Path

from handbook import ROOT, Fault, check, pages, record, schema
from handbook.snippet import load, module_of

USAGE = __doc__.split("\n\n", 1)[1]
NAVIGATION = ["Home", "Framework", "Components", "Case studies", "Labs", "Practice", "Reference", "Contribute"]
GROUPS = {"framework": "Framework", "components": "Components", "case-studies": "Case studies", "labs": "Labs"}
# Where an experiment goes when its chapter has this section.
HOMES = ("build-it", "baseline-then-model", "do-it-now", "what-we-measured")

SNIPPET = '''"""{question}?

TODO: the answer in one or two sentences. Chapter: {chapter}. Method: TODO, the source.
"""

import random


def share_above(threshold: float, draws: int, seed: int) -> float:
    """Share of uniform draws above the threshold."""
    rng = random.Random(seed)
    return sum(rng.random() > threshold for _ in range(draws)) / draws


def main() -> None:
    threshold = 0.5  # @param {{type:"slider", min:0, max:1, step:0.05}}
    print(f"share above {{threshold:.2f}}  {{share_above(threshold, draws=1_000, seed=1):.3f}}")


if __name__ == "__main__":
    main()
'''
TEST = '''def test_{idea}_counts_the_share_of_draws_above_the_threshold():
    assert {idea}.share_above(0.25, draws=100_000, seed=2) == pytest.approx(0.75, abs=0.01)
'''
CELL = '''```cell
snippet: {path}
predict:
  ask: TODO, what does the reader guess?
  options: [under half, over half]
  answer: {answer}
  evidence: 'share above [0-9.]+  ([0-9.]+)'
  why: TODO, one or two sentences shown after the run.
say: >
  TODO, the thirty-second answer that uses the printed number and says when it stops holding.
```
'''
BOARD = '''```board
prompt: TODO, the question as an interviewer puts it.
checklist:
  - TODO, what a good answer has said
  - TODO, what it has computed
  - TODO, what it has refused
```
'''


def chapter(root: Path, kind: schema.Kind, slug: str) -> list[Path]:
    """Page, package, first snippet, test, API page and navigation of a new chapter."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", slug):
        raise Fault(f"{slug}: a slug is lower-case words with hyphens, as feature-stores")
    page = f"{kind.folder}/{slug}.md"
    file = root / "docs" / page
    if file.exists():
        raise Fault(f"docs/{page}:1: exists already: choose another slug, or add an experiment to it")
    title = slug.replace("-", " ").capitalize()
    idea = f"first_{slug.replace('-', '_')}"
    written = [_write(file, _page(kind, title, page))]
    _navigate(root, GROUPS[kind.folder], page)
    if kind.predict:
        written += experiment(root, f"{kind.folder}/{slug}", idea)
    return written


def _page(kind: schema.Kind, title: str, page: str) -> str:
    today = datetime.date.today().isoformat()
    head = (f"---\ntitle: {title}\ndescription: TODO, one sentence that a searcher would click\ntags: [{_tag(kind)}]\nminutes: 20\n"
            f"needs: []\nreviewed: {today}\n---\n\n# {title}\n\nTODO, first paragraph: what goes wrong for those who don't know this.\n")
    body = []
    for name, heading in kind.sections.items():
        body.append(f"## {heading} {{ #{name} }}\n")
        if name == "answer-it-first":
            body.append(BOARD)
    return head + "\n" + "\n".join(body)


def _tag(kind: schema.Kind) -> str:
    return {"framework": "interview", "component": "data", "case-study": "recommendation", "lab": "lab"}[kind.name]


def experiment(root: Path, chapter_name: str, idea: str) -> list[Path]:
    """A snippet with its record and test, a cell for it on the chapter's page, a line on the API page."""
    page = f"{chapter_name}.md"
    kind = schema.kind_of(page)
    if kind is None or not (root / "docs" / page).is_file():
        raise Fault(f"{chapter_name}: no such chapter: name it as components/feature-stores")
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", idea):
        raise Fault(f"{idea}: an idea is lower-case words with underscores, as point_in_time_join")
    package = f"{kind.package}/{chapter_name.partition('/')[2].replace('-', '_')}"
    path = f"{package}/{idea}.py"
    if (root / "snippets" / path).exists():
        raise Fault(f"snippets/{path}:1: exists already: choose another name")
    question = idea.replace("_", " ").capitalize()
    written = [_write(root / "snippets" / path, SNIPPET.format(question=question, chapter=chapter_name))]
    snippet = load(root, path)
    record.record(snippet)
    written.append(record.out_file(snippet))
    share = float(re.search(r"([0-9.]+)$", record.read(snippet).output.strip()).group(1))
    written.append(_add_cell(root / "docs" / page, CELL.format(path=path, answer="over half" if share > 0.5 else "under half")))
    written.append(_add_test(root, package, idea, chapter_name))
    return written + add_api(root)


def _add_cell(file: Path, cell: str) -> Path:
    """At the end of the section where the chapter runs its code."""
    text = file.read_text(encoding="utf-8")
    starts = [match for match in re.finditer(r"^## (.+)$", text, re.M)]
    home = next((match for name in HOMES for match in starts if f"#{name}" in match.group(1) or _slug(match.group(1)) == name), None)
    if home is None:
        raise Fault(f"{file}:1: has none of the sections {', '.join(HOMES)}: add one, the cell goes there")
    end = next((match.start() for match in starts if match.start() > home.start()), len(text))
    file.write_text(text[:end].rstrip("\n") + "\n\n" + cell + "\n" + text[end:], encoding="utf-8")
    return file


def _slug(heading: str) -> str:
    return re.sub(r"\W+", "-", heading.lower()).strip("-")


def _add_test(root: Path, package: str, idea: str, chapter_name: str) -> Path:
    name = package.partition("/")[2]
    file = root / "tests" / "snippets" / f"test_{name}.py"
    line = f"from {module_of(f'{package}/{idea}.py').rpartition('.')[0]} import {idea}"
    test = TEST.format(idea=idea)
    if not file.exists():
        return _write(file, f'"""What docs/{chapter_name}.md claims, against known values."""\n\nimport pytest\n\n{line}\n\n\n{test}')
    text = file.read_text(encoding="utf-8")
    lines = text.split("\n")
    last = max((number for number, one in enumerate(lines) if re.match(r"(?:from|import)\s", one)), default=0)
    # An import in brackets goes on: find its end.
    while lines[last].count("(") > lines[last].count(")") and ")" not in lines[last]:
        last += 1
    lines.insert(last + 1, line)
    if not re.search(r"^import pytest$", text, re.M):
        lines.insert(next(number for number, one in enumerate(lines) if re.match(r"(?:from|import)\s", one)), "import pytest")
    file.write_text("\n".join(lines).rstrip("\n") + "\n\n\n" + test, encoding="utf-8")
    return file


def add_api(root: Path) -> list[Path]:
    """Put every snippet that a page shows or another imports on its API page, and the API pages in the navigation."""
    written = []
    book = check.Book(root)
    for path in pages.python(root):
        if path not in {*book.shown, *book.imported} or path == "charts.py" or path.startswith("world/"):
            continue
        page, module = pages.api_page(path), module_of(path)
        file = root / "docs" / page
        if not file.exists():
            name = Path(page).stem.replace("-", " ").capitalize()
            _write(file, f"---\ntitle: {name}, the code\ndescription: The functions that the chapter on {name.lower()} runs, with their source.\n---\n\n# {name}, the code\n")
            _navigate(root, "Reference", page)
        text = file.read_text(encoding="utf-8")
        if not re.search(rf"^::: {re.escape(module)}$", text, re.M):
            file.write_text(text.rstrip("\n") + f"\n\n::: {module}\n", encoding="utf-8")
            written.append(file)
    return written


def _navigate(root: Path, group: str, page: str) -> None:
    """Add a page to its group in mkdocs.yml, as text: comments stay."""
    config = root / "mkdocs.yml"
    lines = config.read_text(encoding="utf-8").split("\n")
    if any(re.search(rf"(?<![\w/-]){re.escape(page)}\s*$", line) for line in lines):
        return
    nav = next((number for number, line in enumerate(lines) if re.match(r"nav:\s*$", line)), None)
    if nav is None:
        raise Fault("mkdocs.yml:1: has no nav: add one")
    end = next((number for number in range(nav + 1, len(lines)) if lines[number].strip() and not lines[number].startswith((" ", "#", "-"))), len(lines))
    while not lines[end - 1].strip() or lines[end - 1].startswith("#"):
        end -= 1
    groups = {match.group(1): number for number in range(nav + 1, end) if (match := re.match(r"  - ([^:]+):", lines[number]))}
    if group in groups:
        later = [number for number in groups.values() if number > groups[group]]
        place = min(later, default=end)
        indent = next((re.match(r"\s*", lines[number]).group() for number in range(place - 1, groups[group], -1) if lines[number].strip().startswith("- ")), "      ")
        lines.insert(place, f"{indent}- {page}")
    else:
        after = NAVIGATION[NAVIGATION.index(group) + 1:]
        place = min((groups[name] for name in after if name in groups), default=end)
        lines[place:place] = [f"  - {group}:", f"      - {page}"]
    config.write_text("\n".join(lines), encoding="utf-8")


def _write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def main(argv: list[str], root: Path = ROOT) -> int:
    match argv:
        case ["experiment", name, idea]:
            written = experiment(root, name.strip("/").removeprefix("docs/").removesuffix(".md"), idea)
        case ["api"]:
            written = add_api(root)
        case [name, slug] if name in schema.KINDS:
            written = chapter(root, schema.KINDS[name], slug)
        case _:
            print(USAGE, file=sys.stderr)
            return 2
    for file in dict.fromkeys(written):
        print(f"wrote {file.relative_to(root)}")
    if argv == ["api"]:
        return 0
    mine = {file.relative_to(root).as_posix() for file in written}
    left = [line for line in check.check(root)[0] if line.path in mine or line.path == "mkdocs.yml"]
    print("\nto be written (python -m handbook check says when it is done):")
    for line in left:
        print(f"  {line}")
    return 0
