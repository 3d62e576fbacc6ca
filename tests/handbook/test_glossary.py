"""The glossary: a chapter's first use of each term leads to its entry, and nothing else changes."""

from handbook.glossary import Term, terms, with_links

ENTRIES = [Term("canary", ("canary release", "canary")), Term("store", ("feature store",)), Term("auc", ("AUC",)), Term("pit", ("point-in-time join",))]


def linked(body: str) -> str:
    html = with_links(f"<body><nav>canary</nav><article>{body}</article><p>canary</p></body>", ENTRIES, "../../glossary/")
    return html.split("<article>")[1].split("</article>")[0]


def test_entries_are_the_terms_with_an_id_and_their_other_names():
    page = ('<article><dl><dt id="ctr">Click-through rate</dt><dd><p>Clicks over showings. <em>Also: CTR,\n click rate.</em></p></dd>'
            '<dt id="drift">Drift</dt><dd>Change. <em>Never</em> asked for.</dd><dt>No entry</dt><dd>…</dd></dl></article>')
    assert terms(page) == [Term("ctr", ("Click-through rate", "CTR", "click rate")), Term("drift", ("Drift",))]


def test_only_the_first_use_is_linked():
    assert linked("<p>A canary, and a second canary.</p>") == (
        '<p>A <a class="term" href="../../glossary/#canary">canary</a>, and a second canary.</p>')


def test_the_longest_name_wins_over_lines_and_in_any_case():
    assert linked("<p>Canary\nreleases fail.</p>") == '<p><a class="term" href="../../glossary/#canary">Canary\nreleases</a> fail.</p>'


def test_an_acronym_is_meant_as_it_is_written():
    assert "term" not in linked("<p>auc and aucs</p>")
    assert '#auc">AUCs</a>' in linked("<p>Two AUCs.</p>")


def test_a_part_of_a_word_or_of_a_compound_is_no_use():
    assert "term" not in linked("<p>canaryish, pre-canary, AUC-ROC, point-in-time joinery</p>")


def test_headings_links_code_cells_and_quizzes_are_left_alone():
    body = ('<h2>Canary</h2><p><a href="x">canary</a> <code>canary</code></p><div class="cell"><p>canary<br>canary</p></div>'
            '<div class="quiz">canary</div><table><tr><th>canary</th></tr></table>')
    assert linked(body) == body
    assert '<td><a class="term"' in linked(body + "<table><tr><td>canary</td></tr></table>")


def test_an_empty_element_does_not_end_what_is_skipped():
    assert "term" not in linked('<svg><path d=""/><text>canary</text></svg>')


def test_entities_stay_entities():
    assert linked("<p>A &amp; B&#x27;s canary &lt;</p>") == '<p>A &amp; B&#x27;s <a class="term" href="../../glossary/#canary">canary</a> &lt;</p>'


def test_a_second_run_changes_nothing():
    once = linked("<p>A canary and a feature store.</p>")
    assert linked(once) == once
