"""The commands about what was before, and about what cannot be pulled."""

from __future__ import annotations

from ecrtui.config.command import IMAGE, IMAGES, REPOSITORIES, TIME, USES, WHY, Command

_IMAGES = (IMAGES, IMAGE)

TIME_COMMANDS: tuple[Command, ...] = (
    Command("time", "time", ("Z",), "What tags named before; pushes.", (REPOSITORIES, *_IMAGES)),
    Command("why", "why not", ("Q",), "Why a task cannot pull it, what to do.", (*_IMAGES, USES)),
    Command("diff-moves", "diff", ("d",), "Compare with what is named now, or marked.", (TIME,), 2),
    Command(
        "put-back",
        "put back",
        ("t",),
        "Let the tag name this image again.",
        (TIME,),
        3,
        dangerous=True,
    ),
    Command("policy-of", "policy", ("i",), "The repository's settings and policy.", (WHY,), 3),
)
"""Tags' moves, a repository's pushes, and the reasons why an image cannot be pulled."""
