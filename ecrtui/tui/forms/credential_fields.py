"""The lines of the form for a credential, which of them each kind has, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecrtui.model.credentials import Credential
from ecrtui.model.pasted_keys import PastedKeys
from ecrtui.model.signing_in import PortalAccount
from ecrtui.tui.forms.fields import Choice, FormField, Option, Words
from ecrtui.tui.forms.portal import Offered, PortalRoles
from ecrtui.tui.forms.secret import Secret

KEYS, ROLE, SSO, LOGIN = "keys", "role", "sso", "login"
KINDS = (
    Option("access keys", KEYS, "of a user, or of a session"),
    Option("a role", ROLE, "assumed by another way in"),
    Option("SSO", SSO, "accounts and roles of a portal"),
    Option("a registry's login", LOGIN, "outside ECR"),
)
OWN_KEYS = Option("keys of its own", "", "typed below")
ANOTHER_PORTAL = Option("another portal", "")
_KEY_LINES = ("key", "secret", "token")
_LINES: dict[str, tuple[str, ...]] = {
    KEYS: ("name", *_KEY_LINES, "region"),
    ROLE: ("name", "role", "source", *_KEY_LINES, "mfa", "external", "region"),
    SSO: ("session", "portal", "portal-region", "roles", "name", "region"),
    LOGIN: ("host", "user", "password"),
}


def credential_lines(before: Credential | None, *, ascii_only: bool) -> list[FormField]:
    """Every line of every kind; those of one kind are shown. `before` has no secrets."""
    kept = "kept; typing replaces it" if before is not None and before.has_keys else ""
    one = before or Credential("")
    kinds = [kind for kind in KINDS if before is None or kind.value == kind_of(before)]
    named = Option(one.source, one.source)
    return [
        Choice("kind", "Kind", kinds),
        Choice(
            "session",
            "Portal",
            [Option(one.sso_session, one.sso_session)] if one.sso_session else [ANOTHER_PORTAL],
        ),
        Words("portal", "Start URL", example="https://d-1234567890.awsapps.com/start"),
        Words("portal-region", "Its region", example="eu-west-1"),
        PortalRoles([Offered(PortalAccount(one.sso_account), one.sso_role)] * bool(one.sso_role)),
        Words("host", "Host", example="registry.example.com"),
        Words("user", "User"),
        Secret("password", "Password", ascii_only=ascii_only),
        Words("role", "Role", one.role_arn, example="arn:aws:iam::111122223333:role/NAME"),
        Choice("source", "Assumed by", [named, OWN_KEYS] if one.source else [OWN_KEYS]),
        Words("key", "Key id", one.access_key_id, example="AKIA..., or paste export lines"),
        Secret("secret", "Secret key", kept, ascii_only=ascii_only),
        Secret("token", "Token", "only with keys that end", ascii_only=ascii_only),
        Words("mfa", "MFA device", one.mfa_serial, example="its ARN, where one is asked for"),
        Words("external", "External id", one.external_id, example="where one is asked for"),
        Words("name", "Name", one.name),
        Words("region", "Region", one.region, example="where its registries are"),
    ]


def kind_of(credential: Credential) -> str:
    """Which kind's lines a credential needs."""
    if credential.sso_session:
        return SSO
    return ROLE if credential.role_arn else KEYS


def lines_of(kind: str, *, own_keys: bool, known_portal: bool, editing: bool) -> tuple[str, ...]:
    """The names of the lines that are shown."""
    hidden: tuple[str, ...] = ()
    if kind == ROLE and not own_keys:
        hidden = _KEY_LINES
    if kind == SSO and known_portal:
        hidden = ("portal", "portal-region")
    if editing:  # what it is called is changed by another command
        hidden += ("name",)
    return tuple(line for line in _LINES[kind] if line not in hidden)


def credential_of(values: Mapping[str, Any], shown: Sequence[str], name: str) -> Credential:
    """What the lines of keys and of a role come to; what is not shown counts for nothing."""

    def text(line: str) -> str:
        return str(values[line] or "").strip() if line in shown else ""

    return Credential(
        name=name or text("name"),
        access_key_id=text("key"),
        secret_access_key=text("secret"),
        session_token=text("token"),
        region=text("region"),
        role_arn=text("role"),
        source=text("source"),
        mfa_serial=text("mfa"),
        external_id=text("external"),
    )


def fill(field: Mapping[str, FormField], found: PastedKeys) -> None:
    """Put what was pasted into the lines; a line that it says nothing of stays as it is.

    A token belongs to its keys, so other keys take the one from before away.
    """
    lines = {
        "key": found.access_key_id,
        "secret": found.secret_access_key,
        "token": found.session_token,
        "region": found.region,
        "role": found.role_arn,
        "mfa": found.mfa_serial,
        "external": found.external_id,
    }
    for name, text in lines.items():
        line = field[name]
        if isinstance(line, (Words, Secret)) and (text or (name == "token" and lines["key"])):
            line.put(text)
    named = field["name"]
    if isinstance(named, Words) and found.name and not named.value:
        named.put(found.name.replace(" ", "-"))
