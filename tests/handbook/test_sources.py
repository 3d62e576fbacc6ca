"""The bibliography: made of the chapters' links, complete, each with its best name and the pages that cite it."""

import pytest

from handbook.sources import bibliography_html, cited

FRONT = "---\ntitle: \"{title}\"\ndescription: d\n---\n"


@pytest.fixture
def book(tmp_path):
    def write(**texts):
        for name, text in texts.items():
            file = tmp_path / "docs" / (name.replace("__", "/").replace("_", "-") + ".md")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(FRONT.format(title=name.rpartition("__")[2].title() + ": more") + text)
        return tmp_path
    return write


def test_a_source_is_listed_once_with_its_fullest_name_and_every_citing_page(book):
    root = book(components__stores="[same](https://www.a.org/x#part) [Rules, Zinkevich](https://www.a.org/x)",
                framework__scale="see [Rules](https://www.a.org/x) and [b](https://b.org/)")
    assert cited(root) == {
        "https://www.a.org/x": ("Rules, Zinkevich", ["components/stores.md", "framework/scale.md"]),
        "https://b.org/": ("b.org", ["framework/scale.md"]),
    }


def test_links_of_pages_that_are_no_chapters_do_not_count(book):
    assert cited(book(contribute__how="[x](https://x.org/)", framework__index="[y](https://y.org/)")) == {}


def test_sources_in_a_quiz_and_addresses_with_parentheses_are_found(book):
    root = book(components__stores="```quiz\n- why: '[A study (old)](https://a.org/f_(x).pdf)'\n```\n")
    assert list(cited(root)) == ["https://a.org/f_(x).pdf"]


def test_names_and_addresses_are_escaped(book):
    html = bibliography_html(book(components__stores="[A < B](https://a.org/?a=1&b=2)"))
    assert 'href="https://a.org/?a=1&amp;b=2"' in html and "A &lt; B" in html and 'href="handbook:components/stores.md">Stores</a>' in html
