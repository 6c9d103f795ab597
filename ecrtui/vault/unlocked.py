"""The agent of an encrypted file, as whoever wants the file's key sees it: there, or not."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from ecrtui.vault import agent

_PATIENCE = 2.0
"""Seconds: it answers at once, or it is stopped."""


class Unlocked:
    """Asks the agent whose socket is `name` in `folder`. One that does not answer, or is another
    person's, is none."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name

    def key(self, fingerprint: str) -> bytes | None:
        """The key it holds for a file with this fingerprint."""
        head, _, key = self._asked(f"key {fingerprint}").partition(b"\n")
        return key if head.startswith(b"key ") and len(key) == agent.KEY_BYTES else None

    def left(self) -> int | None:
        """Seconds until it ends; None when there is none."""
        word, _, seconds = self._asked("left").strip().partition(b" ")
        return int(seconds) if word == b"left" and seconds.isdigit() else None

    def lock(self) -> bool:
        """Have it end; False when there is none."""
        return self._asked("lock") == b"locked\n"

    def command(self, file: Path, fingerprint: str, seconds: int) -> list[str]:
        """What starts one. It wants the key on stdin, and says agent.READY or what went wrong.

        Isolated and without site packages, so that no variable and no file of others leads it.
        """
        program = [sys.executable, "-I", "-S", agent.__file__]
        return [*program, str(self.folder), self.name, str(file), fingerprint, str(seconds)]

    def _asked(self, line: str) -> bytes:
        """The answer; b'' where nobody gives one."""
        if not hasattr(socket, "AF_UNIX"):
            return b""
        try:
            opened = agent.own_folder(str(self.folder))
        except OSError:
            return b""
        try:
            return _answer(_path(opened, self.folder, self.name), line.encode() + b"\n")
        except OSError:
            return b""
        finally:
            os.close(opened)


def _path(opened: int, folder: Path, name: str) -> str:
    """The socket's, below the folder that was looked at, and short enough for a socket's."""
    own = f"/proc/self/fd/{opened}"
    return f"{own}/{name}" if os.path.isdir(own) else str(folder / name)


def _answer(path: str, line: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
        asked.settimeout(_PATIENCE)
        asked.connect(path)
        if agent.peer(asked) != os.geteuid():
            return b""
        asked.sendall(line)
        found = b""
        while len(found) <= agent.MOST and (got := asked.recv(agent.MOST)):
            found += got
    return found
