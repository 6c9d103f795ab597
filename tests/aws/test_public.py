"""An account's public registry: its smaller API, its bytes by the registry protocol."""

from __future__ import annotations

import pytest

from ecrtui.aws.registries import public_aliases
from ecrtui.aws.sessions import Sessions
from ecrtui.aws.tokens import decoded_token
from ecrtui.errors import NotAllowed, NotFound, RemoteError
from ecrtui.model.image import ImageId
from ecrtui.model.places import RegistryKind
from ecrtui.model.ports import RegistryReader
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from tests import worlds
from tests.aws.conftest import Open


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    registry = sandbox.world.public.open(worlds.ACCOUNT, "mine")
    return registry.create("team/app", sandbox.world.clock.start)


@pytest.fixture
def image(repository: Repository) -> Image:
    return worlds.add_image(repository, tags={"v1"})


@pytest.fixture
def gallery(opened: Open, repository: Repository) -> RegistryReader:
    return opened(region="us-east-1", kind=RegistryKind.PUBLIC)


def test_it_is_listed_like_any_other(gallery: RegistryReader, image: Image) -> None:
    (page,) = gallery.repositories()
    assert [row.repository_name for row in page.items] == ["team/app"]
    (page_of_images,) = gallery.images("team/app")
    assert [(row.image_digest, row.image_tags) for row in page_of_images.items] == [
        (image.digest, ("v1",))
    ]
    wanted = [ImageId(image_tag="v1"), ImageId(image_tag="none")]
    assert [row.image_digest for row in gallery.describe("team/app", wanted)] == [image.digest]
    with pytest.raises(NotFound):
        gallery.repository("no/such")
    with pytest.raises(NotFound):
        gallery.describe("no/such", wanted)


def test_referrers_come_by_the_registry_protocol(
    gallery: RegistryReader, repository: Repository, image: Image
) -> None:
    def listed() -> list[str]:
        return [
            row.digest for page in gallery.referrers("team/app", image.digest) for row in page.items
        ]

    assert listed() == []
    subject = worlds.descriptor(image)
    sbom = worlds.add_image(repository, artifactType="application/x.sbom", subject=subject)
    assert listed() == [sbom.digest]


def test_manifests_and_layers_come_by_the_registry_protocol(
    gallery: RegistryReader, image: Image
) -> None:
    source = gallery.source("team/app")
    (raw,) = source.manifests([ImageId(image_tag="v1")])
    assert (raw.digest, raw.body) == (image.digest, image.read_manifest())
    for digest in image.layers:
        assert worlds.digest_of(b"".join(source.blob(digest))) == digest


def test_settings(gallery: RegistryReader, repository: Repository, sandbox: Sandbox) -> None:
    parts = {part.title: part for part in gallery.settings("team/app")}
    assert (parts["Catalog"].value, parts["Catalog"].problem) == (None, None)
    repository.catalog = {"description": "what it is"}
    repository.tags = {"team": "core"}
    sandbox.faults.add("deny", operation="GetRepositoryPolicy")
    parts = {part.title: part for part in gallery.settings("team/app")}
    assert parts["Catalog"].value == {"description": "what it is"}
    assert parts["Resource tags"].value == {"team": "core"}
    assert isinstance(parts["Permissions policy"].problem, NotAllowed)


def test_its_aliases(sessions: Sessions, repository: Repository) -> None:
    assert public_aliases(sessions, "main") == {"mine"}


@pytest.mark.parametrize("token", ["", "%%%", "////", "é"])
def test_a_token_nobody_can_decode(token: str) -> None:
    if token == "":
        assert decoded_token(token) == ("", "")
        return
    with pytest.raises(RemoteError, match="decoded"):
        decoded_token(token)
