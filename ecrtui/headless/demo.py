"""`--demo`: a sandbox of this run's own, and nothing of the person's read or written.

The child is started before the front end is imported, so that both happen at once; it ends when
its standard input closes, which happens however this process ends.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from ecrtui.errors import LocalPartMissing

_PATIENCE = 20.0
"""Seconds until its line must have come; it takes well below one."""


class Demo:
    """A sandbox as a child process and a temporary home; a context manager."""

    def __init__(self, seed: str = "demo") -> None:
        self._home = Path(tempfile.mkdtemp(prefix="ecrtui-demo-"))
        command = [sys.executable, "-m", "ecrtui", "sandbox", "--with-parent", "--seed", seed]
        # A session of its own: ctrl-C is meant for us, and we end the child.
        self._child = subprocess.Popen(  # noqa: S603 - ourselves
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )

    def __enter__(self) -> Demo:
        return self

    def __exit__(self, *_: object) -> None:
        """End the child and remove the home."""
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._child.wait(2)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        shutil.rmtree(self._home, ignore_errors=True)

    def enter_world(self, environment: MutableMapping[str, str] = os.environ) -> None:
        """Make this process see the sandbox alone; waits for its line."""
        for name in [name for name in environment if name.startswith("AWS_")]:
            del environment[name]
        # Docker's own configuration stays where it is; all else below the home is ours.
        docker = str(Path(environment.get("HOME", "~")).expanduser() / ".docker")
        environment.setdefault("DOCKER_CONFIG", docker)
        environment["HOME"] = environment["ECRTUI_HOME"] = str(self._home)
        # Registries' passwords are the person's: with this no other file of them is looked into.
        environment["REGISTRY_AUTH_FILE"] = str(self._home / "auth.json")
        environment["ECRTUI_VAULT"] = "memory"  # the person's keyring is not the demo's
        for name in ("NO_PROXY", "no_proxy"):
            environment[name] = "127.0.0.1,localhost"
        environment.update(self._announcement()["env"])

    def _announcement(self) -> dict[str, Any]:
        pipe = self._child.stdout
        if pipe is None or not select.select([pipe], [], [], _PATIENCE)[0]:
            raise LocalPartMissing("it did not start in time", title="No demo")
        line = pipe.readline()
        if not line:
            raise LocalPartMissing("its process ended at once", title="No demo")
        announcement: dict[str, Any] = json.loads(line)
        return announcement
