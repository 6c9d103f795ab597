"""What `docker save` and its like write: a tar with manifest.json, configs and layers.

Since version 25 docker writes an OCI layout into the same tar, and so does buildx: then that is
read, for it holds the image's own manifest. Older ones, podman and skopeo write none, and one is
made up: its layers are what they are in the tar, plain ones under their diffId.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from ecrtui.errors import Corrupt, NotFound
from ecrtui.model.image import ImageId, Referrer
from ecrtui.model.manifest import RawManifest
from ecrtui.oci.layers.decompression import compression_of
from ecrtui.oci.manifest import LARGEST_CONFIG, LARGEST_MANIFEST, parse_config
from ecrtui.oci.stored.archive import Archive
from ecrtui.oci.stored.files import json_of, whole
from ecrtui.oci.stored.layout import Layout
from ecrtui.oci.stored.naming import chosen

_LIST = "manifest.json"
_OCI = "application/vnd.oci.image"
_CONFIG = "application/vnd.docker.container.image.v1+json"


def saved(archive: Archive) -> Layout | Saved:
    """The images of an archive, as it holds them; a `BlobSource`."""
    return Layout(archive) if "index.json" in archive else Saved(archive)


class _Entry(msgspec.Struct, rename="pascal"):
    config: str
    layers: list[str]
    repo_tags: list[str] | None = None


class Saved:
    """The images of an archive without manifests; they are made up when first asked for."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._members: dict[str, str] = {}
        """By the digest of what is in them."""
        self._made: dict[int, RawManifest] = {}
        self._configs: dict[int | None, tuple[str, int, tuple[str, ...]]] = {}
        """Digest, size and diffIds by where they lie: a list may name one very often."""
        self._digests: dict[int | None, str] = {}
        """Of packed layers, likewise."""

    def manifests(self, ids: Sequence[ImageId]) -> list[RawManifest]:
        """Manifests in the order asked for. Raises NotFound, UsageError, Corrupt."""
        return [self._manifest(wanted) for wanted in ids]

    def blob(self, digest: str, *, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """A config's or a layer's bytes, or a range of them."""
        if digest not in self._members:
            self._all()
        if digest not in self._members:
            raise NotFound(f"{self._archive.where} has no {digest}", title="It is not there")
        return self._archive.chunks(self._members[digest], offset, length)

    def holds(self, digest: str) -> bool:
        """Whether a manifest or a blob is here."""
        return any(made.digest == digest for made in self._all()) or digest in self._members

    def referrers(self, digest: str) -> list[Referrer]:
        """Archives of this form hold images alone."""
        return []

    def _manifest(self, wanted: ImageId) -> RawManifest:
        if wanted.image_digest:
            for made in self._all():
                if made.digest == wanted.image_digest:
                    return made
            raise NotFound(f"{self._archive.where} has no {wanted}", title="No such image")
        entries = self._entries()
        names = {number: entry.repo_tags or [] for number, entry in enumerate(entries)}
        number = chosen(names, wanted.image_tag, self._archive.where)
        return self._image(number, entries[number])

    def _all(self) -> list[RawManifest]:
        return [self._image(number, entry) for number, entry in enumerate(self._entries())]

    def _entries(self) -> list[_Entry]:
        if _LIST not in self._archive:
            raise NotFound(
                f"{self._archive.where} has neither index.json nor {_LIST}",
                title="There is no image in it",
                hint="A tar of a root file system is none, and docker before 1.10 wrote others.",
            )
        return json_of(self._archive, _LIST, LARGEST_MANIFEST, list[_Entry])

    def _image(self, number: int, entry: _Entry) -> RawManifest:
        if number not in self._made:
            self._made[number] = self._make_up(entry)
        return self._made[number]

    def _make_up(self, entry: _Entry) -> RawManifest:
        digest, size, diff_ids = self._config(entry.config)
        if len(diff_ids) != len(entry.layers):
            raise Corrupt(
                f"{entry.config} tells of {len(diff_ids)} layers, {_LIST} of {len(entry.layers)}",
                title="That is no image",
            )
        self._members[digest] = entry.config
        pairs = zip(entry.layers, diff_ids, strict=True)
        manifest = {
            "schemaVersion": 2,
            "mediaType": f"{_OCI}.manifest.v1+json",
            "config": {"mediaType": _CONFIG, "digest": digest, "size": size},
            "layers": [self._layer(member, diff_id) for member, diff_id in pairs],
        }
        body = msgspec.json.encode(manifest)
        return RawManifest(_digest([body]), manifest["mediaType"], body)  # type: ignore[arg-type]

    def _config(self, member: str) -> tuple[str, int, tuple[str, ...]]:
        at = self._archive.offset(member)
        if at not in self._configs:
            body = whole(self._archive, member, LARGEST_CONFIG)
            digest = _digest([body])
            self._configs[at] = digest, len(body), parse_config(body, digest).diff_ids
        return self._configs[at]

    def _layer(self, member: str, diff_id: str) -> dict[str, Any]:
        """A layer's descriptor. What a plain one holds is verified when it is read."""
        size = self._archive.size(member)
        if size is None:
            raise NotFound(f"{self._archive.where} has no {member}", title="A layer is missing")
        packed = compression_of(b"".join(self._archive.chunks(member, 0, 4)))
        at, digest = self._archive.offset(member), diff_id
        if packed:
            if at not in self._digests:
                self._digests[at] = _digest(self._archive.chunks(member))
            digest = self._digests[at]
        self._members[digest] = member
        media_type = f"{_OCI}.layer.v1.tar" + (f"+{packed}" if packed else "")
        return {"mediaType": media_type, "digest": digest, "size": size}


def _digest(chunks: Iterator[bytes] | list[bytes]) -> str:
    hashed = hashlib.sha256()
    for chunk in chunks:
        hashed.update(chunk)
    return f"sha256:{hashed.hexdigest()}"
