"""What a folder of the person's holds, for completing a path as it is typed."""

from __future__ import annotations

import os

_MOST = 10_000
"""Names of a folder that are looked at."""


def names(folder: str) -> list[str]:
    """The names in a folder, those of folders with a slash; none of what cannot be read."""
    found: list[str] = []
    try:
        with os.scandir(os.path.expanduser(folder)) as entries:
            for entry in entries:
                found.append(f"{entry.name}/" if entry.is_dir() else entry.name)
                if len(found) >= _MOST:
                    break
    except OSError:
        pass
    return sorted(found)
