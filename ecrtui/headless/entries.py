"""How files of an image are printed: one row of `files`."""

from __future__ import annotations

from ecrtui.headless.output import Column, Listing
from ecrtui.model.files import Entry
from ecrtui.render.ages import iso
from ecrtui.render.entries import entry_document
from ecrtui.render.permissions import permissions
from ecrtui.render.sizes import size

Row = tuple[Entry, int]
"""An entry and the number of its layer, from 1."""


def _named(row: Row) -> str:
    entry = row[0]
    return f"{entry.path} -> {entry.linkname}" if entry.linkname else entry.path


FILES: Listing[Row] = Listing(
    (
        Column("MODE", lambda row, _: permissions(row[0]), lambda row: f"{row[0].mode:04o}"),
        Column("TYPE", None, lambda row: row[0].kind.label),
        Column(
            "OWNER",
            lambda row, _: f"{row[0].uid}:{row[0].gid}",
            lambda row: f"{row[0].uid}:{row[0].gid}",
        ),
        Column("SIZE", lambda row, _: size(row[0].size), lambda row: str(row[0].size), right=True),
        Column("CHANGED", None, lambda row: iso(row[0].mtime)),
        Column("LAYER", lambda row, _: str(row[1]), lambda row: str(row[1]), right=True),
        Column("SHA256", None, lambda row: row[0].sha256),
        Column("PATH", lambda row, _: _named(row), lambda row: row[0].path),
        Column("LINK", None, lambda row: row[0].linkname),
    ),
    lambda row: entry_document(*row),
)
