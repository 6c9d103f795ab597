"""Programs of other people, run against a sandbox: skopeo, umoci, the aws CLI."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import pytest

_HERE = Path(__file__).parents[2]


def need(program: str) -> str:
    """The path of a program, from a venv of its own (`.venv-aws` has `aws`) or the PATH.

    Without it the test is skipped, or fails where ECRTUI_NO_SKIP=1 forbids that.
    """
    own = _HERE / f".venv-{program}" / "bin"
    found = shutil.which(program, path=f"{own}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        lacking(f"{program} is not installed")
    return found


def lacking(reason: str) -> NoReturn:
    """Skip the test for want of something, or fail where ECRTUI_NO_SKIP=1 forbids that."""
    if os.environ.get("ECRTUI_NO_SKIP") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def run(
    program: str,
    *args: str | Path,
    given: str = "",
    ok: bool = True,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program with the test's environment and what is added to it; `given` is its stdin.

    Fails when it fails, or with `ok=False` when it does not.
    """
    command = [need(program), *map(str, args)]
    environment = {**os.environ, **(env or {})}
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=100, env=environment
    )
    told = f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert (done.returncode == 0) is ok, told
    return done
