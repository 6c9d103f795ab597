"""The parts of a comparison as lines: the summary, the configuration, layers, packages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecrtui.compare.comparison import Comparison
from ecrtui.compare.config import FieldChange
from ecrtui.compare.files import FileChange
from ecrtui.compare.layers import LayerChange
from ecrtui.model.files import Entry
from ecrtui.model.package import PackageChange
from ecrtui.render.ages import utc
from ecrtui.render.columns import Cell
from ecrtui.render.contents import ShownLine
from ecrtui.render.fields import Section
from ecrtui.render.images import short_digest
from ecrtui.render.layers import by_table, command
from ecrtui.render.lines import INDENT, TextLine, broken, note, section_lines
from ecrtui.render.permissions import permissions
from ecrtui.render.progress import part_of
from ecrtui.render.sizes import size
from ecrtui.render.summary import SIGNS, bites, package_kind, shown_value, summary, unsure
from ecrtui.render.syntax import Coloured
from ecrtui.render.text import fitted, safe, width

_MARKS = {
    "added": ("+", "good"),
    "removed": ("-", "bad"),
    "modified": ("~", "warn"),
    "": ("=", "dim"),
}
"""The sign and the style of a change."""
HUNK = "hunk"
"""The change that a heading in a file's difference stands for."""


def summary_lines(found: Comparison, columns: int, waiting: str = "") -> list[TextLine]:
    """What one reads first; each line leads to the tab that tells more."""
    fields = [*summary(found, waiting), *bites(found)]
    lines = section_lines([Section("", tuple(fields))], columns)[1:]
    left = unsure(found)
    if left:
        lines += [TextLine(), *broken((Cell(INDENT),), left, columns, style="warn", copy=left)]
    if found.tables:
        lines += [TextLine(), note(by_table(found.tables))]
    return lines


def config_lines(found: Comparison, columns: int, *, unmasked: bool) -> list[TextLine]:
    """A field a line, and what both were; below it the steps of the build that differ."""
    name = _width([one.field for one in found.config], columns)
    lines: list[TextLine] = []
    for change in found.config:
        lines += _field(change, name, columns, unmasked=unmasked)
    if not found.config:
        lines.append(note("The configuration is the same, field by field."))
    steps = [row for row in found.history if row.change != "same"]
    if steps:
        lines += [TextLine(), TextLine((Cell(f"{INDENT}Steps of the build", "title"),))]
    for row in steps:
        lines += _line(row.change, "", command(row.created_by, unmasked=unmasked), 0, columns)
    return lines


def layer_lines(found: Comparison, read: Mapping[str, int]) -> list[TextLine]:
    """Both stacks in one order, the lowest first; `read` tells bytes of those on their way."""
    if not found.layers:
        return [note("Neither has layers.")]
    head = f"{INDENT}  FROM   TO {'SIZE':>9}  {'DIGEST':<12}  COMMAND"
    return [
        TextLine((Cell(head, "header"),)),
        *(_layer(row, read.get(row.digest)) for row in found.layers),
    ]


def package_lines(found: Comparison, columns: int) -> list[TextLine]:
    """A package a line, with its versions."""
    changes = found.packages or ()
    if not changes:
        return [note("The packages are the same."), *_skipped(found, columns)]
    name = _width([one.name for one in changes], columns)
    lines = [line for one in changes for line in _package(one, name, columns)]
    return [*lines, *_skipped(found, columns)]


def file_lines(row: FileChange, columns: int, moved: str = "") -> list[TextLine]:
    """What changed of a file but its contents: mode, owner, size, target, times, attributes.

    `moved` is the other path of one that was renamed.
    """
    told = {name: _facts(row.before, name) for name in _FACTS}
    now = {name: _facts(row.after, name) for name in _FACTS}
    lines: list[TextLine] = []
    if moved:
        where = "to" if row.change == "removed" else "from"
        lines += _line(row.change, "renamed", f"{where} {moved}", _FACT, columns)
    for name in _FACTS:
        before, after = told[name], now[name]
        if row.change != "modified":
            what, text = row.change, before or after
        elif name in row.differs or (name == "owner" and {"uid", "gid"} & set(row.differs)):
            what, text = "modified", f"{before or 'none'} → {after or 'none'}"
        else:
            continue
        if text:
            lines += _line(what, name, text, _FACT, columns)
    return [*lines, TextLine()] if lines else []


_FACTS = ("type", "mode", "owner", "size", "linkname", "mtime", "xattrs")
_FACT = max(map(len, _FACTS))


def _facts(entry: Entry | None, name: str) -> str:
    """One fact of an entry as text; '' where it has none."""
    if entry is None:
        return ""
    return {
        "type": entry.kind.label,
        "mode": permissions(entry),
        "owner": f"{entry.uid}:{entry.gid}",
        "size": f"{entry.size:,} bytes" if entry.size else "",
        "linkname": entry.linkname,
        "mtime": utc(entry.mtime),
        "xattrs": " ".join(f"{key}={value.hex()}" for key, value in entry.xattrs.items()),
    }[name]


def content_lines(
    line: ShownLine, columns: int, colours: Sequence[Coloured] = ()
) -> list[TextLine]:
    """One line of a file's difference: both numbers, a sign, the text as wide as there is room.

    `colours` are those of both sides.
    """
    if line.kind == "hunk":
        return [TextLine((Cell(f"{INDENT}{line.text}", "accent"),), change=HUNK)]
    if line.kind == "note":
        return broken((Cell(INDENT),), line.text, columns, style="dim")
    sign, style = _MARKS["" if line.kind == "same" else line.kind]
    sign, style = (" ", "") if line.kind == "same" else (sign, style)
    numbers = f"{INDENT}{line.before or '':>5} {line.after or '':>5} "
    head = (Cell(numbers, "dim"), Cell(f"{sign} ", style))
    text = line.text.expandtabs(4)
    lines = broken(head, text, columns, style=style, copy=line.text)
    if colours:
        side, number = (0, line.before) if line.after is None else (-1, line.after)
        lines = colours[side].over(lines, number, line.text)
    what = "" if line.kind == "same" else line.kind
    return [one._replace(change=what, tint=what) for one in lines]


def change_of(before: object, after: object) -> str:
    """What happened to something that one side may lack."""
    return "added" if before is None else "removed" if after is None else "modified"


def _width(names: Sequence[str], columns: int) -> int:
    """Columns for names: as many as the widest takes of those that leave room for more."""
    widths = (width(safe(name)) for name in names)
    return max((one for one in widths if one <= columns // 3), default=0)


def _field(change: FieldChange, name: int, columns: int, *, unmasked: bool) -> Iterator[TextLine]:
    what = change_of(change.before, change.after)
    values = [_value(change, one, unmasked=unmasked) for one in (change.before, change.after)]
    before, after = (one or "(empty)" for one in values)
    text = {"added": after, "removed": before}.get(what, f"{before} → {after}")
    yield from _line(what, change.field, text, name, columns)


def _value(change: FieldChange, value: str | tuple[str, ...] | None, *, unmasked: bool) -> str:
    if unmasked:
        return value if isinstance(value, str) else " ".join(value or ())
    return shown_value(change.field, value)


def _line(what: str, name: str, text: str, across: int, columns: int) -> list[TextLine]:
    """A sign, a name so many columns wide, a text broken into lines; the first is the change."""
    sign, style = _MARKS[what]
    head: tuple[Cell, ...] = (Cell(f"{INDENT}{sign} ", style),)
    copied = " ".join(part for part in (sign, name, text) if part)
    lines = []
    if width(safe(name)) > across:  # a name that leaves no room has a line of its own
        lines = broken(head, name, columns, copy=copied)
        head = (Cell(f"{INDENT * 4}"),)
    elif name:
        head = (*head, Cell(f"{fitted(safe(name), across)}  "))
    lines += broken(head, text, columns, copy=copied)
    return [lines[0]._replace(change=what), *lines[1:]]


def _layer(row: LayerChange, read: int | None) -> TextLine:
    what = "" if row.change == "same" else row.change
    sign, style = _MARKS[what]
    told = command(row.created_by)
    if row.recompressed:
        told = f"(compressed again) {told}"
    if read is not None and read < row.size:
        told = f"(reading {part_of(read, row.size)}) {told}"
    cells = (
        Cell(f"{INDENT}{sign} ", style),
        Cell(f"{_number(row.before):>4} {_number(row.after):>4} ", "dim"),
        Cell(f"{size(row.size):>9}  "),
        Cell(f"{short_digest(row.digest):<12}  ", "dim"),
        Cell(told, "" if what else "dim"),
    )
    return TextLine(cells, row.digest, change=what)


def _number(place: int | None) -> str:
    return "" if place is None else str(place + 1)


def _package(change: PackageChange, name: int, columns: int) -> list[TextLine]:
    what = change_of(change.before, change.after)
    versions = " → ".join(one for one in (change.before, change.after) if one)
    lines = _line(what, change.name, f"{versions}  {package_kind(change)}", name, columns)
    sign = SIGNS.get(change.change, "~")
    style = {"upgrade": "good", "downgrade": "bad"}.get(change.change, _MARKS[what][1])
    first = lines[0].cells
    lines[0] = lines[0]._replace(cells=(Cell(f"{INDENT}{sign} ", style), *first[1:]))
    return lines


def _skipped(found: Comparison, columns: int) -> Iterator[TextLine]:
    for one in found.skipped:
        yield from broken(
            (Cell(f"{INDENT}! ", "warn"),), f"{one.path} was not read: {one.reason}", columns
        )
