"""What the local engine holds: its images as a table, and what it has of one image."""

from __future__ import annotations

import time

import msgspec

from ecrtui.model.local import EngineImage, LocalImage
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell, Column, plain
from ecrtui.render.fields import Field, Section
from ecrtui.render.images import short_digest
from ecrtui.render.moments import epoch
from ecrtui.render.sizes import size

_NAMES_SHOWN = 3
_FIRST_YEAR = 1.0
"""Docker writes the year 1 for an image that never got a name of its own there."""


def here_section(here: LocalImage, times: Times) -> Section:
    """On which engine it is, as what, since when."""
    image = here.image
    fields = [Field("Engine", here.engine)]
    if image is None:
        return Section("This machine", (*fields, Field("Here", "no", "dim")))
    more = len(image.names) - _NAMES_SHOWN
    names = ", ".join(image.names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
    fields.append(Field("Here", names or f"{short_digest(image.id)}, without a name", "good"))
    since = epoch(here.since)
    if since is not None and since > _FIRST_YEAR:
        fields.append(Field("Since", engine_times(times).long(since)))
    if image.running:
        fields.append(Field("Running", containers(image.running)))
    return Section("This machine", tuple(fields))


def containers(count: int) -> str:
    """`1 container`, `3 containers`."""
    return f"{count:,} container{'' if count == 1 else 's'}"


def engine_times(times: Times) -> Times:
    """Times as an engine counts them, whose clock is this machine's, also in the demo."""
    return msgspec.structs.replace(times, now=time.time())


def engine_columns(times: Times) -> list[Column[EngineImage]]:
    """Name, running, size, age, id."""
    times = engine_times(times)
    return [
        Column("name", "IMAGE", _name, lambda row: row.names, flexible=True, natural=True),
        Column(
            "running",
            "RUNNING",
            lambda row: plain(f"{row.running:,}" if row.running else ""),
            lambda row: row.running,
            kind="number",
            priority=2,
            right=True,
        ),
        Column(
            "size",
            "SIZE",
            lambda row: plain(size(row.size)),
            lambda row: row.size,
            "size",
            right=True,
        ),
        Column(
            "created",
            "BUILT",
            lambda row: plain(times.short(row.created)),
            lambda row: row.created,
            kind="age",
            right=True,
        ),
        Column(
            "id",
            "ID",
            lambda row: Cell(short_digest(row.id), "dim"),
            lambda row: row.id,
            priority=3,
        ),
    ]


def _name(row: EngineImage) -> Cell:
    if not row.names and row.digests:
        return Cell(f"{row.digests[0].partition('@')[0]} (no tag)", "dim")
    if not row.names:
        return Cell(f"(no name) {short_digest(row.id)[:8]}", "dim")
    return plain(" ".join(row.names))
