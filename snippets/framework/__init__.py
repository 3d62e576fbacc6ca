"""Snippets of the framework chapters."""
