"""Commands of every list: filter, order, marks, what folds, reading again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecrtui.tui.commands.deed import Deed

if TYPE_CHECKING:
    from ecrtui.tui.screens.listing import ListScreen
    from ecrtui.tui.screens.place import PlaceScreen

    Lists = ListScreen[Any]


def no_rows(screen: Lists) -> str:
    """There must be rows."""
    return "" if screen.table.data.rows else "There are no rows."


def no_row(screen: Lists) -> str:
    """The cursor must stand on a row."""
    return "" if screen.table.current is not None else "There is no row to stand on."


def _filter(screen: PlaceScreen) -> None:
    from ecrtui.tui.widgets.prompt import Question

    def finished(text: str | None) -> None:
        wanted = (text or "").strip()
        if wanted != screen.filter_text:  # Enter may come before the last letter was heard of
            screen.filter_by(wanted)
        screen.close_line()

    text = screen.filter_text
    screen.ask_line(Question("/", finished, screen.filter_by, text=text, live=True))


def _sort(screen: Lists) -> None:
    columns = screen.table.data.columns
    names = [column.id for column in columns]
    now = screen.table.data.order[0]
    at = (names.index(now) + 1) % len(names) if now in names else 0
    # Numbers and times interest from the top down, names from A on.
    screen.sort_by(names[at], reverse=columns[at].kind != "text")


def _reverse(screen: Lists) -> None:
    column, reverse = screen.table.data.order
    screen.sort_by(column, reverse=not reverse)


def _no_order(screen: Lists) -> str:
    return no_rows(screen) or ("" if screen.table.data.order[0] else "The rows are not sorted.")


def _mark(screen: Lists) -> None:
    table = screen.table
    row = table.data.parent_at(table.cursor)
    if row is not None:
        table.data.toggle_mark(screen.key(row))
        table.changed()
        table.move(1)
        screen.marked()


def _mark_shown(screen: Lists) -> None:
    screen.mark_shown()
    screen.table.changed()
    screen.marked()


def _unfold(screen: Lists) -> None:
    row = screen.table.data.parent_at(screen.table.cursor)
    if row is not None and screen.table.data.expand(screen.key(row), opened=True):
        screen.table.changed()


def _nothing_folds(screen: Lists) -> str:
    row = screen.table.data.parent_at(screen.table.cursor)
    if row is None:
        return no_row(screen)
    return "" if screen.children_of(row) else screen.why_unfoldable(row)


def _fold(screen: Lists) -> None:
    row = screen.table.data.parent_at(screen.table.cursor)
    if row is not None and screen.table.data.expand(screen.key(row), opened=False):
        screen.table.changed()
        screen.table.stand_on(screen.key(row))


DEEDS = {
    "filter": Deed(_filter, lambda screen: screen.why_no_filter()),
    "sort": Deed(_sort, no_rows),
    "reverse": Deed(_reverse, _no_order),
    "mark": Deed(_mark, no_row),
    "mark-shown": Deed(_mark_shown, no_rows),
    "expand": Deed(_unfold, _nothing_folds),
    "collapse": Deed(_fold, no_row),
    "live": Deed(lambda screen: screen.live.switch()),
}
