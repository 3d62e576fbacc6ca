"""What a snippet may do: run with the standard library alone, in a browser, the same way everywhere."""

import ast
import sys
from collections.abc import Iterator

from handbook.snippet import Snippet

_FILES, _CLOCK, _NETWORK, _THREADS = "reads files", "reads the clock", "reaches the network", "starts threads or processes"
_ABSENT, _MACHINE, _CHANCE, _CODE = "is absent or fails in the browser", "looks at the machine", "draws from the machine's chance", "runs code of its own"
MODULES = {
    **dict.fromkeys(("os", "pathlib", "shutil", "tempfile", "glob", "fileinput", "mmap", "sqlite3", "shelve", "dbm", "zipfile", "tarfile", "gzip",
                     "bz2", "lzma", "logging", "configparser", "fcntl", "linecache"), _FILES),
    **dict.fromkeys(("time", "timeit", "sched", "zoneinfo", "cProfile", "profile"), _CLOCK),
    **dict.fromkeys(("socket", "ssl", "socketserver", "http", "ftplib", "smtplib", "poplib", "imaplib", "xmlrpc", "select", "selectors", "webbrowser",
                     "wsgiref", "telnetlib", "nntplib"), _NETWORK),
    **dict.fromkeys(("threading", "_thread", "multiprocessing", "concurrent", "subprocess", "signal", "pty"), _THREADS),
    **dict.fromkeys(("tkinter", "turtle", "turtledemo", "curses", "readline", "resource", "venv", "ensurepip", "test", "idlelib", "pdb",
                     "asyncio",  # its run() needs a stack that can be switched
                     "antigravity", "this", "msvcrt", "winreg", "winsound", "syslog", "grp", "pwd", "termios", "tty",
                     # in 3.11's library, gone from the browser's newer one
                     "aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils", "imghdr", "imp", "lib2to3", "mailcap",
                     "msilib", "nis", "ossaudiodev", "pipes", "smtpd", "sndhdr", "spwd", "sunau", "uu", "xdrlib"), _ABSENT),
    **dict.fromkeys(("platform", "sysconfig", "site", "locale", "getpass", "ctypes", "gc", "tracemalloc", "faulthandler"), _MACHINE),
    **dict.fromkeys(("secrets", "uuid"), _CHANCE),
    **dict.fromkeys(("importlib", "runpy", "code", "codeop", "pickle", "marshal", "pkgutil", "zipimport"), _CODE),
}
ATTRIBUTES = {
    ("urllib", "request"): _NETWORK, ("datetime", "now"): _CLOCK, ("datetime", "utcnow"): _CLOCK, ("datetime", "today"): _CLOCK,
    ("date", "today"): _CLOCK, ("random", "SystemRandom"): _CHANCE, ("hashlib", "pbkdf2_hmac"): _ABSENT, ("hashlib", "scrypt"): _ABSENT,
    ("hashlib", "file_digest"): _FILES,
}
BUILTINS = {"open": _FILES, "input": "waits for a keyboard that is not there", "exec": _CODE, "eval": _CODE, "compile": _CODE, "__import__": _CODE,
            "breakpoint": "waits for a debugger", "id": "prints addresses, which differ from run to run"}
# Draws whose last bit differs between versions and platforms (logarithms and cosines in C).
UNSTEADY = {"gauss", "normalvariate", "lognormvariate", "betavariate", "gammavariate", "vonmisesvariate", "paretovariate", "weibullvariate", "expovariate"}
_FLOAT_MATH = {"sqrt", "exp", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "tanh", "pow", "hypot", "fsum", "erf", "atan", "dist"}


def faults(snippet: Snippet) -> Iterator[tuple[int, str]]:
    """Line and message of everything that would not run, or not run the same way, in a reader's browser."""
    for node in ast.walk(snippet.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _module(node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from _module(node.lineno, node.module or "")
            for alias in node.names:
                yield from _module(node.lineno, f"{node.module}.{alias.name}", quiet=True)
                yield from _attribute(node.lineno, (node.module or "").split(".")[-1], alias.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Name, ast.Attribute)):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            yield from _attribute(node.lineno, owner, node.attr)
        elif isinstance(node, ast.Call):
            yield from _call(node)
    yield from _float_sums(snippet.tree)


def _module(line: int, name: str, quiet: bool = False) -> Iterator[tuple[int, str]]:
    top = name.split(".")[0]
    if quiet or top == "snippets":
        return
    if name in ("urllib.request", "urllib.error"):
        yield line, f"imports {name}, which {_NETWORK}: a snippet makes its own data"
    elif top in MODULES:
        yield line, f"imports {top}, which {MODULES[top]}: a snippet makes its own data, seeded, in one thread"
    elif top not in sys.stdlib_module_names:
        yield line, f"imports {top}, which the browser's Python lacks: write it with the standard library (tests may use {top} as an oracle)"


def _attribute(line: int, owner: str, name: str) -> Iterator[tuple[int, str]]:
    if reason := ATTRIBUTES.get((owner, name)):
        yield line, f"{owner}.{name} {reason}: give the value as data"
    elif owner == "random" and name in ("seed", "random", "randrange", "randint", "choice", "choices", "shuffle", "sample", "uniform", *UNSTEADY):
        yield line, f"random.{name} is shared and unseeded: draw from a random.Random(seed) of your own"


def _call(node: ast.Call) -> Iterator[tuple[int, str]]:
    if isinstance(node.func, ast.Name) and node.func.id in BUILTINS:
        yield node.lineno, f"{node.func.id}() {BUILTINS[node.func.id]}: leave it out"
    if isinstance(node.func, ast.Attribute) and node.func.attr in UNSTEADY and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "random"):
        yield node.lineno, f"{node.func.attr}() differs in its last bit between Python versions: use the draws of snippets/world"
    if not node.args and not node.keywords and _called(node) in ("Random", "random.Random"):
        yield node.lineno, "random.Random() without a seed: pass one"


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func) if isinstance(node.func, (ast.Name, ast.Attribute)) else ""


def _float_sums(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """`sum` of what can be told to be floats: from 3.12 on it adds differently."""
    scopes = [tree, *(node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda)))]
    seen: set[int] = set()
    for scope in reversed(scopes):  # inner scopes first: they know their own names best
        floats = _float_names(scope)
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sum" and node.args and id(node) not in seen:
                start = node.args[1] if len(node.args) > 1 else next((word.value for word in node.keywords if word.arg == "start"), None)
                if _element_is_float(node.args[0], floats) or (start is not None and _is_float(start, floats)):
                    seen.add(id(node))
                    yield node.lineno, "sum() of floats differs between Python versions: use math.fsum"


def _float_names(scope: ast.AST) -> dict[str, str]:
    """Name → "float" or "floats" (a sequence of them), as annotations and plain assignments in this scope tell."""
    names: dict[str, str] = {}

    def annotated(name: str, annotation: ast.expr | None) -> None:
        text = ast.unparse(annotation) if annotation is not None else ""
        if text == "float":
            names[name] = "float"
        elif text.startswith(("list[float", "tuple[float", "Sequence[float", "Iterable[float", "Iterator[float", "set[float")):
            names[name] = "floats"

    if isinstance(scope, ast.FunctionDef):
        for argument in [*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs]:
            annotated(argument.arg, argument.annotation)
    for node in ast.walk(scope):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            annotated(node.target.id, node.annotation)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            if _is_float(node.value, names):
                names[node.targets[0].id] = "float"
            elif _element_is_float(node.value, names):
                names[node.targets[0].id] = "floats"
    return names


def _element_is_float(node: ast.expr, names: dict[str, str]) -> bool:
    if isinstance(node, (ast.GeneratorExp, ast.ListComp, ast.SetComp)):
        inner = dict(names)
        for loop in node.generators:
            if isinstance(loop.target, ast.Name):
                inner.pop(loop.target.id, None)
                if _element_is_float(loop.iter, names):
                    inner[loop.target.id] = "float"
        return _is_float(node.elt, inner)
    if isinstance(node, (ast.List, ast.Tuple)):
        return any(_is_float(part, names) for part in node.elts)
    return isinstance(node, ast.Name) and names.get(node.id) == "floats"


def _is_float(node: ast.expr, names: dict[str, str]) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if isinstance(node, ast.Name):
        return names.get(node.id) == "float"
    if isinstance(node, ast.UnaryOp):
        return _is_float(node.operand, names)
    if isinstance(node, ast.IfExp):
        return _is_float(node.body, names) or _is_float(node.orelse, names)
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.FloorDiv):
            return False
        return isinstance(node.op, ast.Div) or _is_float(node.left, names) or _is_float(node.right, names)
    if isinstance(node, ast.Call):
        called = _called(node)
        return called == "float" or called.startswith("math.") and called[5:] in _FLOAT_MATH or called in _FLOAT_MATH or called.endswith(".random")
    return False
