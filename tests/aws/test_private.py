"""A private registry read through the sandbox: pages, rows, settings, and another's registry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ecrtui.errors import Corrupt, NotAllowed, NotFound, RemoteError
from ecrtui.model.image import ImageId
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.aws.conftest import Open


def test_repositories_come_in_pages(sandbox: Sandbox, opened: Open) -> None:
    for number in range(1500):
        worlds.add_repository(sandbox.world, f"team/app-{number}")
    pages = list(opened().repositories())
    assert [len(page.items) for page in pages] == [1000, 500]
    assert [page.last for page in pages] == [False, True]
    names = {row.repository_name for page in pages for row in page.items}
    assert names == {f"team/app-{number}" for number in range(1500)}


def test_every_image_comes_once_archived_ones_too(sandbox: Sandbox, opened: Open) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    for number in range(1100):
        status = "ARCHIVED" if number % 10 == 0 else "ACTIVE"
        worlds.add_image(repository, content=str(number).encode(), status=status)
    rows = [row for page in opened().images("team/app") for row in page.items]
    assert sorted(row.image_digest for row in rows) == sorted(
        image.digest for image in repository.images
    )
    assert sum(row.archived for row in rows) == 110


def test_rows_share_their_equal_texts(sandbox: Sandbox, opened: Open) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    for number in range(3):
        worlds.add_image(repository, content=str(number).encode())
    rows = [row for page in opened().images("team/app") for row in page.items]
    assert len({row.image_digest for row in rows}) == 3
    assert len({id(row.repository_name) for row in rows}) == 1
    assert len({id(row.image_manifest_media_type) for row in rows}) == 1


def test_listing_pulls_nothing(sandbox: Sandbox, opened: Open) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    image = worlds.add_image(repository, tags={"v1"})
    reader = opened()
    list(reader.images("team/app"))
    list(reader.referrers("team/app", image.digest))
    list(reader.settings("team/app"))
    reader.describe("team/app", [ImageId(image_tag="v1")])
    assert image.last_pull is None
    reader.source("team/app").manifests([ImageId(image_tag="v1")])
    assert image.last_pull is not None


def test_times_are_numbers_and_sizes_are_bytes(sandbox: Sandbox, opened: Open) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    image = worlds.add_image(repository, tags={"v1"}, pushed_at=1_770_000_000.5)
    (row,) = opened().describe("team/app", [ImageId(image_tag="v1")])
    assert row.image_pushed_at == 1_770_000_000.5
    assert row.image_size_in_bytes == image.size
    assert row.registry_id == worlds.ACCOUNT


def test_missing_images_are_left_out(sandbox: Sandbox, opened: Open) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    there = worlds.add_image(repository)
    nowhere = ImageId("sha256:" + "0" * 64)
    wanted = [ImageId(there.digest), nowhere, ImageId(image_tag="none")]
    assert [row.image_digest for row in opened().describe("team/app", wanted)] == [there.digest]
    with pytest.raises(NotFound):
        opened().describe("no/such", [nowhere])


def test_more_ids_than_one_call_takes(sandbox: Sandbox, opened: Open) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    images = [worlds.add_image(repository, content=str(n).encode()) for n in range(150)]
    ids = [ImageId(image.digest) for image in images]
    reader = opened()
    assert len(reader.describe("team/app", ids)) == 150
    raw = reader.source("team/app").manifests(ids)
    assert [one.digest for one in raw] == [image.digest for image in images]


def test_referrers_come_in_pages(sandbox: Sandbox, opened: Open) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    image = worlds.add_image(repository)
    subject = worlds.descriptor(image)
    for number in range(70):
        worlds.add_image(
            repository, content=str(number).encode(), artifactType="a/sbom", subject=subject
        )
    pages = list(opened().referrers("team/app", image.digest))
    assert sum(len(page.items) for page in pages) == 70
    assert len(pages) > 1


def test_manifests_are_verified(sandbox: Sandbox, opened: Open) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    image = worlds.add_image(repository)
    image.manifest = b'{"schemaVersion": 2, "other": true}'
    with pytest.raises(Corrupt):
        opened().source("team/app").manifests([ImageId(image.digest)])


def test_a_missing_manifest_is_named(sandbox: Sandbox, opened: Open) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    with pytest.raises(NotFound, match="v9"):
        opened().source("team/app").manifests([ImageId(image_tag="v9")])


def test_another_accounts_registry_is_never_taken_for_ones_own(
    sandbox: Sandbox, opened: Open
) -> None:
    worlds.add_repository(sandbox.world, "mine")
    theirs = worlds.add_repository(sandbox.world, "theirs", account=worlds.OTHER_ACCOUNT)
    reader = opened(account=worlds.OTHER_ACCOUNT)
    try:
        names = [row.repository_name for page in reader.repositories() for row in page.items]
    except NotAllowed:
        names = [theirs.name]  # the other account's policy does not let us in
    assert names == ["theirs"]


def settings_of(opened: Open, name: str, **place: Any) -> dict[str, Any]:
    return {part.title: part for part in opened(**place).settings(name)}


def test_settings_part_by_part(sandbox: Sandbox, opened: Open) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    repository.policy = json.dumps({"Statement": []})
    repository.tags = {"team": "core"}
    parts = settings_of(opened, "team/app")
    assert parts["Permissions policy"].value == {"Statement": []}
    assert parts["Resource tags"].value == {"team": "core"}
    assert parts["Lifecycle policy"].value is None
    assert all(part.problem is None for part in parts.values())


def test_a_denied_part_spoils_no_other(sandbox: Sandbox, opened: Open) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    sandbox.faults.add("deny", operation="GetRepositoryPolicy")
    parts = settings_of(opened, "team/app")
    denied = [part.title for part in parts.values() if part.problem is not None]
    assert denied == ["Permissions policy"]
    assert isinstance(parts["Permissions policy"].problem, NotAllowed)


def test_an_answer_that_does_not_fit_is_the_services_failure(
    sandbox: Sandbox, opened: Open
) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    repository.created_at = "yesterday"  # type: ignore[assignment]
    with pytest.raises(RemoteError, match="does not fit"):
        list(opened().repositories())
