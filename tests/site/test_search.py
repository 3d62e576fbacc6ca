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
    "trafic": "reference/formulas/#traffic",
    "feature store": "components/feature-stores/",
    "point in time join": "components/feature-stores/",
    "as-of join": "components/feature-stores/",
    "training-serving skew": "components/feature-stores/",
    "online offline skew": "components/feature-stores/",
    "video recommendation": "case-studies/video-recommendation/",
    "recsys": "case-studies/video-recommendation/",
    "candidate generation": "components/retrieval/",
    "position bias": "components/ranking/",
    "re-ranking": "components/ranking/",
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


def test_an_entry_of_the_glossary_is_a_document_of_its_own():
    page = """<article><h1 id="t">Glossary</h1><p>Terms.</p><h2 id="a">A to B</h2>
      <dl><dt id="ann">Approximate search</dt><dd>Finds most of the closest.</dd><dt id="auc">AUC</dt><dd>Order only.</dd></dl>
      <h2 id="c">C</h2><dl><dt>no entry</dt><dd>Its text.</dd></dl></article>"""
    found = documents("reference/glossary/index.html", "reference/glossary/", page)
    assert [(one["heading"], one["text"], one["url"].partition("#")[2]) for one in found] == [
        ("Glossary", "Terms.", ""), ("Approximate search", "Finds most of the closest.", "ann"), ("AUC", "Order only.", "auc"), ("C", "no entry Its text.", "c")]


EXCERPTS = """
import { loadTexts } from "./web/search-engine.js";
globalThis.fetch = async () => ({ ok: true, json: async () => ({ far: "start ".repeat(60) + "a late query meets queries " + "end ".repeat(60), short: "A late query.", other: "word ".repeat(80) }) });
const of = await loadTexts("texts.json");
const results = [["far", ["late", "query"]], ["short", ["late"]], ["other", ["late"]], ["gone", ["late"]], ["far", ["c++", "query"]]];
console.log(JSON.stringify(results.map(([id, terms]) => of({ id, terms, excerpt: "as it begins" }))));
"""


def test_an_excerpt_shows_where_the_words_stand():
    done = subprocess.run([node_path(), "--input-type=module", "-e", EXCERPTS], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    far, short, other, gone, plus = json.loads(done.stdout)
    assert far.startswith("… start") and "a late query meets queries end" in far and far.endswith(" …") and len(far) < 180
    assert short == "A late query."
    assert other == gone == "as it begins"
    assert "query" in plus
