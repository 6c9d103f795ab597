"""What a profile's credentials come from, link by link, read from files and names alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ecrtui.aws import profiles
from ecrtui.errors import UsageError
from ecrtui.model.credentials import CredentialKind
from ecrtui.model.kept import Kept
from ecrtui.model.places import ProfileKind
from ecrtui.model.signing_in import Link, SsoSession, host_name

_DEFAULT_SCOPES = ("sso:account:access",)


def links(name: str, config: Mapping[str, Any], kept: Mapping[str, Kept]) -> tuple[Link, ...]:
    """From a profile to the keys at the end of its chain of roles.

    Raises UsageError for roles that assume each other in a circle.
    """
    found: list[Link] = []
    while name:
        link = _kept(name, kept[name]) if profiles.is_kept(name, config, kept) else None
        found.append(link or _declared(name, config))
        name = found[-1].source
        seen = [one.profile for one in found]
        if name == seen[-1] and "aws_access_key_id" in _values(name, config):
            return (*found, Link(name, ProfileKind.STATIC))  # a role by the profile's own keys
        if name in seen:
            raise UsageError(
                " -> ".join([*seen, name]),
                title="These roles assume each other in a circle",
                hint="One of them needs keys, or another source.",
            )
    return tuple(found)


def portals(config: Mapping[str, Any]) -> Iterator[SsoSession]:
    """The portals that AWS's files declare: each [sso-session], and each start URL of a profile
    without one, which is known by its host."""
    declared = config.get("sso_sessions", {})
    for name, values in declared.items():
        if values.get("sso_start_url") and values.get("sso_region"):
            yield _portal(name, values)
    seen = set(declared)
    for values in config.get("profiles", {}).values():
        if values.get("sso_session") or not values.get("sso_start_url"):
            continue
        name = host_name(str(values["sso_start_url"]))
        if name and name not in seen and values.get("sso_region"):
            seen.add(name)
            yield _portal(name, values)


def portal_of(profile: str, config: Mapping[str, Any]) -> SsoSession | None:
    """The portal that a declared profile takes its role from."""
    values = _values(profile, config)
    name = str(values.get("sso_session") or "")
    if name:
        declared = config.get("sso_sessions", {}).get(name, {})
        return _portal(name, declared) if declared.get("sso_start_url") else None
    return _portal(host_name(str(values["sso_start_url"])), values) if _legacy(values) else None


def _kept(name: str, one: Kept) -> Link:
    about = one.about
    session = about.get("session", "")
    kind = ProfileKind.SSO if session else ProfileKind.KEYRING
    return Link(
        profile=name,
        kind=kind,
        kept=True,
        source=about.get("source", ""),
        session=session,
        mfa=bool(about.get("mfa")),
        role=about.get("kind") == CredentialKind.ROLE.value,
    )


def _declared(name: str, config: Mapping[str, Any]) -> Link:
    values = _values(name, config)
    profile = profiles.of_values(name, values)
    portal = portal_of(name, config) if profile.kind is ProfileKind.SSO else None
    role = profile.kind is ProfileKind.ASSUME_ROLE
    return Link(
        profile=name,
        kind=profile.kind,
        source=str(values.get("source_profile") or "") if role else "",
        session=portal.name if portal is not None else "",
        mfa=role and bool(values.get("mfa_serial")),
        role=role,
    )


def _values(name: str, config: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = config.get("profiles", {}).get(name, {})
    return found


def _portal(name: str, values: Mapping[str, Any]) -> SsoSession:
    scopes = str(values.get("sso_registration_scopes") or "").split(",")
    given = tuple(scope.strip() for scope in scopes if scope.strip())
    return SsoSession(
        name,
        str(values.get("sso_start_url") or ""),
        str(values.get("sso_region") or ""),
        given or _DEFAULT_SCOPES,
    )


def _legacy(values: Mapping[str, Any]) -> bool:
    return bool(values.get("sso_start_url") and values.get("sso_region"))
