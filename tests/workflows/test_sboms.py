"""SBOMs attached to images as a source of packages: found, read once, never in the way."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from ecrtui.model.package import PackageChange
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Blob, Image
from ecrtui.workflows.compare import again, compare
from ecrtui.workflows.services import Services
from tests import worlds
from tests.compare.layers import file, tar
from tests.tui.pictures import Step, add_built

IN_TOTO = "application/vnd.in-toto+json"
SPDX, CYCLONEDX = "https://spdx.dev/Document", "application/vnd.cyclonedx+json"
STATUS = "Package: zlib1g\nStatus: install ok installed\nVersion: {}\n"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def spdx(*urls: str) -> dict[str, Any]:
    return {
        "spdxVersion": "SPDX-2.3",
        "packages": [
            {"externalRefs": [{"referenceType": "purl", "referenceLocator": url}]} for url in urls
        ],
    }


def add_image(repository: Repository, tag: str, version: str) -> Image:
    files = [file("/var/lib/dpkg/status", STATUS.format(version).encode())]
    return add_built(repository, tags=[tag], steps=(Step("COPY", tar(files)),))


def add_manifest(repository: Repository, document: dict[str, Any], tag: str = "") -> Image:
    raw = encoded({"schemaVersion": 2, **document})
    image = Image(
        worlds.digest_of(raw),
        raw,
        document["mediaType"],
        len(raw),
        1_770_000_000.0,
        tags={tag} if tag else set(),
        artifact_media_type=document.get("artifactType", ""),
        subject=document.get("subject", {}).get("digest"),
        annotations=document.get("annotations", {}),
    )
    repository.images.put(image)
    return image


def attest(repository: Repository, tag: str, image: Image, *predicates: tuple[str, object]) -> None:
    """As BuildKit does: beside the image, in an index of the same tag."""
    layers = [
        {
            **worlds.add_blob(repository, encoded({"predicate": predicate}), IN_TOTO),
            "annotations": {"in-toto.io/predicate-type": kind},
        }
        for kind, predicate in predicates
    ]
    config = worlds.add_blob(repository, b"{}", worlds.OCI_CONFIG)
    attestation = add_manifest(
        repository, {"mediaType": worlds.OCI_IMAGE, "config": config, "layers": layers}
    )
    about = {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": image.digest,
    }
    linux = {"os": "linux", "architecture": "amd64"}
    unknown = {"os": "unknown", "architecture": "unknown"}
    children = [
        {**worlds.descriptor(image), "platform": linux},
        {**worlds.descriptor(attestation), "platform": unknown, "annotations": about},
    ]
    image.tags.clear()
    add_manifest(repository, {"mediaType": worlds.OCI_INDEX, "manifests": children}, tag)


def refer(
    repository: Repository,
    image: Image,
    body: bytes,
    kind: str = CYCLONEDX,
    annotations: dict[str, str] | None = None,
) -> None:
    """As ORAS and cosign do: an artifact whose subject is the image."""
    add_manifest(
        repository,
        {
            "mediaType": worlds.OCI_IMAGE,
            "artifactType": kind,
            "config": worlds.add_blob(repository, b"{}", "application/vnd.oci.empty.v1+json"),
            "layers": [worlds.add_blob(repository, body, kind)],
            "subject": worlds.descriptor(image),
            "annotations": annotations or {},
        },
    )


def changes(services: Services) -> tuple[PackageChange, ...]:
    *_, found = compare(services, "team/app:v1", "team/app:v2", platforms=("linux/amd64", ""))
    assert found.packages is not None
    swapped = again(found, swap=True).packages
    assert swapped is not None
    assert {(one.name, one.after, one.before, one.source) for one in swapped} == {
        (one.name, one.before, one.after, one.source) for one in found.packages
    }
    return found.packages


ZLIB = PackageChange("deb", "zlib1g", "1.2", "1.3", "upgrade")
SERDE = PackageChange("cargo", "serde", "1.0", "1.1", "changed", "sbom")


def test_what_only_sboms_tell_comes_with_its_source(
    services: Services, repository: Repository
) -> None:
    """The files win: what the SBOMs say of zlib1g is not asked."""
    for tag, zlib, serde in (("v1", "1.2", "1.0"), ("v2", "1.3", "1.1")):
        image = add_image(repository, tag, zlib)
        sbom = spdx(f"pkg:deb/debian/zlib1g@{zlib}-wrong", f"pkg:cargo/serde@{serde}")
        attest(repository, tag, image, ("https://slsa.dev/provenance/v1", {}), (SPDX, sbom))
    assert changes(services) == (ZLIB, SERDE)
    fetched = services.traffic.bytes, services.traffic.requests
    assert changes(services) == (ZLIB, SERDE)
    assert (services.traffic.bytes, services.traffic.requests) == fetched


def test_referrers_are_found_too(services: Services, repository: Repository) -> None:
    for tag, zlib, serde in (("v1", "1.2", "1.0"), ("v2", "1.3", "1.1")):
        image = add_image(repository, tag, zlib)
        components = [{"purl": f"pkg:cargo/serde@{serde}"}]
        refer(repository, image, encoded({"bomFormat": "CycloneDX", "components": components}))
    assert changes(services) == (ZLIB, SERDE)


def test_attestations_that_cosign_signed_are_opened(
    services: Services, repository: Repository
) -> None:
    bundle = "application/vnd.dev.sigstore.bundle.v0.3+json"
    for tag, zlib, serde in (("v1", "1.2", "1.0"), ("v2", "1.3", "1.1")):
        statement = encoded({"predicateType": SPDX, "predicate": spdx(f"pkg:cargo/serde@{serde}")})
        payload = base64.b64encode(statement).decode()
        body = {"mediaType": bundle, "dsseEnvelope": {"payload": payload}}
        about = {"dev.sigstore.bundle.predicateType": SPDX}
        image = add_image(repository, tag, zlib)
        refer(repository, image, b'{"a": "signature"}', "application/vnd.cncf.notary.signature")
        refer(repository, image, encoded(body), bundle, about)
    assert changes(services) == (ZLIB, SERDE)


def test_beside_an_image_without_one_an_sbom_says_nothing(
    services: Services, repository: Repository
) -> None:
    add_image(repository, "v1", "1.2")
    attest(repository, "v2", add_image(repository, "v2", "1.3"), (SPDX, spdx("pkg:cargo/a@1")))
    assert changes(services) == (ZLIB,)


@pytest.mark.parametrize("fault", ["damaged", "wrong bytes", "denied"])
def test_an_sbom_that_cannot_be_read_is_told_and_spoils_nothing(
    services: Services, sandbox: Sandbox, repository: Repository, fault: str
) -> None:
    for tag, zlib in (("v1", "1.2"), ("v2", "1.3")):
        image = add_image(repository, tag, zlib)
        body = b"{no JSON" if fault == "damaged" else encoded(spdx(f"pkg:cargo/a@{zlib}"))
        refer(repository, image, body)
        digest = worlds.digest_of(body)
        if fault == "wrong bytes":
            repository.blobs[digest] = Blob(digest, len(body), CYCLONEDX, bytes(len(body)))
    if fault == "denied":
        sandbox.faults.add("deny", operation="ListImageReferrers")
    *_, found = compare(services, "team/app:v1", "team/app:v2")
    assert found.packages == (ZLIB,)
    told = [one for one in found.skipped if one.path == "the attached SBOM"]
    assert len(told) == (0 if fault == "denied" else 2)
    assert again(found).skipped == found.skipped
