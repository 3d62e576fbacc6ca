"""The list of all quizzes: made of the chapters, by part, each with its number of items."""

import shutil
from pathlib import Path

import pytest

from handbook.practice import quizzes, quizzes_html

GOOD = Path(__file__).parent / "good"


@pytest.fixture
def root(tmp_path):
    shutil.copytree(GOOD, tmp_path / "book")
    return tmp_path / "book"


def test_each_chapter_with_a_quiz_is_listed_with_its_items(root):
    (root / "docs/framework").mkdir()
    (root / "docs/framework/a-b.md").write_text('---\ntitle: "A < B: more"\n---\n```quiz\n- kind: recall\n  ask: x\n  answer: y\n```\n')
    (root / "docs/framework/none.md").write_text("---\ntitle: None\n---\n")
    assert quizzes(root) == {"framework": [("framework/a-b.md", "A < B", 1)], "components": [("components/toy.md", "Toy", 5)]}
    assert '<a href="handbook:framework/a-b.md#quiz">A &lt; B</a> <span class="cited-by">1 item</span>' in quizzes_html(root)


def test_pages_that_are_no_chapters_do_not_count(root):
    (root / "docs/contribute").mkdir()
    (root / "docs/contribute/how.md").write_text("---\ntitle: How\n---\n```quiz\n- kind: recall\n  ask: x\n  answer: y\n```\n")
    assert list(quizzes(root)) == ["components"]
