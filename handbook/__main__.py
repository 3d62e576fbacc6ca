"""`python -m handbook COMMAND …`: hands over to the module of that name."""

import importlib
import os
import sys

from handbook import Fault

COMMANDS = {
    "check": "hold chapters and snippets against the contracts: check [PATH …]",
    "record": "run snippets, draw charts and diagrams, rewrite the records: record [PATH …]",
    "offline": "run experiments too heavy for a browser, rewrite their records: offline [PATH …]",
    "new": "start a chapter or an experiment: new component|case-study|framework|lab SLUG, new experiment CHAPTER IDEA",
    "prepare": "make what the generator needs: bundles, interpreter files, fonts",
    "finish": "complete the built site: finish SITE",
    "site": "build the finished handbook: site [DIR]",
    "serve": "serve the finished handbook and reload it on edits",
}


def usage() -> str:
    width = max(map(len, COMMANDS))
    return "\n".join(["python -m handbook COMMAND", ""] + [f"  {name:<{width}}  {text}" for name, text in COMMANDS.items()])


def main(argv: list[str]) -> int:
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if argv else 2
    command, *rest = argv
    if command not in COMMANDS:
        print(f"handbook: no command “{command}”\n\n{usage()}", file=sys.stderr)
        return 2
    try:
        return importlib.import_module(f"handbook.{command}").main(rest) or 0
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output (head, less) has gone: nothing is wrong, and nothing may be written any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        # A fault of ours. Contributors get one line; HANDBOOK_DEBUG=1 shows where.
        if os.environ.get("HANDBOOK_DEBUG"):
            raise
        print(f"handbook {command}: {type(error).__name__}: {error} (a fault of the tool: HANDBOOK_DEBUG=1 shows where)", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
