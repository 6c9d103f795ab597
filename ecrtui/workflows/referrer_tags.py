"""Referrers in registries that have no list of them: an index under the tag `sha256-<digest>`,
which whoever pushes keeps up (OCI distribution specification, "Pushing Manifests with Subject")."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.model.image import ImageId
from ecrtui.model.manifest import RawManifest
from ecrtui.model.ports import BlobSink, RegistryBlobSource
from ecrtui.oci.manifest import parse_manifest
from ecrtui.workflows.cargo import Lot

_INDEX = "application/vnd.oci.image.index.v1+json"


def list_referrers(lots: Sequence[Lot], there: RegistryBlobSource, sink: BlobSink) -> list[Lot]:
    """Put the lists that a registry does not keep by itself; what was put."""
    by_subject: dict[str, list[Lot]] = {}
    for lot in lots:
        if lot.parsed.subject is not None:
            by_subject.setdefault(lot.parsed.subject.digest, []).append(lot)
    made = []
    for subject, referring in by_subject.items():
        listed = {one.digest for one in there.referrers(subject)}
        missing = [lot for lot in referring if lot.raw.digest not in listed]
        if missing:
            lot = _index(subject, missing, there)
            sink.put_manifest(lot.raw, lot.tag)
            made.append(lot)
    return made


def _index(subject: str, missing: Sequence[Lot], there: RegistryBlobSource) -> Lot:
    """The list of a subject, with what it has already."""
    tag = subject.replace(":", "-")
    rows = [row for row in _known(tag, there) if isinstance(row, dict)]
    digests = {row.get("digest") for row in rows}
    rows += [_row(lot) for lot in missing if lot.raw.digest not in digests]
    body = msgspec.json.encode({"schemaVersion": 2, "mediaType": _INDEX, "manifests": rows})
    raw = RawManifest(f"sha256:{sha256(body).hexdigest()}", _INDEX, body)
    return Lot(raw, parse_manifest(raw), tag)


def _known(tag: str, there: RegistryBlobSource) -> list[Any]:
    try:
        (raw,) = there.manifests([ImageId(image_tag=tag)])
        index = msgspec.json.decode(raw.body)
        rows = index.get("manifests") if isinstance(index, dict) else None
    except (EcrtuiError, msgspec.MsgspecError):
        return []
    return rows if isinstance(rows, list) else []


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
