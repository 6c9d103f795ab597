"""What an import left beside AWS's files: their text as it was, with the keys. To be destroyed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ecrtui.errors import LocalPartMissing, NotFound
from ecrtui.store import files
from ecrtui.workflows.credentials.importing import MARK, paths

HONEST = (
    "They are overwritten, then removed. On an SSD, in snapshots and backups, and where the file "
    "system copies on write, the old bytes may stay: to be sure, replace the keys too."
)


def left() -> list[Path]:
    """Every backup there is beside AWS's files, the oldest first."""
    found: set[Path] = set()
    for path in paths():
        real = Path(os.path.realpath(path))
        if real.parent.is_dir():
            found.update(
                one for one in real.parent.iterdir() if one.name.startswith(real.name + MARK)
            )
    return sorted(found)


def destroy(backups: Sequence[Path]) -> str:
    """Destroy them; what is so now, as a sentence. Raises NotFound, LocalPartMissing.

    Nothing else is ever destroyed: each must be one that `left` names.
    """
    known = left()
    for backup in backups:
        if backup not in known:
            raise NotFound(str(backup), title="Not a backup of an import")
    for backup in backups:
        try:
            files.destroy(backup)
        except OSError as failure:
            hint = f"Destroy it by other means: shred -u {backup}"
            why = f"{backup}: {failure.strerror}"
            raise LocalPartMissing(why, title="The backup is still there", hint=hint) from None
    return f"{len(backups)} {'backup is' if len(backups) == 1 else 'backups are'} destroyed"
