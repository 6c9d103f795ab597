"""Images outside ECR: each place opened as a source of bytes, when something is first read."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from ecrtui.errors import Corrupt, NotFound
from ecrtui.model.image import LATEST, ImageId, Referrer
from ecrtui.model.manifest import RawManifest
from ecrtui.model.places import Outside
from ecrtui.model.ports import RegistryBlobSource
from ecrtui.model.reference import Transport
from ecrtui.oci.layers.caps import Caps
from ecrtui.oci.layers.decompression import compression_of, unpacked
from ecrtui.oci.stored import Archive, Folder, Layout, saved
from ecrtui.oci.stored.files import opened, stretches
from ecrtui.store.spool import spooled

if TYPE_CHECKING:  # the SDK is imported when an engine is first asked
    from ecrtui.engine.engine import Engine

_CAPS = Caps()
_WHOLE = "It is damaged, or was not written to its end."
_KEPT = 2
"""Images of an engine held as files at a time: two can be compared."""


class _Stored(RegistryBlobSource, Protocol):
    def holds(self, digest: str) -> bool: ...


def source(home: Outside, repository: str) -> RegistryBlobSource:
    """The images of a place; nothing is asked or opened yet."""
    if home.transport is Transport.DOCKER:
        from ecrtui.oci.distribution import RegistryClient

        return RegistryClient(home.where).source(repository)
    if home.transport is Transport.DAEMON:
        return _InEngine(repository)
    path, where = Path(home.where).expanduser(), f"{home.transport.value}:{home.where}"
    if home.transport is Transport.OCI:
        return Layout(Folder(path, where))
    reader = saved if home.transport is Transport.DOCKER_ARCHIVE else Layout
    return _InFile(path, lambda file: reader(Archive(file, where)))


def resolved(source: RegistryBlobSource, wanted: ImageId) -> tuple[ImageId, str]:
    """What a tag in a registry names, and its media type, without a pull; else as it was."""
    from ecrtui.oci.distribution import RegistrySource

    found = source.resolve(wanted) if isinstance(source, RegistrySource) else None
    return (ImageId(found.digest), found.media_type) if found is not None else (wanted, "")


class _InFile:
    """An archive, opened anew when the file was written since."""

    def __init__(self, path: Path, read: Callable[[BinaryIO], _Stored]) -> None:
        self._path = path
        self._read = read
        self._lock = threading.Lock()
        self._open: tuple[object, _Stored] | None = None

    def manifests(self, ids: Sequence[ImageId]) -> list[RawManifest]:
        """Manifests in the order asked for; raises NotFound, UsageError, Corrupt."""
        return self._archive().manifests(ids)

    def blob(self, digest: str, *, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """A blob's bytes, or a range of them."""
        return self._archive().blob(digest, offset=offset, length=length)

    def referrers(self, digest: str) -> list[Referrer]:
        """What names this digest as its subject."""
        return self._archive().referrers(digest)

    def _archive(self) -> _Stored:
        with self._lock:
            version = opened(self._path, _version)
            if self._open is None or self._open[0] != version:
                self._open = version, self._read(_seekable(self._path))
            return self._open[1]


def _version(handle: int) -> tuple[int, ...]:
    found = os.fstat(handle)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _seekable(path: Path) -> BinaryIO:
    """The tar itself, or what it unpacks to when it is compressed, in a file without a name."""
    file: BinaryIO = os.fdopen(opened(path, os.dup), "rb")
    handle = file.fileno()
    if not compression_of(os.pread(handle, 4, 0)):
        return file
    with file:
        most = max(_CAPS.ratio_free_bytes, _CAPS.ratio * os.fstat(handle).st_size)
        try:
            tar = unpacked(stretches(handle, 0, None), "")
            return spooled(tar, min(most, _CAPS.unpacked_bytes))
        except Corrupt as problem:
            told = f"{path}: {problem.detail}"
            raise Corrupt(told, title="The archive cannot be read", hint=_WHOLE) from None


class _InEngine:
    """Images of the local engine under one name: exported once, then read as archives are."""

    def __init__(self, repository: str) -> None:
        self._repository = repository
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._exported: dict[str, _Stored] = {}
        """By the engine's id, the one used last at the end."""

    def manifests(self, ids: Sequence[ImageId]) -> list[RawManifest]:
        """Manifests in the order asked for; raises NotFound, EngineMissing, RemoteError."""
        return [self._manifest(wanted) for wanted in ids]

    def blob(self, digest: str, *, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """A blob's bytes, or a range of them, of an image whose manifest was read."""
        holder = self._holder(digest)
        if holder is None:
            raise NotFound(
                digest, title="The engine's image is not at hand any more", hint="Read it again."
            )
        return holder.blob(digest, offset=offset, length=length)

    def referrers(self, digest: str) -> list[Referrer]:
        """Engines keep none."""
        return []

    def _manifest(self, wanted: ImageId) -> RawManifest:
        digest = wanted.image_digest
        holder = self._holder(digest) if digest else None
        if holder is not None:
            return holder.manifests([wanted])[0]
        return self._image(self._name(wanted)).manifests([ImageId()])[0]

    def _holder(self, digest: str) -> _Stored | None:
        with self._lock:
            newest = reversed(self._exported.values())
            return next((one for one in newest if one.holds(digest)), None)

    def _name(self, wanted: ImageId) -> str:
        if wanted.image_digest:
            return f"{self._repository}@{wanted.image_digest}"
        return f"{self._repository}:{wanted.image_tag or LATEST}"

    def _image(self, name: str) -> _Stored:
        """The image as the engine has it now, exported unless it was before."""
        with self._lock:
            engine = self._engine = self._engine or _engine()
            held = engine.held(name)
            known = self._exported.pop(held.id, None)
            if known is None:
                file = spooled(engine.export(name), _CAPS.unpacked_bytes)
                known = saved(Archive(file, f"docker-daemon:{name}"))
            self._exported[held.id] = known
            while len(self._exported) > _KEPT:
                self._exported.pop(next(iter(self._exported)))
            return known


def _engine() -> Engine:
    from ecrtui.engine.engine import Engine

    return Engine()
