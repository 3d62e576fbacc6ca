"""Snippets of the components."""
