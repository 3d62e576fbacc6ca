"""A quiz as plain HTML: every item can be read and answered without a script; `web/quiz.js` adds scoring and returns."""

import hashlib
from html import escape

from handbook.prose import block, inline


def quiz_html(items: list[dict]) -> str:
    body = "".join(_RENDER[item["kind"]](item, _id(item)) for item in items)
    return f'<section class="quiz" aria-label="Quiz">{body}</section>'


def _id(item: dict) -> str:
    """Stays while kind and question stay, so that a reader's progress survives a mended answer."""
    return hashlib.sha256(f"{item['kind']}\n{' '.join(str(item['ask']).split())}".encode()).hexdigest()[:12]


def _item(item: dict, name: str, inside: str, **data) -> str:
    attributes = "".join(f' data-{key}="{escape(str(value))}"' for key, value in data.items())
    return f'<div class="quiz-item" data-kind="{item["kind"]}" data-id="{name}" id="quiz-{name}"{attributes}>{inside}</div>'


def _answer(inside: str, summary: str = "Show the answer") -> str:
    return f'<details class="quiz-answer"><summary>{summary}</summary>{inside}</details>'


def _choice(item: dict, name: str) -> str:
    options = "".join(
        f'<label class="quiz-option"><input type="radio" name="quiz-{name}" value="{index}"> <span>{inline(option["text"])}</span></label>'
        for index, option in enumerate(item["options"]))
    reasons = "".join(
        f'<li data-option="{index}"{" data-right" if option.get("right") else ""}><strong>{"Right" if option.get("right") else "Wrong"}:</strong> '
        f'{inline(option["text"])} <span class="quiz-why">{inline(option["why"])}</span></li>'
        for index, option in enumerate(item["options"]))
    right = next(index for index, option in enumerate(item["options"]) if option.get("right"))
    return _item(item, name, f'<fieldset><legend class="quiz-ask">{inline(item["ask"])}</legend>{options}</fieldset>'
                 + _answer(f"<ul>{reasons}</ul>"), answer=right)


def _estimate(item: dict, name: str) -> str:
    unit = str(item.get("unit", ""))
    shown = f"{item['answer']:,}" if isinstance(item["answer"], int) else f"{item['answer']:,.6g}"
    field = (f'<label class="quiz-field" for="quiz-{name}-field"><span class="quiz-ask">{inline(item["ask"])}</span></label>'
             f'<span class="quiz-input"><input id="quiz-{name}-field" type="text" inputmode="decimal" autocomplete="off"> '
             f'<span class="quiz-unit">{escape(unit)}</span></span>')
    return _item(item, name, field + _answer(f'<p class="quiz-value">{shown} {escape(unit)}</p><div class="quiz-why">{block(item["why"])}</div>'),
                 answer=item["answer"], unit=unit, within=item.get("within", ""))


def _recall(item: dict, name: str) -> str:
    field = (f'<label class="quiz-field" for="quiz-{name}-field"><span class="quiz-ask">{inline(item["ask"])}</span></label>'
             f'<textarea id="quiz-{name}-field" rows="3"></textarea>')
    return _item(item, name, field + _answer(block(item["answer"])))


def _compare(item: dict, name: str) -> str:
    answers = "".join(f'<figure class="quiz-side" data-side="{side}"><figcaption>Answer {side.upper()}</figcaption>{block(item[side])}</figure>'
                      for side in ("a", "b"))
    grades = "".join(f'<label class="quiz-option"><input type="radio" name="quiz-{name}" value="{side}"> <span>Answer {side.upper()}</span></label>'
                     for side in ("a", "b"))
    return _item(item, name, f'<fieldset><legend class="quiz-ask">{inline(item["ask"])}</legend><div class="quiz-sides">{answers}</div>{grades}</fieldset>'
                 + _answer(f'<p><strong>Answer {item["better"].upper()} is better.</strong></p><div class="quiz-why">{block(item["why"])}</div>'),
                 answer=item["better"])


_RENDER = {"choice": _choice, "estimate": _estimate, "recall": _recall, "compare": _compare}

