"""The one parser of snippets: docstring, sections, parameters, imports, digest."""

import ast
import hashlib
import io
import re
import tokenize
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath

from handbook import Fault

MAX_BYTES = 64_000
MAX_SECTIONS = 3
PARAM_KEYS = {
    "slider": {"min", "max", "step", "unit", "scale", "label"},
    "number": {"min", "max", "step", "unit", "label"},
    "dropdown": {"options", "unit", "label"},
    "boolean": {"label"},
    "string": {"label"},
}
_MARK = re.compile(r"^\s*#\s*--8<--\s*\[(start|end):([\w-]+)\]\s*$")
_PARAM = re.compile(r"#\s*@param\b\s*(.*)$")


class SnippetError(Fault):
    """A fault in a snippet: `path:line: what is wrong: what to do`."""

    def __init__(self, path: str, line: int, message: str):
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line, self.message = path, line, message


@dataclass(frozen=True)
class Param:
    """One control: the name it sets, the literal it starts from, where that literal stands."""

    name: str
    type: str
    value: object
    line: int
    columns: tuple[int, int]
    min: float | None = None
    max: float | None = None
    step: float | None = None
    unit: str = ""
    scale: str = "linear"
    label: str = ""
    options: tuple = ()


@dataclass(frozen=True)
class Snippet:
    root: Path
    path: str
    module: str
    text: str
    docstring: str
    doc_line: int
    sections: dict[str, tuple[int, int]]
    params: tuple[Param, ...]
    imports: tuple[str, ...]
    tree: ast.Module = field(repr=False, compare=False)
    base: str = "snippets"

    @property
    def where(self) -> str:
        """The path from the root of the repository."""
        return f"{self.base}/{self.path}"

    @property
    def name(self) -> str:
        """What a fence calls it: its path below snippets/, or the whole path of one that stands elsewhere."""
        return self.path if self.base == "snippets" else self.where

    @property
    def file(self) -> Path:
        return self.root / self.where

    @property
    def idea(self) -> str:
        return PurePosixPath(self.path).stem

    @property
    def question(self) -> str:
        """The first line of the docstring: the design question."""
        return self.docstring.strip().split("\n")[0].strip()

    def section_fault(self, section: str | None) -> str | None:
        """What is wrong with a section's name in a fence, None if nothing."""
        if section is None or section in self.sections:
            return None
        return f"section “{section}” is not in {self.name} (it has: {', '.join(self.sections) or 'none'}): correct the name"

    def shown_lines(self, section: str | None = None) -> list[tuple[int, str]]:
        """Number in the file and text of each line that a page shows: a section, or the file without its marks."""
        lines = list(enumerate(self.text.splitlines(), 1))
        first, last = (1, len(lines)) if section is None else self.sections[section]
        kept = [(number, line) for number, line in lines[first - 1:last] if not _MARK.match(line)]
        while kept and not kept[0][1].strip():
            kept.pop(0)
        return kept

    def shown(self, section: str | None = None) -> str:
        return "\n".join(line for _, line in self.shown_lines(section)).rstrip("\n") + "\n"

    def shown_params(self, section: str | None = None) -> list[Param]:
        if section is None:
            return list(self.params)
        first, last = self.sections[section]
        return [param for param in self.params if first <= param.line <= last]

    def digest(self) -> str:
        """Sixteen hex digits over this file and every `snippets.*` file that a run of it executes."""
        total = hashlib.sha256()
        for path, text in sorted(sources(self).items()):
            total.update(f"{path}\n{normal(text)}\n".encode())
        return total.hexdigest()[:16]


def normal(text: str) -> str:
    """Text as the digest sees it: line ends and trailing blanks don't count."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).rstrip("\n") + "\n"


def load(root: Path, path: str, base: str = "snippets") -> Snippet:
    """Parse `snippets/PATH`, or a script of another base; the result is kept until the file changes."""
    file = locate(root, path, base)
    stat = file.stat()
    return _load(Path(root), path, base, stat.st_mtime_ns, stat.st_size)


def locate(root: Path, path: str, base: str = "snippets") -> Path:
    """The file of a snippet, or a fault: the path must be plain, end in .py and stay inside its base."""
    where = f"{base}/{path}"
    if not re.fullmatch(r"[a-z0-9_]+(/[a-z0-9_]+)*\.py", str(path)):
        raise SnippetError(where, 1, "not a snippet's path: write it like components/feature_stores/point_in_time_join.py")
    folder = (Path(root) / base).resolve()
    file = (folder / path)
    if not file.is_file():
        raise SnippetError(where, 1, f"no such {'snippet' if base == 'snippets' else 'script'} {path}: write it, or correct the path in the fence")
    if not file.resolve().is_relative_to(folder):
        raise SnippetError(where, 1, f"leads out of {base}/: put the file itself there")
    return file


def module_of(path: str, base: str = "snippets") -> str:
    """`components/x/y.py` → `snippets.components.x.y`."""
    parts = [base, *PurePosixPath(path).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def path_of(root: Path, module: str) -> str | None:
    """The path below snippets/ of a `snippets.*` module, None if there is none."""
    parts = module.split(".")[1:]
    for candidate in ("/".join(parts) + ".py", "/".join([*parts, "__init__.py"])):
        if (Path(root) / "snippets" / candidate).is_file():
            return candidate
    return None


def sources(snippet: Snippet) -> dict[str, str]:
    """Path → text of the snippet and of all `snippets.*` code it imports, packages included."""
    found: dict[str, str] = {}
    waiting = [snippet]
    while waiting:
        one = waiting.pop()
        if one.name in found:
            continue
        found[one.name] = one.text
        for module in (*([one.module] if one.base == "snippets" else []), *one.imports):
            paths = filter(None, (path_of(snippet.root, name) for name in _with_packages(module)))
            waiting += [load(snippet.root, path) for path in paths if path not in found]
    return found


def _with_packages(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


@lru_cache(maxsize=4096)
def _load(root: Path, path: str, base: str, mtime: int, size: int) -> Snippet:
    where = f"{base}/{path}"
    if size > MAX_BYTES:
        raise SnippetError(where, 1, f"{size:,} bytes: a snippet is one idea; keep it under {MAX_BYTES:,}")
    try:
        text = (root / where).read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise SnippetError(where, 1, f"not UTF-8 (byte {error.start}): save it as UTF-8") from None
    text = text.replace("\r\n", "\n")
    try:
        # Newer syntax must not slip in: the oldest Python that we support reads every snippet.
        tree = ast.parse(text, filename=where, feature_version=(3, 11))
    except SyntaxError as error:
        raise SnippetError(where, error.lineno or 1, f"syntax error ({error.msg}): correct it") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise SnippetError(where, 1, f"cannot be parsed ({error}): correct it") from None
    module = module_of(path, base)
    doc_line = tree.body[0].lineno if tree.body and ast.get_docstring(tree) is not None else 1
    return Snippet(root, path, module, text, ast.get_docstring(tree) or "", doc_line, _sections(where, text),
                   tuple(_params(where, text, tree)), tuple(_imports(root, where, module, path, tree)), tree, base)


def _sections(where: str, text: str) -> dict[str, tuple[int, int]]:
    """Name → first and last line of what stands between the marks."""
    opened: dict[str, int] = {}
    closed: dict[str, tuple[int, int]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        mark = _MARK.match(line)
        if not mark:
            continue
        kind, name = mark.groups()
        if kind == "start":
            if name in opened or name in closed:
                raise SnippetError(where, number, f"section “{name}” starts twice: give each its own name")
            opened[name] = number + 1
        elif name not in opened:
            raise SnippetError(where, number, f"section “{name}” ends without a start: add # --8<-- [start:{name}] above")
        else:
            first = opened.pop(name)
            if number - 1 < first:
                raise SnippetError(where, number, f"section “{name}” is empty: put its marks around code")
            closed[name] = (first, number - 1)
    for name, first in opened.items():
        raise SnippetError(where, first - 1, f"section “{name}” never ends: add # --8<-- [end:{name}]")
    if len(closed) > MAX_SECTIONS:
        raise SnippetError(where, 1, f"{len(closed)} sections: at most {MAX_SECTIONS}; split the idea in two files")
    return closed


def _params(where: str, text: str, tree: ast.Module):
    comments = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and (match := _PARAM.match(token.string)):
            comments[token.start[0]] = match.group(1).strip()
    if not comments:
        return
    assigned = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            assigned[node.lineno] = node
    for line, form in comments.items():
        node = assigned.get(line)
        targets = [] if node is None else node.targets if isinstance(node, ast.Assign) else [node.target]
        if len(targets) != 1 or not isinstance(targets[0], ast.Name):
            raise SnippetError(where, line, "@param beside no assignment: write  name = literal  # @param {…}  on one line")
        yield _param(where, line, targets[0].id, node.value, form)


def _param(where: str, line: int, name: str, node: ast.expr, form: str) -> Param:
    def wrong(message: str):
        return SnippetError(where, line, f"@param {name}: {message}")

    try:
        value = ast.literal_eval(node)
    except ValueError:
        raise wrong("its value is an expression: write a plain literal, which the control can rewrite") from None
    options = _form(form, wrong)
    kind = options.pop("type", None)
    if kind not in PARAM_KEYS:
        raise wrong(f"type {kind!r}: use one of {', '.join(PARAM_KEYS)}")
    for key in options:
        if key not in PARAM_KEYS[kind]:
            raise wrong(f"“{key}” does not go with {kind}: it takes {', '.join(sorted(PARAM_KEYS[kind]))}")
    _fits(kind, value, options, wrong)
    if "options" in options:
        options["options"] = tuple(options["options"])
    return Param(name, kind, value, line, (node.col_offset, node.end_col_offset), **options)


def _form(form: str, wrong) -> dict:
    """Colab's `{type:"slider", min:1, open:true}`: read as a Python dict whose bare words are strings."""
    try:
        node = ast.parse(form.strip(), mode="eval").body
        if not isinstance(node, ast.Dict):
            raise ValueError
        words = {"true": True, "false": False}
        read = lambda part: words[part.id] if isinstance(part, ast.Name) and part.id in words else ast.literal_eval(part)
        pairs = [(key.id if isinstance(key, ast.Name) else read(key), read(value)) for key, value in zip(node.keys, node.values)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise wrong('cannot be read: write it like {type:"slider", min:1, max:9, step:1}') from None
    keys = [key for key, _ in pairs]
    if any(not isinstance(key, str) for key in keys) or len(set(keys)) < len(keys):
        raise wrong("a key is no word, or stands twice: name each key once")
    return dict(pairs)


def _number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _fits(kind: str, value, options: dict, wrong) -> None:
    for key in ("min", "max", "step"):
        if key in options and not _number(options[key]):
            raise wrong(f"{key} is no number: write a number")
    for key in ("unit", "label", "scale"):
        if key in options and not isinstance(options[key], str):
            raise wrong(f"{key} is no text: put it in quotes")
    if kind in ("slider", "number"):
        _fits_range(kind, value, options, wrong)
    elif kind == "dropdown":
        choices = options.get("options")
        if not isinstance(choices, list) or len(choices) < 2 or any(not isinstance(c, (str, int, float)) for c in choices):
            raise wrong("a dropdown needs options: [“a”, “b”], two or more texts or numbers")
        if value not in choices:
            raise wrong(f"its value {value!r} is none of its options: add it or change the value")
    elif kind == "boolean" and not isinstance(value, bool):
        raise wrong(f"a boolean starts as True or False, not {value!r}")
    elif kind == "string" and not isinstance(value, str):
        raise wrong(f"a string starts as a text in quotes, not {value!r}")


def _fits_range(kind: str, value, options: dict, wrong) -> None:
    if not _number(value):
        raise wrong(f"a {kind} starts as a number, not {value!r}")
    low, high = options.get("min"), options.get("max")
    if kind == "slider" and (low is None or high is None):
        raise wrong("a slider needs min and max")
    if low is not None and high is not None and low >= high:
        raise wrong(f"min {low} is not below max {high}")
    if (low is not None and value < low) or (high is not None and value > high):
        raise wrong(f"its value {value} lies outside min and max: widen them or change the value")
    if options.get("step", 1) <= 0:
        raise wrong("step must be above 0")
    if options.get("scale", "linear") not in ("linear", "log"):
        raise wrong("scale is linear or log")
    if options.get("scale") == "log" and low <= 0:
        raise wrong("a log scale needs min above 0")


def _imports(root: Path, where: str, module: str, path: str, tree: ast.Module):
    """The `snippets.*` modules that this file imports itself, each once, in order."""
    seen: dict[str, None] = {}
    package = module if path.endswith("__init__.py") else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            wanted = [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[:len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            wanted = [(base, alias.name) for alias in node.names]
        else:
            continue
        for base, name in wanted:
            if base == "offline" or base.startswith("offline."):
                raise SnippetError(where, node.lineno, "imports from offline/: share code through snippets/, whose records are compared")
            if base != "snippets" and not base.startswith("snippets."):
                continue
            full = f"{base}.{name}" if name and path_of(root, f"{base}.{name}") else base
            if path_of(root, full) is None:
                raise SnippetError(where, node.lineno, f"imports {full}, which is no file in snippets/: correct the name")
            seen[full] = None
    return seen
