"""What an entry's name means: a path, a whiteout, or something worth keeping."""

from __future__ import annotations

import re
from enum import IntEnum

_WHITEOUT = ".wh."
_META = ".wh..wh."
_OPAQUE = ".wh..wh..opq"

_TAILS = (
    *("/status", "/installed", "/os-release", "/METADATA", "/PKG-INFO", "/package.json"),
    *(".gemspec", "/rpmdb.sqlite", "/rpm/Packages", "/rpm/Packages.db"),
)
_FOLDERS = ("/var/lib/dpkg/status.d/", "/usr/lib/sysimage/rpm/")
_KEPT = re.compile(
    r"/var/lib/dpkg/status(\.d/[^/]+)?"
    r"|/(usr/)?lib/apk/db/installed"
    r"|/var/lib/rpm/(rpmdb\.sqlite|Packages(\.db)?)"
    r"|/usr/lib/sysimage/rpm/[^/]+"
    r"|/(etc|usr/lib)/os-release"
    r"|.*\.dist-info/METADATA"
    r"|.*\.egg-info/PKG-INFO"
    r"|.*/node_modules/.*package\.json"
    r"|.*/specifications/.*\.gemspec",
    re.DOTALL,
)


class Meaning(IntEnum):
    """What a name in a layer stands for (OCI image specification, layer.md)."""

    ENTRY = 0
    WHITEOUT = 1
    OPAQUE = 2
    IGNORED = 3
    """AUFS kept its own books under `.wh..wh.`; no runtime unpacks them."""
    INVALID = 4


def absolute(name: bytes) -> str:
    """The path an entry lands on: absolute, normalised, never out of the root.

    `..` above the root stays at the root, as containerd's archive/tar.go (fs.RootPath) and umoci
    have it; Docker's pkg/archive refuses such layers.
    """
    text = name.decode("utf-8", "surrogateescape")
    if text[:2] == "./":
        text = text[2:]
    text = text.strip("/") if text[:1] == "/" or text[-1:] == "/" else text
    if "//" not in text and "/." not in text and text[:1] != ".":
        return "/" + text
    parts: list[str] = []
    for part in text.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def meaning(path: str) -> tuple[Meaning, str]:
    """What a normalised path stands for, and the path it is about."""
    if "/.wh." not in path:
        return Meaning.ENTRY, path
    folder, _, name = path.rpartition("/")
    if name == _OPAQUE:
        return Meaning.OPAQUE, folder or "/"
    if name.startswith(_META):
        return Meaning.IGNORED, path
    if not name.startswith(_WHITEOUT):
        # Below a folder of that name, which AUFS's own are.
        return (Meaning.IGNORED if f"/{_META}" in path else Meaning.ENTRY), path
    hidden = name[len(_WHITEOUT) :]
    if hidden in ("", ".", ".."):
        return Meaning.INVALID, path
    return Meaning.WHITEOUT, f"{folder}/{hidden}"


def is_kept(path: str) -> bool:
    """Whether a file's contents are read later: package databases, os-release."""
    candidate = path.endswith(_TAILS) or path.startswith(_FOLDERS)
    return candidate and _KEPT.fullmatch(path) is not None
