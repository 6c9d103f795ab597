"""A socket of an engine on another machine, brought here by the person's own ssh.

Their configuration, keys and agent count, and nothing is ever asked: ssh has no terminal, so a
password or an unknown host's key is a failure that is told, and never a prompt across the screen.
A tunnel is shared by the connections of this program, and ends with it, however it ends.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from ecrtui.engine.addresses import Address
from ecrtui.engine.ssh_address import SshAddress, parse_ssh
from ecrtui.errors import EngineMissing

_LEAST = 10.0
"""Seconds that signing in to a host may take, however little time its engine is given."""
_GRACE = 0.2
_LOOK = 0.02
_TOLD = 2_000
_OPTIONS = {
    "BatchMode": "yes",
    "ConnectTimeout": "15",
    # A shared connection would keep the forwarding after we are gone.
    "ControlPath": "none",
    "ForwardAgent": "no",
    "ForwardX11": "no",
    "PermitLocalCommand": "no",
    "ServerAliveCountMax": "3",
    "ServerAliveInterval": "15",
    "StreamLocalBindUnlink": "yes",
}
_KEEPER = """
folder=$1; shift
exec 3<&0
"$@" </dev/null 3<&- &
ssh=$!
{ cat <&3 >/dev/null; kill "$ssh"; } 2>/dev/null &
wait "$ssh"
rm -f "$folder"/*; rmdir "$folder"
"""
"""Ends ssh, and clears its folder away, when its stdin closes: when we are killed too."""
_lock = threading.Lock()
_tunnels: dict[str, Tunnel] = {}


class Tunnel:
    """One ssh with one socket at its end here."""

    def __init__(self, where: SshAddress, program: str) -> None:
        self._where = where
        self._folder = Path(tempfile.mkdtemp(prefix="ecrtui-ssh-"))  # 0700: nobody else's
        self.socket = self._folder / "engine"
        # Without a name: what ssh says last is read when it and its folder are gone.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the tunnel
        forward = f"{self.socket}:{where.socket}"
        options = [f"-o{name}={value}" for name, value in _OPTIONS.items()]
        options += ["-l", where.user] if where.user else []
        options += ["-p", where.port] if where.port else []
        ssh = [program, "-nNT", *options, "-L", forward, "--", where.host]
        self._process = subprocess.Popen(  # noqa: S603 - ssh_address lets no option through
            ["/bin/sh", "-c", _KEEPER, "sh", str(self._folder), *ssh],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            start_new_session=True,
        )

    @property
    def alive(self) -> bool:
        """Whether ssh still runs."""
        return self._process.poll() is None

    def opened(self, seconds: float) -> None:
        """Wait until it is there; raises EngineMissing with what ssh says."""
        ends = time.monotonic() + seconds
        while not self.socket.exists():
            if not self.alive or time.monotonic() > ends:
                said = self.said()
                self.close()
                raise refused(self._where, said)
            time.sleep(_LOOK)

    def said(self) -> str:
        """What ssh said, the last of it."""
        size = os.fstat(self._said.fileno()).st_size
        tail = os.pread(self._said.fileno(), _TOLD, max(0, size - _TOLD))
        return tail.decode("utf-8", "replace").strip()

    def close(self) -> None:
        """End it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._said.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def socket_of(where: Address, seconds: float = _LEAST) -> Path:
    """The socket here of an engine behind ssh, the tunnel to it made unless there is one.

    Raises EngineMissing, after `seconds` at the latest, or the least that ssh is given.
    """
    parts = parse_ssh(where.url)
    program = shutil.which("ssh")
    if program is None:
        raise EngineMissing(where.shown, title="ssh is not installed", hint="Install OpenSSH.")
    with _lock:
        tunnel = _tunnels.get(where.url)
        if tunnel is None or not tunnel.alive:
            if tunnel is not None:
                tunnel.close()
            tunnel = Tunnel(parts, program)
            tunnel.opened(max(seconds, _LEAST))
            _tunnels[where.url] = tunnel
        return tunnel.socket


def behind(where: Address) -> EngineMissing:
    """Why an engine does not answer, though ssh gets there: its server tells no reason."""
    parts = parse_ssh(where.url)
    return EngineMissing(
        f"{parts.socket} on {parts}",
        title="ssh gets there, but no engine answers",
        hint=f"See: ssh {parts} docker version. It may not run, its socket not be yours to open,"
        " or be elsewhere (ssh://USER@HOST/run/user/1000/docker.sock), or the server forwards no"
        " sockets (AllowStreamLocalForwarding).",
    )


def close_all() -> None:
    """End every tunnel; one that is being made ends with this program."""
    if not _lock.acquire(timeout=_GRACE):
        return
    try:
        for tunnel in _tunnels.values():
            tunnel.close()
        _tunnels.clear()
    finally:
        _lock.release()


atexit.register(close_all)


def refused(where: SshAddress, said: str) -> EngineMissing:
    """What ssh said, as an error with its fix."""
    line = said.splitlines()[-1] if said else "it did not get there in time"
    low = said.lower()
    for words, title, hint in _REFUSALS:
        if any(word in low for word in words):
            return EngineMissing(f"{where}: {line}", title=title, hint=hint.format(where))
    return EngineMissing(
        f"{where}: {line}", title="ssh does not get there", hint=_TRY.format(where)
    )


_TRY = "See what it says by hand: ssh {}"
_REFUSALS = (
    (
        ("host key verification failed", "remote host identification has changed"),
        "ssh does not know that host's key",
        "Look at it once by hand, and compare its fingerprint: ssh {}",
    ),
    (
        ("permission denied", "too many authentication failures", "no more authentication"),
        "ssh is not let in without a password",
        "Nothing is asked here: let it in with a key, or an agent (ssh-add). Try: ssh {} true",
    ),
    (
        ("could not resolve hostname",),
        "There is no such host",
        "DOCKER_HOST or the docker context names it; see ssh_config for names of your own.",
    ),
    (
        ("connection refused", "timed out", "no route to host", "network is unreachable"),
        "The host is not reached by ssh",
        _TRY,
    ),
)
