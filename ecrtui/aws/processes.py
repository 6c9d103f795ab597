"""credential_process with limits: for its time, for what it says, and for where it says it.

botocore waits for one as long as it takes. Here it has no terminal, its stderr reaches no screen,
and when it hangs it is ended with all that it started.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from typing import IO, Any

import msgspec
from botocore.compat import compat_shell_split
from botocore.credentials import ProcessProvider

from ecrtui.errors import SignInError
from ecrtui.model.credentials import Hidden
from ecrtui.model.typed import decoded

SECONDS = 60.0
"""It may ask the network, or a person in a window of its own."""
_LARGEST = 1 << 16
_STEP = 0.1
"""Seconds between two looks whether it has ended, while somebody else holds its pipes."""
_TOLD = 200
"""Characters of its last words that are told."""
_PERHAPS_SECRET = re.compile(r"\S{20,}|(?=\S*\d)\S{10,}")
"""Words that a tool says and a person does not: keys, tokens, addresses with a query."""
_TITLE = "The credential process failed"


class _Answer(Hidden, frozen=True, rename="pascal"):
    """The protocol's document, version 1 (SDK reference, process credential provider)."""

    version: int = 0
    access_key_id: str = ""
    secret_access_key: str = ""
    session_token: str | None = None
    expiration: str | None = None
    account_id: str | None = None

    def shown(self) -> dict[str, str]:
        """Nothing of it."""
        return {}


class LimitedProcess(ProcessProvider):  # type: ignore[misc]
    """botocore's provider, which runs the command with limits."""

    def _retrieve_credentials_using(self, credential_process: str) -> dict[str, Any]:
        name = self._profile_name
        try:
            words = compat_shell_split(credential_process)
        except ValueError as failure:
            raise failed(name, f"its command cannot be read: {failure}") from None
        if not words:
            raise failed(name, "its command is empty")
        answer = _answer(name, run(name, words))
        return {
            "access_key": answer.access_key_id,
            "secret_key": answer.secret_access_key,
            "token": answer.session_token,
            "expiry_time": answer.expiration,
            "account_id": answer.account_id or self.profile_config.get("aws_account_id"),
        }


def failed(profile: str, why: str) -> SignInError:
    """What went wrong with a profile's process, and how to look at it."""
    return SignInError(
        f"{profile}: {why}",
        title=_TITLE,
        hint=f"Run its command by hand: aws configure export-credentials --profile {profile}",
    )


def run(profile: str, words: list[str], seconds: float = SECONDS) -> bytes:
    """What a command says on stdout. Raises SignInError; then nothing of it is left running."""
    program = os.path.basename(words[0])
    try:
        process = subprocess.Popen(  # noqa: S603 - what the person's own configuration names
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as failure:
        raise failed(profile, f"{program} cannot be run: {failure.strerror}") from None
    try:
        status, said, complaint = _heard(process, time.monotonic() + seconds)
    except TimeoutError:
        raise failed(profile, f"{program} did not answer within {seconds:.0f} s") from None
    except OverflowError:
        raise failed(profile, f"{program} says too much") from None
    finally:
        if process.poll() is None:
            _kill(process)
            process.wait()
    if status:
        raise failed(profile, f"{program} ended with {status}{_last_words(complaint)}")
    return said


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End it with all that it started; Windows has no such groups."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


class _Pipe(threading.Thread):
    """Reads a pipe to its end, or to what is too much. A thread, since Windows polls no pipes; it
    closes the pipe itself, for nobody may do that while another reads."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__(daemon=True, name="credential-process")
        self._pipe = pipe
        self.heard = b""
        self.start()

    @property
    def too_much(self) -> bool:
        return len(self.heard) > _LARGEST

    def run(self) -> None:
        with self._pipe:
            while not self.too_much and (chunk := os.read(self._pipe.fileno(), _LARGEST)):
                self.heard += chunk


def _heard(process: subprocess.Popen[bytes], ends: float) -> tuple[int, bytes, bytes]:
    """Its exit code, stdout and stderr. Raises TimeoutError, OverflowError.

    What it leaves running on purpose, an agent for instance, may hold its pipes: its own end is
    the end.
    """
    pipes = [_Pipe(pipe) for pipe in (process.stdout, process.stderr) if pipe is not None]
    for pipe in pipes:
        ended, before = False, -1
        while pipe.is_alive() and not (ended and before == len(pipe.heard)):
            ended, before = process.poll() is not None, len(pipe.heard)
            pipe.join(_STEP)
            if any(one.too_much for one in pipes):
                raise OverflowError
            if time.monotonic() > ends:
                raise TimeoutError
    try:
        status = process.wait(max(ends - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    if any(one.too_much for one in pipes):
        raise OverflowError
    out, complaint = (pipe.heard for pipe in pipes)
    return status, out, complaint


def _last_words(complaint: bytes) -> str:
    """The last line of its stderr, without what may be secret."""
    lines = [line.strip() for line in complaint.decode("utf-8", "replace").splitlines()]
    told = next((line for line in reversed(lines) if line), "")
    return f": {_PERHAPS_SECRET.sub('…', told)[:_TOLD]}" if told else ""


def _answer(profile: str, said: bytes) -> _Answer:
    try:
        answer = decoded(said, _Answer)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):  # its message may quote it
        raise failed(profile, "it answers what is no document of the protocol") from None
    if answer.version != 1:
        raise failed(profile, f"it answers version {answer.version} of the protocol, not 1")
    if not answer.access_key_id or not answer.secret_access_key:
        raise failed(profile, "it answers without keys")
    return answer
