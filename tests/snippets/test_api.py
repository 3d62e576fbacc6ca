"""The snippets are an API: every public function is documented, and some test runs it, by name or through one that it names.

`main` does not count as a test: what only a demonstration calls is checked against nothing but its own record.
"""

import ast
from pathlib import Path

import pytest

from handbook import pages
from handbook.snippet import load, path_of

ROOT = Path(__file__).resolve().parents[2]
SNIPPETS = pages.python(ROOT)


def definitions(path):
    """Name → nodes of the functions, classes and methods of a file; methods by their bare name."""
    found = {}
    for node in load(ROOT, path).tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.setdefault(node.name, []).append(node)
            for inner in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(inner, ast.FunctionDef):
                    found.setdefault(inner.name, []).append(inner)
    return found


def is_public(name):
    return not name.startswith("_") and name != "main"


def words(tree):
    """Every name that a piece of code reads, behind a dot or not."""
    return ({node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
            | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)})


def imported(tree):
    """Files of the snippets that a syntax tree imports, and those that an imported package passes on."""
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("snippets"):
            modules |= {path_of(ROOT, f"{node.module}.{alias.name}") or path_of(ROOT, node.module) for alias in node.names}
        elif isinstance(node, ast.Import):
            modules |= {path_of(ROOT, alias.name) for alias in node.names if alias.name.startswith("snippets")}
    modules.discard(None)
    packages = {path for path in modules if path.endswith("__init__.py")}
    return modules.union(*(imported(load(ROOT, path).tree) for path in packages))


def exercised():
    """(file, name) of everything that a test names, and of everything that those in turn name."""
    waiting = []
    for file in (ROOT / "tests").rglob("test_*.py"):
        if file == Path(__file__):
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        waiting += [(path, name) for path in imported(tree) for name in words(tree)]
    reached = set()
    while waiting:
        path, name = waiting.pop()
        if (path, name) in reached or name == "main":
            continue
        for node in definitions(path).get(name, ()):
            reached.add((path, name))
            inside = words(node)
            if isinstance(node, ast.ClassDef):
                # Making an object runs what Python calls by itself; its other methods must be named.
                inside = {name for inner in node.body if not (isinstance(inner, ast.FunctionDef) and is_public(inner.name)) for name in words(inner)}
            waiting += [(other, word) for other in {path} | imported(load(ROOT, path).tree) for word in inside]
    return reached


@pytest.fixture(scope="module")
def reached():
    return exercised()


@pytest.mark.parametrize("path", SNIPPETS)
def test_every_public_name_is_documented(path):
    undocumented = [name for name, nodes in definitions(path).items() if is_public(name) for node in nodes if not ast.get_docstring(node)]
    assert undocumented == []


@pytest.mark.parametrize("path", SNIPPETS)
def test_every_public_function_is_run_by_a_test(path, reached):
    untested = [name for name, nodes in definitions(path).items()
                if is_public(name) and isinstance(nodes[0], ast.FunctionDef) and (path, name) not in reached]
    assert untested == []
