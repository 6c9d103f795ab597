"""What runs, at three sizes: the column, the tab, the list, the plan of a roll."""

from __future__ import annotations

from ecrtui.sandbox.world import World
from tests import worlds
from tests.terminal.conftest import Serve
from tests.terminal.explorer import ENTER, ESCAPE, READ, lacks, shows
from tests.terminal.test_snapshots import PICKER, SIZES, Size, Walk

NAME = "team/app"
DAY = 86_400


def used_world() -> World:
    """A service behind its tag, one in another region, a function, what nobody could look at."""
    world = worlds.empty_world()
    repository = worlds.add_repository(world, NAME)
    digests = {}
    for number, tags in enumerate(({"v1.0"}, {"v1.1"}, {"v1.2", "live"}, {"v1.3"})):
        image = worlds.add_image(
            repository,
            tags=tags,
            content=bytes([number]) * 2000,
            pushed_at=world.clock.start - (9 - number) * DAY,
        )
        digests[number] = image.digest
    live = worlds.uri(repository, "live")
    worlds.add_service(world, live, digest=digests[1], cluster="production", name="shop", count=3)
    elsewhere = worlds.OTHER_REGION
    worlds.add_service(world, live, cluster="production", name="shop-us", region=elsewhere)
    worlds.add_function(
        world, worlds.uri(repository, "v1.3"), digest=digests[3], name="resize-images"
    )
    worlds.add_definition(world, worlds.uri(repository, "v0.9"), "nightly-report")
    worlds.add_pods(world, repository, digests[0], cluster="k8s")
    return world


@SIZES
def test_uses(serve: Serve, size: Size) -> None:
    regions = ("--region", worlds.REGION, "--region", worlds.OTHER_REGION)
    with serve(used_world()).start(NAME, *regions, size=size) as terminal:
        walk = Walk(terminal, "uses", size)
        walk.to("", "images", READ, shows("Images of", "◐ 3", "?"))
        walk.to("Gkw", "tab", READ, shows("production/shop", "Looked at"))
        walk.to("1", "overview", READ, shows("Runs in", "Findings  "))
        walk.to("wg" + ENTER, "list", READ, shows("Uses of", "production/shop-us", "k8s"))
        walk.past("gU", PICKER, shows("What is production/shop to run?", "v1.3"))
        walk.past("v1.3", lacks("v1.0"))
        walk.to(ENTER, "plan", shows("Cancel", "beware"))
        walk.past(ESCAPE, lacks("Cancel"))
