"""The encrypted file opened once, for some hours: an agent of the person's own holds its key."""

from __future__ import annotations

import contextlib
import os
import subprocess

from ecrtui.errors import LocalPartMissing, NotFound, UsageError, VaultError
from ecrtui.store import files
from ecrtui.store.locks import locked
from ecrtui.vault.memory_dumps import forbid_core_dumps
from ecrtui.workflows.credentials import vaults
from ecrtui.workflows.services import Services

USUAL = 8 * 3600
"""Seconds: a working day."""
LONGEST = 7 * 86400
_START_SECONDS = 10.0
_NEEDED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What a Python may need to start. The agent gets no other variable: they may hold secrets."""


def unlock(services: Services, passphrase: str, seconds: int = USUAL) -> None:
    """Open the encrypted file for all of the person's programs, for so many seconds.

    In place of an agent that runs already. Takes half a second.
    Raises WrongPassphrase, NotFound where nothing is kept yet, UsageError where secrets are kept
    elsewhere and for a time that is none, VaultError.
    """
    forbid_core_dumps()
    check(services, seconds)
    file = vaults.sealed(services.locations, services.questions)
    opening = file.opening(passphrase)
    if opening is None:
        raise _nothing_yet()
    how, key = opening
    _start(services, how.fingerprint, key, seconds)


def check(services: Services, seconds: int = USUAL) -> None:
    """Raise what `unlock` would, as far as that can be said before a passphrase is asked for."""
    where, _ = vaults.place(services.settings, services.state)
    if where != "file":
        raise UsageError(
            f"secrets are kept in: {where}",
            title="There is no encrypted file to unlock",
            hint="It is for machines without a keyring: ecrtui credentials keep file.",
        )
    if not 1 <= seconds <= LONGEST:
        raise UsageError(
            f"{seconds} s", title="Not a time to unlock for", hint="From a second to 7 days."
        )
    if not hasattr(os, "fork"):
        raise LocalPartMissing(
            "this system has no such processes", title="It cannot be kept unlocked"
        )
    if not vaults.sealed_file(services.locations).exists():
        raise _nothing_yet()


def lock(services: Services) -> bool:
    """Have the agent end, and with it what it holds; False when there was none."""
    return vaults.agent(services.locations).lock()


def left(services: Services) -> int | None:
    """Seconds for which the encrypted file is unlocked; None when it is not, or is not used."""
    where, _ = vaults.place(services.settings, services.state)
    return vaults.agent(services.locations).left() if where == "file" else None


def _start(services: Services, fingerprint: str, key: bytes, seconds: int) -> None:
    agent, file = vaults.agent(services.locations), vaults.sealed_file(services.locations)
    with contextlib.suppress(OSError):  # the agent tells what is wrong with it
        files.make_folder(agent.folder)
    command = agent.command(file.absolute(), fingerprint, seconds)
    environment = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    with locked(agent.folder / f"{agent.name}.lock"):
        agent.lock()
        said = _said(command, environment, key)
    if said != "ready":
        raise VaultError(
            said or "its agent did not start",
            title="The encrypted file was not unlocked",
            hint=f"{agent.folder} must be yours alone: chmod 700.",
        )


def _said(command: list[str], environment: dict[str, str], key: bytes) -> str:
    """What the agent says when it holds the key; '' when it says nothing."""
    try:
        started = subprocess.run(  # noqa: S603 - this Python, and a file of ours
            command,
            input=key,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            timeout=_START_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return ""
    return started.stdout.decode("utf-8", "replace").strip()


def _nothing_yet() -> NotFound:
    return NotFound(
        "nothing is kept in it yet",
        title="There is no encrypted file yet",
        hint="It is made when the first credential is kept: ecrtui credentials add NAME.",
    )
