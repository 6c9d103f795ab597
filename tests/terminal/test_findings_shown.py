"""What scanning found, in a real terminal: the tab, one finding, two images, who has a CVE."""

from __future__ import annotations

from ecrtui.sandbox.world import World
from tests import workloads, worlds
from tests.sandbox.layers import one_file
from tests.terminal.conftest import Serve
from tests.terminal.explorer import DOWN, ENTER, ESCAPE, READ, shows
from tests.terminal.test_snapshots import SIZES, Size, Walk

NAME = "CVE-2026-41873"
ROWS = (
    (NAME, "CRITICAL", "libssl3"),
    ("CVE-2026-38114", "HIGH", "libssl3"),
    ("CVE-2026-29950", "HIGH", "curl"),
    ("CVE-2026-17002", "MEDIUM", "libc6"),
    ("CVE-2024-90417", "UNTRIAGED", "tar"),
)


def scanned_world() -> World:
    """Two releases, the second without the worst; one runs; a third that nobody scanned."""
    world = worlds.empty_world()
    repository = worlds.add_repository(world, "team/app")
    for number, found in enumerate((ROWS, ROWS[2:], None), 1):
        image = worlds.add_image(
            repository,
            tags={f"v{number}"},
            content=one_file(f"release {number}"),
            pushed_at=world.clock.start - (4 - number) * 86_400,
        )
        if found is not None:
            enhanced = number == 1
            at = world.clock.start - 7_200
            worlds.add_scan(image, *found, enhanced=enhanced, completed_at=at)
    workloads.add_service(world, workloads.uri(repository, "v1"), name="site", count=3)
    return world


@SIZES
def test_findings(serve: Serve, size: Size) -> None:
    explorer = serve(scanned_world())
    with explorer.start("--region", worlds.REGION, size=size) as terminal:
        walk = Walk(terminal, "findings", size)
        walk.past("", READ)
        walk.past(f":repo team/app{ENTER}", READ, shows("FINDINGS"), shows("C1 H2 M1"))
        walk.to("", "images", shows("H1 M1", "not scanned", "● 3"))
        walk.past("G", shows("v1"))
        walk.to("f", "tab", shows("C critical"))
        walk.to("s", "by-package", shows("by package"))
        walk.past("s", shows("by score"))
        walk.past("sss", shows("by severity"))
        whole = ("In this image", *(("besides",) if size[1] > 24 else ()))
        walk.to(f"g{DOWN}{DOWN}{ENTER}", "one", shows(*whole))
        walk.past(ESCAPE, shows("C critical"))
        walk.past(ESCAPE, shows("FINDINGS"))
        walk.past(f":{NAME}{ENTER}", READ, shows("● 3"))
        walk.to("", "affected", shows("main/site"))
        walk.past(ESCAPE, shows("FINDINGS"))
        walk.past(f"g{ENTER}", shows("What it is"))
        walk.to("f", "not-scanned", shows("starts a basic scan"))
        walk.past("d", shows("v2 → v3"), shows("Findings"))
        walk.past("f", shows("To is not scanned"))
        walk.past(ESCAPE, shows("It was never scanned"))
        walk.past(ESCAPE, shows("FINDINGS"))
        walk.past("gjd", shows("v1 → v2"), shows("fixed C1 H1"))
        walk.to("f", "compare", shows("- fixed", "3 in both"))
