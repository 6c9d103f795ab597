"""Every way in as a row: what the index, AWS's files, the map and earlier use tell of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.model.credentials import (
    AWS_FILES,
    ENVIRONMENT,
    SSO_SESSION,
    CredentialKind,
    Lives,
    Seen,
    WayIn,
    key_hint,
)
from ecrtui.model.kept import Kept
from ecrtui.model.places import Profile, ProfileKind
from ecrtui.model.signing_in import PortalSession
from ecrtui.workflows.credentials import registry_map, seen, signing_in
from ecrtui.workflows.credentials.kept import KeptCredentials
from ecrtui.workflows.services import Services

_NOBODY = Seen()
_LIVES = {
    ProfileKind.STATIC.value: Lives.ENDLESS,
    CredentialKind.SESSION.value: Lives.SOME_DAY,
    ProfileKind.WEB_IDENTITY.value: Lives.BY_ITSELF,
    ProfileKind.CONTAINER.value: Lives.BY_ITSELF,
    ProfileKind.INSTANCE.value: Lives.BY_ITSELF,
    ProfileKind.PROCESS.value: Lives.BY_ITSELF,
    ProfileKind.ASSUME_ROLE.value: Lives.BY_ITSELF,
}


def listing(services: Services) -> list[WayIn]:
    """Every way in, by name; opens neither the keyring nor the network."""
    known = KeptCredentials(lambda: services.vault).known()
    rows = list(_ambient())
    for profile in services.sessions.profiles():
        one = known.get(profile.name)
        own = profile.kind is not ProfileKind.KEYRING
        if one is None or own:
            rows.append(_declared(profile, services.sessions.declared(profile.name)))
        if one is not None:
            rows.append(_kept(one, second=own))
    mapped = registry_map.lines(services)
    told = seen.of_all(services.state)
    aliases = {one.account: one.alias for one in told.values() if one.alias}
    rows = [_known_of(row, told, mapped) for row in rows]
    replace = msgspec.structs.replace
    named = [replace(row, alias=row.alias or aliases.get(row.account, "")) for row in rows]
    return _with_lives(services, named)


def _ambient() -> Iterator[WayIn]:
    """What answers when no profile is named, where the environment says what that is."""
    from ecrtui.aws.profiles import ambient

    found = ambient(os.environ)
    if found.kind in (ProfileKind.ENVIRONMENT, ProfileKind.WEB_IDENTITY, ProfileKind.CONTAINER):
        key = os.environ.get("AWS_ACCESS_KEY_ID", "")
        lives = Lives.SOME_DAY if os.environ.get("AWS_SESSION_TOKEN") else Lives.ENDLESS
        if found.kind is not ProfileKind.ENVIRONMENT:
            key, lives = "", Lives.BY_ITSELF
        yield WayIn(
            "",
            found.kind.value,
            ENVIRONMENT,
            key=key_hint(key),
            region=found.region,
            lives=lives,
        )


def _declared(profile: Profile, values: Mapping[str, Any]) -> WayIn:
    role = str(values.get("role_arn", ""))
    is_sso = profile.kind is ProfileKind.SSO
    return WayIn(
        profile.name,
        profile.kind.value,
        AWS_FILES,
        key=key_hint(str(values.get("aws_access_key_id", ""))),
        region=profile.region,
        role=role,
        source="" if is_sso else profile.source,
        account=str(values.get("sso_account_id", "")) if is_sso else "",
        mfa=str(values.get("mfa_serial", "")) if role else "",
        session=profile.source if is_sso else "",
        sso_role=str(values.get("sso_role_name", "")) if is_sso else "",
    )


def _kept(one: Kept, *, second: bool) -> WayIn:
    about: dict[str, Any] = {member: one.about.get(key, "") for key, member in _SHOWN.items()}
    return WayIn(name=one.name, where=one.where, updated=one.updated, second=second, **about)


_SHOWN = {
    "kind": "kind",
    "key": "key",
    "region": "region",
    "role": "role",
    "source": "source",
    "account": "account",
    "principal": "principal",
    "mfa": "mfa",
    "session": "session",
    "ssoRole": "sso_role",
    "rotation": "rotation",
}
"""What the index holds of a credential, and the member it is."""


def _known_of(row: WayIn, told: Mapping[str, Seen], mapped: Iterable[registry_map.Mapped]) -> WayIn:
    """With what is known of the name; of two that share it, for the one that is used."""
    if row.second:
        return row
    found = told.get(row.name, _NOBODY)
    return msgspec.structs.replace(
        row,
        account=found.account or row.account or account_of(row.role),
        principal=found.principal or row.principal,
        alias=found.alias,
        used=found.used,
        tested=found.tested,
        key_made=found.key_made if row.key in ("", found.key) else None,
        registries=tuple(line.pattern for line in mapped if line.name == row.name),
    )


def account_of(arn: str) -> str:
    """The account in an ARN, '' where there is none."""
    parts = arn.split(":")
    return parts[4] if len(parts) > 4 and len(parts[4]) == 12 and parts[4].isdigit() else ""


def _with_lives(services: Services, rows: list[WayIn]) -> list[WayIn]:
    portals = {portal.name: portal for portal in sessions(services)}
    return [
        row if row.second or not row.name else _with_life(services, row, portals) for row in rows
    ]


def _with_life(services: Services, row: WayIn, portals: Mapping[str, WayIn]) -> WayIn:
    """A role lives as what assumes it: whoever needs a code or a sign-in there needs it here."""
    replace = msgspec.structs.replace
    try:
        chain = services.sessions.files.chain(row.name)
    except EcrtuiError:  # a circle of roles
        return row
    session = next((link.session for link in chain if link.session), "")
    if session:
        portal = portals.get(session)
        lives = portal.lives if portal is not None else Lives.SIGN_IN
        return replace(
            row, lives=lives, expires=portal.expires if portal else None, session=session
        )
    coded = any(link.mfa for link in chain)
    lives = Lives.CODE if coded else _LIVES.get(row.kind, Lives.UNKNOWN)
    return replace(row, lives=lives, expires=services.sessions.expires(row.name))


def sessions(services: Services) -> list[WayIn]:
    """The portals that somebody signs in to, as rows; opens neither the vault nor the network."""
    return [_session(one) for one in signing_in.sessions(services)]


def _session(one: PortalSession) -> WayIn:
    from ecrtui.aws import cli_tokens

    where, expires, refreshes = one.where, one.expires, one.refreshes
    told = cli_tokens.ends(one.name, one.start_url) if expires is None else None
    if told is not None:
        where, (expires, refreshes) = AWS_FILES, told
    return WayIn(
        one.name,
        SSO_SESSION,
        where or (AWS_FILES if one.declared else ""),
        region=one.region,
        source=one.start_url,
        lives=Lives.BY_ITSELF if expires is not None and refreshes else Lives.SIGN_IN,
        expires=expires,
    )
