"""`prepare` makes the same files from the same sources, names them by content, and makes nothing twice."""

import json
import lzma
import re
import shutil
import subprocess
import sys

import pytest

from handbook import Fault, prepare


@pytest.fixture(scope="module")
def manifest():
    prepare.main([])
    return json.loads((prepare.ASSETS / "manifest.json").read_text())


def test_every_file_but_the_two_entries_carries_a_digest_in_its_name(manifest):
    plain = {file for file in manifest["files"] if not re.search(r"-[0-9A-Za-z]{8,10}\.", file)}
    assert plain == {"site.js", "site.css"}


def test_the_manifest_names_what_lies_there_and_nothing_else(manifest):
    there = {file.relative_to(prepare.ASSETS).as_posix(): file.stat().st_size for file in prepare.ASSETS.rglob("*") if file.is_file()}
    assert there == manifest["files"] | {"manifest.json": there["manifest.json"]}
    assert set(manifest["interpreter"]) < set(there)


def test_a_second_run_makes_nothing(manifest, capsys, monkeypatch):
    monkeypatch.setattr(prepare, "node", lambda *_, **__: pytest.fail("made again"))
    assert prepare.main([]) == 0
    assert capsys.readouterr().out == ""


def test_the_library_comes_out_the_same_each_time(manifest, tmp_path):
    for name in ("first", "second"):
        prepare.node("library.mjs", str(tmp_path / name), str(prepare.WEB / "runtime.py"), text=prepare.text_of(["math"]))
    for archive in ("small.zip", "whole.zip"):
        assert (tmp_path / "first" / archive).read_bytes() == (tmp_path / "second" / archive).read_bytes()


def test_the_interpreter_before_a_first_run_weighs_little(manifest):
    """A rough guard: what a first Run moves, compressed as it is shipped."""
    sizes = {kind: sum(size for file, size in manifest["files"].items() if file in manifest["interpreter"] and kind in file)
             for kind in ("wasm", "library", "mjs")}
    assert sizes["wasm"] < 2_600_000 and sizes["library"] < 950_000 and sizes["mjs"] < 750_000


def test_a_packed_file_unpacks_to_what_it_was(manifest):
    packed = next(prepare.ASSETS / file for file in manifest["interpreter"] if "small" in file)
    assert lzma.decompress(packed.read_bytes()) == (prepare.WORK / "small.zip").read_bytes()


def test_a_python_without_lzma_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "lzma", None)
    with pytest.raises(Fault, match="built without lzma"):
        prepare.squeeze(b"")


def test_a_pyodide_whose_script_is_written_otherwise_is_one_line(tmp_path):
    """The tool that makes it smaller refuses what it does not understand."""
    tools = tmp_path / "tools"
    shutil.copytree(prepare.WEB / "tools", tools)
    shutil.copytree(prepare.PYODIDE, tmp_path / "node_modules" / "pyodide")
    for package in ("binaryen", "esbuild"):
        (tmp_path / "node_modules" / package).symlink_to(prepare.PYODIDE.parent / package)
    (tmp_path / "node_modules" / "pyodide" / "pyodide.asm.mjs").write_text("export default async () => {};")
    done = subprocess.run([prepare.find_node(), str(tools / "interpreter.mjs"), str(tmp_path / "out")], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "Pyodide's script is not written as this tool expects: look at SET and DECLARED in web/tools/interpreter.mjs\n"


def test_missing_packages_are_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(prepare, "PYODIDE", tmp_path / "nothing")
    with pytest.raises(Fault, match="node_modules is missing: run `npm ci --ignore-scripts`"):
        prepare.node("library.mjs")


def test_a_missing_node_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    monkeypatch.setattr(prepare.shutil, "which", lambda _: None)
    with pytest.raises(Fault, match="Node 22 or newer is missing"):
        prepare.find_node()


def test_a_half_written_snippet_does_not_stop_the_preparation(monkeypatch, tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("def f(:\n")
    whole = tmp_path / "whole.py"
    whole.write_text("import statistics\nfrom collections import deque\nfrom snippets.charts import show\nimport numpy\n")
    monkeypatch.setattr(prepare, "snippet_files", lambda: [broken, whole])
    assert prepare.imported_modules() == ["collections", "statistics"]
