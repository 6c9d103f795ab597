"""How an image stands, in one sign, one word, one style."""

from __future__ import annotations

from ecrtui.model.usage import ImageUse, Standing
from ecrtui.render.columns import Cell

STYLES = {
    Standing.RUNNING: "good",
    Standing.BEHIND: "warn",
    Standing.REFERENCED: "",
    Standing.NOT_SEEN: "dim",
    Standing.UNKNOWN: "warn",
}
WORDS = {
    Standing.RUNNING: "runs",
    Standing.BEHIND: "runs, behind its tag",
    Standing.REFERENCED: "named, does not run",
    Standing.NOT_SEEN: "not seen anywhere",
    Standing.UNKNOWN: "not everything could be looked at",
}
NAMES = {
    Standing.RUNNING: "running",
    Standing.BEHIND: "behind",
    Standing.REFERENCED: "referenced",
    Standing.NOT_SEEN: "notSeen",
    Standing.UNKNOWN: "unknown",
}
"""For programs."""
_ORDER = {
    standing: rank
    for rank, standing in enumerate(
        (
            Standing.NOT_SEEN,
            Standing.UNKNOWN,
            Standing.REFERENCED,
            Standing.RUNNING,
            Standing.BEHIND,
        )
    )
}


def use_cell(found: ImageUse | None) -> Cell:
    """`● 3` for a list's column; '' while nothing is known."""
    if found is None:
        return Cell("")
    count = f" {found.running}" if found.running else ""
    return Cell(f"{found.standing.value}{count}", STYLES[found.standing])


def why_unknown(found: ImageUse | None) -> str:
    """Why nobody knows whether it is used, and so what would tell."""
    if found is not None and found.unread:
        return "unknown until indexes are read"
    return "unknown: not all could be looked at"


def use_key(found: ImageUse | None) -> str:
    """What the column sorts and filters by: what runs, and what is behind, above all; in words."""
    if found is None:
        return ""
    return f"{_ORDER[found.standing]} {NAMES[found.standing]} {found.running:05}"
