"""Artifacts opened from the registry: their manifests and blobs, real and refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ecrtui.errors import Corrupt, NotAllowed, NotFound
from ecrtui.model.artifacts import ArtifactKind
from ecrtui.model.image import ImageId
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.workflows import documents
from ecrtui.workflows.documents import document, opened
from ecrtui.workflows.inspect import inspect
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services
from tests import worlds
from tests.workflows.at_work import here

SBOM = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "zlib"}]}
PROVENANCE = {
    "_type": "https://in-toto.io/Statement/v1",
    "predicateType": "https://slsa.dev/provenance/v1",
    "predicate": {"buildDefinition": {}, "runDetails": {"builder": {"id": "a runner"}}},
}
EMPTY = "application/vnd.oci.empty.v1+json"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


def add_artifact(
    repository: Repository,
    layers: list[tuple[str, bytes]],
    config: tuple[str, bytes] = (EMPTY, b"{}"),
    **manifest: Any,
) -> Target:
    """An artifact as a client pushes one; the target that names it."""
    raw = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": worlds.OCI_IMAGE,
            "config": worlds.add_blob(repository, config[1], config[0]),
            "layers": [worlds.add_blob(repository, body, kind) for kind, body in layers],
            **manifest,
        }
    ).encode()
    image = Image(worlds.digest_of(raw), raw, worlds.OCI_IMAGE, len(raw), 1_770_000_000.0)
    repository.images.put(image)
    return Target(here(), repository.name, ImageId(image_digest=image.digest))


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def test_an_sbom_is_opened(services: Services, repository: Repository) -> None:
    kind = "application/vnd.cyclonedx+json"
    target = add_artifact(repository, [(kind, encoded(SBOM))], artifactType=kind)
    found = document(services, target)
    assert (found.title, found.kind) == ("CycloneDX 1.6 SBOM", ArtifactKind.SBOM)
    assert json.loads(found.text) == SBOM
    assert opened(services, list(inspect(services, target))[-1]) == found


def test_attestations_of_a_build_are_opened_together(
    services: Services, repository: Repository
) -> None:
    layers = [("application/vnd.in-toto+json", encoded(value)) for value in (PROVENANCE, SBOM)]
    config = (worlds.OCI_CONFIG, b'{"os":"unknown"}')
    found = document(services, add_artifact(repository, layers, config))
    assert found.title == "SLSA provenance, CycloneDX 1.6 SBOM"
    assert ("Builder", "a runner") in found.fields
    assert ("Packages", "1") in found.fields


def test_a_chart_is_read_from_its_config(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    chart = {"apiVersion": "v2", "name": "web", "version": "1.0.0"}
    config = ("application/vnd.cncf.helm.config.v1+json", encoded(chart))
    layer = ("application/vnd.cncf.helm.chart.content.v1.tar+gzip", b"\x1f\x8b not read")
    target = add_artifact(repository, [layer], config)
    downloads = sandbox.faults.add("status", operation="GetDownloadUrlForLayer", skip=1)
    found = document(services, target)
    assert (found.title, found.kind) == ("Helm chart", ArtifactKind.CHART)
    assert ("Chart", "web") in found.fields
    assert any(f"{len(layer[1])} bytes of {layer[0]}" in value for _, value in found.fields)
    assert downloads.skip == 0


def test_what_is_too_large_is_not_fetched(
    services: Services,
    sandbox: Sandbox,
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "LARGEST", 100)
    sandbox.faults.add("deny", operation="GetDownloadUrlForLayer")
    found = document(services, add_artifact(repository, [("text/plain", b"x" * 101)]))
    assert found.fields == (("Size", "101 bytes of text/plain"),)


def test_of_many_documents_some_are_opened(services: Services, repository: Repository) -> None:
    layers = [("text/plain", str(number).encode()) for number in range(documents.MOST + 2)]
    found = document(services, add_artifact(repository, layers))
    assert found.fields[-1] == ("Not opened", "2 more documents")


def test_an_artifact_may_hold_nothing(services: Services, repository: Repository) -> None:
    assert "without documents" in document(services, add_artifact(repository, [])).title


def test_a_denied_blob_is_an_error_alone_and_a_field_among_others(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    one = add_artifact(repository, [("text/plain", b"one")])
    two = add_artifact(repository, [("text/plain", b"two"), ("text/plain", b"three")])
    sandbox.faults.add("deny", operation="GetDownloadUrlForLayer", times=2)
    with pytest.raises(NotAllowed):
        document(services, one)
    found = document(services, two)
    assert found.text == "three"
    assert any(label == "Problem" and "Not allowed" in value for label, value in found.fields)


def test_wrong_bytes_are_refused(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    target = add_artifact(repository, [("text/plain", b"something")])
    sandbox.faults.add("corrupt", service="registry")
    with pytest.raises(Corrupt):
        document(services, target)


def test_no_such_artifact(services: Services, repository: Repository) -> None:
    with pytest.raises(NotFound):
        document(services, Target(here(), "team/app", ImageId(image_tag="none")))


def test_hostile_texts_stay_text(sandbox: Sandbox, services: Services) -> None:
    repository = worlds.add_repository(sandbox.world, "hostile/app")
    for text in worlds.HOSTILE:
        found = document(services, add_artifact(repository, [(text, encoded({text: text}))]))
        assert json.loads(found.text) == {text: text}
