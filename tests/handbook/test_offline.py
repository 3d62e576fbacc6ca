"""Experiments too heavy for a browser: run by another Python, kept with their versions, stale when their sources change."""

import shutil
import sys
from pathlib import Path

import pytest

from handbook import offline
from handbook.offline import main

GOOD = Path(__file__).parent / "good"
SCRIPT = "offline/components/toy/deep.py"


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "handbook"
    shutil.copytree(GOOD, root)
    return root


def record(tree, *arguments):
    return main([*arguments, "--python", sys.executable], root=tree)


def test_a_fresh_record_is_not_run_again(tree, capsys):
    assert record(tree) == 0
    assert capsys.readouterr().out == f"fresh {SCRIPT}\n"


def test_a_run_keeps_the_output_and_what_it_ran_with(tree):
    script = tree / SCRIPT
    script.write_text(script.read_text().replace("98_765", "4_321").replace("98,765", "4,321"))
    assert record(tree, SCRIPT) == 0
    kept = offline.read(offline.load_script(tree, "components/toy/deep.py"))
    assert kept.output == "rows 4,321  deep gain 0.14\n"
    assert kept.versions == f"Python {sys.version.split()[0]}"
    assert offline.fault(offline.load_script(tree, "components/toy/deep.py")) is None


def test_a_change_in_an_imported_snippet_makes_it_stale(tree):
    script = tree / SCRIPT
    script.write_text(script.read_text().replace("def fit", "from snippets.components.toy.leak import gain\n\n\ndef fit"))
    assert record(tree) == 0
    assert offline.fault(offline.load_script(tree, "components/toy/deep.py")) is None
    snippet = tree / "snippets/components/toy/leak.py"
    snippet.write_text(snippet.read_text().replace("leaky - honest", "honest - leaky"))
    assert "stale" in offline.fault(offline.load_script(tree, "components/toy/deep.py"))


def test_versions_name_the_heavy_libraries_that_the_script_used(tree):
    script = tree / SCRIPT
    script.write_text(script.read_text().replace("def fit", "import numpy\n\n\ndef fit"))
    assert record(tree) == 0
    import numpy
    assert offline.read(offline.load_script(tree, "components/toy/deep.py")).versions.endswith(f", numpy {numpy.__version__}")


@pytest.mark.parametrize(("broken", "says"), [
    ("raise KeyError('rows')", "its run failed: KeyError: 'rows'"),
    ("pass", "prints 0 characters"),
    ("print('x' * 20_000)", "prints 20,001 characters"),
])
def test_a_run_that_cannot_be_kept_leaves_the_old_record(tree, capsys, broken, says):
    script = tree / SCRIPT
    before = script.with_suffix(".out").read_text()
    script.write_text(script.read_text().replace('print(f"rows 98,765  deep gain {fit(98_765):.2f}")', broken))
    assert record(tree) == 1
    line, = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{SCRIPT}:1: ") and says in line
    assert script.with_suffix(".out").read_text() == before


def test_a_missing_environment_or_script_is_said_in_one_line(tree):
    with pytest.raises(offline.Fault, match="run  make offline, which sets it up"):
        main([], root=tree)
    with pytest.raises(offline.Fault, match="no script there"):
        record(tree, "offline/none.py")
