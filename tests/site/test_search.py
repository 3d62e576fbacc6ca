"""The search finds the page that a reader means: by its words, by other words for the same thing, with a slip of the finger."""

import json
import subprocess

import pytest

from handbook import ROOT
from handbook.finish import node_path
from handbook.search import documents

ASK = """
import { load } from "./web/search-engine.js";
const search = await load(process.argv[1]);
console.log(JSON.stringify(JSON.parse(process.argv[2]).map((query) => search(query).slice(0, 5).map((result) => result.url))));
"""
# The page that should be among the first three.
WANTED = {
    "scale estimation": "framework/scale-estimation/",
    "qps": "framework/scale-estimation/",
    "queries per second": "framework/scale-estimation/",
    "trafic": "framework/scale-estimation/",
    "feature store": "components/feature-stores/",
    "point in time join": "components/feature-stores/",
    "as-of join": "components/feature-stores/",
    "training-serving skew": "components/feature-stores/",
    "online offline skew": "components/feature-stores/",
    "video recommendation": "case-studies/video-recommendation/",
    "recsys": "case-studies/video-recommendation/",
    "candidate generation": "case-studies/video-recommendation/",
    "position bias": "reference/world/",
    "re-ranking": "case-studies/video-recommendation/",
}


@pytest.fixture(scope="module")
def answers(local_server):
    command = [node_path(), "--input-type=module", "-e", ASK, local_server + "assets/handbook/search-index.json", json.dumps(list(WANTED))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(zip(WANTED, json.loads(done.stdout)))


@pytest.mark.parametrize("query", WANTED)
def test_the_wanted_page_is_among_the_first_three(answers, query):
    assert any(url.startswith(WANTED[query]) for url in answers[query][:3]), answers[query]


def test_a_section_is_a_document_without_code_or_controls():
    page = """<article><h1 id="t">Title</h1><p>Intro</p><h2 id="s">Part<a class="headerlink" href="#s">#</a></h2>
      <pre><code>secret_name</code></pre><form>control</form><p>The <b>bold</b> text.</p></article>"""
    first, second = documents("components/x/index.html", "components/x/", page)
    assert (first["heading"], first["text"], first["url"], first["kind"]) == ("Title", "Intro", "components/x/", "Component")
    assert (second["heading"], second["text"], second["url"]) == ("Part", "The bold text.", "components/x/#s")
