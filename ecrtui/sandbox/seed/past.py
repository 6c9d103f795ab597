"""What CloudTrail knows of the last ninety days: the pipeline's pushes, and tags that moved.

Of the repositories of the incident alone: an event names digests, for which images must be made.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.registry import Registry, Repository
from ecrtui.sandbox.seed.story import Release, Service
from ecrtui.sandbox.trail import Event, Made, event_of
from ecrtui.sandbox.world import World

_NAMES = ("shop/api", "shop/checkout", "shop/web")


def remember_pushes(world: World, registry: Registry, services: list[Service]) -> None:
    """Have the pushes of the incident's repositories in the account's event history."""
    pipeline = AccessKey(
        id="ASIA5PIPELINE0000000",
        secret="",
        account=registry.account,
        arn=f"arn:aws:sts::{registry.account}:assumed-role/ci-release/pipeline",
        user_id="AROA5CIRELEASE000000:pipeline",
    )

    def past() -> Iterator[Event]:
        for service in services:
            if service.name in _NAMES:
                yield from _of_service(registry.get(service.name), service, pipeline)

    world.trail.remember(registry.account, registry.region, past)


def _of_service(repository: Repository, service: Service, pipeline: AccessKey) -> Iterator[Event]:
    for number, release in enumerate(service.releases):
        image = repository.images.by_tag(f"v{release.version}")
        if image is None:
            continue  # somebody removed it before anybody looked
        later = service.releases[number:]
        for tag in (f"v{release.version}", *_moving(release, later)):
            named = {"imageDigest": image.digest, "imageTag": tag}
            of = {"registryId": repository.account, "repositoryName": repository.name}
            made = Made(
                pipeline,
                "PutImage",
                {**of, "imageTag": tag, "imageManifestMediaType": image.media_type},
                {"image": {**of, "imageId": named}},
                image.pushed_at,
                repository.region,
                "buildkit/v0.26",
            )
            yield event_of(made)


def _moving(release: Release, later: tuple[Release, ...]) -> list[str]:
    """The tags that a release was given with its version's: those that go with every release have
    moved on since; release candidates get none of them."""
    if "-" in release.version:
        return list(release.tags)
    held = {tag for each in later for tag in each.tags}
    minor = f"v{release.version.rpartition('.')[0]}"
    return sorted(tag for tag in held if not tag.startswith("v") or tag == minor)
