"""`make serve`: builds the handbook, serves it with the headers it will have, and reloads the page on every edit."""

import argparse
import asyncio
import json
import os
import re
import signal
import socket
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route
from watchfiles import awatch

from handbook import ROOT, Fault
from handbook.static import Site

SITE = ROOT / "build" / "preview" / "site"
WATCHED = ("docs", "snippets", "diagrams", "theme", "web", "handbook", "mkdocs.yml", "package-lock.json")
# An edit of these changes what the build process has loaded, so it starts anew and builds everything.
LOADED = ("handbook", "theme", "mkdocs.yml", "package-lock.json")
IGNORED = re.compile(r"__pycache__|\.pyc$|~$|\.sw[px]$|/\.[^/]*$")
SCRIPT = """
const page = document.querySelector('meta[name="preview"]').content;
const events = new EventSource("/__events");
addEventListener("pagehide", () => events.close());
events.onmessage = ({ data }) => {
  const { generation, faults } = JSON.parse(data);
  if (generation !== page) return location.reload();
  let bar = document.getElementById("preview-faults");
  if (!faults.length) return bar?.remove();
  if (!bar) {
    bar = document.body.appendChild(document.createElement("pre"));
    bar.id = "preview-faults";
    bar.setAttribute("role", "alert");
    bar.style.cssText = "position:fixed;inset:auto 0 0;margin:0;padding:12px 16px;max-height:40vh;overflow:auto;"
      + "z-index:99;background:#7a1020;color:#fff;font:14px/1.4 monospace;white-space:pre-wrap";
  }
  bar.textContent = faults.join("\\n");
};
"""


class Preview:
    """The served site, the process that builds it, and the open pages that wait for news."""

    def __init__(self, address: str):
        self.address = address
        self.generation = ""
        self.faults: list[str] = []
        self.news = asyncio.Condition()
        self.builder: ProcessPoolExecutor | None = None
        self.site = Site(SITE)
        self.stopping = False

    async def build(self, paths: list[str] | None) -> None:
        """Build everything, or what an edit of these files touches; then tell the open pages."""
        began = time.monotonic()
        faults, good = await self.attempt(paths)
        self.faults = faults
        if good:
            self.generation = str(time.time_ns())
            self.site = Site(SITE, inject=f'<meta name="preview" content="{self.generation}">'
                                          '<script type="module" src="/__preview.js"></script>'.encode())
            what = "built" if paths is None else ", ".join(sorted(os.path.relpath(path, ROOT) for path in paths)[:3])
            print(f"{what}: {time.monotonic() - began:.2f} s", flush=True)
        for line in faults:
            print(f"  {line}" if good else f"not built, the last good site stays: {line}", flush=True)
        async with self.news:
            self.news.notify_all()
        if good:
            await self.run("build_lists")

    async def attempt(self, paths: list[str] | None) -> tuple[list[str], bool]:
        try:
            if paths is None:
                self.restart_builder()
                return await self.run("build_all", self.address), True
            return await self.run("build_edit", self.address, paths), True
        except BrokenProcessPool:
            self.builder = None
            return ["the build process ended unexpectedly; the next edit starts it again"], False
        except (Exception, SystemExit) as error:
            return [one_line(error)], False

    async def run(self, job: str, *arguments):
        if self.builder is None:
            self.restart_builder()
        return await asyncio.get_running_loop().run_in_executor(self.builder, work, job, *arguments)

    def restart_builder(self) -> None:
        self.stop_builder()
        # A fresh interpreter: what was edited in handbook/ is loaded again.
        self.builder = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"), initializer=end_with_server)

    def stop_builder(self) -> None:
        if self.builder is not None:
            self.builder.shutdown(wait=False, cancel_futures=True)
            for process in list((self.builder._processes or {}).values()):
                process.terminate()
        self.builder = None

    async def watch(self) -> None:
        folders = [ROOT / name for name in WATCHED if (ROOT / name).exists()]
        async for changes in awatch(*folders, debounce=80, step=20, watch_filter=lambda _, path: not IGNORED.search(path)):
            paths = sorted({path for _, path in changes})
            whole = not self.generation or any(is_loaded(path) for path in paths)
            await self.build(None if whole else paths)

    async def events(self, request: Request) -> Response:
        async def stream():
            yield "retry: 500\n\n"
            while not self.stopping:
                if self.generation:
                    yield f"data: {json.dumps({'generation': self.generation, 'faults': self.faults})}\n\n"
                async with self.news:
                    await self.news.wait()

        return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def script(self, request: Request) -> Response:
        return Response(SCRIPT, media_type="text/javascript", headers={"Cache-Control": "no-store"})

    async def page(self, scope, receive, send) -> None:
        if not self.generation:
            text = "\n".join(["The handbook could not be built yet:", *self.faults, "", "Mend it and reload."])
            await Response(text, 503, media_type="text/plain", headers={"Retry-After": "2"})(scope, receive, send)
        else:
            await self.site(scope, receive, send)


def end_with_server() -> None:
    """In the build process: Ctrl-C is the server's to handle; when the server is gone, however it went, this goes too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def wait():
        parent_process().join()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def work(job: str, *arguments):
    """Run one job in the build process. Imported there, so that a fault in our own code is a failed build, not the end."""
    from handbook import preview

    return getattr(preview, job)(*arguments)


def one_line(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text if isinstance(error, Fault) else " ".join(text.split())


def is_loaded(path: str) -> bool:
    name = os.path.relpath(path, ROOT)
    return name.split(os.sep)[0] in LOADED


def listen(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # a page that asks during the first build waits for it
    except OSError as error:
        raise Fault(f"cannot serve on {host}:{port}: {error.strerror}; choose another port: make serve PORT={port + 1}") from None
    return listener


async def run(host: str, port: int) -> None:
    listener = listen(host, port)
    address = f"http://{host}:{port}/"
    preview = Preview(address)
    print("Building the handbook …", flush=True)
    await preview.build(None)
    routes = [Route("/__events", preview.events), Route("/__preview.js", preview.script), Mount("/", preview.page)]
    config = uvicorn.Config(Starlette(routes=routes), log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    watching = asyncio.create_task(preview.watch())
    print(f"Serving on {address} (Ctrl-C ends)", flush=True)
    try:
        await server.serve(sockets=[listener])
    finally:
        preview.stopping = True
        watching.cancel()
        preview.stop_builder()


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m handbook serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(argv)
    asyncio.run(run(options.host, options.port))
    return 0
