"""A process that breaks down leaves no core file once it may hold secrets, whichever they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.programs import lacking

_LIMIT = "import os, resource, sys\nsoft, hard = resource.getrlimit(resource.RLIMIT_CORE)\n"
_ALLOWED = _LIMIT + "resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))\n"
_SERVICES = """
from pathlib import Path
from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.model.credentials import Credential
from ecrtui.model.places import Outside, Transport
from ecrtui.workflows.credentials import vaults
from ecrtui.workflows.services import Options, Services
services = Services(Options(), Settings(vault="memory"), Locations.under(Path.cwd()))
"""
_GIVEN_BACK = (
    "import resource\n"
    "while (limit := resource.getrlimit(resource.RLIMIT_CORE)[0]) == 1: pass\n"
    "print(limit, flush=True)"
)
HOLDING = {
    "keys of AWS": "services.sessions",
    "a kept value": "services.vault.write('a', 'x', {})",
    "a registry's login": "services.outside(Outside(Transport.DOCKER, 'localhost:1'), 'a')",
}


def broken_down(folder: Path, program: str) -> list[str]:
    """What a process leaves in its folder that may write as large a core as it likes."""
    command = [sys.executable, "-c", _ALLOWED + _SERVICES + program + "\nos.abort()"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100)
    assert done.returncode == -6, done.stderr
    return [one.name for one in folder.iterdir() if one.name.startswith("core")]


@pytest.fixture
def writes_cores(tmp_path: Path) -> Path:
    """An empty folder, on a machine where a process that breaks down leaves a core."""
    (tmp_path / "before").mkdir()
    cores = broken_down(tmp_path / "before", "")
    if not cores:
        lacking("this kernel leaves no core file in the folder of who broke down")
    for core in cores:
        os.unlink(tmp_path / "before" / core)
    (tmp_path / "after").mkdir()
    return tmp_path / "after"


@pytest.mark.parametrize("what", HOLDING)
def test_none_of_who_holds(what: str, writes_cores: Path) -> None:
    assert broken_down(writes_cores, HOLDING[what]) == []


def test_a_program_that_one_runs_has_its_limit_back(tmp_path: Path) -> None:
    program = (
        _SERVICES + "services.sessions\n"
        "from ecrtui.workflows.running.hand_over import hand_over\n"
        f"hand_over([sys.executable, '-c', {_GIVEN_BACK!r}], os.environ)\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0], hard)"
    )
    command = [sys.executable, "-c", _ALLOWED + program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    given_back, ours, hard = done.stdout.split()
    assert (given_back, ours) == (hard, "1")
