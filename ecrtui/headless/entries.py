"""How files of an image are printed: one row of `files`, one side of a row of `diff`."""

from __future__ import annotations

from typing import Any

from ecrtui.headless import documents
from ecrtui.headless.output import Column, Listing
from ecrtui.model.files import Entry
from ecrtui.render.ages import iso
from ecrtui.render.permissions import permissions
from ecrtui.render.sizes import size

Row = tuple[Entry, int]
"""An entry and the number of its layer, from 1."""


def entry_document(entry: Entry, layer: int) -> dict[str, Any]:
    """`{path, type, size, mode, uid, gid, mtime, linkname, xattrs, sha256, layer}`.

    Values of xattrs are Base64; a hard link's `linkname` is a path.
    """
    return {
        "path": shown_path(entry.path),
        "type": entry.kind.label,
        "size": entry.size,
        "mode": f"{entry.mode:04o}",
        "uid": entry.uid,
        "gid": entry.gid,
        "mtime": documents.moment(entry.mtime),
        "linkname": shown_path(entry.linkname) or None,
        "xattrs": {shown_path(name): value for name, value in entry.xattrs.items()},
        "sha256": entry.sha256 or None,
        "layer": layer,
    }


def shown_path(path: str) -> str:
    """A path as JSON can hold it: bytes that are no UTF-8 are replacement characters."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


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
