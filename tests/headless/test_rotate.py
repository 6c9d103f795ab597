"""`ecrtui credentials rotate`: the real program, killed between any two steps."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecrtui.sandbox.faults import Damage, Faults, Occasion
from ecrtui.sandbox.http import HangUp
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.wire import Request, Response
from ecrtui.workflows.credentials import at_hand
from tests import worlds
from tests.conftest import _running
from tests.headless.program import COMMAND, answer, ecrtui
from tests.workflows.at_work import services_in
from tests.workflows.rotating import NAME, first_key, keep, keys_of
from tests.workflows.rotating import rotated as carried

STEPS = ("CreateAccessKey", "GetCallerIdentity", "DescribeRepositories", "UpdateAccessKey")
"""What is asked, in this order, once the first of them was."""
BACK = ("UpdateAccessKey", "GetCallerIdentity", "DescribeRepositories", "DeleteAccessKey")


class Killing(Faults):
    """Kills whoever asks for one of these operations, before it is done or after."""

    process: subprocess.Popen[bytes] | None = None

    def __init__(self) -> None:
        super().__init__()
        self.wanted, self.passed, self.after = "", "", False

    def before(self, occasion: Occasion, request: Request | None = None) -> Damage:
        """Once the first step was taken, kill at the wanted one."""
        if self.process is None or (self.passed and occasion.operation != self.passed):
            return super().before(occasion, request)
        self.passed = ""
        if occasion.operation != self.wanted:
            return super().before(occasion, request)
        if not self.after:
            self._kill()
            raise HangUp
        return self._killed

    def _killed(self, response: Response) -> Response:
        self._kill()
        return response

    def _kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = None


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox that can kill."""
    yield from _running(Sandbox(worlds.empty_world(), faults=Killing()), monkeypatch)


@pytest.fixture
def place(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose encrypted file keeps the world's first key, called work."""
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.setenv("ECRTUI_HOME", str(tmp_path / "ecrtui"))
    monkeypatch.setenv("ECRTUI_VAULT", "file")
    (tmp_path / "passphrase").write_text("four words nobody guesses\n")
    monkeypatch.setenv("ECRTUI_VAULT_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    keep(services_in(tmp_path / "ecrtui"), first_key(sandbox))
    return tmp_path / "ecrtui"


def rotated(*options: str) -> str:
    done = ecrtui("credentials", "rotate", "work", "--yes", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def killed(sandbox: Sandbox, first: str, wanted: str, after: bool, *options: str) -> None:
    """Rotate, and be killed."""
    faults = sandbox.faults
    assert isinstance(faults, Killing)
    faults.wanted, faults.passed, faults.after = wanted, first, after
    command = [*COMMAND, "credentials", "rotate", "work", "--yes", *options]
    quiet = subprocess.DEVNULL
    faults.process = process = subprocess.Popen(
        command, env={**os.environ}, stdin=quiet, stdout=quiet, stderr=quiet
    )
    assert process.wait(60) == -signal.SIGKILL


def test_it_is_shown_done_and_finished(sandbox: Sandbox, place: Path) -> None:
    old = first_key(sandbox)
    plan: dict[str, Any] = answer("credentials", "rotate", "work", "--dry-run")
    assert plan["changes"]
    assert plan["facts"]["user"].endswith(":user/tester")
    assert keys_of(sandbox) == {old.id: True}
    nobody = ecrtui("credentials", "rotate", "work")
    assert nobody.returncode == 2
    assert "Nobody can be asked here" in nobody.stderr
    refused = ecrtui("credentials", "rotate", "work", "--yes", "--read-only")
    assert refused.returncode == 3
    assert keys_of(sandbox) == {old.id: True}
    done = answer("credentials", "rotate", "work", "--yes")
    assert [one["kind"] for one in done["changes"]] == ["key created", "key deactivated"]
    for secret in (key.secret for key in sandbox.world.keys.values()):
        assert secret not in json.dumps(done)
    assert answer("credentials", "test", "work")[0]["readsEcr"]
    both = ecrtui("credentials", "rotate", "work", "--finish", "--undo")
    assert both.returncode == 2
    assert "is deleted" in rotated("--finish")
    assert old.id not in keys_of(sandbox)
    entries = answer("journal")
    assert [one["kind"] for one in entries] == ["key created", "key deactivated", "key deleted"]
    assert entries[0]["registry"]["profile"] == "work"


def test_the_journal_takes_it_back(sandbox: Sandbox, place: Path) -> None:
    old = first_key(sandbox)
    rotated()
    name = answer("journal")[0]["id"]
    done = ecrtui("journal", "undo", name, "--yes")
    assert done.returncode == 0, done.stderr
    assert keys_of(sandbox) == {old.id: True}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_forwards(sandbox: Sandbox, place: Path, step: str, after: bool) -> None:
    old = first_key(sandbox)
    killed(sandbox, STEPS[0], step, after)
    services = services_in(place)
    assert at_hand.test(services, NAME).reads_ecr
    assert sandbox.world.keys[old.id].active is not (step == STEPS[-1] and after)
    carried(services)
    (new,) = keys_of(sandbox).keys() - {old.id}
    assert keys_of(sandbox) == {old.id: False, new: True}
    carried(services, "back")
    assert keys_of(sandbox) == {old.id: True}
    assert at_hand.test(services, NAME).reads_ecr


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", BACK)
def test_killed_on_the_way_back(sandbox: Sandbox, place: Path, step: str, after: bool) -> None:
    old = first_key(sandbox)
    carried(services_in(place))
    killed(sandbox, BACK[0], step, after, "--undo")
    services = services_in(place)
    assert at_hand.test(services, NAME).reads_ecr
    carried(services, "back")
    assert keys_of(sandbox) == {old.id: True}
    assert at_hand.test(services, NAME).reads_ecr
