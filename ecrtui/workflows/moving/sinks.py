"""Registries that images are put into: ECR, and any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecrtui.errors import NotAllowed, UsageError
from ecrtui.model.places import Home, Outside
from ecrtui.model.ports import BlobSink, Password
from ecrtui.model.reference import Transport

if TYPE_CHECKING:
    from ecrtui.workflows.services import Services

_ACCOUNT = 12
"""Digits."""
Pause = Callable[[float], object]


def sink(services: Services, home: Home, repository: str, pause: Pause) -> BlobSink:
    """The way into a place; nothing is asked or written yet."""
    if isinstance(home, Outside):
        return _outside(services, home, repository, pause)
    from ecrtui.aws import registries

    def uri_of(name: str) -> str:
        try:
            return services.reader(home).repository(name).repository_uri
        except NotAllowed:  # who may push, as docker does, need not be allowed to look
            host, _ = registries.login_at(services.sessions, home)
            return f"{_of_account(host, home.account)}/{name}"

    def open_sink(uri: str, login: Password) -> BlobSink:
        from ecrtui.oci.distribution import RegistryClient

        host, _, name = uri.partition("/")
        return RegistryClient(host, login=login).sink(name, pause=pause, resumable=False)

    return registries.sink(services.sessions, home, repository, uri_of, open_sink)


def _of_account(host: str, account: str) -> str:
    """A registry's host, for an account: the token's may be of the one that asked for it."""
    asking = host[:_ACCOUNT]
    return account + host[_ACCOUNT:] if account and asking.isdecimal() else host


def _outside(services: Services, home: Outside, repository: str, pause: Pause) -> BlobSink:
    if home.transport is Transport.DOCKER:
        from ecrtui.oci.distribution import RegistryClient
        from ecrtui.oci.logins import find

        client = RegistryClient(home.where, find=find)
        return client.sink(repository, read_only=services.read_only, pause=pause)
    # Layouts and archives are files of a deed's own: destinations.py opens them.
    raise UsageError(
        f"{home.transport.value}:{home.where or repository}", title="Nothing can be put there"
    )
