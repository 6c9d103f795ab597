"""The commands that delete, as data: see `config/commands.py`."""

from __future__ import annotations

from ecrtui.config.command import IMAGE, IMAGES, PRUNING, REPOSITORIES, Command

CLEANING_COMMANDS: tuple[Command, ...] = (
    Command(
        "delete",
        "delete",
        ("D",),
        "Delete it with what belongs to it, after a look.",
        (IMAGES, IMAGE, REPOSITORIES),
        dangerous=True,
    ),
    Command(
        "delete-these",
        "go on",
        ("D",),
        "Go on: the whole plan once more, with Cancel.",
        (PRUNING,),
        2,
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
