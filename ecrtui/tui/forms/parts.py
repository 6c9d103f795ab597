"""Fields that several forms have."""

from __future__ import annotations

from collections.abc import Sequence

from ecrtui.tui.forms.fields import Choice, Option, Switch


def platform_choice(platforms: Sequence[str], chosen: str) -> Choice:
    """All of an index, or one of its platforms."""
    options = [Option("all: the whole index", ""), *(Option(one, one) for one in platforms)]
    at = platforms.index(chosen) + 1 if chosen in platforms else 0
    return Choice("platform", "Platforms", options, at)


def referrers_switch(*, on: bool) -> Switch:
    """What refers to an image goes with it, or stays."""
    return Switch("referrers", "Referrers", "signatures, SBOMs, all that refers to it", on=on)
