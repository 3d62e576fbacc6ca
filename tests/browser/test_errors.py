"""Code that fails, floods, hangs on to the interpreter or asks for what a page lacks: one clear message each."""

import pytest

from tests.browser.cells import cell, output, run, state, status


@pytest.fixture
def page(warm_page):
    return warm_page


def test_an_exception_shows_the_readers_frames_only(page):
    hello = cell(page, "hello")
    text = run(page, hello, "import json\n\ndef read(text):\n    return json.loads(text)\n\nread('{')\n")
    assert state(hello) == "error"
    assert text.startswith("Traceback (most recent call last):\n  File \"this cell\", line 6, in <module>\n    read('{')\n")
    assert "line 4, in read" in text
    assert text.rstrip().endswith("json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)")
    for ours in ("handbook_runtime", "pyodide", "decoder.py", "python314"):
        assert ours not in text


def test_a_chained_exception_keeps_both_parts_trimmed(page):
    text = run(page, cell(page, "hello"), "try:\n    int('x')\nexcept ValueError as e:\n    raise KeyError('y') from e\n")
    assert text.count("this cell") == 2
    assert "The above exception was the direct cause" in text
    assert "runtime" not in text


def test_a_fault_in_an_imported_snippet_shows_where(page):
    text = run(page, cell(page, "hello"), "from snippets.browser.parts import price\nprice('x')\n")
    assert 'File "snippets/browser/parts.py", line 9, in price' in text
    assert "return amount * (1 + RATE)" in text


def test_a_syntax_error_shows_line_and_caret(page):
    text = run(page, cell(page, "hello"), "x = 1\nprint('a'\n")
    assert 'File "this cell", line 2' in text
    assert text.endswith("SyntaxError: '(' was never closed\n")
    assert "Traceback" not in text


def test_a_syntax_error_in_a_section_is_numbered_as_shown(page):
    text = run(page, cell(page, "parts"), "def price(amount):\n    return amount +\n")
    assert 'File "this cell", line 2' in text


def test_deep_recursion_ends_in_one_message_and_the_page_goes_on(page):
    hello = cell(page, "hello")
    text = run(page, hello, "def f(n):\n    return f(n + 1)\nf(0)\n")
    assert text.endswith("RecursionError: maximum recursion depth exceeded\n")
    assert "Previous line repeated" in text
    assert len(text) < 2_000
    text = run(page, hello, "import sys\nsys.setrecursionlimit(10**6)\ndef f(n):\n    return f(n + 1)\nf(0)\n")
    assert state(hello) == "error"
    assert len(text) < 2_000
    assert run(page, hello, "print('still here')") == "still here\n"


def test_too_much_memory_ends_in_one_message_and_the_page_goes_on(page):
    hello = cell(page, "hello")
    text = run(page, hello, "kept = []\nwhile True:\n    kept.append(bytearray(50_000_000))\n")
    assert text.endswith("MemoryError: the program asked for more memory than a cell may use\n")
    assert run(page, hello, "print('still here')") == "still here\n"


def test_a_flood_of_lines_is_cut_with_a_message(page):
    hello = cell(page, "hello")
    text = run(page, hello, "n = 0\nwhile True:\n    print(n)\n    n += 1\n")
    assert state(hello) == "error"
    assert "Output cut here: a cell shows 2,000 lines or 100 kB" in text
    assert "\n1999\n" in text and "\n2001\n" not in text
    assert status(hello).text_content() == "Ended: too much output."
    assert run(page, hello, "print('short')") == "short\n"


def test_a_flood_in_one_line_is_cut_too(page):
    text = run(page, cell(page, "hello"), "while True:\n    print('x' * 1000, end='')\n")
    assert 99_000 < text.count("x") < 102_000


def test_a_flood_that_swallows_the_interrupt_is_ended_all_the_same(page):
    hello = cell(page, "hello")
    code = "while True:\n    try:\n        print('x' * 100)\n    except BaseException:\n        pass\n"
    assert "Output cut here" in run(page, hello, code)
    assert run(page, hello, "print('short')") == "short\n"


def test_input_says_that_it_is_not_available(page):
    hello = cell(page, "hello")
    message = "input() is not available in the page: write the value in the code instead"
    assert message in run(page, hello, "name = input('name? ')\n")
    assert message in run(page, hello, "import sys\nsys.stdin.readline()\n")


def test_an_exit_code_is_an_error_and_a_plain_exit_is_none(page):
    hello = cell(page, "hello")
    assert run(page, hello, "import sys\nprint('a')\nsys.exit()\n") == "a\n"
    assert state(hello) == "done"
    assert run(page, hello, "raise SystemExit('gave up')\n") == "SystemExit: gave up\n"
    assert state(hello) == "error"


def test_standard_error_is_shown_beside_standard_output(page):
    hello = cell(page, "hello")
    text = run(page, hello, "import sys\nprint('out')\nprint('err', file=sys.stderr)\n")
    assert text == "out\nerr\n"
    assert hello.locator("output .cell-stderr").text_content() == "err\n"


def test_markup_in_output_stays_text(page):
    hello = cell(page, "hello")
    assert run(page, hello, "print('<img src=x onerror=alert(1)><b>bold</b>')\n") == "<img src=x onerror=alert(1)><b>bold</b>\n"
    assert hello.locator("output *").count() == 0


def test_no_state_of_a_run_reaches_the_next(page):
    hello = cell(page, "hello")
    run(page, hello, """
import builtins, math, os, random, sys, statistics, decimal, warnings
secret = 1
builtins.leak = 1
builtins.len = lambda x: 0
math.pi = 3
statistics.mean = None
random.seed(7)
decimal.getcontext().prec = 3
os.environ["LEAK"] = "1"
os.mkdir("folder"); open("folder/file", "w").write("x")
os.chdir("/tmp")
sys.path.append("/leak"); sys.argv.append("leak"); sys.setrecursionlimit(200)
import snippets.browser.parts as parts
parts.RATE = 9
sys.stdout = None
""")
    assert run(page, hello, """
import builtins, math, os, random, sys, statistics, decimal
print(globals().get("secret"), hasattr(builtins, "leak"), len("ab"), round(math.pi, 2), statistics.mean([1, 3]))
print(decimal.Decimal(1) / 3, os.environ.get("LEAK"), os.listdir(), "/leak" in sys.path, len(sys.argv), sys.getrecursionlimit())
from snippets.browser.parts import price
print(price(100), __name__)
""") == "None False 2 3.14 2\n0.3333333333333333333333333333 None [] False 1 1000\n125.0 __main__\n"


def test_a_module_outside_the_small_archive_comes_when_it_is_imported(page):
    hello = cell(page, "hello")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    assert run(page, hello, "print('once')\nimport xml.etree.ElementTree as ET\nprint(ET.fromstring('<a b=\"1\"/>').attrib)\n") == "once\n{'b': '1'}\n"
    assert any("whole" in url for url in asked)
    asked.clear()
    assert run(page, hello, "import email.message, sqlite3 as s\nprint('again')\n").endswith("again\n") or "sqlite3" in output(hello)
    assert not any("whole" in url for url in asked)


def test_a_module_that_does_not_exist_is_a_plain_import_error(page):
    assert run(page, cell(page, "hello"), "import numpy\n").endswith("ModuleNotFoundError: No module named 'numpy'\n")
