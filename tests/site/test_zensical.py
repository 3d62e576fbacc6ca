"""Zensical, to which Material's authors have moved, builds the same pages from the same configuration."""

import pytest

from tests.site.pages import built_pages

# What readers work with; the chrome around it is each generator's own.
SAME = {"cells": ".cell[data-snippet]", "quiz items": ".quiz-item", "formulas": "math", "diagrams": ".diagram svg",
        "boards": ".board", "recorded outputs": ".cell-output", "charts": ".cell-charts svg"}


@pytest.mark.parametrize("selector", SAME.values(), ids=SAME)
def test_the_same_pages_hold_the_same(site, zensical_site, selector):
    ours, theirs = contents(site, selector), contents(zensical_site, selector)
    assert ours == theirs
    assert sum(map(len, ours.values())), f"no page has {selector}"


def contents(site, selector):
    return {page.path: [" ".join(node.text().split()) for node in page.tree.css(selector)] for page in built_pages(site)}


def test_its_pages_carry_the_policy_and_no_style(zensical_site):
    for page in built_pages(zensical_site):
        assert "Content-Security-Policy" in page.text and not page.tree.css("[style], style"), page.path
