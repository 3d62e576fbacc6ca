"""Serve a built site as a good host would: policy and other headers, right types, compression, entity tags.

The tests and the preview server share it, so what is measured is what a reader gets.
"""

import gzip
import hashlib
import mimetypes
import re
from pathlib import Path

import brotli
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

# Python's own table differs from one machine to the next.
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
         ".css": "text/css; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml", ".wasm": "application/wasm",
         ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".xml": "application/xml", ".py": "text/plain; charset=utf-8",
         ".webmanifest": "application/manifest+json", ".ico": "image/x-icon", ".webp": "image/webp", ".avif": "image/avif"}
COMPRESSED = {".html", ".js", ".mjs", ".css", ".json", ".svg", ".wasm", ".txt", ".xml", ".py", ".webmanifest"}
# The same rule as in web/sw.js.
NAMED_BY_CONTENT = re.compile(r"/assets/.*[-.](?=[a-z]*[0-9A-Z])[0-9A-Za-z]{8,}(\.[a-z0-9]+)+$")
HEADER = re.compile(r"^  ([\w-]+): (.*)$")


class Site:
    """An ASGI application for one folder; compressed bodies are kept in memory until their file changes."""

    def __init__(self, folder: Path, prefix: str = "/", inject: bytes = b""):
        self.folder, self.prefix, self.inject = folder.resolve(), prefix, inject
        self.bodies: dict[tuple, bytes] = {}

    async def __call__(self, scope, receive, send):
        response = await run_in_threadpool(self.answer, Request(scope))
        await response(scope, receive, send)

    def answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response("Method not allowed", 405)
        path = request.url.path
        if not path.startswith(self.prefix):
            return Response("Not found", 404)
        file = (self.folder / path.removeprefix(self.prefix)).resolve()
        if not file.is_relative_to(self.folder):
            return Response("Not found", 404)
        if file.is_dir():
            if not path.endswith("/"):
                return RedirectResponse(path + "/", 308)
            file = file / "index.html"
        if not file.is_file():
            return self.file(request, self.folder / "404.html", 404) if (self.folder / "404.html").is_file() else Response("Not found", 404)
        return self.file(request, file, 200)

    def file(self, request: Request, file: Path, status: int) -> Response:
        body, encoding = self.body(file, request.headers.get("accept-encoding", ""))
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        lasting = "v" in request.query_params or NAMED_BY_CONTENT.search(request.url.path)
        headers = self.headers() | {"ETag": tag, "Vary": "Accept-Encoding",
                                    "Cache-Control": "public, max-age=31536000, immutable" if lasting else "no-cache"}
        if request.headers.get("if-none-match") == tag and status == 200:
            return Response(status_code=304, headers=headers)
        if encoding:
            headers["Content-Encoding"] = encoding
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return Response(body, status, headers | {"Content-Type": kind})

    def body(self, file: Path, accepted: str) -> tuple[bytes, str]:
        encoding = ""
        if file.suffix in COMPRESSED:
            encoding = "br" if "br" in accepted else "gzip" if "gzip" in accepted else ""
        key = (file, encoding)
        stamp = file.stat().st_mtime_ns
        if self.bodies.get(key, (0, b""))[0] != stamp:
            self.bodies[key] = (stamp, self.encode(file, encoding))
        return self.bodies[key][1], encoding

    def encode(self, file: Path, encoding: str) -> bytes:
        data = file.read_bytes()
        if self.inject and file.suffix == ".html":
            data = data.replace(b"</head>", self.inject + b"</head>", 1)
        if encoding == "br":
            return brotli.compress(data, quality=9 if len(data) < 1_000_000 else 5)
        return gzip.compress(data, 6, mtime=0) if encoding == "gzip" else data

    def headers(self) -> dict[str, str]:
        """Those that the site's own `_headers` file asks hosts to send with everything."""
        everything = (self.folder / "_headers").read_text(encoding="utf-8").split("\n/")[0]
        return dict(found.groups() for line in everything.splitlines() if (found := HEADER.match(line)))
