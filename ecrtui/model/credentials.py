"""Long-lived credentials as the vault keeps them. What is secret shows in no repr."""

from __future__ import annotations

from enum import Enum

import msgspec

from ecrtui.model.hidden import Hidden as Hidden  # others know it from here
from ecrtui.model.rotation import KeyPair, Rotation
from ecrtui.model.running import Variable


class CredentialKind(str, Enum):
    """What a kept credential is made of."""

    KEYS = "static keys"
    SESSION = "session keys"
    """They end some day, and AWS does not say when."""
    ROLE = "assume role"
    SSO = "sso"
    """A role of a portal's account, by a session of IAM Identity Center."""


class Credential(Hidden, frozen=True, rename="camel", omit_defaults=True):
    """Keys, or a role with what it is assumed by. It shows its name and its kind alone."""

    name: str
    access_key_id: str = ""
    secret_access_key: str = ""
    session_token: str = ""
    region: str = ""
    role_arn: str = ""
    source: str = ""
    """The kept credential, or the profile, that assumes the role; '' for its own keys."""
    mfa_serial: str = ""
    external_id: str = ""
    sso_session: str = ""
    """The kept session that opens the portal: the name of an `SsoSession`."""
    sso_account: str = ""
    """Twelve digits."""
    sso_role: str = ""
    """The permission set's name, as the portal shows it."""
    rotation: Rotation | None = None
    """Of its key, while one is under way."""

    def shown(self) -> dict[str, str]:
        """Its name and its kind."""
        return {"name": self.name, "kind": self.kind.value}

    @property
    def kind(self) -> CredentialKind:
        """What it is made of."""
        if self.sso_session:
            return CredentialKind.SSO
        if self.role_arn:
            return CredentialKind.ROLE
        return CredentialKind.SESSION if self.session_token else CredentialKind.KEYS

    @property
    def has_keys(self) -> bool:
        """Whether it holds keys of its own."""
        return bool(self.access_key_id)

    @property
    def keys(self) -> KeyPair:
        """The key it signs with."""
        return KeyPair(self.access_key_id, self.secret_access_key)

    def about(self) -> dict[str, str]:
        """What the index of names may hold: nothing secret, no whole key id."""
        told = {
            "kind": self.kind.value,
            "key": key_hint(self.access_key_id),
            "region": self.region,
            "role": self.role_arn,
            "source": self.source,
            "mfa": self.mfa_serial,
            "session": self.sso_session,
            "account": self.sso_account,
            "ssoRole": self.sso_role,
            "rotation": self.rotation.told if self.rotation is not None else "",
        }
        return {name: value for name, value in told.items() if value}


class SessionKeys(Hidden, frozen=True):
    """Keys ready to sign with, and until when."""

    access_key_id: str
    secret_access_key: str
    session_token: str = ""
    expires: float | None = None
    """Epoch seconds, UTC; None when nothing tells."""

    def shown(self) -> dict[str, str]:
        """Nothing of them."""
        return {}

    def variables(self, region: str) -> tuple[Variable, ...]:
        """As variables that every SDK reads."""
        pairs = (
            ("AWS_ACCESS_KEY_ID", self.access_key_id),
            ("AWS_SECRET_ACCESS_KEY", self.secret_access_key),
            ("AWS_SESSION_TOKEN", self.session_token),
            ("AWS_REGION", region),
            ("AWS_DEFAULT_REGION", region),
        )
        return tuple(Variable(name, value) for name, value in pairs if value)


def key_hint(key_id: str) -> str:
    """The start and the end of a key's id: enough to know it by in the IAM console."""
    return f"{key_id[:4]}…{key_id[-4:]}" if len(key_id) >= 16 else ""


class Lives(str, Enum):
    """What becomes of what it signs with, as far as that is known without asking anybody."""

    ENDLESS = "does not end"
    SOME_DAY = "ends, and nothing tells when"
    BY_ITSELF = "renewed by itself"
    CODE = "asks for an MFA code"
    SIGN_IN = "needs a sign-in"
    UNKNOWN = ""


class LastTest(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What the last test of a credential found. Nothing foreign is in it but AWS's own names."""

    at: float
    """Epoch seconds, UTC, like every time here."""
    region: str = ""
    reads_ecr: bool = False
    problem: str = ""
    """The title of what went wrong; '' when nothing did."""
    hint: str = ""


class Seen(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What using a credential has told of it. No secret is in it."""

    used: float | None = None
    account: str = ""
    alias: str = ""
    principal: str = ""
    tested: LastTest | None = None
    key: str = ""
    """The start and the end of an access key's id, and when that was made."""
    key_made: float | None = None


SSO_SESSION = "sso session"
"""The kind of a row that is a portal somebody signs in to, no credential by itself."""


class WayIn(msgspec.Struct, frozen=True, rename="camel"):
    """A row of the list of credentials: kept by ecrtui, or declared in AWS's own files."""

    name: str
    """'' for what answers when no profile is named."""
    kind: str
    where: str
    """`keyring`, `file`, `memory`, `aws files` or `environment`."""
    key: str = ""
    """The start and the end of the access key's id."""
    region: str = ""
    role: str = ""
    source: str = ""
    """What assumes the role; of an SSO session its portal."""
    account: str = ""
    """As the last test found, else of the role."""
    principal: str = ""
    updated: float | None = None
    """When it was written; epoch seconds, UTC, like every time here."""
    alias: str = ""
    mfa: str = ""
    session: str = ""
    """The SSO session that it takes its role from."""
    sso_role: str = ""
    registries: tuple[str, ...] = ()
    """The patterns of the registry map that name it."""
    lives: Lives = Lives.UNKNOWN
    expires: float | None = None
    """When what it signs with at present ends, or the session; None when nothing tells."""
    used: float | None = None
    """When it last signed a call that AWS took."""
    tested: LastTest | None = None
    key_made: float | None = None
    """When the access key was made, as the last test found."""
    rotation: str = ""
    """How far a rotation of its key is that was begun: `begun`, or `waits` for its end."""
    second: bool = False
    """Whether a profile of the same name in AWS's files is used instead."""

    @property
    def kept(self) -> bool:
        """Whether ecrtui keeps it, and may rename and remove it."""
        return self.where not in (AWS_FILES, ENVIRONMENT, "")

    @property
    def is_session(self) -> bool:
        """Whether it is a portal that is signed in to, and no credential by itself."""
        return self.kind == SSO_SESSION


AWS_FILES = "aws files"
ENVIRONMENT = "environment"
