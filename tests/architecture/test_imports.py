"""The rooms hold: the contracts of .importlinter, and what starting up loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("textual", "rich", "boto3", "botocore", "docker", "keyring", "msgspec", "urllib3")


def loaded(code: str) -> set[str]:
    """The top-level packages in sys.modules after running some code in a fresh interpreter."""
    program = f"{code}\nimport sys\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_entry_loads_nothing_heavy() -> None:
    assert not loaded("import ecrtui.cli") & {*HEAVY, "argparse"}


@pytest.mark.parametrize("arguments", [["--version"], ["completion", "bash"]])
def test_what_scripts_ask_often_loads_no_sdk(arguments: list[str]) -> None:
    assert not loaded(f"from ecrtui.cli import main\nmain({arguments!r})") & set(HEAVY)


def test_dockers_helper_loads_what_its_question_needs() -> None:
    """It is started for every image; of a registry outside ECR it asks no SDK and no keyring."""
    code = (
        "import io, os, sys\nos.environ['ECRTUI_HOME'] = '/nowhere'\n"
        "sys.argv, sys.stdin = ['x', {0!r}], io.TextIOWrapper(io.BytesIO(b'registry.example'))\n"
        "from ecrtui.headless.docker_helper import main\nmain()"
    )
    assert not loaded(code.format("version")) & {*HEAVY, "argparse"}
    assert not loaded(code.format("get")) & ({*HEAVY, "argparse", "cryptography"} - {"msgspec"})


def test_services_are_made_without_an_sdk() -> None:
    code = (
        "from ecrtui.headless.arguments import parse\n"
        "from ecrtui.headless.run import services_for\n"
        "services_for(parse(['repos']))"
    )
    assert not loaded(code) & {"textual", "rich", "docker", "keyring"}


def test_the_first_frame_loads_what_it_shows_and_no_more() -> None:
    """Each of these took a millisecond or more before anything was on the screen."""
    first = "import ecrtui.headless.run, ecrtui.tui.app, ecrtui.tui.screens.registries"
    later = {"botocore", "docker", "keyring", "urllib3", "_hashlib", "tomllib", "ctypes"}
    ours = {"ecrtui.compare", "ecrtui.oci", "ecrtui.aws", "ecrtui.engine", "ecrtui.render.secrets"}
    assert not loaded(first) & (later | ours)


def test_headless_commands_load_no_screen() -> None:
    modules = "\n".join(
        f"import ecrtui.headless.commands.{path.stem}"
        for path in (ROOT / "ecrtui/headless/commands").glob("[a-z]*.py")
    )
    assert "doctor" in modules
    assert not loaded(modules) & {"textual", "rich", "docker", "keyring"}


@pytest.mark.parametrize("command", ["copy", "export", "push", "import_"])
def test_moving_loads_an_sdk_only_for_ecr_and_engines(command: str) -> None:
    assert not loaded(f"import ecrtui.headless.commands.{command}") & {"botocore", "docker"}


def test_the_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-3000:]


def test_where_no_engine_is_its_sdk_is_not_loaded() -> None:
    """A list asks what is here each time; on a machine without an engine that costs nothing."""
    program = (
        "import os, sys; os.environ['DOCKER_HOST'] = 'unix:///nowhere/docker.sock'\n"
        "from ecrtui.errors import EngineMissing\n"
        "from ecrtui.workflows import local\n"
        "try:\n    local.held()\nexcept EngineMissing:\n    print('docker' in sys.modules)\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert told.stdout == "False\n", told.stderr
