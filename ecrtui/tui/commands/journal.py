"""Commands about the journal: open it, take a change back, save it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.config import commands as kinds
from ecrtui.model.journal import Entry
from ecrtui.render.journal import journal_json, journal_markdown
from ecrtui.tui import navigation
from ecrtui.tui.commands.deed import Deed
from ecrtui.tui.commands.lists import no_row, no_rows
from ecrtui.tui.spot import Spot

if TYPE_CHECKING:
    from ecrtui.tui.screens.journal import JournalScreen
    from ecrtui.tui.screens.place import PlaceScreen


def _open(screen: PlaceScreen) -> None:
    navigation.go_or_enter(screen, Spot(kinds.JOURNAL))


def _undo(screen: JournalScreen) -> None:
    from ecrtui.tui.screens.plan import propose
    from ecrtui.workflows import undo

    row = screen.table.current
    if row is not None:
        services, change = screen.session.services, row.change
        propose(
            screen,
            lambda _: undo.plan(services, change),
            lambda plan, watch: undo.run(services, plan, watch),
        )


def _export(screen: JournalScreen) -> None:
    from ecrtui.tui.exporting import save_as
    from ecrtui.tui.screens.picker import Choice, pick

    rows = [row for at in range(len(screen.table.data)) if (row := screen.table.data.row_at(at))]
    choices = [
        Choice("save as Markdown", "a table for a report", ("md", journal_markdown)),
        Choice("save as JSON", "for a program", ("json", journal_json)),
    ]

    def chosen(choice: Choice) -> None:
        ending, make = choice.value
        save_as(screen, f"journal.{ending}", lambda: make(_oldest_first(rows)))

    pick(screen, f"Export {len(rows)} changes", choices, chosen)


def _oldest_first(rows: list[Entry]) -> list[Entry]:
    return sorted(rows, key=lambda row: row.change.at)


DEEDS = {
    "journal": Deed(_open),
    "undo": Deed(_undo, no_row),
    "export-journal": Deed(_export, no_rows),
}
