"""`python -m handbook prepare`: make `build/assets/`, all that a page loads besides HTML.

Bundles come from `web/` (esbuild), the interpreter's files from the `pyodide` package, less what no cell can reach, its
standard library compiled by that interpreter itself. Each piece is made again only when what it is made from has changed. Every file but the two
entries, `site.js` and `site.css`, carries a digest in its name, so that any cache may keep it for good.
"""

import ast
import fcntl
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from handbook import ROOT, Fault, fonts, svg

ASSETS = ROOT / "build" / "assets"
CHUNKS = ASSETS / "chunks"
WORK = ROOT / "build" / "prepare"
STAMPS = WORK / "stamps.json"
PYODIDE = ROOT / "node_modules" / "pyodide"
INTERPRETER = WORK / "interpreter"
WEB = ROOT / "web"
OLDEST_NODE = 22
WINDOW = 16 << 20  # bytes that the reader's browser keeps while it unpacks: more than any of the files


def main(argv=None) -> int:
    if argv:
        print("usage: python -m handbook prepare", file=sys.stderr)
        return 2
    for folder in (CHUNKS, WORK):
        folder.mkdir(parents=True, exist_ok=True)
    with (WORK / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a preview and the tests may both want the files at once
        return prepare()


def prepare() -> int:
    stamps = json.loads(STAMPS.read_text()) if STAMPS.exists() else {}
    pieces = {
        "library": piece(stamps, "library", library_inputs(), make_library),
        "interpreter": piece(stamps, "interpreter", interpreter_inputs(), make_interpreter),
        "snippets": piece(stamps, "snippets", [text_of(snippet_archive())], make_snippets),
    }
    names = pieces["interpreter"]["names"] | pieces["library"]["names"] | pieces["snippets"]["names"]
    pieces["fonts"] = piece(stamps, "fonts", fonts.inputs(), make_fonts)
    STAMPS.write_text(json.dumps(stamps | pieces, indent=1))  # a fault in the bundles should not cost the rest again
    pieces["bundles"] = piece(stamps, "bundles", bundle_inputs(names), lambda: make_bundles(names))
    STAMPS.write_text(json.dumps(pieces, indent=1))
    write_manifest(pieces)
    remove_others(pieces)
    if any(piece["fresh"] for piece in pieces.values()):
        print_sizes(pieces)
    return 0


def piece(stamps, name, inputs, make):
    """The files of one piece: what the last run left, or made now when its inputs or its files are not the same."""
    inputs = [read(Path(__file__)), *inputs]
    wanted = digest(b"\0".join(one if isinstance(one, bytes) else one.encode() for one in inputs))
    known = stamps.get(name)
    if known and known["digest"] == wanted and all((ASSETS / file).exists() for file in known["files"]):
        return known | {"fresh": False}
    print(f"prepare: {name} …", flush=True)
    made = make()
    return {"digest": wanted, "fresh": True} | made


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def text_of(value) -> str:
    return json.dumps(value, sort_keys=True)


# The standard library, compiled inside the interpreter it is for.

def library_inputs():
    files = [WEB / "runtime.py", WEB / "tools" / "library.mjs", WEB / "tools" / "library.py", PYODIDE / "package.json"]
    return [text_of(imported_modules()), *(read(file) for file in files)]


def imported_modules():
    """What snippets import from the standard library: these modules ship in the small archive."""
    names = set()
    for file in snippet_files():
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError):
            continue  # half-written; `check` says where, and the page shows it as the reader's Python would
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names if node.module == "concurrent"}
    return sorted(name for name in names if name.partition(".")[0] in sys.stdlib_module_names)


def make_library():
    node("library.mjs", str(WORK), str(WEB / "runtime.py"), text=text_of(imported_modules()))
    return ship({kind: ("python-library", f"{kind}.zip.bin", squeeze(read(WORK / f"{kind}.zip"))) for kind in ("small", "whole")})


# The interpreter itself.

def interpreter_inputs():
    return [read(file) for file in (WEB / "tools" / "interpreter.mjs", PYODIDE / "package.json", ROOT / "package-lock.json")]


def make_interpreter():
    node("interpreter.mjs", str(INTERPRETER))
    return ship({
        "wasm": ("python", "wasm.bin", squeeze(read(INTERPRETER / "pyodide.asm.wasm"))),
        "module": ("python", "mjs", read(INTERPRETER / "pyodide.asm.mjs")),
    })


# The snippets.

def snippet_files():
    return sorted((ROOT / "snippets").rglob("*.py"))


def snippet_archive():
    return {file.relative_to(ROOT / "snippets").as_posix(): file.read_text(encoding="utf-8", errors="replace") for file in snippet_files()}


def make_snippets():
    archive = squeeze(json.dumps(snippet_archive(), sort_keys=True, ensure_ascii=False).encode())
    return ship({"snippets": ("snippets", "json.bin", archive)})


# The fonts: the style sheet names them, so that the bundler ships them with it.

def make_fonts():
    fonts.make(WORK / "fonts")
    return {"files": []}


# The bundles.

def bundle_inputs(names):
    files = sorted(file for file in WEB.rglob("*") if file.is_file())
    files += [ROOT / "handbook" / "chart.json", ROOT / "handbook" / "svg.py", ROOT / "package-lock.json"]
    return [text_of(names), *fonts.inputs(), *(f"{file.relative_to(ROOT)}\n".encode() + read(file) for file in files)]


def make_bundles(names):
    out = WORK / "bundles"
    shutil.rmtree(out, ignore_errors=True)
    drawing = {"elements": sorted(svg.ELEMENTS), "presentation": sorted(svg.PRESENTATION), "geometry": sorted(svg.GEOMETRY),
               "palette": svg.PALETTE, "same": svg.SAME}
    sizes = {kind: (CHUNKS / names[kind]).stat().st_size for kind in ("wasm", "small", "snippets")}  # for the bar of progress
    made = json.loads(node("bundle.mjs", str(out), text=text_of({"interpreter": names | {"bytes": sizes}, "drawing": drawing})))
    shutil.copytree(out, ASSETS, dirs_exist_ok=True)
    return {"files": sorted(file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file()), "names": made}


# What all pieces share.

def ship(entries):
    """Write files under names that carry their digest, beside the bundles' chunks, which ask for them."""
    names = {}
    for key, (stem, ending, data) in entries.items():
        names[key] = f"{stem}-{digest(data)[:10]}.{ending}"
        (CHUNKS / names[key]).write_bytes(data)
    return {"names": names, "files": [f"chunks/{name}" for name in sorted(names.values())]}


def squeeze(data: bytes) -> bytes:
    """As xz, which web/unpacker.js undoes: a third less than gzip, and no host needs to know of it.

    Named `.bin`, so that none adds an encoding of its own."""
    try:
        import lzma
    except ImportError:
        raise Fault("this Python was built without lzma: install the system's liblzma headers and build it again, or take another") from None
    # Code, WebAssembly's and Python's, is not aligned: no position bits.
    how = {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": WINDOW, "pb": 0}
    return lzma.compress(data, lzma.FORMAT_XZ, lzma.CHECK_CRC32, filters=[how])


def read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        if "node_modules" in file.parts:
            raise Fault(f"{file.relative_to(ROOT)} is missing: run `npm ci --ignore-scripts` (or `make`, which does)") from None
        raise


def node(script, *arguments, text=""):
    """Run one of our Node scripts; its standard output, or a fault that shows the end of what it complained about."""
    if not PYODIDE.exists():
        raise Fault("node_modules is missing: run `npm ci --ignore-scripts` (or `make`, which does)")
    done = subprocess.run([find_node(), str(WEB / "tools" / script), *arguments], input=text, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        last = [line[:300] for line in done.stderr.strip().splitlines() if line.strip()][:8]
        raise Fault(f"web/tools/{script} failed:\n  " + "\n  ".join(last))
    return done.stdout


def find_node():
    """The environment's own Node (put there by the set-up), else the machine's where recent enough."""
    for candidate in (ROOT / ".venv" / "bin" / "node", shutil.which("node")):
        if candidate and os.path.exists(candidate):
            version = subprocess.run([candidate, "--version"], capture_output=True, text=True).stdout
            if version.startswith("v") and int(version[1:].split(".")[0]) >= OLDEST_NODE:
                return str(candidate)
    raise Fault(f"Node {OLDEST_NODE} or newer is missing: run `make`, which sets it up, or install it")


def write_manifest(pieces):
    """For `finish` and the service worker: every file with its size, and those that a run of Python needs."""
    names = pieces["interpreter"]["names"] | pieces["library"]["names"] | pieces["snippets"]["names"] | pieces["bundles"]["names"]
    run = [f"chunks/{names[kind]}" for kind in ("wasm", "module", "small", "snippets", "worker", "unpacker")]
    files = {file: (ASSETS / file).stat().st_size for file in all_files(pieces)}
    manifest = {"files": files, "interpreter": run, "library": f"chunks/{names['whole']}"}
    (ASSETS / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def all_files(pieces):
    return sorted(set().union(*(piece["files"] for piece in pieces.values())))


def remove_others(pieces):
    """Drop what earlier runs left under other names."""
    wanted = {ASSETS / file for file in all_files(pieces)} | {ASSETS / "manifest.json"}
    for file in ASSETS.rglob("*"):
        if file.is_file() and file not in wanted:
            file.unlink()


def print_sizes(pieces):
    rows = [(file, (ASSETS / file).stat().st_size, len(gzip.compress((ASSETS / file).read_bytes(), 9))) for file in all_files(pieces)]
    print(f"{'build/assets/':<52}{'bytes':>12}{'gzipped':>12}")
    for name, size, small in sorted(rows, key=lambda row: -row[2]):
        print(f"{name:<52}{size:>12,}{small:>12,}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
