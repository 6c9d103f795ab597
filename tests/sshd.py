"""An ssh server of the tests' own on loopback, and an `ssh` that knows it by the name `faraway`.

    with served(folder) as far:
        monkeypatch.setenv("PATH", far.path)        # DOCKER_HOST=ssh://faraway/...

`ssh` there is the real one with a configuration of the tests' own (`ssh -F`): the real one reads
the home of the password file, whatever HOME says.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.sandbox.programs import lacking, need, run

_SERVER = """\
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/key.pub
PidFile {folder}/pid
StrictModes no
UsePAM no
PermitRootLogin {root}
PubkeyAuthentication {keys}
PasswordAuthentication {passwords}
AllowStreamLocalForwarding {forwards}
"""
_CLIENT = """\
Host faraway
    HostName 127.0.0.1
    Port {port}
    IdentityFile {folder}/key
    IdentityAgent none
    UserKnownHostsFile {folder}/known
    GlobalKnownHostsFile /dev/null
"""


@dataclass(frozen=True)
class Far:
    """A running server."""

    folder: Path

    @property
    def path(self) -> str:
        """PATH with the `ssh` that knows it in front."""
        return f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"

    def forget(self) -> None:
        """Let ssh not know the host's key."""
        (self.folder / "known").write_text("")


@contextmanager
def served(folder: Path, *, keys: bool = True, forwards: bool = True) -> Iterator[Far]:
    """A server that takes a key, or passwords alone; that forwards sockets, or does not."""
    sshd, ssh = need("sshd"), need("ssh")
    if os.geteuid() != 0:
        lacking("sshd's separation of privileges needs root")
    Path("/run/sshd").mkdir(exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("host", "key"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name)
    words = {True: "yes", False: "no"}
    told = {"root": "yes", "keys": words[keys], "passwords": words[not keys]}
    server = _SERVER.format(folder=folder, port=port, forwards=words[forwards], **told)
    (folder / "sshd_config").write_text(server)
    (folder / "config").write_text(_CLIENT.format(folder=folder, port=port))
    host_key = " ".join((folder / "host.pub").read_text().split()[:2])
    (folder / "known").write_text(f"[127.0.0.1]:{port} {host_key}\n")
    (folder / "bin").mkdir()
    wrapper = folder / "bin" / "ssh"
    wrapper.write_text(f'#!/bin/sh\nexec {ssh} -F {folder}/config "$@"\n')
    wrapper.chmod(0o755)
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [sshd, "-D", "-e", "-f", folder / "sshd_config"], stdout=log, stderr=log
    )
    log.close()
    try:
        _wait(port, process, folder)
        yield Far(folder)
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    ends = time.monotonic() + 30
    while True:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None or time.monotonic() > ends:
            pytest.fail((folder / "log").read_text()[-2000:])
        time.sleep(0.02)
