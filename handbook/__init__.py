"""The handbook's own tooling: one small command line, `python -m handbook`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Fault(Exception):
    """Something a contributor can mend: shown as one line, never as a traceback."""
