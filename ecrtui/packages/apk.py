"""Alpine's list of what is installed: one letter, a colon and a value on each line.

The letters are in apk-package(5): P is the name, V the version, A the architecture.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.model.package import Package
from ecrtui.packages.caps import unreadable
from ecrtui.packages.paragraphs import paragraphs

_FIELDS = frozenset((b"P", b"V", b"A"))


def packages(data: bytes, path: str) -> Iterator[Package]:
    """The installed packages."""
    for fields in paragraphs(data, _FIELDS):
        if b"P" not in fields or b"V" not in fields:
            raise unreadable("a package without a name or a version")
        yield Package("apk", fields[b"P"], fields[b"V"], fields.get(b"A", ""), path)
