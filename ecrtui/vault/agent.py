"""The process that holds an encrypted file's key for some hours, as ssh-agent holds keys.

It is run by its path, so it imports nothing of ours, and little else: it stays small. What it is
told stands in its arguments, and is not secret; the key comes on stdin. Over its socket it is asked
one line, answers one, and hangs up:

    key FINGERPRINT    `key SECONDS` and the key; `no` when the file has another key by now,
                       and then it ends
    left               `left SECONDS`
    lock               `locked`, and it ends

It ends by its time, which goes on while the machine sleeps and follows no clock that somebody
sets; when it is told to; when its socket or the encrypted file is gone, as at logout, where the
system then removes the runtime folder or closes the home. Nothing of it is on a disk.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import signal
import socket
import struct
import sys
import time

KEY_BYTES = 32
READY = b"ready\n"
MOST = 128
"""Bytes of a request, and of an answer."""
_TICK = 5.0
"""Seconds between looks whether it should still be here."""
_PATIENCE = 1.0
"""Seconds for whoever asks: it answers one after the other."""
_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", 1))
"""Linux's, and macOS' under its usual name, go on in sleep (clock_gettime(2), clock_gettime(3))."""


class Agent:
    """Holds the key until its time has come."""

    def __init__(self, folder: str, name: str, file: str, fingerprint: str, seconds: float) -> None:
        self._path = os.path.join(folder, name)
        self._file = file
        self._fingerprint = fingerprint.encode()
        self._end = now() + seconds
        self._key = mmap.mmap(-1, mmap.PAGESIZE)
        self._listener = _bound(folder, name)
        self._own = os.lstat(self._path)
        self._over = False

    def hold(self) -> None:
        """Take the key from stdin into memory that is not swapped, and let others ask for it."""
        _lock_memory(self._key)
        at = 0
        while at < KEY_BYTES:
            got = os.readv(0, [memoryview(self._key)[at:KEY_BYTES]])
            if not got:
                raise OSError(0, "no key came")
            at += got
        self._listener.listen(128)

    def serve(self) -> None:
        """Answer until it is over; then the socket is gone."""
        try:
            while not self._due():
                self._listener.settimeout(max(0.01, min(_TICK, self._left())))
                try:
                    asking, _ = self._listener.accept()
                except OSError:  # nobody, or somebody who left
                    continue
                with asking, contextlib.suppress(OSError):
                    self._answer(asking)
        finally:
            if self._in_place():
                os.unlink(self._path)

    def _left(self) -> float:
        return self._end - now()

    def _due(self) -> bool:
        return (
            self._over
            or self._left() <= 0
            or not self._in_place()
            or not os.path.lexists(self._file)
        )

    def _in_place(self) -> bool:
        """Whether the socket is there, and is not another agent's."""
        try:
            found = os.lstat(self._path)
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == (self._own.st_dev, self._own.st_ino)

    def _answer(self, asking: socket.socket) -> None:
        if peer(asking) != os.geteuid():
            return
        line = _line(asking)
        if self._due():  # it may have slept since it last looked
            return
        words = line.split(b" ")
        left = b"%d\n" % self._left()
        if words == [b"key", self._fingerprint]:
            asking.sendmsg([b"key " + left, memoryview(self._key)[:KEY_BYTES]])
        elif words == [b"left"]:
            asking.sendall(b"left " + left)
        elif words == [b"lock"]:
            self._end_with(asking, b"locked\n")
        elif words[0] == b"key" and len(words) == 2 and len(words[1]) == len(self._fingerprint):
            self._end_with(asking, b"no\n")

    def _end_with(self, asking: socket.socket, last: bytes) -> None:
        self._over = True
        os.unlink(self._path)  # who hears the answer finds it gone
        asking.sendall(last)


def now() -> float:
    """Seconds of a clock that nobody sets and no sleep stops."""
    return time.clock_gettime(_CLOCK)


def own_folder(folder: str) -> int:
    """A folder that is this person's alone, opened; raises OSError for a link and for others'."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    found = os.fstat(opened)
    if found.st_uid != os.geteuid() or found.st_mode & 0o077:
        os.close(opened)
        raise PermissionError(1, "others may write into its folder")
    return opened


def peer(connected: socket.socket) -> int:
    """The user at the other end, as the system says; -1 where it does not."""
    if hasattr(socket, "SO_PEERCRED"):
        told = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        _, user, _ = struct.unpack("3i", told)
        return int(user)
    import ctypes

    user, group = ctypes.c_uint(), ctypes.c_uint()
    asked = ctypes.CDLL(None).getpeereid
    failed = asked(connected.fileno(), ctypes.byref(user), ctypes.byref(group))
    return -1 if failed else user.value


def _bound(folder: str, name: str) -> socket.socket:
    """A socket in the folder, 0600, in place of one that was left. By a name without its folder,
    since a socket's may have some hundred characters only."""
    opened = own_folder(folder)
    try:
        os.fchdir(opened)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        os.umask(0o177)
        listener.bind(name)
    finally:
        os.chdir("/")
        os.close(opened)
    return listener


def _line(asking: socket.socket) -> bytes:
    """What is asked, without its end; b'' for too much, too little, too late."""
    end, line = time.monotonic() + _PATIENCE, b""
    while b"\n" not in line:
        asking.settimeout(max(0.001, end - time.monotonic()))
        got = asking.recv(MOST)
        line += got
        if not got or len(line) > MOST:
            return b""
    return line[: line.index(b"\n")]


def _closed_to_others() -> None:
    """No core file, and no other process of this person's reads or traces this one's memory."""
    import ctypes
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    system = ctypes.CDLL(None)
    if sys.platform == "linux":
        system.prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
        system.prctl(15, b"ecrtui-agent", 0, 0, 0)  # PR_SET_NAME, for ps and top
    elif sys.platform == "darwin":
        system.ptrace(31, 0, None, 0)  # PT_DENY_ATTACH


def _lock_memory(page: mmap.mmap) -> None:
    """Keep a page out of swap and core files, where the system allows it."""
    import ctypes

    at = ctypes.addressof(ctypes.c_char.from_buffer(page))
    ctypes.CDLL(None).mlock(ctypes.c_void_p(at), ctypes.c_size_t(mmap.PAGESIZE))
    if hasattr(mmap, "MADV_DONTDUMP"):
        page.madvise(mmap.MADV_DONTDUMP)


def main(arguments: list[str]) -> int:
    """Leave whoever started it, and hold the key. What went wrong is said on stdout."""
    folder, name, file, fingerprint, seconds = arguments
    if os.fork():
        return 0
    os.setsid()
    try:
        _closed_to_others()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit())
        agent = Agent(folder, name, file, fingerprint, float(seconds))
        agent.hold()
    except OSError as failure:
        os.write(1, (failure.strerror or "").encode())
        return 1
    os.write(1, READY)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    agent.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
