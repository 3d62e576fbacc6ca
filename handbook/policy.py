"""The Content-Security-Policy of the whole site: nothing from another host, no inline script but by its hash."""

import base64
import hashlib
import re

INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\ssrc=)([^>]*)>(.*?)</script>", re.S | re.I)
SCRIPT_TYPE = re.compile(r"""\stype=["']?([^"'\s>]+)""", re.I)
JAVASCRIPT = {"", "text/javascript", "application/javascript", "module"}
META = re.compile(r'\s*<meta http-equiv="Content-Security-Policy"[^>]*>')
CHARSET = re.compile(r"""<meta charset=["']?utf-8["']?\s*/?>""", re.I)


def script_hashes(html: str) -> set[str]:
    """The hashes of the inline scripts that a browser would run in this page; blocks of data are not scripts."""
    hashes = set()
    for attributes, text in INLINE_SCRIPT.findall(html):
        kind = SCRIPT_TYPE.search(attributes)
        if (kind.group(1).lower() if kind else "") in JAVASCRIPT:
            digest = hashlib.sha256(text.encode()).digest()
            hashes.add(f"'sha256-{base64.b64encode(digest).decode()}'")
    return hashes


def hashes_in(text: str) -> set[str]:
    """The hashes that a policy allows."""
    return set(re.findall(r"'sha256-[^']+'", text))


def policy(hashes: set[str]) -> str:
    """One policy for all pages: after instant navigation, that of the first page still governs."""
    directives = {
        "default-src": "'none'",
        # Compiling the interpreter's WebAssembly needs its own permission; eval stays forbidden.
        "script-src": " ".join(["'self'", "'wasm-unsafe-eval'", *sorted(hashes)]),
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        # A worker started from a blob: inherits this policy; one loaded by its address would not.
        "worker-src": "'self' blob:",
        "manifest-src": "'self'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def with_policy(html: str, value: str) -> str:
    """The page with the policy as its first metadata: what stands before it would not be bound by it."""
    html = META.sub("", html)
    return CHARSET.sub(lambda found: f'{found.group(0)}<meta http-equiv="Content-Security-Policy" content="{value}">',
                       html, count=1)


def headers_file(value: str) -> str:
    """The `_headers` file of the hosts that read one (Netlify, Cloudflare Pages)."""
    lines = ["/*"] + [f"  {name}: {text}" for name, text in headers(value).items()]
    return "\n".join(lines) + "\n"


def headers(value: str) -> dict[str, str]:
    """The headers that go with every response."""
    return {
        "Content-Security-Policy": value,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
