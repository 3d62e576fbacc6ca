"""What a chapter, a cell, a quiz and a board must hold: one schema for linter, scaffold, fences and site."""

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from handbook import yaml
from handbook.yaml import YamlFault

MAX_PAGE_BYTES = 200_000
MAX_FILE_BYTES = 500_000
TITLE_LENGTH = 60
DESCRIPTION_LENGTH = 160
QUIZ_ITEMS = (5, 10)


@dataclass(frozen=True)
class Kind:
    """A kind of chapter: where it lives, what it must hold, how long its main text may be."""

    name: str
    folder: str
    words: int
    sections: dict[str, str]
    optional: dict[str, str]
    predict: bool = True
    board: bool = False

    @property
    def package(self) -> str:
        return self.folder.replace("-", "_")


_ENDS = {"quiz": "Quiz", "sources": "Sources"}
KINDS = {kind.name: kind for kind in (
    Kind("framework", "framework", 1800,
         {"the-move": "The move", "why-they-ask": "Why they ask", "how-it-sounds": "How it sounds", "how-it-fails": "How it fails",
          "do-it-now": "Do it now", **_ENDS}, {}),
    Kind("component", "components", 2500,
         {"in-one-minute": "In one minute", "how-it-works": "How it works", "build-it": "Build it", "choose": "Choose",
          "in-production": "In production", "in-the-interview": "In the interview", **_ENDS}, {"at-scale": "At scale"}),
    Kind("case-study", "case-studies", 4500,
         {"answer-it-first": "Answer it first", "first-five-minutes": "The first five minutes", "scale": "Scale", "framing": "Framing",
          "data-and-labels": "Data and labels", "features": "Features", "baseline-then-model": "Baseline, then model",
          "metrics": "Metrics", "serving": "Serving", "rollout-monitoring-retraining": "Rollout, monitoring, retraining",
          "failure-abuse-privacy-fairness-cost": "Failure, abuse, privacy, fairness, cost", "interview": "Interview", **_ENDS}, {}, board=True),
    Kind("lab", "labs", 2000,
         {"what-breaks": "What breaks without it", "architecture": "Architecture", "start-it": "Start it", "the-code": "The code",
          "what-we-measured": "What we measured", "the-fault": "The fault", "how-it-grows": "How it grows", "cost": "Cost",
          "sources": "Sources"}, {}, predict=False),
)}


def kind_of(page: str) -> Kind | None:
    """The kind of a page by its folder; section indexes and everything else have none."""
    folder, _, name = page.partition("/")
    if not name or name == "index.md":
        return None
    return next((kind for kind in KINDS.values() if kind.folder == folder), None)


@lru_cache(maxsize=1)
def tags() -> tuple[str, ...]:
    """The one list of tags: tags.yml beside this file."""
    value, _ = yaml.read((Path(__file__).parent / "tags.yml").read_text(encoding="utf-8"))
    return tuple(value)


# --- shapes -----------------------------------------------------------------------------------------------------------

Faults = list[tuple[tuple, str]]
MISSING = object()


def _text(value, path: tuple, faults: Faults, limit: int | None = None) -> None:
    if not isinstance(value, str) or not value.strip():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return
        faults.append((path, f"{_named(path)} is no text: write a text (in quotes if it holds “: ”)"))
    elif limit and len(value) > limit:
        faults.append((path, f"{_named(path)} has {len(value)} characters: at most {limit}"))


def _named(path: tuple) -> str:
    return "“" + ".".join(str(part + 1) if isinstance(part, int) else part for part in path) + "”" if path else "this"


def _mapping(value, path: tuple, faults: Faults, required: set[str], optional: set[str]) -> bool:
    """True if the value is a mapping whose keys can be looked at further."""
    if not isinstance(value, dict):
        faults.append((path, f"{_named(path)} must be a mapping with {', '.join(sorted(required))}"))
        return False
    for key in value:
        if key not in required | optional:
            faults.append(((*path, key), f"unknown key “{key}”: known here are {', '.join(sorted(required | optional))}"))
    for key in sorted(required - value.keys()):
        faults.append((path, f"“{key}” is missing: add it"))
    return True


def front_matter(value, kind: Kind | None, today: datetime.date | None = None) -> Faults:
    faults: Faults = []
    required = {"title", "description"} | ({"tags", "minutes", "needs", "reviewed"} if kind else set())
    optional = {"hide", "template", "tags", "minutes", "needs", "reviewed"} - required
    if not _mapping(value, (), faults, required, optional):
        return faults
    for key, limit in (("title", TITLE_LENGTH), ("description", DESCRIPTION_LENGTH)):
        if key in value:
            _text(value[key], (key,), faults, limit)
    known = tags()
    listed = value.get("tags", [])
    if not isinstance(listed, list) or (kind and "tags" in value and not listed):
        faults.append((("tags",), "“tags” is no list: write [tag, tag]"))
    else:
        for index, tag in enumerate(listed):
            if tag not in known:
                faults.append((("tags", index), f"unknown tag “{tag}”: take one of handbook/tags.yml, or add it there"))
    minutes = value.get("minutes", 1)
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= 240:
        faults.append((("minutes",), "“minutes” is the reading time: write a whole number from 1 to 240"))
    needs = value.get("needs", [])
    if not isinstance(needs, list) or any(not re.fullmatch(r"[a-z-]+/[a-z0-9-]+", str(need)) for need in needs):
        faults.append((("needs",), "“needs” lists chapters to read first: write [components/feature-stores], or []"))
    if "reviewed" in value:
        _reviewed(value["reviewed"], faults, today or datetime.date.today())
    return faults


def _reviewed(value, faults: Faults, today: datetime.date) -> None:
    try:
        when = datetime.date.fromisoformat(str(value))
    except ValueError:
        faults.append((("reviewed",), "“reviewed” is no date: write it as 2026-11-30"))
        return
    # A day of grace: the author may live ahead of the machine that checks.
    if when > today + datetime.timedelta(days=1):
        faults.append((("reviewed",), f"“reviewed” {value} lies ahead: write the day on which the page was last read against its sources"))


def cell(value) -> Faults:
    """The shape of a cell; what depends on its snippet is looked at by `prediction`."""
    faults: Faults = []
    if not _mapping(value, (), faults, {"snippet"}, {"section", "title", "predict", "say"}):
        return faults
    for key in ("snippet", "section", "title", "say"):
        if key in value:
            _text(value[key], (key,), faults)
    if "predict" in value:
        if "say" not in value:
            faults.append((("predict",), "a prediction without “say”: add the thirty-second answer that uses the printed number"))
        _predict(value["predict"], faults)
    return faults


def offline(value) -> Faults:
    """The shape of an offline experiment: a script below offline/, a section of it, a title."""
    faults: Faults = []
    if _mapping(value, (), faults, {"script"}, {"section", "title"}):
        for key in value:
            _text(value[key], (key,), faults)
    return faults


def _predict(value, faults: Faults) -> None:
    path = ("predict",)
    if not _mapping(value, path, faults, {"ask", "evidence", "why"}, {"options", "answer", "number"}):
        return
    for key in ("ask", "evidence", "why"):
        if key in value:
            _text(value[key], (*path, key), faults)
    if isinstance(value.get("evidence"), str):
        _evidence(value["evidence"], faults)
    if ("options" in value) == ("number" in value):
        faults.append((path, "a prediction is a choice or a number: give “options” and “answer”, or “number”"))
    elif "options" in value:
        _options(value, faults)
    else:
        _guess(value, faults)


def _evidence(pattern: str, faults: Faults) -> None:
    path = ("predict", "evidence")
    # A regex runs over the record while the site is built and in the reader's browser: keep it plain.
    if len(pattern) > 200 or re.search(r"[+*}]\)[+*{]", pattern):
        faults.append((path, "“evidence” repeats a repetition or is over 200 characters: write a plain pattern, as 'leaky AUC ([0-9.]+)'"))
        return
    try:
        if re.compile(pattern).groups != 1:
            faults.append((path, "“evidence” needs exactly one group, round the printed value: 'leaky AUC ([0-9.]+)'"))
    except (re.error, RecursionError, OverflowError) as error:
        faults.append((path, f"“evidence” is no regular expression ({error}): correct it"))
    if re.search(r"\(\?[^:=!<]|\(\?<[^=!]|\\[AZzG]", pattern):
        faults.append((path, "“evidence” must mean the same in Python and in the browser: leave out (?P<…>), (?i), \\A and \\Z"))


def _options(value: dict, faults: Faults) -> None:
    path = ("predict", "options")
    options = value["options"]
    if not isinstance(options, list) or not 2 <= len(options) <= 6:
        faults.append((path, "“options” is a list of two to six guesses"))
        return
    for index, option in enumerate(options):
        _text(option, (*path, index), faults)
    if len({str(option) for option in options}) < len(options):
        faults.append((path, "two options are the same: keep one"))
    if "answer" not in value:
        faults.append((("predict",), "“answer” is missing: add the option that the run shows to be right"))
    elif str(value["answer"]) not in map(str, options):
        faults.append((("predict", "answer"), f"“answer” {value['answer']!r} is none of the options: copy one of them"))


def _guess(value: dict, faults: Faults) -> None:
    path = ("predict", "number")
    if "answer" in value:
        faults.append((("predict", "answer"), "a number's answer is what “evidence” finds in the record: leave “answer” out"))
    if not _mapping(value["number"], path, faults, set(), {"unit", "min", "max"}):
        return
    low, high = value["number"].get("min"), value["number"].get("max")
    if any(bound is not None and not is_number(bound) for bound in (low, high)):
        faults.append((path, "“min” and “max” are numbers"))
    elif low is not None and high is not None and low >= high:
        faults.append((path, f"“min” {low} is not below “max” {high}"))


def is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def to_number(text: str) -> float | None:
    """A printed figure as a number: separators and a sign aside."""
    try:
        return float(text.replace(",", "").replace("−", "-").strip().rstrip("%×x "))
    except ValueError:
        return None


def prediction(value: dict, output: str) -> Faults:
    """Does the record bear the prediction out? The evidence must be there, and be a number where one is guessed."""
    predict = value.get("predict")
    if not isinstance(predict, dict) or cell(value):
        return []
    match = re.search(predict["evidence"], output, re.M)  # as in the browser
    path = ("predict", "evidence")
    if not match:
        return [(path, f"“evidence” {predict['evidence']!r} does not match the record: print it, or correct the pattern")]
    if "number" not in predict:
        return []
    found = to_number(match.group(1) or "")
    if found is None:
        return [(path, f"“evidence” finds {match.group(1)!r}, no number: put the group round the figure alone")]
    low, high = predict["number"].get("min"), predict["number"].get("max")
    if (low is not None and found < low) or (high is not None and found > high):
        return [(("predict", "number"), f"the answer {found:g} lies outside min and max: widen them")]
    return []


# `number` says why the figures of an item need no parent, as <!-- number: … --> does in prose.
QUIZ_KEYS = {
    "choice": ({"kind", "ask", "options"}, {"number"}),
    "estimate": ({"kind", "ask", "answer", "why"}, {"unit", "within", "number"}),
    "recall": ({"kind", "ask", "answer"}, {"number"}),
    "compare": ({"kind", "ask", "a", "b", "better", "why"}, {"number"}),
}


def quiz(value) -> Faults:
    faults: Faults = []
    if not isinstance(value, list) or not value:
        return [((), "a quiz is a list of items: start each with  - kind: choice")]
    asked: set[str] = set()
    for index, item in enumerate(value):
        path = (index,)
        kind = item.get("kind") if isinstance(item, dict) else None
        if kind not in QUIZ_KEYS:
            faults.append((path, f"item {index + 1} has kind {kind!r}: use one of {', '.join(QUIZ_KEYS)}"))
            continue
        required, optional = QUIZ_KEYS[kind]
        _mapping(item, path, faults, required, optional)
        for key in (required | optional) & item.keys() - {"kind", "options", "better"}:
            if kind == "estimate" and key in ("answer", "within"):
                continue
            _text(item[key], (*path, key), faults)
        if str(item.get("ask")) in asked:
            faults.append(((*path, "ask"), "two items ask the same: change one"))
        asked.add(str(item.get("ask")))
        if kind == "choice" and "options" in item:
            _choice(item["options"], (*path, "options"), faults)
        if kind == "estimate" and "answer" in item and (not is_number(item["answer"]) or item["answer"] <= 0):
            faults.append(((*path, "answer"), "an estimate's answer is a number above 0: write it as 17_400"))
        if kind == "estimate" and not (is_number(item.get("within", 2)) and 1 < item.get("within", 2) <= 2):
            faults.append(((*path, "within"), "“within” says how many times off still counts as right: a number above 1 and up to 2"))
        if kind == "compare" and item.get("better", "a") not in ("a", "b"):
            faults.append(((*path, "better"), "“better” is a or b"))
    return faults


def _choice(options, path: tuple, faults: Faults) -> None:
    if not isinstance(options, list) or not 2 <= len(options) <= 6:
        faults.append((path, "a choice has two to six options"))
        return
    right = 0
    for index, option in enumerate(options):
        if not _mapping(option, (*path, index), faults, {"text", "why"}, {"right"}):
            continue
        for key in ("text", "why"):
            if key in option:
                _text(option[key], (*path, index, key), faults)
        if not isinstance(option.get("right", False), bool):
            faults.append(((*path, index, "right"), "“right” is true or is left out"))
        right += option.get("right") is True
    if right != 1:
        faults.append((path, f"{right} options are right: mark exactly one with  right: true"))


def board(value) -> Faults:
    faults: Faults = []
    if not _mapping(value, (), faults, {"prompt", "checklist"}, set()):
        return faults
    if "prompt" in value:
        _text(value["prompt"], ("prompt",), faults)
    checklist = value.get("checklist", [])
    if "checklist" in value and (not isinstance(checklist, list) or len(checklist) < 3):
        faults.append((("checklist",), "“checklist” is a list of three or more things to have said"))
    elif "checklist" in value:
        for index, entry in enumerate(checklist):
            _text(entry, ("checklist", index), faults)
    return faults


SHAPES = {"cell": cell, "offline": offline, "quiz": quiz, "board": board}


def read_fence(language: str, body: str) -> tuple[object, dict[tuple, int]]:
    """A fence's YAML, held against its shape; the first fault is raised with its line."""
    value, lines = yaml.read(body)
    for path, message in SHAPES[language](value):
        raise YamlFault(line_of(path, lines), message)
    return value, lines


def line_of(path: tuple, lines: dict[tuple, int]) -> int:
    """The line of the nearest part of the path that has one."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def texts(language: str, value) -> list[tuple[tuple, str]]:
    """Every text of a fence that readers see, with its path."""
    found: list[tuple[tuple, str]] = []

    def walk(part, path):
        if isinstance(part, dict):
            for key, child in part.items():
                if (language, key) not in {("cell", "snippet"), ("cell", "section"), ("cell", "evidence"), ("offline", "script"), ("offline", "section"),
                                           ("quiz", "kind"), ("quiz", "better"), ("quiz", "number"), ("quiz", "right"), ("quiz", "within")}:
                    walk(child, (*path, key))
        elif isinstance(part, list):
            for index, child in enumerate(part):
                walk(child, (*path, index))
        elif isinstance(part, (str, int, float)) and not isinstance(part, bool):
            found.append((path, str(part)))

    walk(value, ())
    return found
