"""Files that grow while we run: the log of --debug."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TextIO

from ecrtui.store.files import make_folder


def open_log(path: Path) -> TextIO | None:
    """A new file, 0600, written line by line; None when the place cannot be written."""
    try:
        make_folder(path.parent)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return None
    return os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace", buffering=1)
