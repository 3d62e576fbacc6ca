"""Every snippet prints on this Python what its page shows."""

from pathlib import Path

import pytest

from handbook import pages, record
from handbook.snippet import load

ROOT = Path(__file__).resolve().parents[2]
RUNNABLE = [path for path in pages.python(ROOT) if record.runnable(load(ROOT, path))]


def test_there_are_snippets_to_run():
    assert RUNNABLE


@pytest.mark.parametrize("path", RUNNABLE)
def test_a_run_prints_and_draws_what_is_recorded(path):
    snippet = load(ROOT, path)
    kept = record.read(snippet)
    assert kept is not None, f"run  python -m handbook record snippets/{path}"
    output, charts = record.run(snippet, hash_seed="7")
    assert output == kept.output
    assert [summary for _, summary in charts] == kept.summaries
    assert len(kept.charts) == len(charts)
