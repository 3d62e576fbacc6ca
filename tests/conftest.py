"""What tests share: the built site, a server with real headers, one browser."""

import fcntl
import hashlib
import shutil
import socket
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from handbook import chromium
from handbook.finish import finish
from handbook.site import run
from handbook.static import Site

ROOT = Path(__file__).resolve().parent.parent
# Below a folder, as on a project's page of a code host: an address that is right only at the root of a host shows here.
PREFIX = "/guide/"
ADDRESS = f"http://handbook.localhost{PREFIX}"
INPUTS = ("docs", "snippets", "diagrams", "theme", "web", "handbook", "mkdocs.yml", "requirements.txt", "package-lock.json")
BUILDS = ROOT / "build" / "test"
KEPT_BUILDS = 4


def pytest_collection_modifyitems(config, items):
    """Without a browser, run the rest and say so; the session then ends non-zero."""
    if chromium.find():
        return
    in_browser = [item for item in items if "browser" in item.fixturenames]
    if in_browser:
        config.browser_missing = len(in_browser)
        config.hook.pytest_deselected(items=in_browser)
        items[:] = [item for item in items if item not in in_browser]


def pytest_sessionfinish(session):
    if getattr(session.config, "browser_missing", 0) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    if count := getattr(config, "browser_missing", 0):
        terminalreporter.write_line(f"{count} tests did not run: {chromium.MISSING}", red=True)


@pytest.fixture(scope="session")
def site() -> Path:
    """The finished site, built strictly by MkDocs; kept between runs while nothing that it is made from changes."""
    return built("mkdocs", [sys.executable, "-m", "mkdocs", "build", "--strict"])


@pytest.fixture(scope="session")
def zensical_site() -> Path:
    """The same pages, built by Zensical from the same configuration."""
    return built("zensical", [str(Path(sys.executable).with_name("zensical")), "build", "--clean"])


def built(generator: str, command: list[str]) -> Path:
    folder = BUILDS / f"{generator}-{digest_of_inputs()}"
    with locked():
        if not (folder / "sw.js").exists():
            shutil.rmtree(folder, ignore_errors=True)
            environment = {"SITE_URL": ADDRESS, "SITE_DIR": str(folder.relative_to(ROOT)), "NO_MKDOCS_2_WARNING": "1",
                           "PYTHONPATH": str(ROOT)}
            for stage in ([sys.executable, "-m", "handbook", "prepare"], command):
                run(stage, environment)
            finish(folder)
            forget_old_builds()
    return folder


@contextmanager
def locked():
    BUILDS.mkdir(parents=True, exist_ok=True)
    with (BUILDS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def forget_old_builds():
    builds = sorted((folder for folder in BUILDS.iterdir() if folder.is_dir()), key=lambda folder: folder.stat().st_mtime)
    for folder in builds[:-KEPT_BUILDS]:
        shutil.rmtree(folder)


def digest_of_inputs() -> str:
    digest = hashlib.sha256()
    for name in INPUTS:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def listener():
    """The socket of the site's server; the browser must know its port before the site is built."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound


@pytest.fixture(scope="session")
def port(listener, site) -> int:
    """The port on 127.0.0.1 where the built site is served as a good host would, under /guide/."""
    server = uvicorn.Server(uvicorn.Config(Site(site, prefix=PREFIX), log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def server(port) -> str:
    """The site's address in the test browser, which knows where that host is; it is the site's canonical address too."""
    return ADDRESS


@pytest.fixture(scope="session")
def local_server(port) -> str:
    """The same server for tests that ask it without a browser."""
    return f"http://127.0.0.1:{port}{PREFIX}"


@pytest.fixture(scope="session")
def browser(listener):
    """One Chromium for all tests, which finds the site's host on this machine."""
    from playwright.sync_api import sync_playwright

    path = chromium.find()
    assert path, chromium.MISSING
    rules = f"--host-resolver-rules=MAP handbook.localhost:80 127.0.0.1:{listener.getsockname()[1]}"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*chromium.ARGUMENTS, rules])
        yield started
        started.close()


@pytest.fixture
def context(browser, server):
    """A reader who has never been here: no storage, no cache, no service worker yet."""
    fresh = browser.new_context(base_url=server, viewport={"width": 1280, "height": 900})
    yield fresh
    fresh.close()


@pytest.fixture
def page(context):
    return context.new_page()
