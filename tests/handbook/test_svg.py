"""Drawings from outside: only what is listed reaches a page, in the site's colors."""

import pytest

from handbook import Fault
from handbook.svg import clean

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'


@pytest.mark.parametrize("poison", [
    "<script>alert(1)</script>",
    "<foreignObject><b>x</b></foreignObject>",
    '<image href="https://example.org/x.png" width="9" height="9"/>',
    '<use href="#a"/>',
    '<a href="javascript:alert(1)"><path d="M0,0h1"/></a>',
    "<style>@import url(https://example.org)</style>",
    '<animate attributeName="href" to="javascript:alert(1)"/>',
    '<rect width="1" height="1" onload="alert(1)"/>',
    '<rect width="1" height="1" style="background:url(https://example.org)"/>',
    '<rect width="1" height="1" fill="url(https://example.org#a)"/>',
    '<rect width="1" height="1" fill="url(#a) url(https://example.org)"/>',
    '<rect width="1" height="1" class="md-overlay"/>',
])
def test_what_is_not_listed_is_dropped(poison):
    found = clean(f'{OPEN}{poison}<path d="M0,0h1"/></svg>')
    assert "M0,0h1" in found or "<a" in poison
    for word in ("script", "foreign", "example.org", "href", "on", "style", "alert", "overlay", "animate"):
        assert f"{word}" not in found.replace("version", "")


@pytest.mark.parametrize("text", [
    "<svg", "<html/>", "no drawing", "",
    '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + OPEN + "<text>&b;</text></svg>",
    '<?xml-stylesheet href="https://example.org"?>' + OPEN + "</svg>",
    OPEN + "<g>" * 5_000 + "</g>" * 5_000 + "</svg>",
    OPEN + "<path d='" + "M0,0" * 200_000 + "'/></svg>",
])
def test_what_is_no_drawing_or_too_much_of_one_is_refused(text):
    with pytest.raises(Fault):
        clean(text)


@pytest.mark.parametrize(("given", "kept"), [
    ('fill="#1f2328"', 'class="fig-fill-ink"'),
    ('fill="rgb(31, 35, 40)"', 'class="fig-fill-ink"'),
    ('style="fill:#1F2328 !important;cursor:pointer"', 'class="fig-fill-ink"'),
    ('stroke="black" fill="#2563eb"', 'class="fig-stroke-ink fig-fill-series-1"'),
    ('fill="#123456"', 'fill="#123456"'),
])
def test_colors_of_the_palette_become_classes(given, kept):
    assert kept in clean(f'{OPEN}<path d="M0,0h1" {given}/></svg>')


def test_ids_are_kept_where_used_and_made_unique_on_the_page():
    text = f'{OPEN}<defs><marker id="a"><path d="M0,0h1"/></marker><marker id="b"><path d="M0,0h1"/></marker></defs><path id="c" d="M0,0h1" marker-end="url(#a)"/></svg>'
    found = clean(text, prefix="d1-")
    assert 'id="d1-a"' in found and "url(#d1-a)" in found
    assert 'id="d1-b"' not in found and "c" not in [part.split('"')[1] for part in found.split("id=")[1:]]


def test_cleaning_a_clean_drawing_changes_nothing():
    text = f'{OPEN}<g><text x="1.23456" fill="#000">a<tspan>b</tspan></text></g></svg>'
    once = clean(text, prefix="p-")
    assert clean(once, prefix="p-") == once


def test_a_label_makes_it_an_image_with_that_name():
    found = clean(f"{OPEN}</svg>", label='a "b" <c>')
    assert 'role="img"' in found and 'aria-label="a &quot;b&quot; &lt;c&gt;"' in found and "aria-hidden" not in found
