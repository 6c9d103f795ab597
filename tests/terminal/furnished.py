"""A small tidy world for pictures: one row of every kind, the same bytes everywhere."""

from __future__ import annotations

import json

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Image
from ecrtui.sandbox.world import World
from tests import worlds
from tests.tui import pairs
from tests.tui.looking_inside import LAYERS

_SPDX = "application/spdx+json"
_HOUR = 3600.0


def furnished_world() -> World:
    """Repositories in two accounts; in the first one images, an index, an artifact, long names."""
    world = worlds.empty_world()
    now = world.clock.start
    full = worlds.add_repository(world, "team/app")
    _fill(full, now)
    worlds.add_repository(world, "team/bare")
    full.policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    full.lifecycle_policy = json.dumps({"rules": []})
    full.tags = {"owner": "team", "purpose": "pictures " * 12}
    long = "department/group/" + "a-repository-with-a-long-name-" * 4
    worlds.add_repository(world, long.rstrip("-"))
    for number in range(3):
        worlds.add_repository(world, f"other/part-{number}", region=worlds.OTHER_REGION)
    worlds.add_repository(world, "team/app", account=worlds.OTHER_ACCOUNT)
    return world


def layered_world() -> World:
    """One image of three layers, with files that are changed, removed, and worth looking at."""
    world = worlds.empty_world()
    repository = worlds.add_repository(world, "team/app")
    pairs.add_image(repository, "v1", LAYERS, pushed_at=world.clock.start - 2 * _HOUR)
    return world


def paired_world() -> World:
    """A repository with three releases that can be compared."""
    world = worlds.empty_world()
    pairs.add_releases(worlds.add_repository(world, "team/app"))
    return world


def _fill(repository: Repository, now: float) -> None:
    parts = [
        worlds.add_image(
            repository,
            content=machine.encode(),
            labels={"org.opencontainers.image.title": "app", "maintainer": "the team"},
            platform=("linux", machine),
            pushed_at=now - 2 * _HOUR,
        )
        for machine in ("amd64", "arm64")
    ]
    index = worlds.add_index(repository, parts, tags={"v2.0", "latest"})
    index.pushed_at = now - _HOUR
    _add_sbom(repository, index, now - 3 * _HOUR)
    for number in range(30):
        worlds.add_image(
            repository,
            tags=() if number % 7 == 3 else {f"v1.{number}"},
            content=b"x" * (number + 1) * 40_000,
            pushed_at=now - (number + 2) * 20 * _HOUR,
            status="ARCHIVED" if number % 10 == 9 else "ACTIVE",
        )
    worlds.add_image(
        repository,
        tags={f"a-tag-among-many-{number}" for number in range(20)},
        pushed_at=now - 1000 * 24 * _HOUR,
    )


def _add_sbom(repository: Repository, subject: Image, pushed_at: float) -> None:
    """An SBOM that refers to an image."""
    document = {
        "spdxVersion": "SPDX-2.3",
        "name": "app",
        "packages": [
            {"name": name, "versionInfo": version}
            for name, version in (("libexample", "1.2.3"), ("tool", "0.9"))
        ],
    }
    layer = worlds.add_blob(repository, json.dumps(document).encode(), _SPDX)
    worlds.add_image(
        repository,
        tags={"sbom"},
        content=b"sbom",
        pushed_at=pushed_at,
        artifactType=_SPDX,
        layers=[layer],
        subject=worlds.descriptor(subject),
    )
