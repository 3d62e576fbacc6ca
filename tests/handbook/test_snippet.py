"""The one parser of snippets: sections, parameters, imports, digest."""

import pytest

from handbook.snippet import SnippetError, load


@pytest.fixture
def write(tmp_path):
    def write(path, text):
        file = tmp_path / "snippets" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return load(tmp_path, path) if path.endswith(".py") and "__init__" not in path else None
    return write


def test_a_section_is_shown_without_its_marks_and_by_its_first_line(write):
    snippet = write("a/b.py", '"""Q?"""\n\n# --8<-- [start:one]\nx = 1\n# --8<-- [end:one]\ny = 2\n')
    assert snippet.sections == {"one": (4, 4)}
    assert snippet.shown("one") == "x = 1\n"
    assert snippet.shown() == '"""Q?"""\n\nx = 1\ny = 2\n'
    assert [number for number, _ in snippet.shown_lines()] == [1, 2, 4, 6]


def test_four_sections_are_one_too_many(write):
    marks = "".join(f"# --8<-- [start:s{n}]\nx = {n}\n# --8<-- [end:s{n}]\n" for n in range(4))
    with pytest.raises(SnippetError, match="4 sections: at most 3"):
        write("a/b.py", marks)


def test_parameters_carry_name_value_place_and_form(write):
    snippet = write("a/b.py", 'users = 50_000_000  # @param {type:"slider", min:1_000_000, max:1e9, scale:"log", unit:"users"}\n'
                              'def main():\n    mode = "b"  # @param {type:"dropdown", options:["a", "b"]}\n    on = True  # @param {type:"boolean"}\n'
                              '    rate: float = -0.5  # @param {type:"number", step:0.1}\n    who = "me"  # @param {type:"string"}\n')
    users, mode, on, rate, who = snippet.params
    assert (users.name, users.value, users.min, users.max, users.scale, users.unit) == ("users", 50_000_000, 1_000_000, 1e9, "log", "users")
    assert snippet.text.splitlines()[users.line - 1][slice(*users.columns)] == "50_000_000"
    assert (mode.value, mode.options, mode.line) == ("b", ("a", "b"), 3)
    assert (on.value, rate.value, rate.step, who.value) == (True, -0.5, 0.1, "me")
    assert [param.name for param in snippet.shown_params()] == ["users", "mode", "on", "rate", "who"]


@pytest.mark.parametrize(("line", "says"), [
    ('x = f()  # @param {type:"number"}', "is an expression"),
    ('x, y = 1, 2  # @param {type:"number"}', "beside no assignment"),
    ('# @param {type:"number"}', "beside no assignment"),
    ('x = 1  # @param', "cannot be read"),
    ('x = 1  # @param ["a", "b"]', "cannot be read"),
    ('x = 1  # @param {type:__import__("os")}', "cannot be read"),
    ('x = 1  # @param {type:"number", min:1, min:2}', "stands twice"),
    ('x = "1"  # @param {type:"number"}', "starts as a number"),
    ('x = True  # @param {type:"slider", min:0, max:1}', "starts as a number"),
    ('x = 1  # @param {type:"boolean"}', "starts as True or False"),
    ('x = 1  # @param {type:"string"}', "starts as a text"),
    ('x = "c"  # @param {type:"dropdown", options:["a", "b"]}', "none of its options"),
    ('x = "a"  # @param {type:"dropdown", options:["a"]}', "two or more"),
    ('x = 5  # @param {type:"slider", min:9, max:1}', "is not below"),
    ('x = 5  # @param {type:"slider", min:0, max:9, scale:"log"}', "min above 0"),
    ('x = 5  # @param {type:"slider", min:1, max:9, step:0}', "step must be above 0"),
    ('x = 5  # @param {type:"slider", min:1, max:9, scale:"square"}', "linear or log"),
    ('x = 5  # @param {type:"slider", min:1, max:"9"}', "max is no number"),
])
def test_a_malformed_parameter_is_refused_on_its_line(write, line, says):
    with pytest.raises(SnippetError, match=says) as caught:
        write("a/b.py", f'"""Q?"""\n{line}\n')
    assert str(caught.value).startswith("snippets/a/b.py:2: ")


def test_imports_are_the_snippets_modules_that_the_file_names(write):
    write("a/__init__.py", "")
    write("a/c.py", "def f(): pass\n")
    write("w.py", "")
    snippet = write("a/b.py", "import math\nimport snippets.w\nfrom snippets.a import c\nfrom snippets.a.c import f\nfrom . import c as d\n")
    assert snippet.imports == ("snippets.w", "snippets.a.c")


def test_the_digest_follows_every_import_and_no_line_end(write):
    write("a/deep.py", "x = 1\n")
    write("a/c.py", "from snippets.a import deep\n")
    first = write("a/b.py", "from snippets.a import c\n").digest()
    assert write("a/b.py", "from snippets.a import c  \r\n\n").digest() == first
    write("a/deep.py", "x = 22\n")
    assert write("a/b.py", "from snippets.a import c\n").digest() != first


def test_the_digest_follows_the_package_of_an_import(write):
    write("a/__init__.py", "x = 1\n")
    write("a/c.py", "")
    first = write("b.py", "from snippets.a import c\n").digest()
    write("a/__init__.py", "x = 22\n")
    assert write("b.py", "from snippets.a import c\n").digest() != first


@pytest.mark.parametrize("path", ["../x.py", "a/../../x.py", "/etc/passwd", "a/b.txt", "a//b.py", "A/b.py", "a/b.py\n", ""])
def test_a_path_out_of_snippets_is_refused(tmp_path, path):
    (tmp_path / "snippets").mkdir()
    (tmp_path / "x.py").write_text("")
    with pytest.raises(SnippetError, match="not a snippet's path"):
        load(tmp_path, path)


def test_a_symbolic_link_out_of_snippets_is_refused(tmp_path):
    (tmp_path / "snippets").mkdir()
    (tmp_path / "x.py").write_text("")
    (tmp_path / "snippets" / "x.py").symlink_to(tmp_path / "x.py")
    with pytest.raises(SnippetError, match="leads out of snippets"):
        load(tmp_path, "x.py")


def test_imports_in_a_circle_end(write):
    write("a/c.py", "import snippets.a.c\n")
    assert len(write("a/b.py", "from snippets.a import c\n").digest()) == 16
