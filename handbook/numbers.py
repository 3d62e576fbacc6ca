"""The number lint: every figure in the prose is printed by a snippet of its chapter, or stands with its source.

A figure passes when it is a rounding of one in a record: `17,400` of `17361.1`, `1.2 million` of `1,203,444`,
`23.7%` of `0.2369`. Names (p99, top-100, A100), versions, dates, ordinals and integers up to 12 are no figures.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from handbook.board import steps

FREE_UP_TO = 12
YEARS = range(1990, 2036)
EXEMPTION = re.compile(r"<!--\s*number\s*:\s*(.*?)\s*-->", re.S)

_DIGITS = re.compile(r"\d+(?:[,_]\d{3})*(?:\.\d+)?(?:[eE][-+]?\d+)?")
_LARGE = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}
_BINARY = {"K": 2**10, "k": 2**10, "M": 2**20, "G": 2**30, "T": 2**40, "P": 2**50}
_WORDS = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "bn": 1e9, "mn": 1e6}
_SMALL = {"ms": 1e-3, "µs": 1e-6, "μs": 1e-6, "us": 1e-6, "ns": 1e-9}
_PERCENT = re.compile(r"[\s\u00a0\u202f]?(%|percent\b|per cent\b|percentage points?\b|pp\b)")
_WORD = re.compile(r"[\s\u00a0\u202f-]?(thousand|million|billion|trillion|bn|mn)\b", re.I)
_PREFIXED = re.compile(r"[\s\u00a0\u202f]?([kKMGTPE])(i?)(?:B|b|bit|byte|FLOPS?|FLOP|W|Wh|Hz|QPS|J|V)s?(?:/s)?\b")
_GLUED = re.compile(r"([kKMGTPB])(?![\w])")
_SPACED = re.compile(r"[\s\u00a0\u202f]([kKM])(?![\w'’])")
_TIME = re.compile(r"[\s\u00a0\u202f]?(ms|µs|μs|us|ns)\b")
_MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
_LABEL = re.compile(r"(?:\b(?:top|version|release|section|sections|chapter|figure|fig\.|table|step|pages?|pp?\.|RFC|ISO|IEC|article|art\.|recital|"
                    r"appendix|equation|eq\.|Python|CPython|Pyodide|Spark|Flink|level|port|issue|ticket|pull request|PR|HTTP|error|code|seeds?|vol\.|no\.)"
                    r"|§|#)[\s\u00a0]?[#§]?$", re.I)
_NAME_HYPHEN = re.compile(r"(?:\b(?:top|rank|level|tier|seed|step|type|sha|utf|base)|\b[A-Z][\w.-]*)[-‑@]$")
_METRIC_AT = re.compile(r"[A-Za-z]@$")
_ADDRESS = re.compile(r"(?:\b(?:https?://|doi:|doi\.org/|arxiv[:.]|www\.)\S*|\barxiv\s?:?\s?\S*|\b[\w-]+\.(?:com|org|net|io|dev|ai|edu|gov)/\S*)", re.I)
_ISO_DATE = re.compile(r"\b(?:19|20)\d\d-\d\d(?:-\d\d)?(?:T[\d:]+Z?)?\b")
_CLOCK = re.compile(r"(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:])")
_VERSION = re.compile(r"(?<![\d.])v?\d+(?:\.\d+){2,}(?!\d)")
_IDIOM = re.compile(r"\b24/7\b|\b50[/–-]50\b|\b80/20\b")
_WHOLE = re.compile(r"\b100\s?(?:%|percent\b|per cent\b)")
# What a unit is by definition: nobody needs to have measured that a day has 24 hours.
_DEFINITIONS = {24: "hour|h", 60: "second|minute|sec|min|s", 365: "day", 3600: "second|s", 86400: ""}
_AFTER_YEAR = re.compile(r"\s[a-z]+s\b")
_BEFORE_YEAR = re.compile(r"(?:\b(?:in|since|by|until|before|after|of|from|to|through|during|late|early|mid|and|or)\s|[(,’'–-]\s?)$", re.I)


@dataclass(frozen=True)
class Figure:
    """A figure as written: its value without the unit's scale, and that scale."""

    text: str
    start: int
    value: float
    scale: float
    unit: str
    decimals: int
    zeros: int

    @property
    def full(self) -> float:
        return self.value * self.scale

    @property
    def half(self) -> float:
        """Half a unit of the last digit that is meant, in the figure's own scale."""
        if self.decimals or not self.zeros:
            return 0.5 * 10 ** -self.decimals
        return 0.5 * 10 ** self.zeros


def figures(text: str) -> list[Figure]:
    """Every figure of a text that needs a parent."""
    spans = [match.span() for pattern in (_ADDRESS, _ISO_DATE, _CLOCK, _VERSION, _IDIOM, _WHOLE) for match in pattern.finditer(text)]
    found, previous = [], None
    for match in _DIGITS.finditer(text):
        if any(start <= match.start() < end for start, end in spans):
            continue
        before, after = text[:match.start()], text[match.end():]
        figure = _figure(match, after)
        if figure.unit == "" and (borrowed := _range_unit(after)):
            figure = _figure(match, borrowed)
        if not _name(before, after) and not _free(figure, before, after):
            found.append(figure)
    return found


def printed(text: str) -> list[Figure]:
    """Every figure of a record, names and small ones included: all of them may be quoted."""
    return [_figure(match, text[match.end():match.end() + 24]) for match in _DIGITS.finditer(text)]


def _figure(match: re.Match, after: str) -> Figure:
    text = match.group()
    plain = text.replace(",", "").replace("_", "")
    scale, unit = _scale(after)
    mantissa = re.split("[eE]", plain)[0]
    decimals = len(mantissa.partition(".")[2])
    value = float(plain)
    if mantissa != plain:  # 1.2e6: the precision is the mantissa's
        exponent = int(re.split("[eE]", plain)[1])
        return Figure(text, match.start(), float(mantissa), scale * 10.0 ** exponent, unit, decimals, 0)
    zeros = len(plain) - len(plain.rstrip("0")) if not decimals and value else 0
    return Figure(text + unit, match.start(), value, scale, unit, decimals, zeros)


def _scale(after: str) -> tuple[float, str]:
    """The factor and the text of the unit that follows: `%`, `k`, `million`, `GB`, `GiB`, `ms`."""
    if match := _PERCENT.match(after):
        return 0.01, match.group()
    if match := _WORD.match(after):
        return _WORDS[match.group(1).lower()], match.group()
    if match := _PREFIXED.match(after):
        return (_BINARY if match.group(2) else _LARGE)[match.group(1)], match.group()
    if match := _TIME.match(after):
        return _SMALL[match.group(1)], match.group()
    if match := _GLUED.match(after):
        return {**_LARGE, "B": 1e9}[match.group(1)], match.group()
    if match := _SPACED.match(after):
        return _LARGE[match.group(1)], match.group()
    return 1.0, ""


def _range_unit(after: str) -> str | None:
    """In `5–10 %` and `20 to 30 ms` the first figure has the unit of the second."""
    match = re.match(r"\s?(?:–|-|to|and|or)\s?[$€£]?\d+(?:[,_]\d{3})*(?:\.\d+)?", after)
    rest = after[match.end():] if match else ""
    return rest if match and _scale(rest)[1] else None


def _name(before: str, after: str) -> bool:
    """Is this digit part of a name, a version, an ordinal, a date?"""
    if re.search(r"[A-Za-z_\\]$", before) or _METRIC_AT.search(before) or _NAME_HYPHEN.search(before):
        return True
    if _LABEL.search(before) or re.match(r"(?:st|nd|rd|th)\b", after):
        return True
    return bool(re.search(rf"\b{_MONTH}\s$", before) or re.match(rf"\s{_MONTH}\b", after))


def _free(figure: Figure, before: str, after: str) -> bool:
    # “10 million” and “5%” are no small integers, whatever their digits; “5 ms” is.
    counts = figure.scale == 1 or figure.unit.strip() in _SMALL
    if counts and not figure.decimals and figure.value <= FREE_UP_TO:
        return True
    if figure.scale != 1 or figure.decimals:
        return False
    if figure.value in YEARS and len(figure.text) == 4 and not re.match(r"\s?[×x%$]", after):
        return not re.search(r"[$€£]$", before) and (bool(_BEFORE_YEAR.search(before)) or not _AFTER_YEAR.match(after))
    if figure.value == steps()["total"] and re.match(r"[\s-]min", after):
        return True
    return figure.value in _DEFINITIONS and bool(re.match(rf"[\s-]?(?:{_DEFINITIONS[figure.value]})", after))


def rounds(figure: Figure, parent: Figure, context: str = "") -> bool:
    """Is the figure a rounding of the parent? `context` is the record's text, whose headings may hold the unit."""
    if _close(figure, parent.full / figure.scale):
        return True
    if figure.scale == 1:
        # The unit stands elsewhere in the prose: a table's heading, the word before.
        return _close(figure, parent.value)
    if parent.scale == 1 and _close(figure, parent.value):
        known = ("%", "percent") if figure.scale == 0.01 else (figure.unit.strip(),)
        return any(re.search(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", context) for word in known)
    return False


def _close(figure: Figure, exact: float) -> bool:
    half = figure.half
    if figure.zeros and not figure.decimals:
        # 20 for 24 is a rounding to one digit on paper only: at most a tenth may be lost to trailing zeros.
        half = min(half, max(0.1 * abs(exact), 0.5))
    return abs(figure.value - exact) <= half * (1 + 1e-9)


@dataclass(frozen=True)
class Parents:
    """What the records of a chapter print: (snippet, its output, its figures)."""

    records: tuple[tuple[str, str, tuple[Figure, ...]], ...]

    def bear(self, figure: Figure) -> bool:
        return any(rounds(figure, parent, text) for _, text, printed_figures in self.records for parent in printed_figures)

    def nearest(self, figure: Figure) -> tuple[str, str] | None:
        """The closest printed figure and its snippet, if it lies within a fifth."""
        best = None
        for path, _, printed_figures in self.records:
            for parent in printed_figures:
                exact = parent.full / figure.scale
                gap = abs(exact - figure.value) / max(abs(figure.value), 1e-12)
                if gap < 0.2 and (best is None or gap < best[0]):
                    best = (gap, parent.text, path)
        return best[1:] if best else None


@lru_cache(maxsize=4096)
def of_record(path: str, text: str) -> tuple[str, str, tuple[Figure, ...]]:
    """Parsed once for each record text."""
    return path, text, tuple(printed(text))


def advice(figure: Figure, parents: Parents) -> str:
    """What is wrong with an orphan, and the ways out."""
    near = parents.nearest(figure)
    hint = f"the nearest printed figure is {near[0]} ({near[1]}); " if near else ""
    return (f"figure “{figure.text.strip()}” has no parent: {hint}quote a printed figure rounded, print it in a snippet of this chapter, "
            "link its source (https://…) in the same paragraph or table row, or say why not: <!-- number: reason -->")
