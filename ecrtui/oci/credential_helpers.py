"""Credential helpers: `docker-credential-NAME get`, with a limit for time and for what it says.

The protocol is docker-credential-helpers': the host on stdin, JSON on stdout; the exit code and
one known sentence say that there is nothing. What a helper says otherwise is not shown: it may
hold anything.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import time

import msgspec

from ecrtui.model.typed import decoded
from ecrtui.oci.login import Found, Hidden, Login

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""No separator: it is a program of the PATH, never a path."""
_SECONDS = 30.0
"""A helper may ask the network, or a person in a window of its own."""
_SILENT = f"did not answer within {_SECONDS:.0f} s"
_LARGEST = 1 << 16
_NOTHING = b"credentials not found in native keychain"
_TOKEN = "<token>"  # noqa: S105 - the user's name that says so
_TERMINAL = "GPG_TTY"
"""By this a helper's prompt would find the terminal, and spoil what is drawn there."""


class _Useless(Exception):
    """It was not done in time, or says too much."""


class _Answer(Hidden, frozen=True, rename="pascal"):
    username: str = ""
    secret: str = ""


def ask(helper: str, server: str, where: str) -> Found:
    """What a helper has for a server; `where` is what names the helper. Raises nothing."""
    if not _NAME.fullmatch(helper):
        return Found(trouble=f"{where} names a credential helper that cannot be one")
    name = f"docker-credential-{helper}"
    program = shutil.which(name)
    if program is None or not os.path.isabs(program):
        return Found(trouble=f"{where} names {name}, which is not installed")
    try:
        status, said = _run(program, server.encode("utf-8", "surrogateescape"))
    except OSError as failure:
        return Found(trouble=f"{name} cannot be run: {failure.strerror}")
    except _Useless as failure:
        return Found(trouble=f"{name} {failure}")
    if status and said.strip() == _NOTHING:
        return Found()
    if status:
        return Found(trouble=f"{name} failed with exit code {status}")
    try:
        answer = decoded(said, _Answer)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return Found(trouble=f"{name} answered what nobody can read")
    if not answer.secret:
        return Found()
    refresh = answer.username == _TOKEN
    return Found(Login("" if refresh else answer.username, answer.secret, refresh), name)


def _run(program: str, given: bytes) -> tuple[int, bytes]:
    """Its exit code and its stdout; raises OSError, _Useless, and then nothing is left running.

    It has a session of its own: no prompt of it reaches this terminal, and ctrl-c is for us.
    """
    environment = {name: value for name, value in os.environ.items() if name != _TERMINAL}
    process = subprocess.Popen(  # noqa: S603 - what the person's own configuration names
        [program, "get"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    try:
        return _talked(process, given, time.monotonic() + _SECONDS)
    except BaseException:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


def _talked(process: subprocess.Popen[bytes], given: bytes, ends: float) -> tuple[int, bytes]:
    questions, answers = process.stdin, process.stdout
    if questions is None or answers is None:
        raise _Useless("has no pipes")
    with answers:
        with contextlib.suppress(BrokenPipeError), questions:
            questions.write(given)  # it may not care which server
        said = _said(answers.fileno(), ends)
    try:
        return process.wait(max(ends - time.monotonic(), 0.1)), said
    except subprocess.TimeoutExpired:
        raise _Useless(_SILENT) from None


def _said(handle: int, ends: float) -> bytes:
    """All of its stdout, until it closes it."""
    waiting, said = select.poll(), b""
    waiting.register(handle, select.POLLIN)
    while len(said) <= _LARGEST:
        if not waiting.poll(max(ends - time.monotonic(), 0) * 1000):
            raise _Useless(_SILENT)
        chunk = os.read(handle, _LARGEST)
        if not chunk:
            return said
        said += chunk
    raise _Useless("says too much")
