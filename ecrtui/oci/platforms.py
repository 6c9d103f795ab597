"""The child of an index: of the platform asked for, else of this machine's, else the only one."""

from __future__ import annotations

import platform as machine
from collections.abc import Sequence

from ecrtui.errors import NotFound, UsageError, WhichPlatform
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


def choose_platform(
    index: Manifest, wanted: str = "", own: Platform | None = None
) -> Descriptor | None:
    """The child to look into; None when the index has no platform at all.

    `own` is what is taken when none was asked for: an engine's platform, else this machine's.
    Raises NotFound, naming those there are, when the one asked for is not among them, and
    WhichPlatform when none was asked for and none of several is `own`.
    """
    children = index.platforms
    if len(children) == 1 and children[0].platform is None:
        return children[0]  # an index in an index, or an image that tells by itself what it is for
    if wanted:
        asked = parse_platform(wanted)
        for child in children:
            if fits(child, asked):
                return child
        raise no_such_platform(wanted, children)
    host = own or host_platform()
    fitting = next((child for child in children if fits(child, host)), None)
    if fitting is None and len(children) > 1:
        raise WhichPlatform(
            f"it has {_named(children)}, and {'the engine' if own else 'this'} is {host}",
            hint=f"Say --platform {children[0].platform or 'OS/ARCH'}; in the explorer open one.",
        )
    return fitting or next(iter(children), None)


def no_such_platform(wanted: str, children: Sequence[Descriptor]) -> NotFound:
    """The error for a platform that is not there, naming those that are."""
    hint = f"It has: {_named(children) or 'no image'}"
    return NotFound(wanted, title="No such platform in this index", hint=hint)


def _named(children: Sequence[Descriptor]) -> str:
    names = (str(child.platform or "one without a name") for child in children)
    return ", ".join(dict.fromkeys(names))


def fits(child: Descriptor, wanted: Platform) -> bool:
    """Whether an image is for a platform; one without a variant means any."""
    has = child.platform
    return (
        has is not None
        and (has.os, has.architecture) == (wanted.os, wanted.architecture)
        and (not wanted.variant or normal(has).variant == normal(wanted).variant)
    )


def normal(platform: Platform) -> Platform:
    """As containerd normalises it: builders write linux/arm64 with v8 or without."""
    eighth = platform.architecture == "arm64" and platform.variant == "v8"
    return Platform(platform.os, platform.architecture) if eighth else platform
