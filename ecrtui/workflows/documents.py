"""Opening an artifact: an SBOM, a provenance, a signature or a chart, explained and readable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecrtui.errors import EcrtuiError, NotFound
from ecrtui.model.artifacts import ArtifactKind, kind_of
from ecrtui.model.details import ImageDetails
from ecrtui.model.document import Document
from ecrtui.model.manifest import Descriptor, Manifest
from ecrtui.oci import documents
from ecrtui.workflows.contents import read_blob, read_manifests
from ecrtui.workflows.inspect import describe
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services

LARGEST = 8 * 1024 * 1024
"""Bytes of one document; the SBOM of a large image has two or three million."""
MOST = 8
"""Documents opened in one artifact: a build's attestations are two or three."""
_SAYS_NOTHING = ("oci.empty", "image.config", "container.image")
_ARCHIVE = re.compile(r"[./+](tar|zip)|gzip|zstd")


def document(services: Services, target: Target) -> Document:
    """The documents of one artifact. COUNTS AS A PULL unless its manifest was read before.

    Raises NotFound when there is none, and what reading manifests and blobs raises.
    """
    image = describe(services, target)
    digests = [image.image_digest]
    (manifest,) = read_manifests(services, target.home, target.repository, digests)
    return _opened(services, target, manifest)


def opened(services: Services, details: ImageDetails) -> Document:
    """The documents of an artifact whose manifest is read; raises as `document` does."""
    manifest = details.image_manifest or details.manifest
    if manifest is None:
        raise NotFound(details.reference, title="Its manifest has not been read")
    return _opened(services, Target(details.home, details.repository), manifest)


def _opened(services: Services, target: Target, manifest: Manifest) -> Document:
    """All of an artifact's documents as one; of several, one that cannot be read says why."""
    described = list(_described(manifest))
    if len(described) == 1:
        return _part(services, target, described[0])
    found = [_part_or_why(services, target, one) for one in described[:MOST]]
    return _joined(found, len(described) - len(found), _kind(manifest))


def _kind(manifest: Manifest) -> ArtifactKind:
    config = manifest.config.media_type if manifest.config else ""
    return kind_of(manifest.artifact_type, *(one.media_type for one in manifest.layers), config)


def _described(manifest: Manifest) -> Iterator[Descriptor]:
    """The config where it says something (a chart's does), then the layers."""
    config = manifest.config
    if config is not None and not any(word in config.media_type for word in _SAYS_NOTHING):
        yield config
    yield from manifest.layers


def _part(services: Services, target: Target, described: Descriptor) -> Document:
    if _ARCHIVE.search(described.media_type) or described.size > LARGEST:
        return documents.unread(described.media_type, described.size)
    body = read_blob(services, target.home, target.repository, described, most=LARGEST)
    return documents.explain(described.media_type, body)


def _part_or_why(services: Services, target: Target, described: Descriptor) -> Document:
    try:
        return _part(services, target, described)
    except EcrtuiError as problem:
        fields = (("Problem", problem.sentence),)
        return Document(described.media_type, kind_of(described.media_type), fields)


def _joined(found: list[Document], left: int, kind: ArtifactKind) -> Document:
    """Several documents under each other, each under its title."""
    if not found:
        return Document("An artifact without documents", kind)
    fields: list[tuple[str, str]] = []
    for number, part in enumerate(found, 1):
        fields += [(f"Document {number}", part.title), *part.fields]
    if left:
        fields.append(("Not opened", f"{left} more documents"))
    titles = [part.title for part in found if part.text] or [found[0].title]
    told = next((part.kind for part in found if part.kind is not ArtifactKind.OTHER), kind)
    text = "\n\n".join(part.text for part in found if part.text)
    return Document(", ".join(titles), told, tuple(fields), text)
