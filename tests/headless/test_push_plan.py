"""`push` from an engine while its plan is worked out: how far it is, and an interrupt."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from pathlib import Path
from random import Random

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.engines import Docker, docker
from tests.headless.moving import moving
from tests.headless.program import COMMAND
from tests.held import held
from tests.oci.layers.made import files as tar_of

__all__ = ["docker"]


def test_a_plan_that_waits_for_an_engines_export_ends_at_once(
    sandbox: Sandbox, docker: Docker, tmp_path: Path
) -> None:
    target = worlds.add_repository(sandbox.world, "team/copy")
    layer = tar_of("one", contents=Random(1).randbytes(3_000_000))
    docker.run("import", "-", "built/app:v1", given=layer)
    with held(docker.socket) as engine:
        env = {"DOCKER_HOST": f"unix://{engine.at}"}
        push = ["push", "built/app:v1", "team/copy", "--yes"]
        with moving(*push, home=tmp_path / "home", env=env) as pushing:
            pushing.until(engine.held.is_set)
            code, out, said = pushing.end(signal.SIGINT)
        assert (code, out) == (130, ""), said
        assert "Traceback" not in said
        assert engine.left.wait(30)
    assert not target.uploads


def test_what_an_engine_exports_is_told_at_the_terminal(
    sandbox: Sandbox, docker: Docker, tmp_path: Path
) -> None:
    worlds.add_repository(sandbox.world, "team/copy")
    layer = tar_of("one", contents=Random(2).randbytes(3_000_000))
    docker.run("import", "-", "built/app:v2", given=layer)
    with held(docker.socket) as engine:
        env = {**os.environ, "DOCKER_HOST": f"unix://{engine.at}", "ECRTUI_HOME": str(tmp_path)}
        here, there = pty.openpty()
        command = [*COMMAND, "push", "built/app:v2", "team/copy", "--dry-run"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=there, env=env) as process:
            os.close(there)
            told = b""
            while b"the engine exports it" not in told or b" kB" not in told:
                told += os.read(here, 4096)
            engine.go_on.set()
            plan, _ = process.communicate(timeout=60)
        os.close(here)
    assert b"packed" in plan
