"""Every known bad chapter is refused with the right line; the good one passes.

A case in bad/ edits one file of good/ and names every fault that follows, so a check that goes quiet fails here.
"""

import shutil
from pathlib import Path

import pytest
import yaml

from handbook.check import check, main

HERE = Path(__file__).parent
STALE = ("snippets/components/toy/leak.py", 1, "its record is stale")


def cases():
    for file in sorted((HERE / "bad").glob("*.yml")):
        group = yaml.safe_load(file.read_text(encoding="utf-8"))
        for case in group["cases"]:
            case = {"file": group.get("file"), "stale": group.get("stale", False), **case}
            yield pytest.param(case, id=f"{file.stem}: {case['name']}")


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "handbook"
    shutil.copytree(HERE / "good", root)
    return root


def line_of(root, path, fault):
    text = (root / path).read_text(encoding="utf-8") if (root / path).is_file() else ""
    if fault.get("line") == "last":
        return text.count("\n")
    if "line" in fault:
        return fault["line"]
    assert fault["at"] in text, f"the case accuses a line that is not there: {fault['at']}"
    return text[:text.index(fault["at"])].count("\n") + 1


def edit(root, case):
    file = root / case["file"]
    if "create" in case:
        return file.write_text(case["create"], encoding="utf-8")
    if case.get("delete"):
        return file.unlink()
    text = file.read_text(encoding="utf-8")
    assert case["find"] in text, "the case edits a text that is not there"
    put = case["put"].replace("{2600 words}", "word " * 2600)
    file.write_text(text.replace(case["find"], put, 1), encoding="utf-8")


def test_the_good_handbook_has_no_fault_and_reports_what_is_exempted(tree):
    found, counted = check(tree)
    assert found == []
    assert counted["exempt"] == [("components/toy.md", "an assumption of the question"), *[("components/toy.md", "an assumption of the answer")] * 4]


@pytest.mark.parametrize("case", list(cases()))
def test_refused_with_its_line(tree, case):
    edit(tree, case)
    found = [(line.path, line.line, line.message) for line in check(tree)[0]]
    if case["faults"] == "any":
        # Where the parser loses the thread depends on its version: one of these lines must be accused.
        assert any(matches(tree, case, fault, line) for fault in case["one_of"] for line in found), found
        return
    expected = [*case["faults"], *([{"path": STALE[0], "line": STALE[1], "says": STALE[2]}] if case["stale"] else [])]
    for fault in expected:
        assert any(matches(tree, case, fault, line) for line in found), f"not refused: {fault}\nfound: {found}"
    surplus = [line for line in found if not any(matches(tree, case, fault, line) for fault in expected)]
    assert surplus == []


def matches(root, case, fault, line):
    path = fault.get("path", case["file"])
    number = line_of(root, path, fault)
    return line[0] == path and (number == "any" or line[1] == number) and fault["says"] in line[2]


def test_every_fault_is_one_line_that_says_where_what_and_what_to_do(tree, capsys):
    edit(tree, {"file": "docs/components/toy.md", "find": "Rows arrive late", "put": "Rows arrive 17 hours late"})
    assert main([], tree) == 1
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert out.startswith("docs/components/toy.md:20: figure “17” has no parent: ")


def test_a_path_limits_the_check_to_it(tree):
    edit(tree, {"file": "docs/components/toy.md", "find": "Rows arrive late", "put": "Rows arrive 17 hours late"})
    assert check(tree, ["docs/index.md"])[0] == []
    assert len(check(tree, ["docs/components"])[0]) == 1


def test_a_path_that_is_not_there_is_one_line(tree):
    with pytest.raises(Exception, match=r"^docs/none.md:1: no such file here"):
        check(tree, ["docs/none.md"])


def test_a_file_that_is_not_utf8_is_refused_on_its_line(tree):
    (tree / "docs/index.md").write_bytes(b"---\ntitle: Home\ndescription: x\n---\n\n# Home\n\ncaf\xe9\n")
    assert [(line.path, line.line) for line in check(tree)[0]] == [("docs/index.md", 8)]
    assert "UTF-8" in check(tree)[0][0].message


def test_a_snippet_that_is_not_utf8_is_refused(tree):
    (tree / "snippets/components/toy/leak.py").write_bytes(b'"""caf\xe9"""\n')
    assert "snippets/components/toy/leak.py:1: not UTF-8 (byte 6): save it as UTF-8" in map(str, check(tree)[0])


def test_a_page_and_a_file_that_are_too_large_are_refused(tree):
    (tree / "docs/index.md").write_text("x" * 200_001)
    (tree / "docs/film.mp4").write_bytes(b"\0" * 500_001)
    messages = {line.path: line.message for line in check(tree)[0]}
    assert "keep a page under" in messages["docs/index.md"]
    assert "keep a file under" in messages["docs/film.mp4"]


def test_a_symbolic_link_out_of_the_repository_is_refused(tree):
    (tree / "docs/passwd.txt").symlink_to("/etc/passwd")
    assert [(line.path, "out of the repository" in line.message) for line in check(tree)[0]] == [("docs/passwd.txt", True)]


def test_a_poisoned_drawing_is_refused(tree):
    drawing = next((tree / "diagrams").glob("*.svg"))
    drawing.write_text(drawing.read_text().replace("<g>", '<g onclick="alert(1)">', 1))
    assert ["changed by hand" in line.message for line in check(tree)[0]] == [True]


def test_a_page_that_nests_ten_thousand_deep_is_read_or_refused_without_a_traceback(tree):
    (tree / "docs/index.md").write_text("---\ntitle: Home\ndescription: x\n---\n\n" + ">" * 10_000 + " deep\n\n" + "[" * 5_000 + "\n")
    check(tree)


def test_a_cell_of_a_snippet_of_twenty_thousand_brackets_is_refused_without_a_traceback(tree):
    (tree / "snippets/components/toy/leak.py").write_text('"""x"""\nx = ' + "(" * 20_000)
    assert any("cannot be parsed" in line.message or "syntax error" in line.message for line in check(tree)[0])
