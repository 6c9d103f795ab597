"""A comparison saved to a file that the person names, or copied."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ecrtui.compare.comparison import Comparison
from ecrtui.errors import EcrtuiError
from ecrtui.render.comparison import markdown
from ecrtui.render.comparison_document import comparison_document
from ecrtui.render.copying import CopyChoice
from ecrtui.render.summary import called, summary_text
from ecrtui.render.text import safe
from ecrtui.tui import background

if TYPE_CHECKING:
    from ecrtui.tui.screens.compare.screen import CompareScreen
    from ecrtui.tui.screens.place import PlaceScreen

_ODD = re.compile(r"[^A-Za-z0-9._]+")


class Form(NamedTuple):
    """One way to write a comparison down."""

    name: str
    ending: str
    make: Callable[[CompareScreen, Comparison], str]


def export(screen: CompareScreen) -> None:
    """Ask in which form, and where to."""
    from ecrtui.tui.screens.picker import Choice, pick

    choices = [
        Choice("save as Markdown", "a file for a pull request", (MARKDOWN, _save)),
        Choice("save as JSON", "for a program, with all values: secrets too", (JSON, _save)),
        Choice("copy as Markdown", "to the clipboard", (MARKDOWN, _copy)),
        Choice("copy the summary", "a few lines for an incident channel", (SUMMARY, _copy)),
    ]

    def chosen(choice: Choice) -> None:
        form, use = choice.value
        use(screen, form)

    pick(screen, "Export", choices, chosen)


def _markdown(_: CompareScreen, found: Comparison) -> str:
    return "\n".join([*map(safe, markdown(found)), ""])


def _json(screen: CompareScreen, found: Comparison) -> str:
    document = comparison_document(found, screen.fetched)
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _summary(_: CompareScreen, found: Comparison) -> str:
    return summary_text(found)


MARKDOWN = Form("Markdown", "md", _markdown)
JSON = Form("JSON", "json", _json)
SUMMARY = Form("summary", "txt", _summary)


def _copy(screen: CompareScreen, form: Form) -> None:
    from ecrtui.tui.commands.copying import copy_text

    found = screen.found
    if found is not None:
        background.ask(
            screen,
            "export",
            lambda: CopyChoice(form.name, form.make(screen, found)),
            answer=lambda made: copy_text(screen, made),
            failed=screen.say_problem,
        )


def _save(screen: CompareScreen, form: Form) -> None:
    found = screen.found
    if found is not None:
        name = _file_name(found, form.ending)
        save_as(screen, name, lambda: form.make(screen, found))


def save_as(screen: PlaceScreen, name: str, make: Callable[[], str]) -> None:
    """Ask where to, proposing a name, and write what `make` makes there."""
    from ecrtui.tui.widgets.prompt import Question

    def finished(typed: str | None) -> None:
        screen.close_line()
        wanted = (typed or "").strip()
        if wanted:
            _write(screen, make, wanted, replace=False)

    screen.ask_line(Question("save as", finished, text=name))


def _file_name(found: Comparison, ending: str) -> str:
    """`team-app-v1-v2.md`: both names, without what would be a folder or an option."""
    before, after = called(found.before), called(found.after)
    if found.before.repository == found.after.repository:
        after = after.removeprefix(f"{found.after.repository}:")
    return f"{_ODD.sub('-', f'{before}-{after}').strip('-.')[:100]}.{ending}"


def _write(screen: PlaceScreen, make: Callable[[], str], name: str, *, replace: bool) -> None:
    """Make it and write it, beside the screen: it may be long."""
    from ecrtui.workflows.save import Exists, save

    def failed(problem: EcrtuiError) -> None:
        if isinstance(problem, Exists):
            _ask_to_replace(screen, make, name)
        else:
            screen.say_problem(problem)

    background.ask(
        screen,
        "export",
        lambda: save(name, make(), replace=replace),
        answer=lambda path: screen.say(safe(str(path)), title="Saved, readable by you alone"),
        failed=failed,
    )


def _ask_to_replace(screen: PlaceScreen, make: Callable[[], str], name: str) -> None:
    from ecrtui.tui.screens.confirm import Confirm

    def answered(yes: bool | None) -> None:
        if yes:
            _write(screen, make, name, replace=True)

    question = Confirm("Replace the file?", (f"{safe(name)} is there already.",), "Replace")
    screen.app.push_screen(question, answered)
