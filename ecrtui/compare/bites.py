"""What usually bites when one image replaces another."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import join, normpath

import msgspec

from ecrtui.compare.config import environment
from ecrtui.compare.files import Difference
from ecrtui.model.files import EntryKind
from ecrtui.model.manifest import ImageConfig

_BASE_DIGEST = "org.opencontainers.image.base.digest"
_BASE_NAME = "org.opencontainers.image.base.name"
_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SET_ID, _WORLD_WRITABLE, _STICKY = 0o6000, 0o002, 0o1000


class Bite(msgspec.Struct, frozen=True):
    """One thing to look at before the second image takes the first one's place."""

    kind: str
    """`user`, `entrypoint`, `port`, `base`, `setuid`, `world-writable` or `missing`."""
    subject: str
    """What it is about: a user, a command, a port, a path."""
    text: str
    """A short sentence."""


def config_bites(before: ImageConfig, after: ImageConfig) -> tuple[Bite, ...]:
    """What the two configurations alone tell."""
    return tuple(_config_bites(before, after))


def file_bites(difference: Difference, before: ImageConfig, after: ImageConfig) -> tuple[Bite, ...]:
    """What the files tell: more rights than before, and what a command needs and lacks."""
    return (*_rights(difference), *_missing(difference, before, after))


def _config_bites(before: ImageConfig, after: ImageConfig) -> Iterator[Bite]:
    if _is_root(after.user) and not _is_root(before.user):
        yield Bite("user", after.user or "root", f"runs as root, no longer as {before.user}")
    if before.entrypoint != after.entrypoint:
        command = " ".join(after.entrypoint)
        yield Bite("entrypoint", command, "another entry point" if command else "no entry point")
    for port in after.exposed_ports:
        if port not in before.exposed_ports:
            yield Bite("port", port, f"exposes port {port}")
    if base_of(before) != base_of(after):
        name = after.labels.get(_BASE_NAME, "")
        yield Bite("base", name, "another base image")


def _is_root(user: str) -> bool:
    """Whether USER means root: `root`, `0`, either with a group, or none at all."""
    return user.partition(":")[0] in ("", "root", "0")


def base_of(config: ImageConfig) -> tuple[str, ...]:
    """What an image is built on: as its labels tell, or else its lowest layer."""
    told = tuple(config.labels.get(name, "") for name in (_BASE_DIGEST, _BASE_NAME))
    return told if any(told) else config.diff_ids[:1]


def _rights(difference: Difference) -> Iterator[Bite]:
    """Files that may do more, or that more may change, than before."""
    for path in (*difference.added, *difference.modified):
        facts = difference.b.facts(path)
        if facts.kind not in (EntryKind.FILE, EntryKind.DIRECTORY):
            continue
        earlier = difference.a.facts(path) if path in difference.a else None
        had = earlier.mode if earlier is not None and earlier.kind == facts.kind else 0
        gained = facts.mode & ~had
        if facts.kind == EntryKind.FILE and gained & _SET_ID:
            name = "setuid" if gained & 0o4000 else "setgid"
            yield Bite("setuid", path, f"{name}, mode {facts.mode:04o}")
        sticky = facts.kind == EntryKind.DIRECTORY and facts.mode & _STICKY
        if gained & _WORLD_WRITABLE and not sticky:
            yield Bite("world-writable", path, f"anyone may write, mode {facts.mode:04o}")


def _missing(difference: Difference, before: ImageConfig, after: ImageConfig) -> Iterator[Bite]:
    """Removed files that a command names: the second image's own, or the first one's, which
    whoever starts the container may still give."""
    told = set()
    for config, whose in ((after, "its own"), (before, "the other image's")):
        for word in (*config.entrypoint, *config.cmd):
            for path in _meant(word, config, difference):
                if path not in told:
                    told.add(path)
                    yield Bite("missing", path, f"removed, and {whose} command needs it")


def _meant(word: str, config: ImageConfig, difference: Difference) -> Iterator[str]:
    """The files a word of a command names in the first image that the second one lacks."""
    if not word:
        return
    if "/" in word:
        candidates = [normpath(join(config.working_dir or "/", word))]
    else:
        folders = environment(config).get("PATH", _DEFAULT_PATH).split(":")
        candidates = [normpath(join("/", folder, word)) for folder in folders]
        candidates.append(normpath(join("/", config.working_dir, word)))
    there = [path for path in candidates if difference.a.resolve(path) is not None]
    if there and all(difference.b.resolve(path) is None for path in candidates):
        yield there[0]
