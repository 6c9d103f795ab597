"""Whatever a world holds, all of it is told, and in the service model's shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ecrtui.sandbox.registry import Registry, Repository
from ecrtui.sandbox.seed import make_world
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.world import World
from tests import worlds
from tests.sandbox.clients import client

WORLDS: dict[str, Callable[[], World]] = {
    "demo": lambda: make_world("demo"),
    "empty": lambda: make_world("empty"),
    "scale": lambda: make_world("scale:2,3000"),
    "hostile": worlds.hostile_world,
    "generated": lambda: worlds.small_world(seed=3),
}
PER_IMAGE = 12
"""Images of a repository whose details are asked for one by one."""


@pytest.fixture(params=WORLDS)
def told(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    world = WORLDS[request.param]()
    for account in world.accounts.keys() - {key.account for key in world.keys.values()}:
        world.add_key(account, "reader")  # for whom one otherwise signs in
    with Sandbox(world) as sandbox:
        for name, value in sandbox.env.items():
            monkeypatch.setenv(name, value)
        yield sandbox


def everyone(sandbox: Sandbox) -> Iterator[tuple[Registry, Any]]:
    """Each registry with a client that may read it."""
    world = sandbox.world
    for registry in list(world.registries.values()):
        account = world.accounts[registry.account]
        if not account.may_use(registry.region):
            continue
        yield registry, client("ecr", profile=account.name, region=registry.region)


def all_of(ecr: Any, operation: str, key: str, **arguments: Any) -> list[Any]:
    pages = ecr.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1000}, **arguments)
    return [row for page in pages for row in page[key]]


def test_every_repository_and_image_is_told(told: Sandbox) -> None:
    for registry, ecr in everyone(told):
        rows = all_of(ecr, "describe_repositories", "repositories")
        assert {row["repositoryName"] for row in rows} == registry.repositories.keys()
        for repository in registry.repositories.values():
            name = {"repositoryName": repository.name}
            found = all_of(
                ecr, "describe_images", "imageDetails", **name, filter={"imageStatus": "ANY"}
            )
            assert len({row["imageDigest"] for row in found}) == len(repository.images)
            ecr.list_tags_for_resource(resourceArn=repository.arn)
            _look_into(ecr, repository)


def _look_into(ecr: Any, repository: Repository) -> None:
    name = {"repositoryName": repository.name}
    for image in repository.images.slice(0, PER_IMAGE):
        digest = {"imageDigest": image.digest}
        ecr.list_image_referrers(**name, subjectId=digest, filter={"artifactStatus": "ANY"})
        if image.scan is not None:
            told = ecr.describe_image_scan_findings(**name, imageId=digest)
            assert told["imageScanStatus"]["status"] == image.scan.status
        if image.status == "ACTIVE":
            (got,) = ecr.batch_get_image(**name, imageIds=[digest])["images"]
            assert worlds.digest_of(got["imageManifest"].encode()) == image.digest


def test_every_setting_is_told(told: Sandbox) -> None:
    for registry, ecr in everyone(told):
        settings = registry.settings
        rules = ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"]
        assert {rule["ecrRepositoryPrefix"] for rule in rules} == settings.pull_through.keys()
        templates = ecr.describe_repository_creation_templates()["repositoryCreationTemplates"]
        assert {each["prefix"] for each in templates} == settings.templates.keys()
        assert ecr.describe_registry()["registryId"] == registry.account
        ecr.get_registry_scanning_configuration()
        backfills = ecr.list_replication_backfills()["backfills"]
        for backfill in backfills:
            ecr.describe_replication_backfill_results(
                replicationBackfillId=backfill["replicationBackfillId"]
            )
        assert len(backfills) == len(settings.backfills)
        excluded = ecr.list_pull_time_update_exclusions()["pullTimeUpdateExclusions"]
        assert set(excluded) == settings.exclusions.keys()


def test_policies_are_told(told: Sandbox) -> None:
    for registry, ecr in everyone(told):
        for repository in registry.repositories.values():
            name = {"repositoryName": repository.name}
            if repository.policy is not None:
                assert ecr.get_repository_policy(**name)["policyText"] == repository.policy
            if repository.lifecycle_policy is not None:
                answer = ecr.get_lifecycle_policy(**name)
                assert answer["lifecyclePolicyText"] == repository.lifecycle_policy
            if repository.lifecycle_preview is not None:
                ecr.get_lifecycle_policy_preview(**name)


def test_the_gallery_is_told(told: Sandbox) -> None:
    for account, registry in told.world.public.registries.items():
        profile = told.world.accounts[account].name
        public = client("ecr-public", profile=profile, region="us-east-1")
        rows = public.describe_repositories()["repositories"]
        assert {row["repositoryName"] for row in rows} == registry.repositories.keys()
        for repository in registry.repositories.values():
            name = {"repositoryName": repository.name}
            images = public.describe_images(**name)["imageDetails"]
            assert len(images) == len(repository.images)
            public.describe_image_tags(**name)
            if repository.catalog:
                public.get_repository_catalog_data(**name)
