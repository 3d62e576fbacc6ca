"""Answer it first: the prompt, an empty board with our steps, a clock, a checklist; readable as it stands."""

import hashlib
from functools import lru_cache
from html import escape
from itertools import accumulate
from pathlib import Path

import yaml

from handbook.prose import block, inline


@lru_cache(maxsize=1)
def steps() -> dict:
    """The one list of steps and minutes: steps.yml beside this file."""
    return yaml.safe_load((Path(__file__).parent / "steps.yml").read_text(encoding="utf-8"))


def board_html(value: dict) -> str:
    plan = steps()
    name = hashlib.sha256(" ".join(str(value["prompt"]).split()).encode()).hexdigest()[:12]
    ends = accumulate(step["minutes"] for step in plan["steps"])
    rows = "".join(_step(step, end, f"board-{name}-{step['id']}") for step, end in zip(plan["steps"], ends))
    marks = "".join(f'<li><label><input type="checkbox" name="board-{name}-{index}"> <span>{inline(entry)}</span></label></li>'
                    for index, entry in enumerate(value["checklist"], 1))
    return (f'<section class="board" data-minutes="{plan["total"]}" data-id="{name}" aria-label="Answer it first">'
            f'<div class="board-prompt">{block(value["prompt"])}</div>'
            '<div class="board-bar" hidden></div>'
            f'<ol class="board-steps">{rows}</ol>'
            f'<p class="board-slack">{plan["slack"]} of the {plan["total"]} minutes are left for questions and detours.</p>'
            f'<details class="board-checklist"><summary>Mark your answer</summary><ul>{marks}</ul></details></section>')


def _step(step: dict, end: int, name: str) -> str:
    return (f'<li class="board-step" data-minutes="{step["minutes"]}" data-step="{escape(step["id"])}"><label for="{name}">'
            f'<span class="board-title">{escape(step["title"])}</span> <span class="board-minutes">{step["minutes"]} min, ends {end}</span></label>'
            f'<p class="board-say">{escape(step["say"])}</p><textarea id="{name}" rows="3"></textarea></li>')
