"""Cleaning up, at the sizes it was last looked at and found right."""

from __future__ import annotations

import pytest

from tests import worlds
from tests.terminal.conftest import Serve
from tests.terminal.explorer import DOWN, ENTER, ESCAPE, READ, SMALL, both, lacks, shows
from tests.terminal.furnished import furnished_world
from tests.terminal.snapshots import Album

WIDE = (120, 40)
FORM = shows("esc cancel")


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=lambda size: f"{size[0]}x{size[1]}")
def test_from_rules_to_the_way_back(serve: Serve, size: tuple[int, int]) -> None:
    world = furnished_world()
    repository = world.registry(worlds.ACCOUNT, worlds.REGION).get("team/app")
    tagged = next(image for image in repository.images if "v1.1" in image.tags)
    worlds.add_service(world, worlds.uri(repository, "v1.1"), digest=tagged.digest, name="shop")
    with serve(world).start(size=size) as terminal:
        album = Album(terminal, f"{size[0]}x{size[1]}/pruning")
        terminal.wait(READ, "the registries")
        terminal.type(":prune team/app" + ENTER)
        album.page("rules", both(FORM, shows("Prune team/app")))
        terminal.type(" " + DOWN + "v*" + ENTER)
        album.page("list", both(lacks("esc cancel"), shows("meant by the rules", "of 35 go")))
        terminal.type(" ")
        terminal.wait(shows("1 marked", "left out"), "what is left out")
        terminal.type("D")
        album.page("plan", shows("Cancel", "stays"))
        terminal.type("\x1b[C" + ENTER)
        terminal.wait(shows("images of team/app deleted"), "the end of the job")
        terminal.type("H")
        terminal.wait(shows("Journal of changes"), "the journal")
        album.page("journal", both(lacks("Done: prune"), shows("images deleted")))
        terminal.type("u")
        album.page("back", shows("Cancel", "comes back"))
        terminal.type(ESCAPE)
        terminal.wait(lacks("Cancel"), "the journal")
