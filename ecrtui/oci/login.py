"""A user and a secret, which shows itself to nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec


class Hidden(msgspec.Struct, frozen=True):
    """What must not be seen in a traceback, a log or a test's output."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class Login(Hidden, frozen=True):
    """Who one is at a registry."""

    user: str
    secret: str
    """A password; or what an access token is given for, which is sent to the realm alone."""
    refresh: bool = False
    """Whether the secret is such an OAuth2 refresh token (docker's `identitytoken`)."""


class Found(msgspec.Struct, frozen=True):
    """What a search for a login came to."""

    login: Login | None = None
    where: str = ""
    """The file or the helper that has it, for a person; '' when it came from elsewhere."""
    trouble: str = ""
    """Why nothing was found where something should be; '' when there is just nothing."""

    def advice(self, host: str) -> str:
        """What to do when a registry refuses; '' where docker login has no part in it."""
        way = f"docker login {host}, podman login {host} or skopeo login {host}"
        if self.login is not None and not self.where:
            return ""
        if self.login is not None:
            known = f"What {self.where} has for {host} is refused, or may not do this."
            return f"{known} To sign in anew: {way}"
        return (f"{self.trouble}. " if self.trouble else "") + f"Sign in with {way}"


Finder: TypeAlias = Callable[[str, str], Found]
"""The login for a host and a repository on it."""


def nobody(_host: str, _repository: str) -> Found:
    """No login for anything."""
    return Found()
