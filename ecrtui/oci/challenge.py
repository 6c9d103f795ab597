"""WWW-Authenticate, as registries write it (RFC 9110, the distribution specification)."""

from __future__ import annotations

import base64
import re

import msgspec

_PARAMETER = re.compile(r'([A-Za-z]+)="((?:[^"\\]|\\.)*)"')


class Challenge(msgspec.Struct, frozen=True):
    """How a registry wants one to sign in."""

    scheme: str
    """`basic`, `bearer`, or '' when the header says nothing."""
    realm: str = ""
    service: str = ""
    scope: str = ""


def parse_challenge(header: str) -> Challenge:
    """The challenge in a header; unknown parameters are passed over."""
    scheme, _, rest = header.strip().partition(" ")
    found = {name.lower(): value for name, value in _PARAMETER.findall(rest)}
    return Challenge(
        scheme.lower(), found.get("realm", ""), found.get("service", ""), found.get("scope", "")
    )


def basic(user: str, password: str) -> str:
    """The value of an Authorization header for a user and password."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
