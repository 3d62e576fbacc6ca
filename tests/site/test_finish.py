"""`finish` on small sites: what it resolves, what it refuses, and that a second run changes nothing."""

from pathlib import Path

import pytest

from handbook import Fault
from handbook.finish import finish, relative
from handbook.policy import policy, script_hashes

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="description" content="About."><link rel="canonical" href="https://example.org/book/{address}">
<link rel="stylesheet" href="{up}assets/handbook/site.css"><title>T</title></head>
<body><script>var a=1</script><article><h1 id="top">Top</h1>{body}</article></body></html>"""


@pytest.fixture
def build(tmp_path):
    """Writes pages from their bodies, finishes them, returns the folder."""
    assets = tmp_path / "assets"
    assets.mkdir()
    (assets / "site.css").write_text("body{}")
    (assets / "site.js").write_text("1")
    site = tmp_path / "site"

    def finished(**bodies: str) -> Path:
        for name, body in ({"index": "home"} | bodies).items():
            file = site / ("index.html" if name == "index" else f"{name}/index.html")
            file.parent.mkdir(parents=True, exist_ok=True)
            address, up = ("", "") if name == "index" else (f"{name}/", "../")
            file.write_text(PAGE.format(address=address, up=up, body=body))
        finish(site, assets)
        return site

    return finished


def text_of(site: Path, name: str = "") -> str:
    return (site / name / "index.html").read_text()


def test_a_link_of_a_fence_becomes_relative_to_its_page(build):
    site = build(index='<a href="handbook:stores.md#top">x</a>', stores='<a href="handbook:index.md">y</a>')
    assert '<a href="stores/#top">x</a>' in text_of(site)
    assert '<a href="../">y</a>' in text_of(site, "stores")


@pytest.mark.parametrize("address, page, link", [
    ("", "", "./"), ("a/", "", "a/"), ("", "a/", "../"), ("a/b/", "a/c/", "../b/"), ("x.svg", "a/b/", "../../x.svg"),
])
def test_relative_addresses(address, page, link):
    assert relative(address, page) == link


@pytest.mark.parametrize("link, why", [("missing.md", "leads to no page"), ("index.md#nowhere", "no such anchor")])
def test_a_link_that_leads_nowhere_is_refused_in_one_line(build, link, why):
    with pytest.raises(Fault, match=why) as fault:
        build(index=f'<a href="handbook:{link}">x</a>')
    assert "\n" not in str(fault.value) and "index.html" in str(fault.value)


def test_tex_becomes_mathml_without_style_attributes(build):
    site = build(index=r'<div class="arithmatex">\[\begin{aligned}a&amp;=b\\c&amp;=d\end{aligned}\]</div>')
    assert "<mtable" in text_of(site) and " style=" not in text_of(site)
    # The layout that Temml writes into style attributes is in the style sheet.
    assert '[class~="tex:padding-left:0em;padding-right:0em"]{padding-left:0em;padding-right:0em}' in \
        (site / "assets/handbook/site.css").read_text()


def test_a_wrong_formula_is_refused_with_its_page_and_text(build):
    with pytest.raises(Fault, match=r"index\.html: formula '\\\\frac\{a'"):
        build(index=r'<span class="arithmatex">\(\frac{a\)</span>')


@pytest.mark.parametrize("body", ['<p style="color:red">x</p>', "<style>p{}</style>", '<svg><g style="fill:red"/></svg>'])
def test_styles_in_a_page_are_refused(build, body):
    with pytest.raises(Fault, match="forbids style"):
        build(index=body)


def test_a_code_example_about_styles_is_no_style(build):
    assert "style=" in text_of(build(index='<code>&lt;p style="color:red"&gt;</code>'))


def test_aligned_columns_become_classes(build):
    site = build(index='<table><tr><th style="text-align: right;">n</th><td align="center">1</td></tr></table>')
    assert '<th class="align-right">' in text_of(site) and '<td class="align-center">' in text_of(site)


def test_every_page_allows_the_inline_scripts_of_all_pages(build):
    site = build(other="<script>var other=2</script>")
    for page in ("", "other"):
        for body in ("var a=1", "var other=2"):
            assert script_hashes(f"<script>{body}</script>").pop() in text_of(site, page)


def test_data_blocks_and_files_are_no_inline_scripts():
    assert script_hashes('<script type="application/json">{}</script><script src="a.js"></script>') == set()


def test_the_policy_allows_no_eval_and_no_other_host():
    value = policy({"'sha256-x'"})
    assert "unsafe-eval" not in value.replace("wasm-unsafe-eval", "") and "unsafe-inline" not in value
    assert "http" not in value and "default-src 'none'" in value


def test_finishing_twice_changes_nothing(build, tmp_path):
    body = r'<a href="handbook:index.md#top">x</a> <span class="arithmatex">\(\frac{a}{b}\)</span>'
    site = build(index=body)
    before = {file: file.read_bytes() for file in site.rglob("*") if file.is_file()}
    finish(site, tmp_path / "assets")
    assert {file: file.read_bytes() for file in site.rglob("*") if file.is_file()} == before


def test_the_two_files_with_fixed_names_are_asked_for_by_content(build, tmp_path):
    first = text_of(build())
    (tmp_path / "assets/site.css").write_text("body{color:red}")
    second = text_of(build())
    version = first.split("site.css?v=")[1].split('"')[0]
    assert len(version) == 12 and f"?v={version}" not in second


def test_a_changed_file_makes_a_new_service_worker(build):
    version = (build() / "sw.js").read_text().splitlines()[0]
    assert (build(index="changed") / "sw.js").read_text().splitlines()[0] != version
