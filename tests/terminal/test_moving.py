"""Images moved in a real terminal, with a real engine."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrtui.sandbox.images.config import Config
from ecrtui.sandbox.images.layers import file, make_layer
from ecrtui.sandbox.images.manifests import make_image, make_index
from ecrtui.sandbox.images.program import heartbeat_program
from ecrtui.sandbox.seed.shelve import put
from ecrtui.sandbox.world import World
from tests import worlds
from tests.engines import Docker, docker
from tests.sandbox.programs import run
from tests.terminal.conftest import Serve
from tests.terminal.explorer import ENTER, ESCAPE, QUIT, READ, SMALL, both, lacks, shows

__all__ = ["docker"]
APP, PROD = "team/app", "release/app"
RIGHT, BACKSPACE, TAB = "\x1b[C", "\x7f", "\t"


def program_world() -> World:
    """A repository with one image, of two platforms, that runs; and an empty one beside it."""
    world = worlds.empty_world()
    repository = worlds.add_repository(world, APP)
    worlds.add_repository(world, PROD)
    made = []
    for architecture in ("amd64", "arm64"):
        layer = make_layer(
            [file("program", heartbeat_program(architecture, "a program"), 0o755)],
            "COPY program /",
            1_700_000_000,
        )
        config = Config(architecture, "2026-01-01T00:00:00Z", entrypoint=("/program",))
        made.append(make_image(config, [layer]))
    put(repository, make_index(made), world.clock.start - 60, ["v1"])
    return world


def test_get_it(serve: Serve, docker: Docker) -> None:
    """Walk 4, as far as it is pulled: two keys, and the list says that it is here."""
    explorer = serve(program_world())
    with explorer.start(APP, size=SMALL, DOCKER_HOST=f"unix://{docker.socket}") as terminal:
        terminal.wait(both(READ, shows("Images of")), "the images")
        terminal.type("p")
        terminal.wait(shows("to move", "linux/", "Docker Engine", "Cancel"), "the plan")
        terminal.type(ENTER)
        terminal.wait(both(shows("Done: pull", "here"), lacks("Cancel")), "that it is here")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("What it is")), "the image")
        terminal.type("/docker engine" + ENTER)
        terminal.wait(shows("Docker Engine", "1 line with"), "where it is")
        terminal.type(QUIT)
        terminal.ended()
        assert terminal.exit_code == 0
    assert f"{APP}:v1" in docker.run("images", "--format", "{{.Repository}}:{{.Tag}}")


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short path: the form shows as much of one as it has room for."""
    with tempfile.TemporaryDirectory(prefix="ecrtui-") as folder:
        yield Path(folder)


def test_save_it(serve: Serve, short: Path) -> None:
    """Exported by keys, into a file that skopeo reads; a name that is taken is asked about."""
    explorer, target = serve(program_world()), short / "app.tar"
    with explorer.start(APP, size=SMALL) as terminal:
        terminal.wait(both(READ, shows("Images of")), "the images")
        for answer in ("written", "a file of that name"):
            terminal.type("e")
            terminal.wait(shows("Export team/app:v1", "team-app-v1.tar"), "the form")
            terminal.type(TAB + BACKSPACE * len("team-app-v1.tar") + str(target))
            terminal.wait(shows("app.tar"), "the name")
            terminal.type(ENTER)
            if answer == "written":
                terminal.wait(shows("to move", "Cancel"), "the plan")
                terminal.type(ENTER)
                terminal.wait(shows("Done: export"), "that it is written")
            else:
                terminal.wait(shows(answer), "that it is there")
                terminal.type(ESCAPE)
                terminal.wait(shows("Export team/app:v1", "app.tar"), "the form, as it was")
                terminal.type(ESCAPE)
                terminal.wait(lacks("Export team/app:v1"), "the list")
        terminal.type(QUIT)
        terminal.ended()
    found = run("skopeo", "inspect", "--raw", f"oci-archive:{target}").stdout
    image = explorer.sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(APP)
    (index,) = [one for one in [image.images.by_tag("v1")] if one is not None]
    assert worlds.digest_of(found.encode()) == index.digest


def test_promote_it(serve: Serve) -> None:
    """Walk 5, as far as it is promoted: the form, the plan, and Enter alone is no."""
    explorer = serve(program_world())
    world = explorer.sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    with explorer.start(APP, size=SMALL) as terminal:
        terminal.wait(both(READ, shows("Images of")), "the images")
        terminal.type("c")
        terminal.wait(shows("Copy team/app:v1 to"), "the form")
        terminal.type(BACKSPACE * len(APP) + "rel")
        terminal.wait(shows("release/app"), "what completes it")
        terminal.type(RIGHT + ENTER)
        terminal.wait(shows("to move", "Cancel"), "the plan")
        terminal.type(ENTER)
        terminal.wait(lacks("Cancel"), "that nothing was done")
        assert not list(world.get(PROD).images)
        terminal.type("c")
        terminal.wait(shows("Copy team/app:v1 to"), "the form")
        terminal.type(BACKSPACE * len(APP) + PROD + ENTER)
        terminal.wait(shows("to move", "Cancel"), "the plan")
        terminal.type(RIGHT + ENTER)
        terminal.wait(shows("Done: copy"), "that it is there")
        terminal.type(QUIT)
        terminal.ended()
    copied, original = world.get(PROD).images.by_tag("v1"), world.get(APP).images.by_tag("v1")
    assert copied is not None
    assert original is not None
    assert copied.digest == original.digest


def test_promote_it_and_take_it_back(serve: Serve) -> None:
    """Walk 5: what runs in production is another release now; and then it is the one before."""
    world = program_world()
    app = world.registry(worlds.ACCOUNT, worlds.REGION).get(APP)
    before = worlds.add_image(app, tags={"v0", "prod"}, content=b"before")
    with serve(world).start(APP, size=SMALL) as terminal:
        terminal.wait(both(READ, shows("Images of", "v1")), "the images")
        terminal.type("g" if "v1" in terminal.lines[3] else "G")
        terminal.type("t")
        terminal.wait(shows("tag team/app:v1 as"), "the question")
        terminal.type("prod" + ENTER)
        terminal.wait(shows("Cancel", "beware"), "the plan, which says what loses its name")
        terminal.type(RIGHT + ENTER)
        terminal.wait(shows("Done: tag", "prod v1"), "that it has the tag")
        promoted = app.images.by_tag("prod")
        assert promoted is not None
        assert promoted is not before
        terminal.type("J")
        terminal.wait(shows("H journal"), "the drawer")
        terminal.type("H")
        terminal.wait(both(READ, shows("Journal of changes", "tag put")), "the journal")
        terminal.type("u")
        terminal.wait(shows("Cancel", "prod"), "how it is taken back")
        terminal.type(RIGHT + ENTER)
        terminal.wait(shows("Done: undo"), "that it is taken back")
        terminal.type(QUIT)
        terminal.ended()
    assert app.images.by_tag("prod") is before
