"""Histories and reasons at three sizes, as they were last looked at and found right."""

from __future__ import annotations

from ecrtui.sandbox.trail import Made, event_of
from ecrtui.sandbox.world import World
from tests import worlds
from tests.terminal.conftest import Serve
from tests.terminal.explorer import ENTER, ESCAPE, READ, shows
from tests.terminal.test_snapshots import SIZES, Size, Walk

NAME = "team/app"
_HOUR = 3600.0


def promoted_world() -> World:
    """Four releases; `prod` named one after the other, then the third again; one is archived."""
    world = worlds.empty_world()
    repository = worlds.add_repository(world, NAME)
    key, now = next(iter(world.keys.values())), world.clock.start
    images = [
        worlds.add_image(
            repository,
            tags={f"v{number}"},
            content=bytes([number]),
            pushed_at=now - (5 - number) * 40 * _HOUR,
        )
        for number in range(1, 5)
    ]
    of = {"registryId": worlds.ACCOUNT, "repositoryName": NAME}
    for number, image in enumerate([*images, images[2]]):
        answer = {"image": {"imageId": {"imageDigest": image.digest, "imageTag": "prod"}}}
        at = now - (5 - number) * 38 * _HOUR
        made = Made(key, "PutImage", of, answer, at, worlds.REGION)
        world.trail.add(worlds.ACCOUNT, worlds.REGION, event_of(made))
    repository.images.tag(images[2].digest, "prod")
    images[0].status = "ARCHIVED"
    return world


@SIZES
def test_time_and_why(serve: Serve, size: Size) -> None:
    explorer = serve(promoted_world())
    explorer.configure('uses = "ask"\n')
    with explorer.start(NAME, size=size) as terminal:
        walk = Walk(terminal, "time", size)
        walk.past("", READ, shows("Images of"))
        walk.to("Z", "repository", READ, shows("90 days", "weeks"))
        walk.past(ESCAPE, READ, shows("Images of"))
        walk.past(":team/app:prod" + ENTER, READ, shows("What it is"))
        walk.to("Z", "image", READ, shows("90 days", "before:"))
        walk.past(ESCAPE, READ, shows("What it is"))
        walk.to("Q", "why", READ, shows("nothing speaks against it"))
        walk.past(":team/app:v1" + ENTER, READ, shows("1 Overview"))
        walk.to("Q", "why-not", READ, shows("it cannot be pulled: status"))
