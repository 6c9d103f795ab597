"""Images outside ECR: each place opened as a source of bytes, when something is first read."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from ecrtui.errors import Corrupt, NotFound
from ecrtui.model.image import LATEST, ImageId, Referrer
from ecrtui.model.manifest import RawManifest
from ecrtui.model.places import Outside
from ecrtui.model.ports import BlobSource, RegistryBlobSource
from ecrtui.model.reference import Transport
from ecrtui.oci.layers.caps import Caps
from ecrtui.oci.layers.decompression import compression_of, unpacked
from ecrtui.oci.stored import Archive, Folder, Layout, saved
from ecrtui.oci.stored.files import opened, stretches
from ecrtui.store.cache import Cache
from ecrtui.store.spool import spooled
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:  # the SDK is imported when an engine is first asked
    from ecrtui.engine.engine import Engine

_CAPS = Caps()
_WHOLE = "It is damaged, or was not written to its end."
_KEPT = 2
"""Images of an engine held as files at a time: two can be compared."""
_LOOK = 0.1
"""Seconds between two looks at whether waiting for another's export was stopped."""


class _Stored(RegistryBlobSource, Protocol):
    def holds(self, digest: str) -> bool: ...


def source(cache: Cache, home: Outside, repository: str) -> RegistryBlobSource:
    """The images of a place; nothing is asked or opened yet."""
    if home.transport is Transport.DOCKER:
        from ecrtui.oci.distribution import RegistryClient
        from ecrtui.oci.logins import find

        return RegistryClient(home.where, find=find).source(repository)
    if home.transport is Transport.DAEMON:
        return _InEngine(cache, repository)
    path, where = Path(home.where).expanduser(), f"{home.transport.value}:{home.where}"
    if home.transport is Transport.OCI:
        return Layout(Folder(path, where))
    reader = saved if home.transport is Transport.DOCKER_ARCHIVE else Layout
    return _InFile(path, lambda file: reader(Archive(file, where)))


def manifest_at_hand(source: BlobSource, wanted: ImageId, watch: Watch) -> None:
    """Have what tells an image's manifest here before it is read; raises what reading it raises.

    An engine may have to export the whole image for it: the watch is told, and stops it. Without
    this the first reading exports it, and nobody sees how far it is. Other sources are left alone.
    """
    if isinstance(source, _InEngine):
        source.have_manifest(wanted, watch)


def blob_at_hand(source: BlobSource, digest: str, watch: Watch) -> None:
    """As `manifest_at_hand`, for a blob of an image whose manifest was read."""
    if isinstance(source, _InEngine):
        source.have_blob(digest, watch)


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
    """Images of the local engine under one name.

    The manifest of one is kept by the engine's id. When more is asked for than is kept, the image
    is exported, once, and then read as archives are.
    """

    def __init__(self, cache: Cache, repository: str) -> None:
        self._cache = cache
        self._repository = repository
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._seen: dict[str, str] = {}
        """By the engine's id what was asked for, the last at the end."""
        self._exported: dict[str, _Stored] = {}
        """By the engine's id, the one used last at the end."""

    def manifests(self, ids: Sequence[ImageId]) -> list[RawManifest]:
        """Manifests in the order asked for; raises NotFound, EngineMissing, RemoteError."""
        return [self.have_manifest(wanted, Watch()) for wanted in ids]

    def blob(self, digest: str, *, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """A blob's bytes, or a range of them, of an image whose manifest was read."""
        holder = self.have_blob(digest, Watch())
        if holder is None:
            raise NotFound(digest, title="The engine does not have it any more")
        return holder.blob(digest, offset=offset, length=length)

    def referrers(self, digest: str) -> list[Referrer]:
        """Engines keep none."""
        return []

    def have_blob(self, digest: str, watch: Watch) -> _Stored | None:
        """What holds a blob, exported unless it was before; None when no image seen has it."""
        with self._alone(watch):
            return self._holder(digest, watch)

    def have_manifest(self, wanted: ImageId, watch: Watch) -> RawManifest:
        """A manifest; the image is exported unless that was done before, ever."""
        with self._alone(watch):
            if wanted.image_digest:
                holder = self._holder(wanted.image_digest, watch)
                if holder is not None:
                    return holder.manifests([wanted])[0]
            name = self._name(wanted)
            self._engine = self._engine or _engine()
            identity = self._engine.identity(name)
            self._seen.pop(identity, None)
            self._seen[identity] = name
            known = self._cache.get("export", identity)
            if known is not None:
                return RawManifest(f"sha256:{sha256(known).hexdigest()}", "", known)
            raw = self._image(identity, watch).manifests([ImageId()])[0]
            self._cache.put("export", identity, raw.body)
            return raw

    def _name(self, wanted: ImageId) -> str:
        if wanted.image_digest:
            return f"{self._repository}@{wanted.image_digest}"
        return f"{self._repository}:{wanted.image_tag or LATEST}"

    @contextlib.contextmanager
    def _alone(self, watch: Watch) -> Iterator[None]:
        """One at a time: what two want is exported once. Raises GivenUp for who stops waiting."""
        while not self._lock.acquire(timeout=_LOOK):
            watch.check()
        try:
            yield
        finally:
            self._lock.release()

    def _holder(self, digest: str, watch: Watch) -> _Stored | None:
        """An image that has a digest, of those asked for, the last first."""
        images = (self._image(identity, watch) for identity in [*reversed(self._seen)])
        return next((image for image in images if image.holds(digest)), None)

    def _image(self, identity: str, watch: Watch) -> _Stored:
        """An image as a file, exported unless it was before."""
        known = self._exported.pop(identity, None)
        if known is None:
            file = _exported(identity, watch)
            known = saved(Archive(file, f"docker-daemon:{self._seen[identity]}"))
        self._exported[identity] = known
        while len(self._exported) > _KEPT:
            self._exported.pop(next(iter(self._exported)))
        return known


def _exported(identity: str, watch: Watch) -> BinaryIO:
    """An image as a file, by a connection of its own, which is hung up when it is stopped.

    Nobody knows before how long it will be: engines tell sizes, but of what they store.
    """
    key = f"export {identity}"
    watch.expect(key, "the engine exports it")
    watch.at(key, 0)
    with contextlib.closing(_engine()) as engine, watch.on_stop(engine.hang_up):
        chunks = watch.counted(key, engine.export(identity))
        file = spooled(chunks, _CAPS.unpacked_bytes)
    watch.finish(key)
    return file


def _engine() -> Engine:
    from ecrtui.engine.engine import Engine

    return Engine()
