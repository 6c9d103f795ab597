"""What docker, podman and skopeo sign in with, by their credential helper protocol.

For ECR's hosts a new token, which is kept nowhere; for every other host what `docker login` gave,
kept in the vault.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING

import msgspec

from ecrtui.errors import (
    EcrtuiError,
    NotFound,
    RemoteError,
    UsageError,
    VaultDamaged,
    VaultMissing,
)
from ecrtui.model.hidden import Hidden
from ecrtui.model.places import PUBLIC_REGION, Registry, RegistryKind
from ecrtui.model.reference import account_and_region, is_public_host
from ecrtui.model.typed import decoded
from ecrtui.workflows.credentials import registry_map
from ecrtui.workflows.credentials.kept import KeptCredentials
from ecrtui.workflows.services import Services

if TYPE_CHECKING:
    from ecrtui.vault.vault import Vault

_KIND = "registry"
_OWN = ("AWS_PROFILE", "AWS_ACCESS_KEY_ID")
"""What says, for this command alone, who somebody is."""

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(:\d{1,5})?(/[\w./-]{1,200})?")
_FILE = "Choose once: ecrtui credentials keep keyring, or keep file."


class NoLogin(NotFound):
    """A registry is asked without a login; `reason` is what kept us from having one."""

    title = "No login for this registry"

    def __init__(self, server: str, reason: EcrtuiError | None = None) -> None:
        super().__init__(server)
        self.reason = reason


class RegistryLogin(Hidden, frozen=True):
    """A user and a password, which shows neither."""

    user: str
    password: str

    def shown(self) -> dict[str, str]:
        """Nothing."""
        return {}


def get(services: Services, server: str) -> RegistryLogin:
    """The login for a server, an address or a host.

    Raises NoLogin where there is none, and what signing in to AWS raises. Of ECR Public it raises
    NoLogin alone: anybody may pull there.
    """
    place = registry(services, host_of(server))
    if place is not None:
        return _of_ecr(services, place, host_of(server))
    vault, name = _kept(services), _name(server)
    if name not in {one.name for one in vault.kept()}:  # asked for every registry: open nothing
        raise NoLogin(server)
    try:
        text = vault.read(name)
    except NotFound:  # removed by other means, since the index was written
        raise NoLogin(server) from None
    try:
        return decoded(text, RegistryLogin)
    except msgspec.MsgspecError:
        raise VaultDamaged(f"the login of {server}", hint=f"docker login {server}") from None


def keep(services: Services, server: str, login: RegistryLogin) -> None:
    """Keep what somebody logged in with; of ECR nothing, whose tokens end within a day."""
    if registry(services, host_of(server)) is None:
        text = msgspec.json.encode(login).decode()
        vault = _kept(services)
        if vault.where == "memory":
            raise VaultMissing("secrets are kept in memory, and this ends", hint=_FILE)
        vault.write(_name(server), text, {"server": server, "user": login.user})


def keep_login(services: Services, host: str, login: RegistryLogin) -> None:
    """Keep what a person typed. Raises UsageError for what cannot be one, VaultError."""
    if not _HOST.fullmatch(host):
        raise UsageError(host, title="Not a registry's host", hint="registry.example.com:5000")
    if not login.user or not login.password:
        raise UsageError("a user and a password are needed", title="Nothing was kept")
    if registry(services, host) is not None:
        hint = "Its tokens come by themselves, with the credentials of its account."
        raise UsageError(host, title="ECR needs no login", hint=hint)
    keep(services, host, login)


def forget(services: Services, server: str) -> None:
    """Forget a login, which may be gone already."""
    if registry(services, host_of(server)) is None:
        try:
            _kept(services).remove(_name(server))
        except NotFound:
            return


def users(services: Services) -> dict[str, str]:
    """The servers that are kept, and as whom; opens nothing."""
    kept = [one.about for one in _kept(services).kept()]
    return {about["server"]: about["user"] for about in kept if {"server", "user"} <= about.keys()}


def registry(services: Services, host: str) -> Registry | None:
    """The ECR registry that a host is, with who asks there; None for a host that is none.

    Who that is: the map's, else this command's own (AWS_PROFILE), else a kept credential that a
    test found to be of that account, else the default profile.
    """
    mapped, found = registry_map.match(services, host), account_and_region(host)
    if is_public_host(host):
        profile = mapped.name if mapped else services.profile
        return Registry(profile, PUBLIC_REGION, kind=RegistryKind.PUBLIC)
    if found is None:
        return Registry(mapped.name, mapped.region) if mapped and mapped.region else None
    account, region = found
    if mapped is not None:
        return Registry(mapped.name, region, account)
    return Registry(_profile_of(services, account), region, account)


def host_of(server: str) -> str:
    """The host, with its port, of an address as docker has it; without https' own port."""
    rest = server.partition("://")[2] or server
    return rest.partition("/")[0].rpartition("@")[2].lower().removesuffix(":443")


def _profile_of(services: Services, account: str) -> str:
    if any(os.environ.get(name) for name in _OWN):
        return services.profile
    known = KeptCredentials(lambda: services.vault).known()
    of_account = [
        name for name, one in sorted(known.items()) if one.about.get("account") == account
    ]
    return of_account[0] if of_account else services.profile


def _of_ecr(services: Services, place: Registry, host: str) -> RegistryLogin:
    from ecrtui.aws import registries

    try:
        told, (user, password) = registries.login_at(services.sessions, place)
    except EcrtuiError as failure:
        raise (NoLogin(host, failure) if place.is_public else failure) from None
    if not place.is_public and account_and_region(host) is None and told != host:
        raise RemoteError(
            f"{place.profile} has a token for {told}, not for {host}",
            title="The map is wrong",
            hint="ecrtui credentials map shows it. The token is given to nobody else.",
        )
    return RegistryLogin(user, password)


def _kept(services: Services) -> Vault:
    return services.vault_of(_KIND)


def _name(server: str) -> str:
    """What its login is called in the vault, which does not take every address as a name."""
    from ecrtui.vault.vault import check_name

    try:
        return check_name(server.removeprefix("https://").rstrip("/").replace(":", "~"))
    except UsageError:
        return f"server-{hashlib.sha256(server.encode('utf-8', 'replace')).hexdigest()[:40]}"
