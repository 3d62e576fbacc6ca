"""`python -m bench [interpreter|site] …`: both without a name."""

import importlib
import sys

PARTS = ("interpreter", "site")


def main(argv: list[str]) -> int:
    if argv and argv[0] in PARTS:
        return importlib.import_module(f"bench.{argv[0]}").main(argv[1:])
    return max(importlib.import_module(f"bench.{part}").main([]) for part in PARTS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
