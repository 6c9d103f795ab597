"""The bytes of layers that other people's programs unpack."""

from __future__ import annotations

import io
import tarfile


def one_file(text: str, path: str = "etc/name") -> bytes:
    """A tar archive with one file that holds this text."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo(path)
        entry.size = len(text.encode())
        archive.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()
