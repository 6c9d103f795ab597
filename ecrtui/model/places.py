"""Where things are: profiles, accounts, regions and registries, and places outside ECR.

A place is carried as a value from where it was found to where it is needed; it is never parsed
back out of a URI, because local endpoints, dual-stack, FIPS and other partitions have other host
forms.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

import msgspec

from ecrtui.model.image import ImageId
from ecrtui.model.reference import Reference, Transport

PUBLIC_REGION = "us-east-1"
"""Where the ECR Public API lives; the gallery itself is global."""


class ProfileKind(str, Enum):
    """How a profile gets its credentials, in the order boto3 would find them."""

    STATIC = "static keys"
    ASSUME_ROLE = "assume role"
    WEB_IDENTITY = "web identity"
    SSO = "sso"
    PROCESS = "credential process"
    LOGIN = "aws login"
    ENVIRONMENT = "environment"
    CONTAINER = "container role"
    INSTANCE = "instance role"
    KEYRING = "keyring"
    """Kept by ecrtui, in the keyring or where else it keeps secrets."""
    NONE = "none"


class Profile(msgspec.Struct, frozen=True, rename="camel"):
    """One way in, as ~/.aws or the environment declares it; no secret in it."""

    name: str
    kind: ProfileKind = ProfileKind.NONE
    region: str = ""
    source: str = ""
    """The profile or role a chain starts from, the SSO session's name, or ''."""


class Identity(msgspec.Struct, frozen=True, rename="camel"):
    """Who STS says we are."""

    account: str
    arn: str
    user_id: str = ""
    partition: str = "aws"
    alias: str = ""
    """What the account calls itself; '' where it has no such name, or nobody told (yet)."""


class RegistryKind(str, Enum):
    """The private registry of an account and region, or the account's public one."""

    PRIVATE = "private"
    PUBLIC = "public"


class Registry(msgspec.Struct, frozen=True, rename="camel"):
    """One registry as one profile reaches it. Hashable: it keys caches, state and bookmarks."""

    profile: str
    region: str
    account: str = ""
    """Twelve digits; '' until somebody asked STS or a row named its registryId."""
    kind: RegistryKind = RegistryKind.PRIVATE

    @property
    def is_public(self) -> bool:
        """Whether this is an ECR Public registry, which has another, smaller API."""
        return self.kind is RegistryKind.PUBLIC

    @property
    def called(self) -> str:
        """`prod · 111122223333 · eu-west-1`, as far as it is known."""
        region = "ECR Public" if self.is_public else self.region
        return " · ".join(filter(None, (self.profile or "default", self.account, region)))


class Outside(msgspec.Struct, frozen=True, rename="camel"):
    """A place that is no ECR registry: another registry, a folder, a file, the local engine.

    It gives images that one can name, and lists nothing: no rows, no settings, no pull times.
    """

    transport: Transport
    where: str = ""
    """A registry's host, a path as it was typed, '' for the engine."""

    @property
    def is_remote(self) -> bool:
        """Whether what is read here comes over the network."""
        return self.transport is Transport.DOCKER

    def reference(self, repository: str, image_id: ImageId) -> Reference:
        """What names an image here."""
        tag, digest = image_id.image_tag, image_id.image_digest
        if self.transport in (Transport.DOCKER, Transport.DAEMON):
            return Reference(self.transport, repository, tag, digest, self.where)
        return Reference(self.transport, self.where, tag, digest)


Home: TypeAlias = Registry | Outside
"""Where an image is. Together with a repository's name it tells where its bytes come from."""


def is_local(home: Home) -> bool:
    """Whether what is read there comes over no network."""
    return isinstance(home, Outside) and not home.is_remote


class RegionAccess(str, Enum):
    """Whether an account may use a region."""

    ENABLED = "enabled"
    NOT_ENABLED = "not enabled"
    UNKNOWN = "unknown"


NOT_LOOKED_AT = "not looked at"
"""The note of a registry of a profile that is declared and not in use."""


class RegistrySummary(msgspec.Struct, frozen=True, rename="camel"):
    """A row of the first screen: one registry and what is known of it so far."""

    registry: Registry
    repositories: int | None = None
    """Repositories counted so far; None while nothing has answered."""
    complete: bool = False
    """Whether `repositories` is the whole count."""
    access: RegionAccess = RegionAccess.UNKNOWN
    identity: Identity | None = None
    note: str = ""
    """A short remark: signed out, denied, replica of ..., the error's title."""
    problem: Exception | None = None
    """What kept it from answering: an EcrtuiError, or None."""
