"""The profiles there are and how each gets its credentials, read without any network."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ecrtui.model.kept import Kept
from ecrtui.model.places import Profile, ProfileKind

_KINDS: tuple[tuple[str, ProfileKind, str], ...] = (
    # (the key that tells, the kind, the key that names its source), in botocore's own order
    ("web_identity_token_file", ProfileKind.WEB_IDENTITY, "role_arn"),
    ("role_arn", ProfileKind.ASSUME_ROLE, "source_profile"),
    ("sso_session", ProfileKind.SSO, "sso_session"),
    ("sso_start_url", ProfileKind.SSO, "sso_start_url"),
    ("login_session", ProfileKind.LOGIN, "login_session"),
    ("credential_process", ProfileKind.PROCESS, ""),
    ("aws_access_key_id", ProfileKind.STATIC, ""),
)


def profiles(config: Mapping[str, Any]) -> list[Profile]:
    """The profiles of a botocore `full_config`, by name; no secret is kept."""
    return [of_values(name, values) for name, values in sorted(config.get("profiles", {}).items())]


def with_kept(config: Mapping[str, Any], kept: Mapping[str, Kept]) -> list[Profile]:
    """The declared profiles and the kept credentials, by name."""
    found = {profile.name: profile for profile in profiles(config)}
    for name, one in kept.items():
        if is_kept(name, config, kept):
            declared = found.get(name, Profile(name))
            region = declared.region or one.about.get("region", "")
            source = one.about.get("source", "")
            found[name] = Profile(name, ProfileKind.KEYRING, region, source)
    return [found[name] for name in sorted(found)]


def is_kept(name: str, config: Mapping[str, Any], kept: Mapping[str, Kept]) -> bool:
    """Whether a name means a kept credential: no profile of that name has a way in of its own.

    One whose credential_process asks ecrtui for this very name is no other way in.
    """
    if name not in kept:
        return False
    values = config.get("profiles", {}).get(name, {})
    kind = of_values(name, values).kind
    return kind is ProfileKind.NONE or (
        kind is ProfileKind.PROCESS and _is_ours(str(values["credential_process"]), name)
    )


def _is_ours(process: str, name: str) -> bool:
    words = process.replace('"', "").split()
    return words[-3:] == ["credentials", "process", name] and "ecrtui" in words[0]


def ambient(environment: Mapping[str, str] = os.environ) -> Profile:
    """What answers when no profile is named: the environment, or the machine's own role."""
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION", "")
    if environment.get("AWS_ACCESS_KEY_ID"):
        kind = ProfileKind.ENVIRONMENT
    elif environment.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
        kind = ProfileKind.WEB_IDENTITY
    elif environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") or environment.get(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    ):
        kind = ProfileKind.CONTAINER
    elif environment.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        kind = ProfileKind.NONE
    else:
        kind = ProfileKind.INSTANCE
    return Profile(name="", kind=kind, region=region)


def of_values(name: str, values: Mapping[str, Any]) -> Profile:
    """The profile that these values declare."""
    for key, kind, source in _KINDS:
        if key in values:
            return Profile(
                name=name,
                kind=kind,
                region=str(values.get("region", "")),
                source=str(values.get(source, "")) if source else "",
            )
    return Profile(name=name, region=str(values.get("region", "")))
