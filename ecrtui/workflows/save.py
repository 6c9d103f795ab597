"""A text into a file that a person names: theirs alone, and never over another unasked."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from ecrtui.errors import EcrtuiError
from ecrtui.store import files
from ecrtui.store.delivery import Exists

__all__ = ["Exists", "save"]


def save(name: str, text: str, *, replace: bool = False) -> Path:
    """Write a text, readable by its owner only; `~` is the home folder. Answers the whole path.

    Raises Exists unless `replace`, and EcrtuiError when the place cannot be written.
    """
    try:
        if name.endswith(os.sep):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        path = Path(name).expanduser().absolute()
        files.deliver(path, text.encode("utf-8", "replace"), replace=replace)
    except FileExistsError:
        raise Exists(name) from None
    except (OSError, ValueError, RuntimeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise EcrtuiError(
            f"{name}: {reason}",
            title="It cannot be saved there",
            hint="Name a file in a folder that exists and that you may write to.",
        ) from problem
    return path
