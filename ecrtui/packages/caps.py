"""How much a package database may ask of whoever reads it."""

from __future__ import annotations

from ecrtui.errors import Corrupt

PACKAGES = 200_000
"""In one file system. Debian's whole archive has 65,000."""
PROBLEMS = 200
"""That are told of."""
TEXT = 1_024
"""Characters of a name or a version."""
HEAD = 1 << 18
"""Bytes of a metadata file that are looked at: names and versions stand in its first lines."""


def unreadable(why: str) -> Corrupt:
    """The error for bytes that are no such database."""
    return Corrupt(
        why,
        title="The package database cannot be read",
        hint="Its own package manager will not read it either.",
    )
