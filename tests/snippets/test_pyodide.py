"""Every recorded snippet, run by Pyodide, prints what CPython printed when it was recorded."""

import json
import subprocess

from handbook import ROOT, prepare, snippet
from handbook.record import out_file, read

RUNNER = ROOT / "tests" / "snippets" / "pyodide_runner.mjs"


def test_pyodide_prints_every_record():
    prepare.main([])
    recorded = {file.path: read(file) for file in snippets_with_records()}
    assert recorded
    command = [prepare.find_node(), str(RUNNER), f"{prepare.INTERPRETER}/", str(prepare.WORK / "small.zip")]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True,
                          input=json.dumps({"sources": prepare.snippet_archive(), "run": sorted(recorded)}))
    assert done.returncode == 0, done.stderr[-2000:]
    printed = json.loads(done.stdout)
    different = {path: printed[path] for path, record in recorded.items()
                 if printed[path] != {"kind": "done", "text": record.output, "charts": len(record.charts)}}
    assert different == {}


def snippets_with_records():
    for file in prepare.snippet_files():
        loaded = snippet.load(ROOT, file.relative_to(ROOT / "snippets").as_posix())
        if out_file(loaded).exists():
            yield loaded
