"""Where images become files: OCI layouts in folders, and archives (OCI's, and docker's with it).

    with LayoutSink(folder, "oci:dir") as sink:       # a BlobSink; so is ArchiveSink
        sink.put_blob(...)
        sink.put_manifest(raw, "v1")
        sink.finish()

Every blob is verified while it is written, and is there by its name when it is whole. The list of
images is written by `finish`, last: what broke off before has put no image there. In a folder its
complete blobs stay, and the next try goes on from there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import msgspec

from ecrtui.errors import Corrupt, UsageError
from ecrtui.model.manifest import Descriptor, Manifest, RawManifest
from ecrtui.model.ports import OpenAt
from ecrtui.model.typed import converted, decoded
from ecrtui.oci.layers.caps import Caps
from ecrtui.oci.layers.verified import Verified
from ecrtui.oci.manifest import is_foreign, parse_manifest
from ecrtui.oci.stored.layout import INDEX, MARK, MARK_BODY, REF, blob_path
from ecrtui.oci.stored.saving import LIST, docker_list, named_rows, savable

_CAPS = Caps()
_OWN = frozenset({"blobs", INDEX, MARK, "ingest"})
_PART = "."


class Folder(Protocol):
    """A folder that is written to; `store` gives one."""

    def names(self) -> list[str]:
        """What is in it."""

    def size(self, name: str) -> int | None:
        """Bytes of a file; None when there is none."""

    def read(self, name: str) -> bytes | None:
        """A small file; None when there is none."""

    def put(self, name: str, size: int, chunks: Iterable[bytes]) -> None:
        """A file, whole or not at all."""

    def locked(self) -> AbstractContextManager[None]:
        """Keep other processes from changing its list meanwhile."""


class Tarball(Protocol):
    """A tar that is being written; `store` gives one."""

    def put(self, name: str, size: int, chunks: Iterable[bytes]) -> None:
        """A member."""

    def finish(self, last: Mapping[str, bytes]) -> None:
        """The last members; then the file has its name."""


class _Sink:
    """What both have in common: blobs verified, manifests remembered for the list at the end."""

    def __init__(self, put: Callable[[str, int, Iterable[bytes]], None]) -> None:
        self._put = put
        self._lock = threading.Lock()
        self._there: set[str] = set()
        """Blobs that were put or found."""
        self._images: list[tuple[RawManifest, Manifest, str]] = []
        """In the order they were put, with the name of each."""

    def mount(self, digest: str, repository: str) -> bool:
        """A file has no neighbours."""
        return False

    def put_blob(self, digest: str, size: int, open_at: OpenAt) -> None:
        """Write a blob, verified; raises Corrupt, EcrtuiError when it cannot be written."""
        self._put(blob_path(digest), size, _verified(digest, size, open_at(0)))
        with self._lock:
            self._there.add(digest)

    def put_manifest(self, manifest: RawManifest, tag: str = "") -> None:
        """Write a manifest; it is listed by `finish`, unless it belongs to another one."""
        parsed = parse_manifest(manifest)
        self._check(parsed)
        body = [manifest.body]
        self._put_once(manifest.digest, len(manifest.body), body)
        with self._lock:
            self._images.append((manifest, parsed, tag))

    def _put_once(self, digest: str, size: int, chunks: Iterable[bytes]) -> None:
        with self._lock:
            known = digest in self._there
            self._there.add(digest)
        if not known:
            self._put(blob_path(digest), size, _verified(digest, size, chunks))

    def _check(self, manifest: Manifest) -> None:
        """Nothing is listed that lacks a part."""
        for part in parts_of(manifest):
            if part.digest not in self._there:
                raise Corrupt(f"{manifest.digest} needs {part.digest}", title="A part is missing")

    def _listed(self) -> Iterator[tuple[RawManifest, Manifest, str]]:
        """The manifests that no other one holds."""
        held = {child.digest for _, parsed, _ in self._images for child in parsed.manifests}
        for raw, parsed, tag in self._images:
            if tag or raw.digest not in held:
                yield raw, parsed, tag


class LayoutSink(_Sink):
    """An OCI layout in a folder, to which images are added; a `BlobSink`."""

    def __init__(self, folder: Folder, where: str) -> None:
        """Raises UsageError for a folder that holds something else."""
        super().__init__(folder.put)
        self._folder = folder
        others = [name for name in folder.names() if name not in _OWN and name[:1] != _PART]
        if others:
            raise UsageError(
                f"{where} holds {others[0]}",
                title="That folder is no OCI layout",
                hint="Name a new folder, an empty one, or a layout.",
            )

    def present(self, digests: Sequence[str]) -> set[str]:
        """Blobs that are there already; they were whole when they got their names."""
        found = {one for one in digests if self._folder.size(blob_path(one)) is not None}
        with self._lock:
            self._there |= found
        return found

    def finish(self) -> None:
        """List the images: a name is taken from the one that had it, as skopeo does."""
        with self._folder.locked():
            rows, index = self._rows()
            for raw, parsed, tag in self._listed():
                _add(rows, _row(raw, parsed, tag))
            body = msgspec.json.encode({**index, "schemaVersion": 2, "manifests": rows})
            if self._folder.read(MARK) is None:
                self._folder.put(MARK, len(MARK_BODY), [MARK_BODY])
            self._folder.put(INDEX, len(body), [body])

    def names(self) -> dict[str, str]:
        """Digests by name, as the layout lists them now."""
        rows, _ = self._rows()
        named = ((_name(row), row.get("digest")) for row in rows)
        return {name: str(digest) for name, digest in named if name}

    def _check(self, manifest: Manifest) -> None:
        parts = list(parts_of(manifest))
        self.present([part.digest for part in parts])
        super()._check(manifest)
        for part in parts:
            size = self._folder.size(blob_path(part.digest))
            if size != part.size:
                raise Corrupt(
                    f"{blob_path(part.digest)} has {size} bytes instead of {part.size}",
                    hint="Remove that file, then try again.",
                )

    def _rows(self) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """The rows of the index and the index, with all that others wrote into them."""
        body = self._folder.read(INDEX)
        try:
            index = decoded(body, dict[str, Any]) if body else {}
            rows = converted(index.get("manifests") or [], list[dict[str, Any]])
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            raise Corrupt(INDEX, title="The layout's list of images cannot be read") from None
        return rows, index


class ArchiveSink(_Sink):
    """A new archive, of OCI's form, or of docker's when it gets `names`; a `BlobSink`."""

    def __init__(self, tar: Tarball, names: Sequence[str] | None = None) -> None:
        super().__init__(tar.put)
        self._tar = tar
        self._docker = names

    def present(self, digests: Sequence[str]) -> set[str]:
        """A new file holds nothing yet."""
        with self._lock:
            return self._there & set(digests)

    def finish(self) -> None:
        """List the images, and give the file its name."""
        images = list(self._listed())
        rows = [_row(raw, parsed, tag) for raw, parsed, tag in images]
        last: dict[str, bytes] = {}
        if self._docker is not None:
            raw, parsed, _ = images[-1]
            config, layers = savable(parsed), [blob_path(one.digest) for one in parsed.layers]
            rows = [*rows[:-1], *named_rows(raw, parsed, self._docker)]
            last[LIST] = docker_list(blob_path(config.digest), self._docker, layers)
        index = msgspec.json.encode({"schemaVersion": 2, "manifests": rows})
        self._tar.finish({MARK: MARK_BODY, INDEX: index, **last})


def parts_of(manifest: Manifest) -> Iterator[Descriptor]:
    """The blobs and manifests that a manifest names and that are kept beside it."""
    if manifest.config is not None:
        yield manifest.config
    yield from (layer for layer in manifest.layers if not is_foreign(layer))
    yield from manifest.manifests


def _verified(digest: str, size: int, chunks: Iterable[bytes]) -> Iterable[bytes]:
    return Verified(chunks, Descriptor(digest, size), _CAPS)


def _row(raw: RawManifest, manifest: Manifest, name: str) -> dict[str, Any]:
    """How an index lists an image; of what belongs to another image it says what kind it is."""
    row: dict[str, Any] = {
        "mediaType": manifest.media_type,
        "digest": raw.digest,
        "size": len(raw.body),
    }
    kind = manifest.artifact_type or (manifest.config.media_type if manifest.config else "")
    if manifest.subject is not None and kind:
        row["artifactType"] = kind
    return {**row, "annotations": {REF: name}} if name else row


def _name(row: dict[str, Any]) -> str:
    annotations = row.get("annotations")
    return str(annotations.get(REF, "")) if isinstance(annotations, dict) else ""


def _add(rows: list[dict[str, Any]], new: dict[str, Any]) -> None:
    """Add a row. The one that had its name loses the name and stays; the same image is listed
    without a name only while it has none."""
    name, digest = _name(new), new["digest"]
    for row in rows:
        if name and _name(row) == name and row.get("digest") != digest:
            del row["annotations"][REF]
    same = [number for number, row in enumerate(rows) if row.get("digest") == digest]
    if same and not name:
        return
    for number in same:
        if _name(rows[number]) in ("", name):
            rows[number] = new
            return
    rows.append(new)
