"""OCI image layouts (OCI image specification, image-layout.md): blobs by digest and an index.

Every byte is verified by whoever takes it, manifests here. A digest is looked at before it becomes
a path.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

import msgspec

from ecrtui.errors import Corrupt, EcrtuiError, NotFound
from ecrtui.model.image import ImageId, Referrer
from ecrtui.model.manifest import Descriptor, Manifest, RawManifest
from ecrtui.oci.digests import PATTERN, matches
from ecrtui.oci.manifest import LARGEST_MANIFEST, parse_manifest
from ecrtui.oci.stored.files import Files, NoFolder, json_of, whole
from ecrtui.oci.stored.naming import chosen

REF = "org.opencontainers.image.ref.name"
NAME = "io.containerd.image.name"
"""The whole name, as containerd and docker save put it beside the tag."""
INDEX = "index.json"
MARK = "oci-layout"
MARK_BODY = b'{"imageLayoutVersion":"1.0.0"}'
_MOSTREFERRERS = 1_000
_DIGEST = re.compile(PATTERN)


class _Mark(msgspec.Struct):
    version: str = msgspec.field(name="imageLayoutVersion")


class Layout:
    """The images of one layout, which is read anew for every name: it may have been written."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def manifests(self, ids: Sequence[ImageId]) -> list[RawManifest]:
        """Manifests in the order asked for, each verified. Raises NotFound, UsageError, Corrupt."""
        return [self._manifest(wanted) for wanted in ids]

    def blob(self, digest: str, *, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """A blob's bytes, or a range of them."""
        return self._files.chunks(blob_path(digest), offset, length)

    def holds(self, digest: str) -> bool:
        """Whether a manifest or a blob is here."""
        return self._files.size(blob_path(digest)) is not None

    def referrers(self, digest: str) -> list[Referrer]:
        """What in the index names a digest as its subject; a file is a matter of milliseconds."""
        _, index = self._index()
        found = []
        for described in index.manifests[:_MOSTREFERRERS]:
            try:
                manifest = parse_manifest(self._raw(described.digest, described))
            except EcrtuiError:
                continue  # whoever opens it is told why
            if manifest.subject is not None and manifest.subject.digest == digest:
                found.append(_referrer(described, manifest))
        return found

    def _manifest(self, wanted: ImageId) -> RawManifest:
        if wanted.image_digest:
            return self._raw(wanted.image_digest, None)
        raw, index = self._index()
        rows = [one for one in index.manifests if wanted.image_tag or not _is_anothers(one)]
        names: dict[str, list[str]] = {}
        for one in rows:  # an image has a row for each of its names
            names.setdefault(one.digest, []).extend(_names(one))
        unnamed = all(one.platform and not _names(one) for one in rows)
        if unnamed and len(names) > 1 and not wanted.image_tag:
            return raw  # index.json is itself the index of one image
        digest = chosen(names, wanted.image_tag, self._files.where)
        return self._raw(digest, next(one for one in rows if one.digest == digest))

    def _index(self) -> tuple[RawManifest, Manifest]:
        try:
            mark = json_of(self._files, MARK, LARGEST_MANIFEST, _Mark)
            body = whole(self._files, INDEX, LARGEST_MANIFEST)
        except NoFolder:
            raise
        except NotFound as problem:
            raise NotFound(
                problem.detail,
                title="That is no OCI layout",
                hint="A layout has oci-layout, index.json and blobs/. What docker save writes is"
                " read as docker-archive:FILE.",
            ) from None
        if not mark.version.startswith("1."):
            raise Corrupt(f"{self._files.where} is of version {mark.version}", title="Not known")
        raw = RawManifest(f"sha256:{hashlib.sha256(body).hexdigest()}", "", body)
        return raw, parse_manifest(raw)

    def _raw(self, digest: str, described: Descriptor | None) -> RawManifest:
        body = whole(self._files, blob_path(digest), LARGEST_MANIFEST)
        if not matches(digest, body) or (described is not None and described.size != len(body)):
            raise Corrupt(f"manifest {digest} of {self._files.where}")
        return RawManifest(digest, described.media_type if described else "", body)


def blob_path(digest: str) -> str:
    """Where a layout keeps a blob; raises Corrupt for a digest that is none."""
    if _DIGEST.fullmatch(digest) is None:
        raise Corrupt(digest[:100], title="That is no digest")
    return f"blobs/{digest.replace(':', '/')}"


def _names(described: Descriptor) -> list[str]:
    """What an image is called, the longest name first."""
    told = (described.annotations.get(NAME, ""), described.annotations.get(REF, ""))
    return [name for name in told if name]


def _is_anothers(described: Descriptor) -> bool:
    """Whether it is an attestation or an artifact that nobody would mean without naming it."""
    return described.is_attestation or bool(described.artifact_type)


def _referrer(described: Descriptor, manifest: Manifest) -> Referrer:
    kind = manifest.artifact_type or (manifest.config.media_type if manifest.config else "")
    return Referrer(
        described.digest, manifest.media_type, kind, described.size, manifest.annotations
    )
