"""Programs of other people, run against a sandbox: skopeo, umoci, the aws CLI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

_HERE = Path(__file__).parents[2]


def need(program: str) -> str:
    """The path of a program, or the test is skipped."""
    own = _HERE / f".venv-{program}" / "bin"
    found = shutil.which(program, path=f"{own}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def run(
    program: str, *args: str | Path, given: str = "", ok: bool = True, home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program with the test's environment; `given` is its stdin.

    Fails when it fails, or with `ok=False` when it does not. `home` is its home folder.
    """
    return _run([need(program), *map(str, args)], given, ok, home)


def python(code: str, *args: str) -> subprocess.CompletedProcess[str]:
    """Run Python code with the interpreter of the tests."""
    return _run([sys.executable, "-c", code, *args], "", True, None)


def _run(
    command: Sequence[str], given: str, ok: bool, home: Path | None
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ} | ({"HOME": str(home)} if home else {})
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, env=environment, timeout=100
    )
    told = f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert (done.returncode == 0) is ok, told
    return done
