"""The command line never shows a traceback to a contributor."""

import pytest

from handbook import Fault, check
from handbook.__main__ import COMMANDS, main


def test_no_command_lists_all(capsys):
    assert main([]) == 2
    out = capsys.readouterr().out
    assert all(name in out for name in COMMANDS)


def test_an_unknown_command_is_one_line_and_the_list(capsys):
    assert main(["chekc"]) == 2
    assert capsys.readouterr().err.startswith("handbook: no command “chekc”")


@pytest.mark.parametrize(("error", "says"), [
    (Fault("docs/x.md:1: wrong: mend it"), "docs/x.md:1: wrong: mend it\n"),
    (KeyError("x"), "handbook check: KeyError: 'x' (a fault of the tool: HANDBOOK_DEBUG=1 shows where)\n"),
    (RecursionError("deep"), "handbook check: RecursionError: deep (a fault of the tool: HANDBOOK_DEBUG=1 shows where)\n"),
])
def test_every_failure_is_one_line(monkeypatch, capsys, error, says):
    def fail(argv):
        raise error
    monkeypatch.delenv("HANDBOOK_DEBUG", raising=False)
    monkeypatch.setattr(check, "main", fail)
    assert main(["check"]) == 1
    assert capsys.readouterr().err == says
