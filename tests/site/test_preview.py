"""`make serve` in a copy of the project: an edit arrives in the open page, a mistake leaves the last good site."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from urllib.error import HTTPError

import pytest
from selectolax.lexbor import LexborHTMLParser

from bench.project import copy_project, free_port


@pytest.fixture(scope="module")
def project(tmp_path_factory, site):
    """A copy to edit; what takes long to make comes from this project's own build."""
    return copy_project(tmp_path_factory.mktemp("preview") / "project")


@contextmanager
def serving(project, port: int):
    command = [sys.executable, "-m", "handbook", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=project, env=os.environ | {"PYTHONUNBUFFERED": "1"}, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        yield server
    finally:
        server.kill()
        server.wait()


ADDRESS = "/framework/scale-estimation/"


def wait_for(server, text: str) -> str:
    """Read the server's output up to a line with this text."""
    seen = ""
    for line in server.stdout:
        seen += line
        if text in line:
            return seen
    raise AssertionError(f"the server ended without saying {text!r}:\n{seen}")


def get(port: int, path: str = "/"):
    return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}")


def test_an_edit_arrives_and_a_mistake_leaves_the_last_good_site(project):
    port = free_port()
    page = project / "docs/framework/scale-estimation.md"
    original = page.read_text(encoding="utf-8")
    with serving(project, port) as server:
        wait_for(server, "Serving on")
        home = get(port, ADDRESS)
        text = home.read().decode()
        assert "unsafe-inline" not in home.headers["Content-Security-Policy"]
        assert 'src="/__preview.js"' in text
        with get(port, "/__events") as events:
            before = next_news(events)
            assert f'name="preview" content="{before["generation"]}"' in text

            page.write_text(original + "\nA sentence that was just written.\n", encoding="utf-8")
            after = next_news(events)
            assert after["faults"] == []
            assert after["generation"] != before["generation"]
            edited = get(port, ADDRESS).read().decode()
            assert "A sentence that was just written." in edited
            # The pages that were not built again keep their names in the navigation of this one.
            assert navigation(edited) == navigation(text)

            page.write_text(original + "\n```cell\nsnippet: no/such/file.py\n```\n", encoding="utf-8")
            broken = next_news(events)
            assert broken["generation"] == after["generation"] and len(broken["faults"]) == 1
            assert "no/such/file.py" in broken["faults"][0]
            assert "A sentence that was just written." in get(port, ADDRESS).read().decode()

            page.write_text(original, encoding="utf-8")
            assert next_news(events)["faults"] == []
        server.send_signal(signal.SIGINT)
        rest, _ = server.communicate()
        assert "Traceback" not in rest and server.returncode in (0, 130)


def navigation(html: str) -> list[str]:
    return [node.text() for node in LexborHTMLParser(html).css("nav a, header a, footer a")]


def next_news(events) -> dict:
    for line in events:
        if line.startswith(b"data: "):
            return json.loads(line.removeprefix(b"data: "))
    raise AssertionError("the server closed the stream of events")


def test_a_port_in_use_is_said_in_one_line(project):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with serving(project, port) as server:
            said, _ = server.communicate()
    assert server.returncode == 1
    assert len(said.strip().splitlines()) == 1 and f"PORT={port + 1}" in said


def test_a_missing_page_is_a_404_with_the_policy(local_server):
    with pytest.raises(HTTPError) as answer:
        urllib.request.urlopen(local_server + "no/such/page/")
    assert answer.value.code == 404 and answer.value.headers["Content-Security-Policy"]


def test_bodies_are_compressed_typed_and_tagged(local_server):
    request = urllib.request.Request(local_server, headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request) as answer:
        headers = answer.headers
    assert headers["Content-Encoding"] == "br" and headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Vary"] == "Accept-Encoding"
    again = urllib.request.Request(local_server, headers={"Accept-Encoding": "br", "If-None-Match": headers["ETag"]})
    with pytest.raises(HTTPError) as answer:
        urllib.request.urlopen(again)
    assert answer.value.code == 304


def test_nothing_outside_the_site_is_served(local_server):
    with pytest.raises(HTTPError) as answer:
        urllib.request.urlopen(local_server + "..%2f..%2f..%2fMakefile")
    assert answer.value.code == 404
