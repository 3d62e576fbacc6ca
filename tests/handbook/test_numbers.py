"""The number lint: what is a figure, and what is a rounding of another."""

import pytest

from handbook.numbers import Parents, advice, figures, of_record


@pytest.mark.parametrize("text", [
    "p99, P95, top-100, top 100, A100, GPT-4, Llama-3-70B, MovieLens-20M, x86, int8, Recall@50, bm25",
    "12 stages, 3 ms, 7 of 10, 0 and 5",
    "Python 3.11, version 2.5, v1.2.3, 4.5.6, HTTP 429, RFC 9110, ISO 27001, Section 4.2, level 13",
    "in 2024, since 1998, (2019), KDD 2021: by 14 November 2026, November 14, 2026-11-14, 2026-11-14T10:30Z, at 14:05",
    "the 99th percentile and the 21st century",
    "24 hours, 60 s, 60 minutes, 86,400 s, 3,600 seconds, 365 days, 24/7, 100%, 100 percent",
    "a 45-minute interview of 45 minutes",
    "doi.org/10.1287/opre.9.3.383, arXiv:1706.03762, https://example.org/17/400",
])
def test_names_dates_definitions_and_small_integers_are_no_figures(text):
    assert figures(text) == []


@pytest.mark.parametrize(("text", "values"), [
    ("17,400 requests", [17_400]),
    ("13 stages", [13]),
    ("2.5×", [2.5]),
    ("$1.2M", [1_200_000]),
    ("1.2 million", [1_200_000]),
    ("a 7B model", [7e9]),
    ("16 GB", [16e9]),
    ("16 GiB", [16 * 2**30]),
    ("40 k", [40_000]),
    ("23.7%", [0.237]),
    ("5 per cent", [0.05]),
    ("5%", [0.05]),
    ("10 million", [10e6]),
    ("20–30 ms", [0.02, 0.03]),
    ("5-10 %", [0.05, 0.1]),
    ("20 to 30 ms", [0.02, 0.03]),
    ("1.5e6", [1.5e6]),
    ("2000 users in 2000", [2000]),
    ("sub-100 ms", [0.1]),
    ("0.5", [0.5]),
    ("−37 points", [37]),
])
def test_figures_are_read_with_their_scale(text, values):
    assert [figure.full for figure in figures(text)] == pytest.approx(values)


def borne(text, *outputs):
    parents = Parents(tuple(of_record(f"x{number}.py", output) for number, output in enumerate(outputs)))
    return all(parents.bear(figure) for figure in figures(text)) and bool(figures(text))


@pytest.mark.parametrize(("text", "output"), [
    ("17,400", "17361.1"),
    ("17,361", "17361.1"),
    ("17,361.1", "17,361.1"),
    ("17.4 thousand", "17361.1"),
    ("17.4k", "rate 17361.1/s"),
    ("1.2 million", "1,203,444 rows"),
    ("1.2M", "1203444"),
    ("50 million", "monthly users 50_000_000"),
    ("24%", "0.237"),
    ("23.7 %", "23.7%"),
    ("23.7 percent", "lift in %: 23.7"),
    ("0.24", "23.7%"),
    ("2.5×", "2.46 times"),
    ("16 GB", "16.2 GB"),
    ("16 GB", "size in GB   16.2"),
    ("16,200 MB", "16.2 GB"),
    ("37 ms", "0.0371 s"),
    ("20–30 ms", "p50 20.3 ms p99 29.8 ms"),
    ("0.9", "0.90"),
])
def test_a_rounding_of_a_printed_figure_passes(text, output):
    assert borne(text, output)


@pytest.mark.parametrize(("text", "output"), [
    ("17,300", "17361.1"),  # cut, not rounded
    ("17,362", "17361.1"),
    ("17,400", "17,000"),  # finer than what is printed
    ("20", "24.9"),  # a fifth lost to a trailing zero
    ("0.93", "0.90"),
    ("1.3 million", "1,203,444"),
    ("1.2 billion", "1,203,444"),
    ("24%", "0.00237"),
    ("24%", "items 24"),  # the record speaks of no per cent
    ("16 GB", "16.2 MB"),
    ("16 GiB", "16 GB"),
    ("37", ""),
])
def test_what_is_no_rounding_is_refused(text, output):
    assert figures(text)
    assert not borne(text, output)


def test_any_record_of_the_chapter_may_bear_the_figure():
    assert borne("37 and 48", "37", "48")
    assert not borne("37 and 49", "37", "48")


def test_the_message_names_the_nearest_figure_and_every_way_out():
    parents = Parents((of_record("components/x/y.py", "rate 17361.1"),))
    message = advice(figures("17,300")[0], parents)
    for part in ("“17,300”", "17361.1 (components/x/y.py)", "print it", "link its source", "<!-- number: reason -->"):
        assert part in message
    assert "nearest" not in advice(figures("400")[0], parents)
