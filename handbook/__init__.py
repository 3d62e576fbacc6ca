"""Tooling of the handbook; see `python -m handbook`."""
