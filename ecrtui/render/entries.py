"""Files of an image as JSON."""

from __future__ import annotations

from typing import Any

from ecrtui.model.files import Entry
from ecrtui.render.ages import instant


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
        "mtime": instant(entry.mtime),
        "linkname": shown_path(entry.linkname) or None,
        "xattrs": {shown_path(name): value for name, value in entry.xattrs.items()},
        "sha256": entry.sha256 or None,
        "layer": layer,
    }


def shown_path(path: str) -> str:
    """A path as JSON can hold it: bytes that are no UTF-8 are replacement characters."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
