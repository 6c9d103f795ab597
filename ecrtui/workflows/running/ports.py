"""Ports of this machine that are free for what an image exposes."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

from ecrtui.model.running import Port

_LOOPBACK = "127.0.0.1"
_PRIVILEGED = 1024
_NUMBER = re.compile(r"[0-9]{1,5}")
"""An image may say anything."""


def proposals(exposed: tuple[str, ...], *, here: bool) -> Iterator[Port]:
    """Each exposed port with a free one of this machine, reached from this machine alone.

    Of an engine elsewhere nobody here knows what is free: it chooses.
    """
    taken: set[tuple[int, str]] = set()
    for text in exposed:
        number, _, protocol = text.partition("/")
        if not _NUMBER.fullmatch(number) or protocol not in ("tcp", "udp", ""):
            continue
        inside, protocol = int(number), protocol or "tcp"
        if not here:
            yield Port(inside, protocol)
            continue
        free = next(one for one in _candidates(inside, protocol) if (one, protocol) not in taken)
        taken.add((free, protocol))
        yield Port(inside, protocol, free, _LOOPBACK)


def _candidates(inside: int, protocol: str) -> Iterator[int]:
    """The same port, 8080 for 80, then whatever is free."""
    for wanted in (inside, inside + 8000 if inside < _PRIVILEGED else 0):
        if wanted >= _PRIVILEGED and _bound(wanted, protocol):
            yield wanted
    while True:
        yield _bound(0, protocol)


def _bound(port: int, protocol: str) -> int:
    """The port that could be had, 0 when it is taken."""
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as asked:
        try:
            asked.bind((_LOOPBACK, port))
        except (OSError, OverflowError):
            return 0
        return int(asked.getsockname()[1])
