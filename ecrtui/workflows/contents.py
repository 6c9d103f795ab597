"""The bytes of one repository: manifests and small blobs, from the store where known.

Reading a manifest COUNTS AS A PULL, so it is read once: manifests and configs are kept by digest.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecrtui.errors import Corrupt, NotFound, RemoteError
from ecrtui.model.image import ImageId
from ecrtui.model.manifest import Descriptor, Manifest, RawManifest
from ecrtui.model.places import Home
from ecrtui.oci.digests import matches
from ecrtui.oci.manifest import LARGEST_CONFIG, parse_manifest
from ecrtui.workflows.services import Services


def stored_manifest(services: Services, digest: str) -> Manifest | None:
    """A manifest read before, from the store alone; None when it never was, or is damaged."""
    raw = stored_bytes(services, digest)
    if raw is None:
        return None
    try:
        return parse_manifest(raw)
    except Corrupt:
        return None


def stored_bytes(services: Services, digest: str) -> RawManifest | None:
    """A manifest's bytes from the store alone; their media type is not stored beside them."""
    body = services.cache.get("manifest", digest)
    return RawManifest(digest, "", body) if body is not None else None


def read_manifests(
    services: Services, home: Home, repository: str, digests: Sequence[str]
) -> list[Manifest]:
    """Manifests by digest, from the store where known. What is read COUNTS AS A PULL."""
    return [parse_manifest(raw) for raw in read_bytes(services, home, repository, digests)]


def read_bytes(
    services: Services, home: Home, repository: str, digests: Sequence[str]
) -> list[RawManifest]:
    """The bytes of manifests, one for each digest in its order; raises NotFound for any other."""
    known = {
        digest: raw for digest in digests if (raw := stored_bytes(services, digest)) is not None
    }
    missing = [ImageId(digest) for digest in dict.fromkeys(digests) if digest not in known]
    if missing:
        traffic = services.traffic_of(home)
        traffic.add(0, requests=1)
        for raw in services.source(home, repository).manifests(missing):
            traffic.add(len(raw.body))
            services.cache.put("manifest", raw.digest, raw.body)
            known[raw.digest] = raw
    for digest in digests:
        if digest not in known:
            raise NotFound(f"{repository or 'the place'} did not give the manifest {digest}")
    return [known[digest] for digest in digests]


def read_config(services: Services, home: Home, repository: str, described: Descriptor) -> bytes:
    """A small blob, verified by digest and kept: an image's config. Raises Corrupt."""
    known = services.cache.get("config", described.digest)
    if known is not None:
        return known
    body = read_blob(services, home, repository, described, most=LARGEST_CONFIG)
    services.cache.put("config", described.digest, body)
    return body


def read_blob(
    services: Services, home: Home, repository: str, described: Descriptor, *, most: int
) -> bytes:
    """A blob of at most `most` bytes, whole and verified; raises Corrupt."""
    if described.size > most:
        raise RemoteError(
            f"{described.digest} has {described.size} bytes", title="Too large to be shown"
        )
    parts, size = [], 0
    source = services.source(home, repository)
    for chunk in services.traffic_of(home).counted(source.blob(described.digest)):
        parts.append(chunk)
        size += len(chunk)
        if size > described.size:
            raise Corrupt(f"{described.digest} has more than its {described.size} bytes")
    body = b"".join(parts)
    if not matches(described.digest, body):
        raise Corrupt(described.digest)
    return body
