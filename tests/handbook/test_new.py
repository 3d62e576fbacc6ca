"""A new chapter or experiment passes check but for what is still to be written."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from handbook import Fault, new, record
from handbook.check import check
from handbook.schema import KINDS
from handbook.snippet import load

REPOSITORY = Path(__file__).resolve().parents[2]
TO_BE_WRITTEN = re.compile(r"still to be written|is empty: write it|0 quiz items")


@pytest.fixture
def root(tmp_path):
    tree = tmp_path / "handbook"
    shutil.copytree(Path(__file__).parent / "good", tree)
    shutil.copy(REPOSITORY / "snippets" / "charts.py", tree / "snippets" / "charts.py")
    return tree


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_chapter_lacks_only_what_is_to_be_written(root, kind, capsys):
    assert new.main([kind, "late-rows"], root) == 0
    found = check(root)[0]
    assert found and [str(line) for line in found if not TO_BE_WRITTEN.search(line.message)] == []
    assert {line.path for line in found} <= {f"docs/{KINDS[kind].folder}/late-rows.md", f"snippets/{KINDS[kind].package}/late_rows/first_late_rows.py"}
    printed = capsys.readouterr().out
    assert all(str(line) in printed for line in found)


def test_what_is_to_be_written_can_be_written(root):
    new.main(["lab", "late-rows"], root)
    page = root / "docs/labs/late-rows.md"
    text = page.read_text().replace("TODO, ", "The ")
    page.write_text(re.sub(r"(^## .*$)", r"\1\n\nWritten.", text, flags=re.M))
    assert check(root)[0] == []


def test_a_new_experiment_comes_with_record_test_cell_and_api_line(root):
    assert new.main(["experiment", "components/toy", "late_rows"], root) == 0
    snippet = load(root, "components/toy/late_rows.py")
    assert record.fresh(snippet)
    page = (root / "docs/components/toy.md").read_text()
    assert page.index("## Build it") < page.index("snippet: components/toy/late_rows.py") < page.index("## Choose")
    assert "::: snippets.components.toy.late_rows" in (root / "docs/reference/api/toy.md").read_text()
    assert [str(line) for line in check(root)[0] if not TO_BE_WRITTEN.search(line.message)] == []
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(root), "tests"], cwd=root,
                          env={"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_a_second_experiment_joins_the_chapters_tests(root):
    new.main(["experiment", "components/toy", "late_rows"], root)
    new.main(["experiment", "components/toy", "lost_rows"], root)
    text = (root / "tests/snippets/test_toy.py").read_text()
    assert text.count("def test_") == 2 and text.count("import pytest") == 1
    compile(text, "test_toy.py", "exec")


def test_the_navigation_keeps_its_comments_and_its_order(root):
    new.main(["case-study", "late-rows"], root)
    new.main(["framework", "late-talks"], root)
    config = (root / "mkdocs.yml").read_text()
    assert "# the end" in config and "!!python/name:handbook.fences.cell_format" in config
    order = ["Home", "Framework", "framework/late-talks.md", "Components", "components/toy.md", "Case studies", "case-studies/late-rows.md", "Reference"]
    assert [config.index(name) for name in order] == sorted(config.index(name) for name in order)
    assert config.index("reference/api/late-rows.md") < config.index("# the end")


@pytest.mark.parametrize(("argv", "says"), [
    (["component", "Late Rows"], "lower-case words with hyphens"),
    (["component", "../late"], "lower-case words with hyphens"),
    (["component", "toy"], "exists already"),
    (["experiment", "components/none", "x"], "no such chapter"),
    (["experiment", "components/toy", "Late-Rows"], "lower-case words with underscores"),
    (["experiment", "components/toy", "leak"], "exists already"),
])
def test_a_wrong_name_is_refused_and_writes_nothing(root, argv, says):
    before = sorted(root.rglob("*"))
    with pytest.raises(Fault, match=says):
        new.main(argv, root)
    assert sorted(root.rglob("*")) == before


def test_without_arguments_the_usage_is_shown(root, capsys):
    assert new.main([], root) == 2
    assert "new experiment CHAPTER IDEA" in capsys.readouterr().err


def test_a_new_experiment_leaves_the_other_records_fresh(root):
    for package in (root / "snippets" / "components").rglob("__init__.py"):
        package.unlink()
    record.main([], root)
    new.main(["experiment", "components/toy", "late_rows"], root)
    assert record.fresh(load(root, "components/toy/leak.py"))
