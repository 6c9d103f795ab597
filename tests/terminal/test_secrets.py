"""A secret that the explorer was started with is nowhere but where it came from."""

from __future__ import annotations

import psutil

from tests import worlds
from tests.terminal.conftest import Serve
from tests.terminal.explorer import DOWN, ENTER, ESCAPE, QUIT, READ, both, lacks, shows
from tests.terminal.furnished import furnished_world


def test_no_secret_is_shown_or_kept(serve: Serve) -> None:
    """With --debug, over every kind of place; nor in the arguments of any process it starts."""
    world = furnished_world()
    (key,) = [key for key in world.keys.values() if key.account == worlds.ACCOUNT]
    explorer = serve(world)
    lines: list[str] = []
    with explorer.start(
        "--debug",
        AWS_PROFILE=None,
        AWS_SHARED_CREDENTIALS_FILE=None,
        AWS_CONFIG_FILE=None,
        AWS_ACCESS_KEY_ID=key.id,
        AWS_SECRET_ACCESS_KEY=key.secret,
    ) as terminal:
        terminal.wait(READ, "the registries")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("Repositories")), "the repositories")
        terminal.type(DOWN + ENTER)
        terminal.wait(both(READ, shows("Images of team/app")), "the images")
        terminal.type("Y")
        terminal.wait(shows("docker login"), "the copy menu")
        terminal.type(ESCAPE)
        terminal.wait(lacks("docker login"), "the images")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("What it is")), "the image")
        terminal.type("7")
        terminal.wait(both(READ, shows("spdx")), "its referrers")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("8 Contents")), "the artifact")
        explorer.sandbox.faults.add("expire")
        terminal.type("r")
        terminal.wait(shows("esc give up"), "the question what becomes of it")
        process = psutil.Process(terminal.pid)
        for one in (process, *process.children(recursive=True)):
            lines += one.cmdline()
        terminal.type(QUIT)
        terminal.ended()
        assert terminal.exit_code == 0
    kept = {path: path.read_bytes() for path in explorer.home.rglob("*") if path.is_file()}
    logs = [path for path in kept if path.suffix == ".log"]
    assert len(logs) == 1
    assert b"DescribeRepositories" in kept[logs[0]]
    for secret in (key.secret.encode(), key.secret[4:30].encode(), key.id.encode()):
        assert secret not in terminal.raw
        assert secret.decode() not in "\n".join(lines)
        assert not [path for path, data in kept.items() if secret in data]
