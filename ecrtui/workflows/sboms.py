"""Packages that the SBOMs attached to images list: BuildKit's attestations, and referrers.

BuildKit puts an attestation of each platform's image beside it into the index; others are referrers
(ORAS, cosign). Reading an attestation's manifest COUNTS AS A PULL of it; manifests and documents
are kept by digest. An image without an SBOM is no problem, one that cannot be read is.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.errors import EcrtuiError
from ecrtui.model.artifacts import ArtifactKind, kind_of
from ecrtui.model.details import ImageDetails
from ecrtui.model.image import ACTIVE, Referrer
from ecrtui.model.manifest import Descriptor
from ecrtui.model.package import Package, Skipped
from ecrtui.packages import sbom
from ecrtui.workflows.contents import read_blob, read_manifests
from ecrtui.workflows.fan_out import fan_out
from ecrtui.workflows.inspect import referrers_of
from ecrtui.workflows.services import Services

ATTACHED = "the attached SBOM"
"""What stands for a path where an SBOM could not be read."""
_LARGEST = 32 * 1024 * 1024
"""Bytes of a document; syft writes 10 MB of a large image."""
_MOST = 8
"""Documents and artifacts looked at for each image."""
_OF = "vnd.docker.reference.digest"
_PREDICATE = "in-toto.io/predicate-type"

Listed = tuple[tuple[Package, ...], tuple[Package, ...]]


def listed_by_both(
    services: Services, before: ImageDetails, after: ImageDetails
) -> tuple[Listed | None, tuple[Skipped, ...]]:
    """What the SBOMs of both images list, and why one could not be read.

    None unless both have one: beside an image without, all that one lists would look new. The two
    are read at the same time.
    """
    if before.image_manifest == after.image_manifest:
        return None, ()
    sides = (before, after)
    problems: list[Skipped] = []

    def read(number: int) -> Iterator[tuple[int, tuple[Package, ...] | None]]:
        try:
            yield number, attached(services, sides[number])
        except EcrtuiError as problem:
            problems.append(Skipped(ATTACHED, problem.sentence))

    found = dict(fan_out(read, range(2)))
    one, other = found.get(0), found.get(1)
    if one is None or other is None:
        return None, tuple(problems)
    return (one, other), tuple(problems)


def attached(services: Services, details: ImageDetails) -> tuple[Package, ...] | None:
    """The packages of the first SBOM attached to an image; None where there is none.

    Raises what reading it raises; that referrers cannot be listed is as if there were none.
    """
    for described in _documents(services, details):
        body = _body(services, details, described)
        found = sbom.packages(body)
        if found is not None:
            return found
    return None


def _documents(services: Services, details: ImageDetails) -> Iterator[Descriptor]:
    """What may be an SBOM of an image, the likeliest first."""
    for digest in _artifacts(services, details):
        (manifest,) = read_manifests(services, details.home, details.repository, [digest])
        yield from sorted(filter(_may_be_sbom, manifest.layers[:_MOST]), key=_unlikely)


def _artifacts(services: Services, details: ImageDetails) -> Iterator[str]:
    """Digests of artifacts that may hold an SBOM: in the index, then referrers."""
    image = details.image_manifest
    if image is None or details.manifest is None:
        return
    beside = [
        child.digest for child in details.manifest.manifests if _is_about(child, image.digest)
    ]
    yield from beside[:_MOST]
    subjects = dict.fromkeys((image.digest, details.digest))
    for digest in subjects:
        rows = [row for row in _referrers(services, details, digest) if _is_sbom(row)]
        yield from (row.digest for row in rows[:_MOST])


def _is_about(child: Descriptor, digest: str) -> bool:
    return child.is_attestation and child.annotations.get(_OF) == digest


def _referrers(services: Services, details: ImageDetails, digest: str) -> tuple[Referrer, ...]:
    try:
        return referrers_of(services, details.home, details.repository, digest)
    except EcrtuiError:
        return ()


def _is_sbom(row: Referrer) -> bool:
    """Whether a referrer is an SBOM, or an attestation that says to be of one."""
    told = (row.artifact_type, *row.annotations.values())
    return row.artifact_status == ACTIVE and ArtifactKind.SBOM in map(kind_of, told)


def _may_be_sbom(layer: Descriptor) -> bool:
    return _kind(layer) in (ArtifactKind.SBOM, ArtifactKind.ATTESTATION)


def _unlikely(layer: Descriptor) -> bool:
    return _kind(layer) is not ArtifactKind.SBOM


def _kind(layer: Descriptor) -> ArtifactKind:
    return kind_of(layer.annotations.get(_PREDICATE, ""), layer.media_type)


def _body(services: Services, details: ImageDetails, described: Descriptor) -> bytes:
    known = services.cache.get("sbom", described.digest)
    if known is not None:
        return known
    body = read_blob(services, details.home, details.repository, described, most=_LARGEST)
    services.cache.put("sbom", described.digest, body)
    return body
