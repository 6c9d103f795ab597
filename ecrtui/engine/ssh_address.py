"""`ssh://user@host:port/path`, taken apart so that no part of it can be an option of ssh's."""

from __future__ import annotations

import re

import msgspec

from ecrtui.errors import EngineMissing

DEFAULT_SOCKET = "/var/run/docker.sock"
_PARTS = re.compile(
    r"ssh://(?:(?P<user>[A-Za-z0-9_][A-Za-z0-9_.+\\@-]*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.-]+)?\]|[A-Za-z0-9_][A-Za-z0-9_.-]*)"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>/[A-Za-z0-9_./@+-]*)?"
)


class SshAddress(msgspec.Struct, frozen=True):
    """One engine behind ssh."""

    host: str
    """A name of ssh's configuration, a host's, or an IP address."""
    user: str = ""
    port: str = ""
    socket: str = DEFAULT_SOCKET
    """Where the engine listens there."""

    def __str__(self) -> str:
        return f"{self.user}@{self.host}" if self.user else self.host


def parse_ssh(url: str) -> SshAddress:
    """The parts of an address; raises EngineMissing for one that is none, or is odd."""
    found = _PARTS.fullmatch(url)
    if found is None or (found["port"] and not 0 < int(found["port"]) < 65_536):
        raise EngineMissing(
            url,
            title="That is no engine's address",
            hint="Write ssh://USER@HOST, with :PORT and the socket's /PATH where they differ.",
        )
    path = (found["path"] or "").rstrip("/")
    return SshAddress(
        found["host"].strip("[]"), found["user"] or "", found["port"] or "", path or DEFAULT_SOCKET
    )
