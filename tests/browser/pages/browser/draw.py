"""Does a chart draw itself in the page?"""

from snippets.charts import show


def main() -> None:
    points = [{"x": x, "y": x * x, "kind": "square"} for x in range(6)]
    show(
        {
            "data": {"values": points},
            "mark": "line",
            "encoding": {
                "x": {"field": "x", "type": "quantitative"},
                "y": {"field": "y", "type": "quantitative"},
                "color": {"field": "kind", "type": "nominal"},
            },
        },
        "squares rise from 0 to 25",
    )


if __name__ == "__main__":
    main()
