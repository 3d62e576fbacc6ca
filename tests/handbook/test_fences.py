"""Fences become HTML that reads without a script; a bad one stops the build with its place."""

import shutil
from pathlib import Path

import markdown
import pytest
from pymdownx.superfences import SuperFencesException
from selectolax.lexbor import LexborHTMLParser

from handbook import fences

GOOD = Path(__file__).parent / "good"
CELL = """snippet: components/toy/leak.py
"""
PREDICT = """predict:
  ask: How *much*?
  options: [nothing, a little]
  answer: a little
  evidence: 'gain ([0-9.]+)'
  why: Because.
say: Say $x$.
"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    tree = tmp_path / "handbook"
    shutil.copytree(GOOD, tree)
    monkeypatch.setattr(fences, "ROOT", tree)
    return tree


def page(text):
    """The text as the site's generator renders it."""
    custom = [{"name": name, "class": name, "format": getattr(fences, f"{name}_format")} for name in ("cell", "offline", "quiz", "board", "mermaid")]
    html = markdown.markdown(text, extensions=["pymdownx.superfences"], extension_configs={"pymdownx.superfences": {"custom_fences": custom}})
    return LexborHTMLParser(html)


def cell(root, body):
    return LexborHTMLParser(fences.cell_html(body, root)).css_first(".cell")


def test_a_cell_shows_code_and_recorded_output_and_hides_its_buttons(root):
    found = page(f"```cell\n{CELL}section: auc\n```\n").css_first("section.cell")
    assert found.attributes["data-snippet"] == "components/toy/leak.py"
    assert (found.attributes["data-state"], found.attributes["data-section"], found.id) == ("recorded", "auc", "cell-leak")
    assert found.css_first(".cell-code").text().strip().startswith("def gain(leaky")
    assert found.css_first("output").text() == "rows 12,345\nleaky 0.90  honest 0.81  gain 0.09\n"
    assert found.css_first(".cell-title").text() == "How much AUC does a leaked value add?"
    assert "hidden" in found.css_first(".cell-bar").attributes
    assert [button.text() for button in found.css(".cell-bar button")] == ["Run", "Stop", "Reset", "Copy"]
    assert found.css_first(".cell-api").attributes["href"] == "handbook:reference/api/toy.md#snippets.components.toy.leak"
    assert found.css_first(".cell-fold") is None and found.css_first(".cell-params") is None


def test_controls_stand_for_the_parameters_of_the_shown_code(root):
    found = cell(root, CELL)
    control = found.css_first("[data-param=rows]")
    assert [control.attributes[name] for name in ("type", "min", "max", "step", "value", "data-type", "data-line")] == \
        ["range", "1", "20000", "1", "12345", "slider", "15"]
    assert found.css_first(".cell-code").text().split("\n")[int(control.attributes["data-line"]) - 1].strip().startswith("rows = 12_345")
    assert found.css_first("label").attributes["for"] == control.id


def test_a_prediction_folds_the_output_and_keeps_everything_readable(root):
    found = cell(root, CELL + PREDICT)
    form = found.css_first("form.cell-predict")
    assert (form.attributes["data-kind"], form.attributes["data-answer"], form.attributes["data-evidence"]) == ("choice", "a little", "gain ([0-9.]+)")
    assert [option.attributes["value"] for option in form.css("input")] == ["nothing", "a little"]
    assert form.css_first("legend").html == "<legend>How <em>much</em>?</legend>"
    fold = found.css_first("details.cell-fold")
    assert fold.css_first("output") and fold.css_first(".cell-why").text() == "Because."
    assert found.css_first(".cell-say .arithmatex").text() == r"\(x\)"


def test_a_guessed_number_takes_its_answer_from_the_record(root):
    body = CELL + PREDICT.replace("  options: [nothing, a little]\n  answer: a little\n", "  number: {unit: AUC, min: 0, max: 1}\n")
    form = cell(root, body).css_first("form.cell-predict")
    assert (form.attributes["data-kind"], form.attributes["data-answer"], form.attributes["data-unit"]) == ("number", "0.09", "AUC")
    assert form.css_first("input").attributes["max"] == "1"


def test_two_cells_of_one_snippet_have_two_ids(root):
    found = page(f"```cell\n{CELL}```\n\n```cell\n{CELL}section: auc\n```\n")
    assert [one.id for one in found.css(".cell")] == ["cell-leak", "cell-leak-auc"]
    ids = [node.id for node in found.css("[id]")]
    assert len(ids) == len(set(ids))


def test_recorded_output_is_text_whatever_it_holds(root):
    file = root / "snippets/components/toy/leak.out"
    file.write_text(file.read_text() + "</output><script>alert(1)</script>&amp;\n")
    found = cell(root, CELL)
    assert found.css("script") == []
    assert found.css_first("output").text().endswith("</output><script>alert(1)</script>&amp;\n")


def test_a_poisoned_chart_loses_its_poison(root):
    folder = root / "snippets/components/toy"
    (folder / "leak.out").write_text((folder / "leak.out").read_text() + '[chart] a "bar" <b>\n')
    (folder / "leak.chart-1.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>1</script><path d="M0,0h1"/></svg>')
    figure = cell(root, CELL).css_first(".cell-charts figure.chart svg")
    assert figure.attributes["role"] == "img" and figure.attributes["aria-label"] == 'a "bar" <b>'
    assert "onload" not in figure.attributes and figure.css("script") == [] and figure.css_first("path")


def test_built_from_and_used_by_follow_the_imports(root):
    (root / "snippets/components/toy/gap.py").write_text('"""What does a gap cost?"""\nfrom snippets.components.toy.leak import gain\n\n\n'
                                                         'def main():\n    print(gain(1, 2))\n\n\nif __name__ == "__main__":\n    main()\n')
    (root / "snippets/components/toy/gap.out").write_text("sources: 0123456789abcdef\n-1\n")
    (root / "docs/components/gap.md").write_text("---\ntitle: The gap\n---\n```cell\nsnippet: components/toy/gap.py\n```\n")
    built = cell(root, "snippet: components/toy/gap.py\n").css_first(".cell-links .cell-built a")
    assert (built.text(), built.attributes["href"]) == ("components/toy/leak", "handbook:components/toy.md#cell-leak")
    used = cell(root, CELL).css_first(".cell-links .cell-used a")
    assert (used.text(), used.attributes["href"]) == ("The gap", "handbook:components/gap.md#cell-gap")


def test_a_diagram_is_an_image_with_its_words_below(root):
    source = next(fence.body for fence in fences.pages.fences((root / "docs/components/toy.md").read_text()) if fence.language == "mermaid")
    figure = page(f"```mermaid\n{source}```\n").css_first("figure.diagram")
    assert figure.css_first("svg").attributes["aria-label"] == "Path of a row"
    assert figure.css_first("details p").text() == "A row goes from the log to the store."


QUIZ = """- kind: choice
  ask: Which?
  options:
    - {text: one, why: too few}
    - {text: two, right: true, why: enough}
- kind: estimate
  ask: How many?
  answer: 17_400
  unit: rows
  why: Counted.
- kind: recall
  ask: Why?
  answer: |
    First.

    Second.
- kind: compare
  ask: Better?
  a: This.
  b: That.
  better: b
  why: It is.
"""


def test_every_kind_of_quiz_item_can_be_read_without_a_script(root):
    items = page(f"```quiz\n{QUIZ}```\n").css("section.quiz > .quiz-item")
    assert [item.attributes["data-kind"] for item in items] == ["choice", "estimate", "recall", "compare"]
    answers = [" ".join(item.css_first("details.quiz-answer").text(separator=" ").split()) for item in items]
    assert "Right: two enough" in answers[0].replace("  ", " ") and "too few" in answers[0]
    assert "17,400 rows" in answers[1] and "Counted." in answers[1]
    assert "First. Second." in answers[2]
    assert "Answer B is better." in answers[3]
    assert [item.attributes.get("data-answer") for item in items] == ["1", "17400", None, "b"]
    for item in items:
        for field in item.css("input[type=text], textarea"):
            assert item.css_first(f'label[for="{field.id}"]')


def test_a_quiz_item_keeps_its_id_when_only_its_answer_changes(root):
    ids = lambda text: [item.attributes["data-id"] for item in page(f"```quiz\n{text}```\n").css(".quiz-item")]
    assert ids(QUIZ) == ids(QUIZ.replace("17_400", "18_000"))
    assert ids(QUIZ)[1] != ids(QUIZ.replace("How many?", "How few?"))[1]
    assert len(set(ids(QUIZ))) == 4


def test_the_board_has_our_steps_whose_minutes_and_slack_make_the_interview(root):
    board = page("```board\nprompt: Design it.\nchecklist: [a, b, c]\n```\n").css_first("section.board")
    minutes = [int(step.attributes["data-minutes"]) for step in board.css("ol > li")]
    assert int(board.attributes["data-minutes"]) == 45 and sum(minutes) + 3 == 45
    assert all(board.css_first(f'label[for="{area.id}"]') for area in board.css("textarea"))
    assert len(board.css(".board-checklist input[type=checkbox]")) == 3


@pytest.mark.parametrize(("fence", "says"), [
    ("cell\nsnippet: components/toy/none.py\n", "no such snippet"),
    ("cell\nsnippet: ../../etc/passwd.py\n", "not a snippet's path"),
    (f"cell\n{CELL}section: none\n", "it has: auc"),
    ("cell\n: [\n", "YAML cannot be read"),
    (f"cell\n{CELL}{PREDICT.replace('gain', 'loss')}", "does not match the record"),
    (f"cell\n{CELL}say: '[x](javascript:alert)'\n", "inside a fence write"),
    (f"cell\n{CELL}say: '![x](https://example.org/x.png)'\n", "an image inside a fence"),
    ("offline\nscript: components/toy/none.py\n", "no such script"),
    ("offline\nscript: components/toy/deep.py\nsection: none\n", "it has: model"),
    ("offline\nsection: model\n", "“script” is missing"),
    ("quiz\nkind: choice\n", "a quiz is a list"),
    ("quiz\n- &a [1]\n- *a\n", "anchors and aliases"),
    ("board\nprompt: x\n", "“checklist” is missing"),
    ("mermaid\nflowchart TD\n  A --> B\n", "without accTitle"),
    ("mermaid\nflowchart TD\n  accTitle: x\n  accDescr: y\n  A --> B\n", "run  python -m handbook record"),
])
def test_a_bad_fence_stops_the_build_with_one_line_and_its_place(root, fence, says):
    text = f"# Bad\n\n```{fence}```\n"
    (root / "docs/bad.md").write_text(text)
    with pytest.raises(SuperFencesException) as caught:
        page(text)
    message = str(caught.value)
    assert says in message and message.startswith("docs/bad.md:") and "\n" not in message
    assert 3 <= int(message.split(":")[1]) <= 3 + fence.count("\n")


def test_a_missing_record_names_the_command(root):
    (root / "snippets/components/toy/leak.out").unlink()
    with pytest.raises(SuperFencesException, match="run  python -m handbook record snippets/components/toy/leak.py"):
        page(f"```cell\n{CELL}```\n")


def test_html_in_yaml_is_text(root):
    html = cell(root, CELL + "say: <img src=x onerror=alert(1)> <b>x</b>\n").css_first(".cell-say").html
    assert "<img" not in html and "<b>" not in html and "&lt;b&gt;" in html


def test_an_offline_experiment_shows_code_output_and_versions_and_nothing_to_press(root):
    found = page("```offline\nscript: components/toy/deep.py\nsection: model\ntitle: Deeper\n```\n").css_first("section.offline")
    assert found.css_first(".cell-title").text() == "Deeper"
    assert found.css_first(".cell-file").text() == "components/toy/deep.py"
    assert found.css_first(".cell-code").text().startswith("def fit(rows")
    assert found.css_first("pre.cell-output").text() == "rows 98,765  deep gain 0.14\n"
    foot = found.css_first(".cell-links")
    assert "recorded with Python 3.11.7, torch 2.13.0" in foot.text()
    assert 'make offline ARGS="offline/components/toy/deep.py --force"' in foot.text()
    assert foot.css_first(".cell-built") is None
    assert not found.css("button")
