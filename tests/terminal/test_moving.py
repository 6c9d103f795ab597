"""Images moved in a real terminal, with a real engine."""

from __future__ import annotations

from ecrtui.sandbox.images.config import Config
from ecrtui.sandbox.images.layers import file, make_layer
from ecrtui.sandbox.images.manifests import make_image, make_index
from ecrtui.sandbox.images.program import heartbeat_program
from ecrtui.sandbox.seed.shelve import put
from ecrtui.sandbox.world import World
from tests import worlds
from tests.engines import Docker, docker
from tests.terminal.conftest import Serve
from tests.terminal.explorer import ENTER, QUIT, READ, SMALL, both, lacks, shows

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
        terminal.wait(both(READ, shows("Images of", "LOCAL")), "the images")
        terminal.type("p")
        terminal.wait(shows("to move", "linux/", "Docker Engine", "Cancel"), "the plan")
        terminal.type(ENTER)
        terminal.wait(both(shows("Done: pull", "here"), lacks("Cancel")), "that it is here")
        terminal.type(ENTER)
        terminal.wait(shows("What it is"), "the image")
        terminal.type("G")
        terminal.wait(shows("This machine", "Docker Engine"), "where it is")
        terminal.type(QUIT)
        terminal.ended()
        assert terminal.exit_code == 0
    assert f"{APP}:v1" in docker.run("images", "--format", "{{.Repository}}:{{.Tag}}")
