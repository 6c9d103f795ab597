"""What the shop shares with everybody: its part of ECR Public."""

from __future__ import annotations

from functools import partial

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.seed.places import PROD
from ecrtui.sandbox.seed.releases import fill_service
from ecrtui.sandbox.seed.story import Service, calendar, moment
from ecrtui.sandbox.world import World

_ALIAS = "example-shop"
_SHARED = {
    "webhook-relay": "Receives webhooks and relays them into a queue.",
    "theme-builder": "Builds storefront themes, for partners.",
    "load-generator": "Buys nothing, very fast.",
}


def open_gallery(world: World) -> None:
    """A public registry with a few repositories and their catalogue texts."""
    registry = world.public.open(PROD, _ALIAS)
    registry.verified = True
    registry.catalog = {"displayName": "Example Shop"}
    for name, description in _SHARED.items():
        created = moment("02-02 09:00").timestamp() + len(name) * 86_400
        repository = registry.create(name, created, partial(_fill, name=name))
        repository.catalog = {
            "description": description,
            "architectures": ["x86-64", "ARM 64"],
            "operatingSystems": ["Linux"],
            "aboutText": f"# {name}\n\n{description}\n",
            "usageText": f"Run `docker run public.ecr.aws/{_ALIAS}/{name}`.\n",
        }


def _fill(repository: Repository, *, name: str) -> None:
    releases = calendar(name, 4, 1, 25)
    fill_service(repository, Service(name, "go", releases, ("amd64", "arm64")))
