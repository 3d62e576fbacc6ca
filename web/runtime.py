"""Runs one cell in the worker: a fresh `__main__`, tracebacks in the reader's terms, everything put back afterwards.

It is compiled into the standard library's archive as `handbook_runtime`, so the worker imports it like any module.
"""

import builtins
import contextvars
import gc
import importlib.abc
import importlib.machinery
import io
import json
import linecache
import os
import random
import re
import sys
import time
import traceback
import types
import zipimport

LIBRARY = "/lib/python314.zip"
CHANNEL = "/dev/handbook"
HOME = os.getcwd()
CELL = "this cell"
LOCKED = ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core")
DEEPEST = 1_100  # frames of a traceback that are looked at; who raises the recursion limit can make a million
NO_ESCAPE = "{} is not available: code in a cell cannot reach the page, the network or the browser's storage"
NO_INPUT = "input() is not available in the page: write the value in the code instead"


class NeedsWholeLibrary(BaseException):
    """A module outside the small archive was imported: the worker fetches the whole library and runs the cell again."""


class LockedModules(importlib.abc.MetaPathFinder):
    """Refuses the modules that lead from Python to JavaScript."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in LOCKED:
            raise ImportError(NO_ESCAPE.format(name), name=name)


class Snippets(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports `snippets.*` from the archive that came with the interpreter; compiled code is kept, modules are not."""

    def __init__(self, sources):
        self.sources = sources
        self.folders = {os.path.dirname(path) for path in sources}
        self.folders |= {folder[:end] for folder in self.folders for end in range(len(folder)) if folder[end] == "/"}
        self.folders.add("")
        self.code = {}

    def path_of(self, name):
        relative = "/".join(name.split(".")[1:])
        for path in (f"{relative}.py", f"{relative}/__init__.py".lstrip("/")):
            if path in self.sources:
                return path
        return relative if relative in self.folders else None

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] != "snippets" or (found := self.path_of(name)) is None:
            return None
        package = not found.endswith(".py") or found.endswith("__init__.py")
        spec = importlib.machinery.ModuleSpec(name, self, origin=f"snippets/{found}", is_package=package)
        spec.has_location = found.endswith(".py")
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        path = self.path_of(module.__name__)
        if path not in self.sources:
            return
        if path not in self.code:
            self.code[path] = compile(self.sources[path], f"snippets/{path}", "exec", dont_inherit=True)
            linecache.cache[f"snippets/{path}"] = lines_for_linecache(self.sources[path], f"snippets/{path}")
        exec(self.code[path], module.__dict__)
        if module.__name__ == "snippets.charts":
            module.listeners.append(send_chart)

    def get_source(self, name):
        return self.sources.get(self.path_of(name))


class TrimmedLibrary(importlib.abc.MetaPathFinder):
    """Last in line: notices an import of a module that only the whole library holds."""

    def __init__(self, names):
        self.names = frozenset(names)

    def find_spec(self, name, path=None, target=None):
        if name in self.names:
            raise NeedsWholeLibrary(name)


def trimmed_modules():
    return zipimport.zipimporter(LIBRARY).get_data(f"{LIBRARY}/trimmed.txt").decode().split()


class NoInput(io.TextIOBase):
    """Standard input that says why there is none."""

    def readable(self):
        return True

    def read(self, size=-1):
        raise RuntimeError(NO_INPUT)

    readline = read


def no_input(prompt=""):
    raise RuntimeError(NO_INPUT)


def lines_for_linecache(source, name):
    return len(source), None, source.splitlines(keepends=True), name


def send_chart(spec, summary):
    """Hand a chart to the page through a device, because reader code must not hold a JavaScript object."""
    message = json.dumps({"spec": spec, "summary": summary}).encode() + b"\n"
    with open(CHANNEL, "wb", buffering=0) as channel:
        channel.write(message)


class Pristine:
    """What a run may change in a warm interpreter, remembered so that it can be put back."""

    def __init__(self):
        self.modules = dict(sys.modules)
        self.contents = {name: dict(vars(module)) for name, module in self.modules.items() if hasattr(module, "__dict__")}
        self.environ = dict(os.environ)
        self.random = random.getstate()
        self.recursion_limit = sys.getrecursionlimit()
        self.meta_path = list(sys.meta_path)
        self.path = list(sys.path)
        self.filters = list(sys.modules["warnings"].filters) if "warnings" in sys.modules else None

    def restore(self):
        for name in sys.modules.keys() - self.modules.keys():
            # Built into the interpreter: it cannot be loaded twice.
            if name not in sys.builtin_module_names:
                del sys.modules[name]
        sys.modules.update(self.modules)
        for name, contents in self.contents.items():
            restore_names(vars(self.modules[name]), contents)
        sys.meta_path[:] = self.meta_path
        sys.path[:] = self.path
        sys.argv[:] = [""]
        if self.filters is not None:
            sys.modules["warnings"].filters[:] = self.filters
        if dict(os.environ) != self.environ:
            os.environ.clear()
            os.environ.update(self.environ)
        sys.setrecursionlimit(self.recursion_limit)
        random.setstate(self.random)
        sys.settrace(None)
        sys.setprofile(None)
        empty_folder(HOME)
        os.chdir(HOME)


def restore_names(now, before):
    """Mend what a run replaced in a module and take away what it added, but for submodules."""
    for name in [name for name, value in now.items() if name not in before and not isinstance(value, types.ModuleType)]:
        del now[name]
    for name, value in before.items():
        if now.get(name, Pristine) is not value:
            now[name] = value


def empty_folder(folder):
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                empty_folder(entry.path)
                os.rmdir(entry.path)
            else:
                os.unlink(entry.path)


def install(archive, whole):
    """Prepare the interpreter for readers' code; called once, after boot."""
    global pristine, library
    snippets = Snippets(json.loads(archive))
    library = TrimmedLibrary(() if whole else trimmed_modules())
    finders = [finder for finder in sys.meta_path if "pyodide" not in type(finder).__module__ and "pyodide" not in getattr(finder, "__module__", "")]
    sys.meta_path[:] = [LockedModules(), snippets, *finders, library]
    for name in list(sys.modules):
        if name.partition(".")[0] in (*LOCKED, __name__):
            del sys.modules[name]
    builtins.input = no_input
    sys.stdin = NoInput()
    sys.argv = [""]
    install.snippets = snippets
    pristine = Pristine()


def use_whole_library():
    """The worker has replaced the archive by the whole library."""
    library.names = frozenset()
    importlib.invalidate_caches()


def splice(source, section, code):
    """Put the shown code in the place of its section; return the full text and the number of lines before it."""
    if not section:
        return code, 0
    lines = source.splitlines()
    first = find_mark(lines, "start", section) + 1
    last = find_mark(lines, "end", section)
    return "\n".join(lines[:first] + code.splitlines() + lines[last:]) + "\n", first


def find_mark(lines, kind, section):
    pattern = re.compile(rf"\s*#\s*--8<--\s*\[{kind}:{re.escape(section)}\]\s*")
    return next(number for number, line in enumerate(lines) if pattern.fullmatch(line))


class Cell:
    """One cell's program: its full text and how its lines are numbered on the page."""

    def __init__(self, path, section, code):
        self.file = path.rpartition("/")[2]
        self.text, self.before = splice(install.snippets.sources.get(path, ""), section, code)
        self.shown = len(code.splitlines())
        linecache.cache[self.file] = lines_for_linecache(self.text, self.file)
        linecache.cache[CELL] = lines_for_linecache(code, CELL)

    def shows(self, line):
        return line is not None and self.before < line <= self.before + self.shown

    def frame(self, frame):
        """The frame with the numbers that the reader sees."""
        if frame.filename != self.file or not self.shows(frame.lineno):
            return frame
        return traceback.FrameSummary(
            CELL,
            frame.lineno - self.before,
            frame.name,
            lookup_line=False,
            end_lineno=frame.end_lineno and frame.end_lineno - self.before,
            colno=frame.colno,
            end_colno=frame.end_colno,
        )

    def trim(self, error):
        """Keep the frames of the cell and of snippets, in this exception and in those it grew from."""
        error.stack[:] = [
            self.frame(frame)
            for frame in error.stack
            if frame.filename == self.file or frame.filename.startswith("snippets/")
        ]
        if getattr(error, "filename", None) == self.file and error.lineno is not None and self.shows(int(error.lineno)):
            error.filename = CELL
            error.lineno = str(int(error.lineno) - self.before)
            if error.end_lineno is not None:
                error.end_lineno = str(int(error.end_lineno) - self.before)
        for other in (error.__cause__, error.__context__, *(error.exceptions or ())):
            if other is not None:
                self.trim(other)
        return error

    def explain(self, error):
        text = "".join(self.trim(traceback.TracebackException.from_exception(error, limit=DEEPEST, compact=True)).format())
        if isinstance(error, MemoryError):
            text = text.rstrip() + ": the program asked for more memory than a cell may use\n"
        return text


def run(request):
    """Run one cell; the answer says how it ended. Output goes to the worker's streams while it runs."""
    request = json.loads(request)
    main = types.ModuleType("__main__")
    main.__file__ = request["path"]
    main.__builtins__ = builtins
    sys.modules["__main__"] = main
    sys.argv = [request["path"]]
    started = time.perf_counter()
    cell, ended = None, {"kind": "done"}
    try:
        cell = Cell(request["path"], request.get("section"), request["code"])
        code = compile(cell.text, cell.file, "exec", dont_inherit=True)
        started = time.perf_counter()
        contextvars.copy_context().run(exec, code, main.__dict__)
    except NeedsWholeLibrary as needed:
        ended = {"kind": "library", "module": str(needed)}
    except KeyboardInterrupt:
        ended = {"kind": "interrupted"}
    except SystemExit as leaving:
        if leaving.code not in (None, 0):
            ended = {"kind": "error", "text": f"SystemExit: {leaving.code}\n"}
    except BaseException as error:
        ended = {"kind": "error", "text": explain(cell, error)}
    ended["seconds"] = time.perf_counter() - started
    flush()
    return json.dumps(ended)


def explain(cell, error):
    if cell is None:
        return f"{type(error).__name__}: {error}\n"
    try:
        return cell.explain(error)
    except RecursionError:  # hardly any stack is left to format with
        return "RecursionError: maximum recursion depth exceeded\n"


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # a reader may have replaced or closed it
            pass


def tidy():
    """Put the interpreter back; called after the answer has left, so that the reader does not wait for it."""
    pristine.restore()
    gc.collect()
