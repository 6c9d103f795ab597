"""Rows and lines for the uses of images: a list of all of a repository, a tab of one image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ecrtui.model.usage import Unknown, Use
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell, Column, plain
from ecrtui.render.copying import CopyChoice
from ecrtui.render.lines import INDENT, TextLine, broken, note
from ecrtui.render.text import fitted, safe, width
from ecrtui.render.usage import kind, merged, place, reference, state, unknown_text

if TYPE_CHECKING:
    from ecrtui.model.usage import Judged

_WIDEST_NAME = 36
_WIDEST_STATE = 24


class UseRow(NamedTuple):
    """A use, or a place that could not be looked at."""

    use: Judged | None = None
    unknown: Unknown | None = None

    @property
    def key(self) -> str:
        """What tells it from other rows."""
        if self.use is not None:
            one = self.use.use
            parts = (kind(one), one.account, one.region, one.where, one.name, one.image, one.digest)
            return "\n".join(parts)
        lost = self.unknown or Unknown(what="")
        return "\n".join(("?", lost.what, lost.account, lost.region))


def use_columns(times: Times) -> list[Column[UseRow]]:
    """How it stands, what it is, by which reference, since when, where."""
    return [
        Column("state", "STATE", _state, _rank, widest=24),
        Column(
            "name",
            "USED BY",
            _name,
            lambda row: _name(row).text,
            flexible=True,
            natural=True,
        ),
        Column("image", "IMAGE", _image, lambda row: _image(row).text, widest=26),
        Column("kind", "WHAT", _kind, lambda row: _kind(row).text, priority=4, widest=17),
        Column(
            "since",
            "SINCE",
            lambda row: plain(times.short(row.use.use.since) if row.use else ""),
            lambda row: row.use.use.since if row.use else None,
            kind="age",
            priority=3,
            right=True,
        ),
        Column("account", "ACCOUNT", _account, lambda row: _account(row).text, priority=5),
        Column("region", "REGION", _region, lambda row: _region(row).text, priority=2),
    ]


def _state(row: UseRow) -> Cell:
    if row.use is None:
        return Cell("? not looked at", "warn")
    return state(row.use.use, behind=row.use.behind, gone=row.use.gone)


def _rank(row: UseRow) -> str:
    """What runs though it is gone, or is behind, first; then what runs, what may start, what is
    unknown; in words that a filter finds."""
    if row.use is None:
        return f"5 unknown {row.key}"
    use = row.use.use
    if row.use.gone:
        told = "0 gone" if use.running else "3 gone"
    elif row.use.behind:
        told = "1 behind"
    else:
        told = "2 running" if use.running else "4 referenced"
    return f"{told} {kind(use)} {place(use)}"


def _name(row: UseRow) -> Cell:
    if row.use is not None:
        return plain(place(row.use.use))
    return plain(row.unknown.what if row.unknown else "")


def _image(row: UseRow) -> Cell:
    if row.use is not None:
        return plain(reference(row.use.use))
    return Cell(row.unknown.why if row.unknown else "", "dim")


def _kind(row: UseRow) -> Cell:
    return Cell(kind(row.use.use), "dim") if row.use is not None else Cell("")


def _account(row: UseRow) -> Cell:
    return Cell(_where(row)[0], "dim")


def _region(row: UseRow) -> Cell:
    return Cell(_where(row)[1], "dim")


def _where(row: UseRow) -> tuple[str, str]:
    one: Use | Unknown | None = row.use.use if row.use is not None else row.unknown
    return (one.account, one.region) if one is not None else ("", "")


def use_choices(use: Use) -> list[CopyChoice]:
    """What can be copied of a use, the most useful first."""
    return [
        CopyChoice("ARN", use.arn or use.name),
        CopyChoice("console address", use.link),
        CopyChoice("image, as it is written there", use.image),
        CopyChoice("digest", use.pinned),
        CopyChoice("name", place(use)),
    ]


def use_lines(
    rows: Sequence[Judged],
    maybe: Sequence[Use],
    unknown: Sequence[Unknown],
    times: Times,
    columns: int,
) -> list[TextLine]:
    """One image's uses: a line each, then what may run it, then where nobody could look."""
    lines: list[TextLine] = []
    if rows:
        name = min(_WIDEST_NAME, max(width(safe(place(row.use))) for row in rows))
        sign = min(_WIDEST_STATE, max(width(safe(_told(row).text)) for row in rows))
        lines += [_use_line(row, times, name, sign) for row in rows]
    for use in maybe:
        told = f"may run it: {kind(use)} {place(use)}, by a digest that nobody tells"
        lines += broken((Cell(INDENT),), told, columns, style="warn", copy=use.arn)
    if unknown:
        lines += [TextLine(), note("Could not be looked at, so it may be used there too:", "warn")]
        for one in merged(unknown):
            lines += broken((Cell(f"{INDENT}? "),), unknown_text(one), columns, copy=one.why)
            if one.hint:
                lines += broken((Cell(f"{INDENT}  "),), one.hint, columns, style="dim")
    return lines


def _told(row: Judged) -> Cell:
    return state(row.use, behind=row.behind, gone=False)


def _use_line(row: Judged, times: Times, name: int, sign: int) -> TextLine:
    use, told = row.use, _told(row)
    cells = (
        Cell(f"{INDENT}{fitted(safe(told.text), sign)}  ", told.style),
        Cell(f"{fitted(safe(place(use)), name)}  "),
        Cell(f"{kind(use)}, {use.region}", "dim"),
        Cell(f", since {times.short(use.since)}" if use.since else "", "dim"),
        Cell(f"  {safe(reference(use))}", "dim"),
    )
    return TextLine(cells, use.arn or use.name, f"uses:{UseRow(row).key}")
