"""The commands about a repository's lifecycle policy."""

from __future__ import annotations

from ecrtui.config.command import IMAGES, LIFECYCLE, SETTINGS, Command

LIFECYCLE_COMMANDS: tuple[Command, ...] = (
    Command(
        "lifecycle",
        "lifecycle",
        ("E",),
        "The lifecycle policy, and whom it takes next.",
        (IMAGES, SETTINGS),
    ),
    Command(
        "edit-lifecycle",
        "edit",
        ("e",),
        "Write it: judged as you type, put by plan.",
        (LIFECYCLE,),
        2,
    ),
    Command(
        "preview-lifecycle",
        "preview",
        ("p",),
        "Have ECR try it, beside the simulation here.",
        (LIFECYCLE,),
        3,
    ),
    Command(
        "lifecycle-taken",
        "taken",
        ("t",),
        "What a policy took before, by CloudTrail.",
        (LIFECYCLE,),
    ),
    Command(
        "delete-lifecycle",
        "delete",
        ("D",),
        "Have none any more; no image goes by it.",
        (LIFECYCLE,),
        4,
        wide=True,
        dangerous=True,
    ),
)
"""In the order of `?`."""
