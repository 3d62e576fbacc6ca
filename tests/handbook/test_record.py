"""Records: what a run prints and draws is kept beside it, and nothing else is believed."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from handbook import Fault, record
from handbook.snippet import load
from snippets import charts

REPOSITORY = Path(__file__).resolve().parents[2]
GOOD = Path(__file__).parent / "good"
LEAK = "components/toy/leak.py"


@pytest.fixture
def root(tmp_path):
    tree = tmp_path / "handbook"
    shutil.copytree(GOOD, tree)
    shutil.copy(REPOSITORY / "snippets" / "charts.py", tree / "snippets" / "charts.py")
    return tree


def write(root, body, name="components/toy/new.py"):
    text = f'"""Q?"""\n{body}\n\nif __name__ == "__main__":\n    main()\n'
    (root / "snippets" / name).write_text(text, encoding="utf-8")
    return load(root, name)


def test_a_fresh_record_is_left_alone_and_a_changed_source_is_run_again(root, capsys):
    file = root / "snippets" / LEAK
    before = record.out_file(load(root, LEAK)).read_text()
    assert record.main([], root) == 0
    assert "1 fresh" in capsys.readouterr().out
    file.write_text(file.read_text().replace("12_345", "12_346"))
    assert not record.fresh(load(root, LEAK))
    assert record.main([], root) == 0
    out = capsys.readouterr().out
    assert "-rows 12,345" in out and "+rows 12,346" in out
    assert record.fresh(load(root, LEAK))
    assert record.out_file(load(root, LEAK)).read_text() != before


def test_a_changed_import_makes_the_record_stale(root):
    (root / "snippets/components/toy/__init__.py").write_text('"""Another text."""\n')
    assert not record.fresh(load(root, LEAK))


def test_a_path_limits_what_is_run(root, capsys):
    write(root, "def main():\n    print(1)")
    (root / "snippets" / LEAK).write_text((root / "snippets" / LEAK).read_text().replace("12_345", "12_346"))
    assert record.main([str(root / "snippets" / LEAK)], root) == 0
    assert not (root / "snippets/components/toy/new.out").exists()


def test_a_page_stands_for_the_snippets_it_shows(root):
    record.out_file(load(root, LEAK)).unlink()
    assert record.main([str(root / "docs/components/toy.md")], root) == 0
    assert record.fresh(load(root, LEAK))


def test_a_chart_is_drawn_in_the_colors_of_the_site_and_told_in_words(root):
    snippet = write(root, "from snippets.charts import show\n\ndef main():\n"
                    "    show({'data': {'values': [{'a': 1, 'b': 2}, {'a': 2, 'b': 5}]}, 'mark': 'line', 'encoding': {\n"
                    "        'x': {'field': 'a', 'type': 'quantitative'}, 'y': {'field': 'b', 'type': 'quantitative'}}}, 'b grows with a')")
    record.record(snippet)
    kept = record.read(snippet)
    assert kept.output == "[chart] b grows with a\n" and kept.summaries == ["b grows with a"]
    drawing = kept.charts[0].read_text()
    assert "fig-stroke-series-1" in drawing and "style" not in drawing and "<script" not in drawing


def test_a_chart_that_is_gone_takes_its_drawing_along(root):
    snippet = write(root, "def main():\n    print(1)")
    old = record.chart_file(snippet, 1)
    old.write_text("<svg/>")
    record.record(snippet)
    assert not old.exists()


def test_a_chart_of_data_from_elsewhere_is_not_drawn(root):
    snippet = write(root, "from snippets.charts import show\n\ndef main():\n"
                    "    show({'data': {'url': 'https://example.org/x.csv'}, 'mark': 'point', 'encoding': {'x': {'field': 'a'}}}, 's')")
    with pytest.raises(Fault, match=r"new.py:1: chart 1: .*"):
        record.record(snippet)


@pytest.mark.parametrize(("body", "says"), [
    ("def main():\n    print({'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'})", "prints something else on each run"),
    ("def main():\n    1 / 0", "its run failed: ZeroDivisionError"),
    ("def main():\n    raise SystemExit(3)", "its run failed"),
    ("def main():\n    print('x' * 20_001)", "keep it under"),
])
def test_a_run_that_cannot_be_recorded_is_one_line(root, body, says, capsys):
    write(root, body)
    assert record.main([str(root / "snippets/components/toy/new.py")], root) == 1
    error = capsys.readouterr().err
    assert says in error and error.startswith("snippets/components/toy/new.py:1: ") and error.count("\n") == 1
    assert not (root / "snippets/components/toy/new.out").exists()


def test_a_run_that_does_not_end_is_ended(root, monkeypatch):
    monkeypatch.setattr(record, "TIME_LIMIT", 1)
    with pytest.raises(Fault, match="ran over 1 s"):
        record.run(write(root, "def main():\n    while True: pass"))


@pytest.mark.parametrize("text", ["", "sources: xyz\n", "sources: 0123456789abcdeg\nx\n", "rows 1\n", "sources: 0123456789ABCDEF\n"])
def test_a_file_that_is_no_record_is_refused(root, text):
    (root / "snippets/components/toy/leak.out").write_text(text)
    with pytest.raises(Fault, match=r"^snippets/components/toy/leak.out:1: not a record"):
        record.read(load(root, LEAK))


def test_a_record_that_is_not_text_or_too_large_is_refused(root):
    file = root / "snippets/components/toy/leak.out"
    file.write_bytes(b"sources: 0123456789abcdef\n\xff")
    with pytest.raises(Fault, match="not UTF-8"):
        record.read(load(root, LEAK))
    file.write_text("sources: 0123456789abcdef\n" + "x" * 90_000)
    with pytest.raises(Fault, match="print less"):
        record.read(load(root, LEAK))


def test_show_prints_one_line_and_tells_its_listeners(capsys):
    heard = []
    listener = lambda spec, summary: heard.append((spec, summary))
    charts.listeners.append(listener)
    try:
        charts.show({"mark": "bar"}, "a falls")
    finally:
        charts.listeners.remove(listener)
    assert capsys.readouterr().out == "[chart] a falls\n"
    assert heard == [({"mark": "bar"}, "a falls")]


def in_own_thread(function, *arguments):
    """Playwright takes one browser driver a thread, and this one may hold the one that other tests share."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *arguments).result()


def test_a_diagram_is_drawn_by_its_source_and_cleared_away_with_it(root, capsys):
    page = root / "docs/components/toy.md"
    old = next((root / "diagrams").iterdir())
    page.write_text(page.read_text().replace("B[Store]", "B[Online store]"))
    assert in_own_thread(record.main, [], root) == 0
    drawn = list((root / "diagrams").iterdir())
    assert len(drawn) == 1 and drawn[0] != old
    text = drawn[0].read_text()
    assert "Online store" in text.replace("</tspan>", "").replace("\u00a0", " ") or ("Online" in text and "store" in text)
    assert "fig-fill-ink" in text and "<style" not in text and "foreignObject" not in text


def test_a_diagram_that_mermaid_cannot_draw_is_one_line(root, capsys):
    page = root / "docs/components/toy.md"
    page.write_text(page.read_text().replace("A[Log] --> B[Store]", "A[Log --> ]B["))
    assert in_own_thread(record.main, [], root) == 1
    assert capsys.readouterr().err.startswith("docs/components/toy.md:22: Mermaid cannot draw this")
