"""Referrers in registries that have no list of them: an index under the tag `sha256-<digest>`,
which whoever pushes keeps up (OCI distribution specification, "Pushing Manifests with Subject")."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from ecrtui.errors import NotFound
from ecrtui.model.image import ImageId
from ecrtui.model.manifest import RawManifest
from ecrtui.model.ports import BlobSink, RegistryBlobSource
from ecrtui.model.typed import converted, decoded
from ecrtui.oci.manifest import parse_manifest
from ecrtui.workflows.moving.cargo import Lot

_INDEX = "application/vnd.oci.image.index.v1+json"


def list_referrers(
    lots: Sequence[Lot],
    there: RegistryBlobSource,
    sink: BlobSink,
    put: Callable[[Lot, str], None],
) -> None:
    """Put the lists that a registry does not keep by itself; `put` is told of each list and of the
    digest that its tag named before."""
    by_subject: dict[str, list[Lot]] = {}
    for lot in lots:
        if lot.parsed.subject is not None:
            by_subject.setdefault(lot.parsed.subject.digest, []).append(lot)
    for subject, referring in by_subject.items():
        listed = {one.digest for one in there.referrers(subject)}
        missing = [lot for lot in referring if lot.raw.digest not in listed]
        if missing:
            lot, before = _index(subject, missing, there)
            sink.put_manifest(lot.raw, lot.tag)
            put(lot, before)


def _index(subject: str, missing: Sequence[Lot], there: RegistryBlobSource) -> tuple[Lot, str]:
    """The list of a subject, with what it has already, and its digest before."""
    tag = subject.replace(":", "-")
    before, rows = _known(tag, there)
    digests = {row.get("digest") for row in rows}
    rows += [_row(lot) for lot in missing if lot.raw.digest not in digests]
    body = msgspec.json.encode({"schemaVersion": 2, "mediaType": _INDEX, "manifests": rows})
    raw = RawManifest(f"sha256:{sha256(body).hexdigest()}", _INDEX, body)
    return Lot(raw, parse_manifest(raw), tag), before


def _known(tag: str, there: RegistryBlobSource) -> tuple[str, list[dict[str, Any]]]:
    """The list under a tag, and its digest; an empty one where there is none yet."""
    try:
        (raw,) = there.manifests([ImageId(image_tag=tag)])
    except NotFound:
        return "", []
    try:
        index = decoded(raw.body, dict[str, Any])
        return raw.digest, converted(index.get("manifests") or [], list[dict[str, Any]])
    except msgspec.MsgspecError:
        return raw.digest, []


def _row(lot: Lot) -> dict[str, Any]:
    manifest = lot.parsed
    kind = manifest.artifact_type or (manifest.config.media_type if manifest.config else "")
    row: dict[str, Any] = {
        "mediaType": lot.raw.media_type,
        "digest": lot.raw.digest,
        "size": len(lot.raw.body),
        "artifactType": kind,
    }
    return {**row, "annotations": manifest.annotations} if manifest.annotations else row
