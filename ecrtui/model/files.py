"""Files as layers list them: one layer's index, packed in columns, and one entry of it.

A layer with 185,000 entries is opened from the store at once, so an index is columns and not
objects; an `Entry` is made when somebody looks at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

import msgspec

DIGEST_BYTES = 32
NO_DIGEST = bytes(DIGEST_BYTES)


class EntryKind(IntEnum):
    """What an entry is; `label` is what JSON calls it."""

    FILE = 0
    DIRECTORY = 1
    SYMLINK = 2
    HARDLINK = 3
    CHAR = 4
    BLOCK = 5
    FIFO = 6

    @property
    def label(self) -> str:
        """`file`, `directory`, `symlink` ..."""
        return self.name.lower()


class Entry(msgspec.Struct, frozen=True):
    """One file, directory or link of a layer or a file system."""

    path: str
    """Absolute and normalised: `/usr/bin/env`, `/` for the root. Bytes that are not UTF-8 are
    kept as surrogate escapes."""
    kind: EntryKind
    size: int = 0
    """Bytes of a regular file; 0 for everything else."""
    mode: int = 0
    """Permission bits and setuid, setgid, sticky: 0o7777 at most."""
    uid: int = 0
    gid: int = 0
    mtime: float = 0.0
    """Epoch seconds."""
    linkname: str = ""
    """A symlink's target as stored; a hard link's as an absolute normalised path."""
    sha256: str = ""
    """Hexadecimal, of a regular file's contents; '' where the source does not tell."""
    xattrs: dict[str, bytes] = {}
    device: tuple[int, int] = (0, 0)
    """Major and minor number of a device."""


class LayerIndex(msgspec.Struct, frozen=True):
    """Everything one layer says of files, in columns of equal length, in the order of the layer.

    A path occurs once: of duplicates in a layer the last wins. Whiteouts are not among the
    entries. Directories that the layer only implies are not either.
    """

    diff_id: str
    """`sha256:...` of the uncompressed tar."""
    uncompressed_size: int
    paths: list[str]
    kinds: bytes
    """An EntryKind each."""
    sizes: list[int]
    modes: list[int]
    uids: list[int]
    gids: list[int]
    mtimes: list[float]
    digests: bytes
    """32 bytes each; NO_DIGEST where there is none."""
    linknames: dict[int, str] = {}
    """By the entry's number, as the columns below."""
    xattrs: dict[int, dict[str, bytes]] = {}
    devices: dict[int, tuple[int, int]] = {}
    whiteouts: list[str] = []
    """Paths that a `.wh.` marker removes from the layers below."""
    opaques: list[str] = []
    """Directories whose contents in the layers below a `.wh..wh..opq` hides."""
    kept: dict[str, bytes] = {}
    """Contents of the small files others read: package databases, os-release. By path."""
    unkept: list[str] = []
    """Paths whose contents would have been kept, were they not too large to."""
    inside: dict[str, dict[str, bytes]] = {}
    """What Java archives and Go programs tell of themselves, by path: names and a few lines."""
    from_toc: bool = False
    """Whether it comes from a table of contents that the layer brings and the manifest attests:
    `diff_id` is then what the image's config says, `uncompressed_size` 0 where nobody tells."""

    def __len__(self) -> int:
        return len(self.paths)

    def entry(self, number: int) -> Entry:
        """One entry as a value."""
        digest = self.digests[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES]
        return Entry(
            self.paths[number],
            EntryKind(self.kinds[number]),
            self.sizes[number],
            self.modes[number],
            self.uids[number],
            self.gids[number],
            self.mtimes[number],
            self.linknames.get(number, ""),
            "" if digest == NO_DIGEST else digest.hex(),
            self.xattrs.get(number, {}),
            self.devices.get(number, (0, 0)),
        )

    def entries(self) -> Iterator[Entry]:
        """All of them, in the layer's order."""
        return map(self.entry, range(len(self.paths)))
