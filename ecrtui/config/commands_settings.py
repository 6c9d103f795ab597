"""The commands about settings of registries and repositories."""

from __future__ import annotations

from ecrtui.config.command import IMAGES, REGISTRIES, REPOSITORIES, SETTINGS, Command

SETTINGS_COMMANDS: tuple[Command, ...] = (
    Command(
        "settings",
        "settings",
        ("i",),
        "What is set; again there: the registry's own.",
        (REPOSITORIES, IMAGES, REGISTRIES, SETTINGS),
    ),
    Command(
        "unset",
        "remove",
        ("D",),
        "Have none of it: no policy, no rules, no tags.",
        (SETTINGS,),
        4,
        dangerous=True,
    ),
    Command(
        "exclude-me",
        "my pulls",
        ("m",),
        "Keep your pulls unrecorded, or record them again.",
        (SETTINGS,),
        dangerous=True,
    ),
    Command(
        "check-caches",
        "check",
        ("v",),
        "Have ECR sign in by each pull-through cache rule.",
        (SETTINGS,),
    ),
    Command(
        "backfill",
        "backfill",
        ("f",),
        "Copy what is there already, or stop copying it.",
        (SETTINGS,),
        dangerous=True,
    ),
    Command(
        "new-repository",
        "new",
        ("n",),
        "Make a repository.",
        (REPOSITORIES,),
        dangerous=True,
    ),
)
"""In the order of `?`."""
