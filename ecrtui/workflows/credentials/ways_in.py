"""Every way in as a row: what the index, AWS's files, the map and earlier use tell of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ecrtui.model.credentials import AWS_FILES, CredentialKind, Lives, Seen, WayIn, key_hint
from ecrtui.model.kept import Kept
from ecrtui.model.places import Profile, ProfileKind
from ecrtui.workflows.credentials import registry_map, seen
from ecrtui.workflows.credentials.kept import KeptCredentials
from ecrtui.workflows.services import Services

_NOBODY = Seen()
_LIVES = {
    ProfileKind.STATIC.value: Lives.ENDLESS,
    CredentialKind.SESSION.value: Lives.SOME_DAY,
    ProfileKind.SSO.value: Lives.BY_ITSELF,
    ProfileKind.WEB_IDENTITY.value: Lives.BY_ITSELF,
    ProfileKind.CONTAINER.value: Lives.BY_ITSELF,
    ProfileKind.INSTANCE.value: Lives.BY_ITSELF,
    ProfileKind.PROCESS.value: Lives.BY_ITSELF,
    ProfileKind.ASSUME_ROLE.value: Lives.BY_ITSELF,
}


def listing(services: Services) -> list[WayIn]:
    """Every way in, by name; opens neither the keyring nor the network."""
    known = KeptCredentials(lambda: services.vault).known()
    rows: list[WayIn] = []
    for profile in services.sessions.profiles():
        one = known.get(profile.name)
        own = profile.kind is not ProfileKind.KEYRING
        if one is None or own:
            rows.append(_declared(profile, services.sessions.declared(profile.name)))
        if one is not None:
            rows.append(_kept(one, second=own))
    mapped = registry_map.lines(services)
    told = seen.of_all(services.state)
    return _with_lives([_known_of(row, told, mapped) for row in rows])


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
        registries=tuple(line.pattern for line in mapped if line.name == row.name),
    )


def account_of(arn: str) -> str:
    """The account in an ARN, '' where there is none."""
    parts = arn.split(":")
    return parts[4] if len(parts) > 4 and len(parts[4]) == 12 and parts[4].isdigit() else ""


def _with_lives(rows: list[WayIn]) -> list[WayIn]:
    by_name = {row.name: row for row in rows if not row.second}
    return [msgspec.structs.replace(row, lives=_lives(row, by_name)) for row in rows]


def _lives(row: WayIn, by_name: Mapping[str, WayIn]) -> Lives:
    """A role lives as what assumes it: whoever needs a code or a sign-in there needs it here."""
    passed: list[str] = []
    one: WayIn | None = row
    while one is not None and one.name not in passed:
        if one.mfa:
            return Lives.CODE
        passed.append(one.name)
        one = by_name.get(one.source) if one.source else None
    return _LIVES.get(row.kind, Lives.UNKNOWN)
