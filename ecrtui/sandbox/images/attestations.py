"""Attestations as buildx makes them, and the documents inside: SPDX SBOM and SLSA provenance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ecrtui.sandbox.images.content import (
    OCI_CONFIG,
    OCI_MANIFEST,
    Content,
    to_compact_json,
    to_json,
)
from ecrtui.sandbox.images.manifests import Made

IN_TOTO = "application/vnd.in-toto+json"
SPDX_PREDICATE = "https://spdx.dev/Document"
SLSA_PREDICATE = "https://slsa.dev/provenance/v0.2"


@dataclass(frozen=True)
class Package:
    """A package inside an image, as an SBOM lists it. ``kind`` is a purl type: deb, pypi ..."""

    kind: str
    name: str
    version: str
    namespace: str = ""

    @property
    def purl(self) -> str:
        """The package URL."""
        where = f"{self.namespace}/" if self.namespace else ""
        return f"pkg:{self.kind}/{where}{self.name}@{self.version}"


def spdx_document(name: str, created: str, packages: Sequence[Package]) -> dict[str, Any]:
    """An SPDX 2.3 document that lists these packages."""
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": name,
        "documentNamespace": f"https://sbom.example.com/{name}",
        "creationInfo": {"created": created, "creators": ["Tool: syft-1.18.1"]},
        "packages": [_spdx_package(one) for one in packages],
        "relationships": [
            {
                "spdxElementId": "SPDXRef-DOCUMENT",
                "relationshipType": "DESCRIBES",
                "relatedSpdxElement": f"SPDXRef-Package-{one.kind}-{one.name}",
            }
            for one in packages
        ],
    }


def attestation_manifest(
    image: Made, name: str, packages: Sequence[Package], built: tuple[str, str, str]
) -> Made:
    """buildx's attestation of one platform's image, to stand beside it in the index.

    ``built`` are the start and end of the build (ISO 8601) and the source's git revision.
    """
    created, finished, revision = built
    sbom = _statement(name, image, SPDX_PREDICATE, spdx_document(name, created, packages))
    slsa = _statement(name, image, SLSA_PREDICATE, _provenance(created, finished, revision))
    layers = [Content(IN_TOTO, to_compact_json(one)) for one in (sbom, slsa)]
    config = Content(OCI_CONFIG, to_json(_attestation_config(layers)))
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": config.descriptor(),
        "layers": [
            one.descriptor(annotations={"in-toto.io/predicate-type": predicate})
            for one, predicate in zip(layers, (SPDX_PREDICATE, SLSA_PREDICATE), strict=True)
        ],
    }
    return Made(
        Content(OCI_MANIFEST, to_json(document)),
        (config, *layers),
        platform={"architecture": "unknown", "os": "unknown"},
        annotations={
            "vnd.docker.reference.digest": image.digest,
            "vnd.docker.reference.type": "attestation-manifest",
        },
    )


def _attestation_config(layers: Sequence[Content]) -> dict[str, Any]:
    diff_ids = [one.digest for one in layers]
    return {
        "architecture": "unknown",
        "os": "unknown",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
    }


def _spdx_package(package: Package) -> dict[str, Any]:
    return {
        "name": package.name,
        "SPDXID": f"SPDXRef-Package-{package.kind}-{package.name}",
        "versionInfo": package.version,
        "downloadLocation": "NOASSERTION",
        "licenseConcluded": "NOASSERTION",
        "externalRefs": [
            {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": package.purl,
            }
        ],
    }


def _statement(name: str, image: Made, predicate: str, body: dict[str, Any]) -> dict[str, Any]:
    """An in-toto statement about the image's digest."""
    return {
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": predicate,
        "subject": [
            {
                "name": f"pkg:docker/{name}",
                "digest": {"sha256": image.digest.removeprefix("sha256:")},
            }
        ],
        "predicate": body,
    }


def _provenance(created: str, finished: str, revision: str) -> dict[str, Any]:
    source = {"uri": "https://git.example.com/shop.git", "digest": {"sha1": revision}}
    return {
        "builder": {"id": "https://ci.example.com/runners/linux"},
        "buildType": "https://mobyproject.org/buildkit@v1",
        "materials": [source],
        "invocation": {
            "configSource": {**source, "entryPoint": "Dockerfile"},
            "parameters": {"frontend": "dockerfile.v0"},
            "environment": {"platform": "linux/amd64"},
        },
        "metadata": {
            "buildStartedOn": created,
            "buildFinishedOn": finished,
            "completeness": {"parameters": True, "environment": True, "materials": False},
            "reproducible": False,
        },
    }
