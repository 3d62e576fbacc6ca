"""Experiments too heavy for a browser: scripts in offline/, run on their author's machine, shown with what they printed.

    python -m handbook offline [--force] [PATH …]     runs those whose record is stale and keeps what they print

A record holds the digest of the script and of all `snippets.*` code that it imports, the versions of what it ran
with, and its output. A page says that it is such a record: readers cannot press Run, and no test runs it again.
"""

import argparse
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from handbook import ROOT, Fault
from handbook.record import difference, environment
from handbook.snippet import Snippet, SnippetError, load

BASE = "offline"
TIME_LIMIT = 900  # seconds
MAX_OUTPUT = 10_000  # characters
PYTHON = Path(".venv-offline") / "bin" / "python"
REPORTED = ("torch", "lightgbm", "numpy", "scikit-learn")

# Runs a script as `python -m` does; the last line of its error stream says what it ran with.
RUNNER = """
import importlib.metadata, platform, runpy, sys
module, names = sys.argv[1], sys.argv[2:]
sys.argv = [module]
runpy.run_module(module, run_name="__main__", alter_sys=True)
roots = {name.partition(".")[0] for name in sys.modules}
packages = {"scikit-learn": "sklearn"}
used = [f"{name} {importlib.metadata.version(name).partition('+')[0]}" for name in names if packages.get(name, name) in roots]
print("Python " + ", ".join([platform.python_version(), *used]), file=sys.stderr)
"""


@dataclass(frozen=True)
class Record:
    """What one run printed, what it ran with, and the digest of the sources."""

    digest: str
    versions: str
    output: str


def scripts(root: Path) -> list[str]:
    """Paths of all scripts below offline/, sorted."""
    base = Path(root) / BASE
    return sorted(path.relative_to(base).as_posix() for path in base.rglob("*.py")) if base.is_dir() else []


def load_script(root: Path, path: str) -> Snippet:
    return load(root, path, BASE)


def read(script: Snippet) -> Record | None:
    """The record beside the script, None if there is none; a fault if it cannot be one."""
    try:
        return read_file(script.file.with_suffix(".out"))
    except ValueError:
        raise Fault(f"{script.where.removesuffix('.py')}.out:1: not a record: run  {command(script)}") from None


def read_file(file: Path) -> Record | None:
    """The record in a file, None if there is none; ValueError if it cannot be one."""
    if not file.is_file():
        return None
    if file.stat().st_size > 4 * MAX_OUTPUT:
        raise ValueError("too large")
    first, second, output = file.read_bytes().decode("utf-8").split("\n", 2)
    if not first.startswith("sources: ") or not second.startswith("ran with: "):
        raise ValueError("its head is missing")
    return Record(first.removeprefix("sources: "), second.removeprefix("ran with: "), output)


def fault(script: Snippet) -> str | None:
    """What is wrong with the script's record, None if nothing."""
    kept = read(script)
    if kept is None:
        return f"no record: run  {command(script)}"
    if kept.digest != script.digest():
        return f"its record is stale (it or what it imports has changed): run  {command(script)}"
    return None


def command(script: Snippet, again: bool = False) -> str:
    """What to type to record a script; `again` runs one whose record is fresh."""
    return f'make offline ARGS="{script.where} --force"' if again else f"make offline ARGS={script.where}"


def run(script: Snippet, python: Path) -> Record:
    """One run in a process of its own, with the environment that holds the heavy libraries."""
    try:
        done = subprocess.run([python, "-c", RUNNER, script.module, *REPORTED], cwd=script.root, env=environment(),
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        raise SnippetError(script.where, 1, f"ran over {TIME_LIMIT} s: make it smaller") from None
    errors = done.stderr.strip().splitlines() or ["no message"]
    if done.returncode:
        raise SnippetError(script.where, 1, f"its run failed: {errors[-1]} (python -m {script.module} shows all)")
    if not 0 < len(done.stdout) <= MAX_OUTPUT:
        raise SnippetError(script.where, 1, f"prints {len(done.stdout):,} characters: between 1 and {MAX_OUTPUT:,} can be shown")
    return Record(script.digest(), errors[-1], done.stdout)


def write(script: Snippet, record: Record) -> str:
    """Keep the record; returns the difference to the old one as text."""
    old = read(script)
    script.file.with_suffix(".out").write_text(f"sources: {record.digest}\nran with: {record.versions}\n{record.output}", encoding="utf-8")
    return difference(old.output if old else "", record.output)


def main(argv: list[str], root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(prog="python -m handbook offline", description="Run experiments too heavy for a browser; keep what they print.")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a script below offline/, or a folder of them; all if none")
    parser.add_argument("--force", action="store_true", help="run what is fresh, too")
    parser.add_argument("--python", type=Path, default=root / PYTHON, help="the Python that has the heavy libraries")
    given = parser.parse_args(argv)
    if not given.python.exists():
        raise Fault(f"{given.python}:1: no such Python: run  make offline, which sets it up")
    chosen = [load_script(root, path) for path in scripts(root) if _named(f"{BASE}/{path}", given.paths)]
    if not chosen:
        raise Fault(f"{' '.join(given.paths) or BASE}:1: no script there: name a file or a folder below {BASE}/")
    faults = 0
    for script in chosen:
        try:
            if not given.force and fault(script) is None:
                print(f"fresh {script.where}")
                continue
            print(f"running {script.where} …", flush=True)
            print(write(script, run(script, given.python)) or "prints the same\n", end="")
        except Fault as found:
            faults += 1
            print(found, file=sys.stderr)
    return 1 if faults else 0


def _named(path: str, wanted: list[str]) -> bool:
    return not wanted or any(path == given or path.startswith(given.rstrip("/") + "/") for given in wanted)
