"""The handbook's code: every block on a page is a file in here, run as `python -m snippets.…`."""
