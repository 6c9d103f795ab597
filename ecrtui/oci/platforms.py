"""Choosing the child of an index: the platform asked for, else this machine's, else the first."""

from __future__ import annotations

import platform as machine

from ecrtui.errors import NotFound, UsageError
from ecrtui.model.manifest import Descriptor, Manifest, Platform

_ARCHITECTURES = {
    "x86_64": "amd64",
    "amd64": "amd64",
    "aarch64": "arm64",
    "arm64": "arm64",
    "armv7l": "arm",
    "i686": "386",
    "ppc64le": "ppc64le",
    "s390x": "s390x",
    "riscv64": "riscv64",
}


def host_platform() -> Platform:
    """What containers on this machine would be: always Linux, on this processor."""
    architecture = machine.machine().lower()
    return Platform("linux", _ARCHITECTURES.get(architecture, architecture))


def parse_platform(text: str) -> Platform:
    """`os/arch[/variant]`; raises UsageError."""
    parts = text.split("/")
    if not 2 <= len(parts) <= 3 or not all(parts):
        raise UsageError(text, title="Not a platform", hint="Write it as linux/arm64.")
    return Platform(parts[0], parts[1], parts[2] if len(parts) == 3 else "")


def choose_platform(index: Manifest, wanted: str = "") -> Descriptor | None:
    """The child to look into; None when the index has no platform at all.

    Raises NotFound, naming those there are, when the one asked for is not among them.
    """
    children = index.platforms
    if wanted:
        asked = parse_platform(wanted)
        for child in children:
            if _fits(child, asked):
                return child
        names = ", ".join(str(child.platform) for child in children)
        raise NotFound(wanted, title="No such platform in this index", hint=f"It has: {names}")
    host = host_platform()
    return next((child for child in children if _fits(child, host)), next(iter(children), None))


def _fits(child: Descriptor, wanted: Platform) -> bool:
    has = child.platform
    return (
        has is not None
        and (has.os, has.architecture) == (wanted.os, wanted.architecture)
        and (not wanted.variant or has.variant == wanted.variant)
    )
