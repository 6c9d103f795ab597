"""The commands that delete, as data: see `config/commands.py`."""

from __future__ import annotations

from ecrtui.config.command import IMAGE, IMAGES, PRUNING, REPOSITORIES, Command

CLEANING_COMMANDS: tuple[Command, ...] = (
    Command(
        "delete",
        "delete",
        ("D",),
        "Delete it with what belongs to it, after a look.",
        (IMAGES, IMAGE, REPOSITORIES, PRUNING),
        2,
        wide=True,
        dangerous=True,
    ),
    Command(
        "prune",
        "prune",
        ("X",),
        "Choose by rules what may go from the repository.",
        (IMAGES, REPOSITORIES, PRUNING),
        dangerous=True,
    ),
)
"""What deletes images, tags and repositories."""
