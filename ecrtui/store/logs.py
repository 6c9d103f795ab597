"""Files that grow while we run: the log of --debug."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TextIO

from ecrtui.store.files import open_own


def open_log(path: Path) -> TextIO | None:
    """A new file, 0600, written line by line; None when the place cannot be written."""
    try:
        handle = open_own(path, os.O_WRONLY | os.O_APPEND)
    except OSError:
        return None
    return os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace", buffering=1)
