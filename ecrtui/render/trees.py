"""One row of a tree of files as cells: bytes, growth, mode, owner, and its place in the tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ecrtui.compare.outline import name_of
from ecrtui.compare.tree import Counts, Mark, Tree
from ecrtui.model.files import Entry, EntryKind
from ecrtui.render.columns import Cell
from ecrtui.render.permissions import permissions
from ecrtui.render.sizes import size

GAP = 2
OPEN, CLOSED, NOTHING_BELOW = "▾ ", "▸ ", "  "
"""What stands before a name."""
_STYLES = {Mark.ADDED: "good", Mark.MODIFIED: "warn", Mark.REMOVED: "bad"}
_PATH_LEAST = 24
"""Columns: before paths get narrower than this, other columns are dropped."""


class Row(NamedTuple):
    """What is drawn of a node."""

    tree: Tree
    node: int
    entry: Entry | None
    marker: str
    """What stands before its name."""


class TreeColumn(NamedTuple):
    """A column left of the paths; of those of the highest priority number goes first."""

    id: str
    """The order that a click on its title asks for; '' for none."""
    title: str
    columns: int
    priority: int
    cell: Callable[[Row], Cell]
    right: bool = True


def _size(row: Row) -> Cell:
    gone = row.tree.mark(row.node) is Mark.REMOVED
    return Cell(size(row.tree.size(row.node)), "dim" if gone else "")


def _growth(row: Row) -> Cell:
    grown = row.tree.growth(row.node)
    return Cell(grown_by(grown), "good" if grown > 0 else "bad")


def _mode(row: Row) -> Cell:
    return Cell(permissions(row.entry) if row.entry else "", "dim")


def _owner(row: Row) -> Cell:
    return Cell(f"{row.entry.uid}:{row.entry.gid}" if row.entry else "", "dim")


_SIZE = TreeColumn("size", "SIZE", 8, 1, _size)
_DELTA = TreeColumn("delta", "DELTA", 9, 2, _growth)
_MODE = TreeColumn("", "MODE", 10, 3, _mode, right=False)
_OWNER = TreeColumn("", "UID:GID", 11, 4, _owner, right=False)


def grown_by(count: int) -> str:
    """Bytes more or less: `+88.0 MB`, `-512 B`; nothing for none."""
    return f"{'+' if count > 0 else '-'}{size(abs(count))}" if count else ""


def columns_for(room: int, *, changes: bool) -> list[TreeColumn]:
    """The columns that fit left of the paths; without `changes` there is nothing to grow."""
    kept = [_SIZE, _DELTA, _MODE, _OWNER] if changes else [_SIZE, _MODE, _OWNER]
    while len(kept) > 1 and sum(one.columns + GAP for one in kept) > room - _PATH_LEAST:
        kept.remove(max(kept, key=lambda one: one.priority))
    return kept


def mark_cell(mark: Mark) -> Cell:
    """What happened, in one column, in colour and without."""
    return Cell(mark.sign, _STYLES.get(mark, ""))


def path_cells(row: Row, room: int) -> list[Cell]:
    """A name with its indent, what it leads to or moved to, and how much changed below it."""
    path = row.tree.outline.paths[row.node]
    mark, entry = row.tree.mark(row.node), row.entry
    directory = entry is not None and entry.kind is EntryKind.DIRECTORY
    name = name_of(path) + ("/" if directory else "")
    cells = [
        Cell(" " * indent(row.tree, row.node, room) + row.marker, "dim"),
        Cell(name, _STYLES.get(mark, "title" if directory else "")),
    ]
    if entry is not None and entry.linkname:
        arrow = " = " if entry.kind is EntryKind.HARDLINK else " -> "
        cells.append(Cell(f"{arrow}{entry.linkname}", "dim"))
    other = row.tree.moved.get(path, "")
    if other:
        where = "to" if mark is Mark.REMOVED else "from"
        beside = path.rpartition("/")[0] == other.rpartition("/")[0]
        cells.append(Cell(f"  renamed {where} {name_of(other) if beside else other}", "dim"))
    counted = counts_text(row.tree.counts(row.node))
    return [*cells, Cell(f"  {counted}", "dim")] if counted else cells


def counts_text(counts: Counts) -> str:
    """How many paths changed, `+12 ~3 -1`; nothing for none."""
    signs = zip("+~-", counts, strict=True)
    return " ".join(f"{sign}{count:,}" for sign, count in signs if count)


def indent(tree: Tree, node: int, room: int) -> int:
    """Columns before a node's marker; what is nested too deep for the room stays in sight."""
    return min(2 * (tree.outline.paths[node].count("/") - 1), max(0, room // 2))
