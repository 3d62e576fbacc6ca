"""Builds JupyterLite with its Pyodide kernel, all on our own host, to measure against: in an environment of its own below build/."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from handbook import ROOT

HOME = ROOT / "build" / "bench" / "jupyterlite"
# The newest pair that agrees; its kernel asks for a Pyodide of the 314 series, as we do.
PACKAGES = ("jupyterlite-core==0.8.6", "jupyterlite-pyodide-kernel==0.8.6")
# What the kernel loads from Pyodide's distribution before its first cell.
NEEDED = ("micropip", "packaging", "ipython", "jedi", "parso", "asttokens", "decorator", "executing", "matplotlib-inline", "prompt-toolkit",
          "pure-eval", "pygments", "six", "stack-data", "traitlets", "wcwidth")
# The one that it would fetch from a package index.
EXTRA = "comm==0.2.3"
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"


def build(target: Path, pyodide: Path) -> None:
    """JupyterLite at the target, served from /lite/; made once, then copied."""
    made = HOME / "site"
    if not (made / "pyodide" / "complete").exists():
        print("bench: building JupyterLite …", flush=True)
        install()
        (HOME / "source").mkdir()
        download(HOME / "extra", EXTRA)
        run([HOME / "venv" / "bin" / "jupyter", "lite", "build", "--apps", "repl", "--lite-dir", HOME / "source", "--output-dir", made,
             "--piplite-wheels", next((HOME / "extra").glob("*.whl"))])
        configure(made / "jupyter-lite.json")
        add_distribution(made / "pyodide", pyodide)
    shutil.copytree(made, target)


def install() -> None:
    shutil.rmtree(HOME, ignore_errors=True)
    run([sys.executable, "-m", "venv", HOME / "venv"])
    run([HOME / "venv" / "bin" / "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES])


def configure(file: Path) -> None:
    """Tell the built site's kernel where its interpreter is: without this it would ask a foreign host."""
    configuration = json.loads(file.read_text())
    settings = configuration["jupyter-config-data"].setdefault("litePluginSettings", {}).setdefault(KERNEL, {})
    settings |= {"pyodideUrl": "/lite/pyodide/pyodide.mjs", "disablePyPIFallback": True}
    file.write_text(json.dumps(configuration))


def add_distribution(folder: Path, pyodide: Path) -> None:
    """The interpreter and the few packages that the kernel wants, under a lock that names only these."""
    shutil.copytree(pyodide, folder)
    lock = json.loads((folder / "pyodide-lock.json").read_text())
    kept = {name: lock["packages"][name] for name in NEEDED}
    wanted = [f"{package['name']}=={package['version']}" for package in kept.values()]
    download(folder, *wanted)
    for package in kept.values():
        wheel = next(file for file in folder.glob("*.whl") if plain(file.name.split("-")[0]) == plain(package["name"]))
        package |= {"file_name": wheel.name, "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock | {"packages": kept}))
    (folder / "complete").touch()


def download(folder: Path, *packages: str) -> None:
    run([HOME / "venv" / "bin" / "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:",
         "--python-version", "3.14", "-d", folder, *packages])


def plain(name: str) -> str:
    """Wheels and locks spell a name differently."""
    return name.lower().replace("-", "_").replace(".", "_")


def run(command) -> None:
    done = subprocess.run([str(part) for part in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.exit(f"bench: {' '.join(str(part) for part in command[:4])} failed:\n{done.stdout[-2000:]}")
