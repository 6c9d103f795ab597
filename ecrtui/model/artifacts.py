"""What an artifact is, told from its types alone: a signature, an SBOM, a chart ..."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache


class ArtifactKind(str, Enum):
    """The kinds a person tells apart."""

    SIGNATURE = "signature"
    SBOM = "sbom"
    PROVENANCE = "provenance"
    ATTESTATION = "attestation"
    SCAN = "scan report"
    CHART = "helm chart"
    IMAGE = "image"
    INDEX = "index"
    OTHER = "artifact"

    @property
    def label(self) -> str:
        """As a label: `SBOM`, `Signature`."""
        return "SBOM" if self is ArtifactKind.SBOM else self.value.capitalize()


# Substrings of artifactType or of the config's media type; the first match wins.
_SIGNS: tuple[tuple[str, ArtifactKind], ...] = (
    ("cosign.simplesigning", ArtifactKind.SIGNATURE),
    ("cncf.notary.signature", ArtifactKind.SIGNATURE),
    ("cosign.artifact.sig", ArtifactKind.SIGNATURE),
    ("signature", ArtifactKind.SIGNATURE),
    ("spdx", ArtifactKind.SBOM),
    ("cyclonedx", ArtifactKind.SBOM),
    ("syft", ArtifactKind.SBOM),
    ("slsa", ArtifactKind.PROVENANCE),
    ("provenance", ArtifactKind.PROVENANCE),
    ("in-toto", ArtifactKind.ATTESTATION),
    ("dsse", ArtifactKind.ATTESTATION),
    ("sigstore.bundle", ArtifactKind.ATTESTATION),
    ("sarif", ArtifactKind.SCAN),
    ("vuln", ArtifactKind.SCAN),
    ("helm", ArtifactKind.CHART),
    ("image.index", ArtifactKind.INDEX),
    ("manifest.list", ArtifactKind.INDEX),
    ("image.config", ArtifactKind.IMAGE),
    ("container.image", ArtifactKind.IMAGE),
)


@lru_cache(maxsize=1024)
def kind_of(*types: str) -> ArtifactKind:
    """What the first telling type says; OTHER when none does."""
    for text in types:
        lowered = text.lower()
        for sign, kind in _SIGNS:
            if sign in lowered:
                return kind
    return ArtifactKind.OTHER
