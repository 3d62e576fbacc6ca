"""Runs inside Pyodide at build time: writes /small.zip and /whole.zip, the standard library as bytecode.

The small archive holds what a fresh interpreter, the runtime's own paths and the snippets' imports load; the whole one holds everything.
Entries are stored, not deflated: the file is compressed once, as one stream, by the build.
"""

import importlib
import importlib.util
import json
import os
import sys
import zipfile

SOURCE = "/lib/python314.zip"
EPOCH = (1980, 1, 1, 0, 0, 0)

# What readers most often type into a cell beside what the snippets use.
COMMON = """
abc array bisect calendar collections contextlib copy csv dataclasses datetime decimal difflib enum fractions functools
graphlib hashlib heapq inspect io itertools json math numbers operator pprint queue random re reprlib secrets statistics
string struct textwrap time timeit traceback types typing unicodedata uuid warnings weakref zlib
""".split()

# Paths of the interpreter that import lazily: each kind of traceback, suggestions, warnings.
EXERCISES = [
    "def f(x): return 1 / x\nf(0)",
    "prnt('x')",
    "import math; math.sqr(2)",
    "x = (1,\ny = 2",
    "def f(): f()\nf()",
    "raise ExceptionGroup('several', [ValueError('a'), TypeError('b')])",
    "try:\n 1 / 0\nexcept ZeroDivisionError as e:\n raise ValueError('x') from e",
    "import colections",
    "import warnings; warnings.warn('careful'); raise KeyError('x')",
    "print(f'{1.5:>10,.2f}', '%d' % 3, '{:e}'.format(2.0)); b'x'.decode('latin-1'); 'é'.encode('ascii')",
    "import dataclasses\n@dataclasses.dataclass(frozen=True, slots=True, order=True)\nclass P:\n x: int = 0\nP().x = 3",
    "open('nothing-here')",
]


def build(wanted_json):
    load_everything_needed(json.loads(wanted_json))
    needed = loaded_files() | {"handbook_runtime.py"}
    compiled = compile_library()
    small = {path: code for path, code in compiled.items() if path in needed}
    trimmed = sorted(module_name(path) for path in compiled.keys() - small.keys())
    write("/whole.zip", compiled)
    write("/small.zip", small | {"trimmed.txt": "\n".join(trimmed).encode()})


def load_everything_needed(wanted):
    import linecache
    import traceback

    for name in {"runtime", *wanted, *COMMON}:
        try:
            importlib.import_module(name)
        except ImportError:
            pass  # a module that the browser lacks: `check` refuses snippets that import it
    for number, text in enumerate(EXERCISES):
        name = f"exercise-{number}.py"
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        try:
            exec(compile(text, name, "exec"), {"__name__": "__main__"})
        except BaseException as error:
            "".join(traceback.TracebackException.from_exception(error, compact=True).format())


def loaded_files():
    """Paths inside the archive of every module that is loaded now."""
    prefix = SOURCE + "/"
    origins = (getattr(getattr(module, "__spec__", None), "origin", None) or "" for module in list(sys.modules.values()))
    return {origin.removeprefix(prefix).removesuffix("c") for origin in origins if origin.startswith(prefix)}


def compile_library():
    """Path of each source file to its .pyc bytes (docstrings and asserts left out)."""
    with zipfile.ZipFile(SOURCE) as source:
        texts = {name: source.read(name) for name in source.namelist() if name.endswith(".py")}
    with open("/runtime.py", "rb") as runtime:
        texts["handbook_runtime.py"] = runtime.read()
    # An interpreter without the file that its `os` sits beside warns at start-up; the name inside the code is only for tracebacks.
    return {name: pyc(text, name) for name, text in texts.items()}


def pyc(text, name):
    import marshal

    code = compile(text, name, "exec", dont_inherit=True, optimize=2)
    unchecked = (0b01).to_bytes(4, "little")
    return importlib.util.MAGIC_NUMBER + unchecked + importlib.util.source_hash(text) + marshal.dumps(code)


def module_name(path):
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def write(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(entries.items()):
            archive.writestr(zipfile.ZipInfo(name + "c" if name.endswith(".py") else name, EPOCH), data)
