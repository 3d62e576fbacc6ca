"""The pages are valid HTML, by html-validate."""

import json
import subprocess

from handbook import ROOT
from handbook.finish import node_path
from tests.site.pages import built_pages


def test_pages_are_valid_html(site):
    files = [str(site / page.path) for page in built_pages(site)]
    command = [node_path(), str(ROOT / "node_modules/html-validate/bin/html-validate.mjs"), "--formatter", "json",
               "--config", str(ROOT / "tests/site/htmlvalidate.json"), *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    faults = [f"{result['filePath'].removeprefix(str(site))}:{message['line']}:{message['column']} {message['ruleId']}: {message['message']}"
              for result in json.loads(done.stdout) for message in result["messages"]]
    assert not faults, "\n".join(faults[:40])
