"""Addresses of registries: where a password may go."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port, the default one where none is written."""
    where = urlsplit(url)
    try:
        port = where.port or _PORTS.get(where.scheme)
    except ValueError:
        port = None
    return where.scheme, (where.hostname or "").lower(), port


def is_loopback(netloc: str) -> bool:
    """Whether `host[:port]` is this machine; `127.example.com` is not."""
    try:
        name = urlsplit(f"//{netloc}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
