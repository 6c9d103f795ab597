"""Artifacts that are no images: signatures, SBOMs, charts and anything else people push."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from ecrtui.sandbox.images.attestations import Package, spdx_document
from ecrtui.sandbox.images.content import (
    OCI_CONFIG,
    Content,
    digest_of,
    filler,
    to_compact_json,
    to_json,
)
from ecrtui.sandbox.images.layers import file, make_layer
from ecrtui.sandbox.images.manifests import Made, make_artifact

SPDX = "application/spdx+json"
NOTATION = "application/vnd.cncf.notary.signature"
HELM_CONFIG = "application/vnd.cncf.helm.config.v1+json"
HELM_CHART = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
COSIGN_PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json"
_CREATED = "org.opencontainers.image.created"


def sbom_referrer(image: Made, name: str, created: str, packages: Sequence[Package]) -> Made:
    """An SPDX SBOM that refers to the image."""
    document = Content(SPDX, to_compact_json(spdx_document(name, created, packages)))
    title = {"org.opencontainers.image.title": "sbom.spdx.json"}
    return make_artifact(SPDX, [(document, title)], subject=image, annotations={_CREATED: created})


def notation_signature(image: Made, created: str) -> Made:
    """A Notary Project signature envelope (JWS) that refers to the image.

    The envelope is well formed and its payload names the image; its signature is made up.
    """
    payload = {"targetArtifact": image.content.descriptor()}
    envelope = {
        "payload": _base64url(json.dumps(payload).encode()),
        "protected": _base64url(b'{"alg":"PS384","crit":["io.cncf.notary.signingScheme"]}'),
        "signature": _base64url(filler(f"notation {image.digest}", 384)),
        "header": {"x5c": [], "io.cncf.notary.signingAgent": "notation/1.3.2"},
    }
    content = Content("application/jose+json", to_json(envelope))
    thumbprint = {
        "io.cncf.notary.x509chain.thumbprint#S256": json.dumps(
            [digest_of(b"shop signing certificate").removeprefix("sha256:")]
        ),
        _CREATED: created,
    }
    return make_artifact(NOTATION, [(content, {})], subject=image, annotations=thumbprint)


def cosign_signature(image: Made, reference: str) -> tuple[str, Made]:
    """A signature the way cosign 2 tags it: its tag (``sha256-<hex>.sig``) and the manifest."""
    payload = {
        "critical": {
            "identity": {"docker-reference": reference},
            "image": {"docker-manifest-digest": image.digest},
            "type": "cosign container image signature",
        },
        "optional": None,
    }
    layer = Content(COSIGN_PAYLOAD, json.dumps(payload).encode())
    signature = base64.b64encode(filler(f"cosign {image.digest}", 71)).decode()
    config = {
        "architecture": "",
        "os": "",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [layer.digest]},
    }
    made = make_artifact(
        OCI_CONFIG,
        [(layer, {"dev.cosignproject.cosign/signature": signature})],
        config=Content(OCI_CONFIG, to_json(config)),
    )
    return image.digest.replace(":", "-") + ".sig", made


def helm_chart(name: str, version: str, mtime: int, values: str) -> Made:
    """A Helm chart as ``helm push`` stores one."""
    about = {"apiVersion": "v2", "name": name, "version": version, "type": "application"}
    chart_yaml = "".join(f"{key}: {value}\n" for key, value in about.items())
    template = f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n"
    layer = make_layer(
        [
            file(f"{name}/Chart.yaml", chart_yaml),
            file(f"{name}/values.yaml", values),
            file(f"{name}/templates/deployment.yaml", template),
        ],
        "helm package",
        mtime,
    )
    return make_artifact(
        HELM_CONFIG,
        [(Content(HELM_CHART, layer.content.data), {})],
        config=Content(HELM_CONFIG, to_json(about)),
        annotations={
            "org.opencontainers.image.title": name,
            "org.opencontainers.image.version": version,
        },
    )


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
