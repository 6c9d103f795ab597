"""What the local engine holds, and which of a repository's images are among it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum

import msgspec

from ecrtui.model.folding import ImageFamily
from ecrtui.model.manifest import Manifest

_UNNAMED = "<none>"
"""What engines write for an image without a name: `<none>:<none>`."""


class EngineImage(msgspec.Struct, frozen=True):
    """One image of an engine, as its list tells. Names and digests are foreign text."""

    id: str
    """`sha256:...` of its config; of its index or manifest where containerd keeps the images."""
    names: tuple[str, ...] = ()
    """`host/name:tag`"""
    digests: tuple[str, ...] = ()
    """`host/name@sha256:...`: what was pulled or pushed; none for what was built or loaded."""
    created: float | None = None
    """When it was built, in epoch seconds."""
    size: int | None = None
    """Bytes, unpacked."""
    running: int = 0
    """Containers of it that run."""

    @property
    def name(self) -> str:
        """What a person calls it: its first name, else its id."""
        return next(iter(self.names), self.id)


class EngineHas(msgspec.Struct, frozen=True):
    """All that one engine holds at a moment."""

    engine: str
    """`Docker Engine 28.2.2`"""
    images: tuple[EngineImage, ...] = ()

    @property
    def running(self) -> int:
        """Containers that run, of whatever image."""
        return sum(image.running for image in self.images)


class LocalImage(msgspec.Struct, frozen=True):
    """What an engine has of one image."""

    engine: str
    image: EngineImage | None = None
    """None when it has nothing of it."""
    since: str = ""
    """When it was given its last name there, as RFC 3339; not every engine keeps it."""


class LocalState(str, Enum):
    """What is here of an image of a registry."""

    HERE = "here"
    """It itself, or one of its platforms."""
    OLDER = "older"
    """What one of its tags named when it was pulled."""
    OTHER = "other"
    """Another image that has its name: it was built here, or loaded."""
    UNSURE = "same?"
    """An image that has its name; only its manifest, which was not read, tells which one."""


def named(names: Iterable[str]) -> tuple[str, ...]:
    """The names among what an engine says, without those that stand for none."""
    return tuple(name for name in names if name and not name.startswith(_UNNAMED))


class Here(msgspec.Struct, frozen=True):
    """What an engine holds, by what a registry calls it."""

    by_digest: dict[str, EngineImage]
    """By the digest of an index or a manifest, and by the engine's id."""
    by_tag: dict[str, EngineImage]
    """Of one repository."""
    uri: str = ""
    """`host/name` of that repository."""

    @staticmethod
    def of(held: EngineHas, uri: str) -> Here:
        """`uri` is the repository's name as an engine has it; '' where none is meant."""
        by_digest: dict[str, EngineImage] = {}
        for image in held.images:
            by_digest.setdefault(image.id, image)
            by_digest.update((name.rpartition("@")[2], image) for name in image.digests)
        begins = f"{uri}:"
        by_tag = {
            name.removeprefix(begins): image
            for image in held.images
            for name in image.names
            if uri and name.startswith(begins)
        }
        return Here(by_digest, by_tag, uri)

    def image(self, digests: Iterable[str]) -> EngineImage | None:
        """The engine's image that has one of these digests: of an index, a manifest, a config."""
        found = (self.by_digest.get(digest) for digest in digests)
        return next((image for image in found if image is not None), None)

    def states(
        self, rows: Iterable[ImageFamily], stored: Callable[[str], Manifest | None]
    ) -> dict[str, LocalState]:
        """By digest what is here of the rows and of what folds under them; absent is not told.

        `stored` gives a manifest that was read before; it is asked of few.
        """
        found: dict[str, LocalState] = {}
        digests = self.by_digest.keys()
        for row in rows:
            own = row.image.image_digest
            parts = [member.digest for member in row.members if member.digest in digests]
            found.update((digest, LocalState.HERE) for digest in parts)
            if own in digests or parts:
                found[own] = LocalState.HERE
                continue
            image = self._named(row.image.image_tags)
            if image is not None:
                found[own] = self._compared(image, own, stored)
        return found

    def _named(self, tags: Iterable[str]) -> EngineImage | None:
        if not self.by_tag:
            return None
        return next((self.by_tag[tag] for tag in tags if tag in self.by_tag), None)

    def _compared(
        self, image: EngineImage, digest: str, stored: Callable[[str], Manifest | None]
    ) -> LocalState:
        """Of an image that has the right name and not the digest, by its config."""
        configs = [*_configs(digest, stored)]
        if image.id in configs:
            return LocalState.HERE
        if any(name.startswith(f"{self.uri}@") for name in image.digests):
            return LocalState.OLDER
        return LocalState.UNSURE if "" in configs else LocalState.OTHER


def _configs(digest: str, stored: Callable[[str], Manifest | None]) -> Iterator[str]:
    """The digests of an image's configs, one a platform; '' for each that is not known."""
    manifest = stored(digest)
    if manifest is None:
        yield ""
    elif manifest.config is not None:
        yield manifest.config.digest
    else:
        for child in manifest.platforms:
            below = stored(child.digest)
            yield below.config.digest if below is not None and below.config is not None else ""


def repositories(held: EngineHas) -> Mapping[str, EngineImage]:
    """One image by each `host/name` that an engine has names of."""
    return {name.rpartition(":")[0]: image for image in held.images for name in image.names}
