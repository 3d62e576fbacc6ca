"""docs/contribute/ says what the schema says: facts are compared, so the pages cannot go stale."""

import re
from pathlib import Path

import pytest

from handbook import numbers, schema, yaml
from handbook.code_rules import UNSTEADY
from handbook.new import main
from handbook.pages import fences
from handbook.snippet import PARAM_KEYS

CONTRIBUTE = Path(__file__).resolve().parents[2] / "docs" / "contribute"


def rows(page):
    text = (CONTRIBUTE / page).read_text(encoding="utf-8")
    return [[part.strip() for part in line.strip("|").split("|")] for line in text.split("\n") if line.startswith("| ")][1:]


def code(text):
    return re.findall(r"`([^`]+)`", text)


def test_the_table_of_contracts_is_the_schema():
    told = {name: (code(folder), int(words.replace(",", "")), code(parts)) for name, folder, words, parts in rows("contracts.md")}
    assert told == {kind.name: ([f"docs/{kind.folder}/"], kind.words, list(kind.sections)) for kind in schema.KINDS.values()}


def test_the_limits_are_the_schemas():
    text = (CONTRIBUTE / "contracts.md").read_text(encoding="utf-8")
    assert f"(at most {schema.TITLE_LENGTH} characters)" in text and f"(at most {schema.DESCRIPTION_LENGTH}:" in text
    assert f"an integer up to {numbers.FREE_UP_TO}," in text
    assert schema.QUIZ_ITEMS == (5, 10) and "Five to ten items" in text


def test_the_table_of_parameters_is_the_parsers():
    told = {code(kind)[0]: set(code(keys)) for kind, keys, _ in rows("snippets.md")}
    assert told == PARAM_KEYS
    assert "gauss" in UNSTEADY


@pytest.mark.parametrize("page", ["contracts.md", "experiments.md"])
def test_the_examples_of_fences_hold_to_their_shapes(page):
    text = (CONTRIBUTE / page).read_text(encoding="utf-8")
    examples = [fence for outer in fences(text) for fence in fences(outer.body)]
    assert examples
    for example in examples:
        if example.language in schema.SHAPES:
            assert schema.SHAPES[example.language](yaml.read(example.body)[0]) == []


@pytest.mark.parametrize("page", [CONTRIBUTE / "index.md", CONTRIBUTE / "experiments.md", CONTRIBUTE.parents[1] / "CONTRIBUTING.md"])
def test_the_commands_named_are_commands(page, capsys, tmp_path):
    named = re.findall(r"-m handbook new (experiment \S+ \S+?|\S+ \S+?)[`\s]", page.read_text(encoding="utf-8"))
    assert named
    for command in named:
        # On an empty tree a known command fails on the tree, an unknown one shows the usage.
        try:
            assert main(command.split(), tmp_path) != 2, command
        except Exception as error:
            assert "no such chapter" in str(error) or "mkdocs.yml" in str(error), command
