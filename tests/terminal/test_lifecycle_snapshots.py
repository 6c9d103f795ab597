"""A lifecycle policy as it was last looked at and found right: the page, the editor, the plan."""

from __future__ import annotations

from ecrtui.sandbox.world import World
from tests import lifecycles, worlds
from tests.lifecycles import rule, tagged
from tests.terminal.conftest import Serve
from tests.terminal.explorer import READ, shows
from tests.terminal.test_snapshots import SIZES, Size, Walk

_DAY = 86_400.0


def kept_world() -> World:
    """A repository with releases, one of which something runs, and a policy of two rules."""
    world = worlds.empty_world()
    repository = worlds.add_repository(world, "team/app")
    now = world.clock.start
    for number in range(6):
        worlds.add_image(
            repository,
            tags={f"v1.{number}"} if number % 3 else (),
            content=b"x" * (number + 1) * 30_000,
            pushed_at=now - (number + 1) * 11 * _DAY,
        )
    running = repository.images.by_tag("v1.4")
    assert running is not None
    uri = f"{worlds.ACCOUNT}.dkr.ecr.{worlds.REGION}.amazonaws.com/team/app"
    worlds.add_service(world, f"{uri}:v1.4", digest=running.digest, name="front")
    repository.lifecycle_policy = lifecycles.text_of(
        rule(1, tagStatus="untagged", countType="sinceImagePushed", countNumber=14),
        rule(2, **tagged("v1.*", countNumber=2)),
    )
    repository.lifecycle_evaluated_at = now - 5 * 3600
    return world


@SIZES
def test_a_policy(serve: Serve, size: Size) -> None:
    with serve(kept_world()).start("team/app", size=size) as terminal:
        walk = Walk(terminal, "lifecycle", size)
        walk.past("", READ, shows("Images of"))
        walk.to("E", "policy", READ, shows("Whom it takes now", "main/front"))
        walk.past("e", shows("as it would be", "ctrl+s put it"))
        walk.to("\x1b[B" * 6 + "\x1b[F,\r", "editor", shows("not yet right", "tab takes it"))
