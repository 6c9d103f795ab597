"""How much a layer may ask of whoever reads it: bombs end here, real images do not."""

from __future__ import annotations

import msgspec

from ecrtui.errors import Corrupt

_MEGABYTE = 1 << 20
_GIGABYTE = 1 << 30


class Caps(msgspec.Struct, frozen=True):
    """The most of everything. Past one of them reading ends with Corrupt, which names it."""

    blob_bytes: int = 52_000 * _MEGABYTE
    """The largest layer that ECR takes (its service quota)."""
    unpacked_bytes: int = 256 * _GIGABYTE
    """Of the tar. Five times the largest blob; minutes of work, which can be cancelled."""
    ratio: int = 250
    """Unpacked to packed bytes. Programs and text come to 10 at most, gzip can do 1,000."""
    ratio_free_bytes: int = _GIGABYTE
    """The ratio is not looked at before: a small layer may well be one file of zeros."""
    entries: int = 2_000_000
    """Ten times a very large layer. Each takes some 300 bytes of memory."""
    name_bytes: int = 4_096
    """Of a path or a link's target: Linux's PATH_MAX, past which nothing can be unpacked."""
    text_bytes: int = 512 * _MEGABYTE
    """Of all names, targets and extended attributes together, which are held in memory."""
    extension_bytes: int = _MEGABYTE
    """Of one PAX header, GNU long name or map of a sparse file; Go's archive/tar has the same."""
    extensions: int = 16
    """Extension headers in a row before an entry; writers make four at most."""
    hole_bytes: int = 8 * _GIGABYTE
    """Of all sparse files' holes together: they take no room, but have to be hashed."""
    kept_file_bytes: int = 48 * _MEGABYTE
    """Of one file's kept contents; a full Fedora's package database has 40 MB. Not an error:
    what is larger is listed in `LayerIndex.unkept`."""
    kept_bytes: int = 64 * _MEGABYTE
    """Of all kept contents; not an error either."""
    archive_bytes: int = 64 * _MEGABYTE
    """Of a Java archive that is looked into, which is held for that. Not an error either."""

    toc_bytes: int = 64 * _MEGABYTE
    """Of a table of contents, that of 200,000 files. With a larger one the layer is read whole."""

    def check_unpacked(self, size: int, read: int) -> None:
        """Raise Corrupt when so many bytes may not come of those of a blob read so far."""
        if size > self.unpacked_bytes:
            raise too_much("bytes once unpacked", self.unpacked_bytes)
        if size > max(self.ratio_free_bytes, self.ratio * read):
            raise too_much("times its packed size", self.ratio)


def too_much(what: str, most: int) -> Corrupt:
    """The error that names a cap."""
    return Corrupt(
        f"more than {most:,} {what}",
        title="The layer is refused: it asks for too much",
        hint="No real image needs that much. Whoever built it must say why.",
    )


def unreadable(why: str) -> Corrupt:
    """The error for bytes that are no layer as any runtime would read it."""
    return Corrupt(
        why,
        title="The layer cannot be read",
        hint="Engines will not unpack it either; it has to be built and pushed again.",
    )
