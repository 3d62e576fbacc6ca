"""The list of all quizzes, made of the chapters themselves: none can be missing."""

from html import escape
from pathlib import Path

from handbook import pages, schema, yaml


def quizzes(root: Path) -> dict[str, list[tuple[str, str, int]]]:
    """Folder of a part → (page, title, number of quiz items) of its chapters, by title."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    for page in pages.markdown(root):
        kind = schema.kind_of(page)
        items = sum(len(yaml.read(fence.body)[0]) for fence in pages.fences(pages.read(root, page)) if fence.language == "quiz") if kind else 0
        if items:
            found.setdefault(kind.folder, []).append((page, pages.title(root, page).partition(":")[0], items))
    return {folder: sorted(found[folder], key=lambda one: one[1].lower()) for folder in sorted(found, reverse=True)}


def quizzes_html(root: Path) -> str:
    """One list a part, each chapter leading to its quiz."""
    lists = []
    for folder, chapters in quizzes(root).items():
        entries = "".join(f'<li><a href="handbook:{page}#quiz">{escape(title)}</a> <span class="cited-by">{_counted(items)}</span></li>'
                          for page, title, items in chapters)
        lists.append(f"<dt>{escape(folder.replace('-', ' ').capitalize())}</dt><dd><ul>{entries}</ul></dd>")
    return f'<dl class="bibliography">{"".join(lists)}</dl>'


def _counted(items: int) -> str:
    return f"{items} item{'' if items == 1 else 's'}"
