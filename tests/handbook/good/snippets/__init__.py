"""Snippets of the toy handbook."""
