"""YAML as contributors write it, read safely, with the line of every value.

Only the JSON-like core of YAML counts: `no` is a word, `12:30` is a word, 17_400 is a number. Aliases
(whose nesting makes a small file huge), tags and repeated keys are refused.
"""

import re
from functools import lru_cache

import yaml

from handbook import Fault

MAX_CHARACTERS = 60_000
MAX_DEPTH = 20
# The C parser where PyYAML has it: ten times as fast, and check reads every fence of every page.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?\d+(?:[_,]?\d+)*")
_FLOAT = re.compile(r"[-+]?(?:\d[\d_]*)?\.?\d+(?:[eE][-+]?\d+)?")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class YamlFault(Fault):
    """A fault with the line (from 1) inside the YAML text."""

    def __init__(self, line: int, message: str):
        super().__init__(f"line {line}: {message}")
        self.line, self.message = line, message


@lru_cache(maxsize=None)
def read(text: str) -> tuple[object, dict[tuple, int]]:
    """The value, and the line (from 1) of each part of it by its path of keys and indexes. Kept: change neither."""
    if len(text) > MAX_CHARACTERS:
        raise YamlFault(1, f"{len(text):,} characters: keep it under {MAX_CHARACTERS:,}")
    try:
        depth = 0
        for event in yaml.parse(text, Loader=_LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise YamlFault(event.start_mark.line + 1, f"nests over {MAX_DEPTH} deep: make it flat")
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise YamlFault(event.start_mark.line + 1, "anchors and aliases (& and *) are not taken: write the text out, or quote it")
            if getattr(event, "tag", None) not in (None, "!"):
                raise YamlFault(event.start_mark.line + 1, "tags (!…) are not taken: quote the text")
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlFault(mark.line + 1 if mark else 1, f"YAML cannot be read ({error.problem}): quote texts that hold “: ” or “#”, close brackets and quotes, here or on the line above") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlFault(1, f"YAML cannot be read ({str(error).splitlines()[0]}): correct it") from None
    lines: dict[tuple, int] = {}
    return (None if node is None else _value(node, (), lines)), lines


def _value(node: yaml.Node, path: tuple, lines: dict[tuple, int]):
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, index), lines) for index, child in enumerate(node.value)]
    found = {}
    for key, child in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else "?"
        if name in found:
            raise YamlFault(key.start_mark.line + 1, f"“{name}” stands twice: keep one")
        found[name] = _value(child, (*path, name), lines)
        lines[(*path, name)] = key.start_mark.line + 1
    return found


def _scalar(node: yaml.ScalarNode):
    if node.style:  # quoted; a plain one has None, or "" from the C parser
        return node.value
    text = node.value
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INT.fullmatch(text):
        return int(text.replace("_", "").replace(",", ""))
    if _FLOAT.fullmatch(text):
        return float(text.replace("_", ""))
    return text
