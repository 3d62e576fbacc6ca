"""Build the whole handbook: `python -m handbook site [DIR]`. Three stages: prepare, the generator, finish."""

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from handbook import Fault
from handbook.finish import finish

ROOT = Path(__file__).resolve().parent.parent
LOG_LINE = re.compile(r"^(WARNING|ERROR|Error|Warning)\b|Error:")


def main(argv: list[str]) -> int:
    build(Path(argv[0] if argv else "site").resolve())
    return 0


def build(site: Path, **environment: str) -> None:
    """Build into a folder with MkDocs, strictly, telling how long each stage took."""
    with stage("Preparing scripts, styles and the interpreter"):
        run([sys.executable, "-m", "handbook", "prepare"], environment)
    environment = {"NO_MKDOCS_2_WARNING": "1"} | environment
    with stage("Building pages"):
        run([sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)], environment)
    with stage("Finishing pages"):
        finish(site)


@contextmanager
def stage(title: str):
    print(f"{title} …", end=" ", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def run(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run one stage; when it fails, say what its log warns of, or all it said."""
    done = subprocess.run(command, cwd=ROOT, env=os.environ | (environment or {}), text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode:
        raise Fault("\n".join(faults(done.stdout)))


def faults(log: str) -> list[str]:
    """What a contributor needs of a failed stage's log: its warnings and errors, or the message that ended it."""
    lines = log.strip().splitlines() or ["it said nothing"]
    if any(line.startswith("Traceback ") for line in lines):
        return [re.sub(r"^[\w.]+: ", "", lines[-1])]
    return [line for line in lines if LOG_LINE.search(line)] or lines
