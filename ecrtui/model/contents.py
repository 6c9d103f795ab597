"""The contents of one file of an image."""

from __future__ import annotations

import msgspec

from ecrtui.model.files import Entry


class FileContents(msgspec.Struct, frozen=True):
    """A file with its bytes. What has none (a symlink, a directory, a device) has b''."""

    entry: Entry
    """As the file system shows it: a hard link's is its target's but for kind and linkname."""
    data: bytes = b""
    """The first bytes of the file, as many as were asked for at most."""
    truncated: bool = False
    """Whether the file has more bytes than `data`."""
    unread: bool = False
    """Whether it is a hard link to what no layer read has, so that its bytes are not known."""
