"""How does one file draw a chart on a page and still print plain text everywhere?

`show` prints one line; whoever can draw (the recorder, the browser) listens for the specification.
"""

from collections.abc import Callable

listeners: list[Callable[[dict, str], None]] = []


def show(spec: dict, summary: str) -> None:
    """Print the chart's one-line summary and hand its Vega-Lite specification to those who draw."""
    print(f"[chart] {summary}")
    for draw in listeners:
        draw(spec, summary)
