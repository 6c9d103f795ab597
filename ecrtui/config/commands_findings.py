"""The commands about what scanning found."""

from __future__ import annotations

from ecrtui.config.command import AFFECTED, IMAGE, IMAGES, Command

FINDING_COMMANDS: tuple[Command, ...] = (
    Command("image-findings", "findings", ("f",), "What scanning found in it.", (IMAGES,)),
    Command(
        "read-indexes",
        "read",
        ("m",),
        "Read its repository's indexes: counts as a pull.",
        (AFFECTED,),
        2,
    ),
    Command(
        "start-scan",
        "scan",
        ("F",),
        "Start a basic scan, and follow it.",
        (IMAGES, IMAGE),
        dangerous=True,
    ),
)
"""What is done about findings, but for the tabs that show them."""
