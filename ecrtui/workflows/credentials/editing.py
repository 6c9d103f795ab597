"""A kept credential changed: all but its secrets is shown, and a secret that is not typed stays."""

from __future__ import annotations

import msgspec

from ecrtui.errors import UsageError
from ecrtui.model.credentials import Credential
from ecrtui.model.places import ProfileKind
from ecrtui.workflows.credentials import at_hand
from ecrtui.workflows.services import Services

replace = msgspec.structs.replace


def shown(services: Services, name: str) -> Credential:
    """A kept credential without its secrets, to be edited. Raises NotFound, VaultError."""
    found = at_hand.kept(services).credential(name)
    return replace(found, secret_access_key="", session_token="")


def edit(services: Services, credential: Credential) -> str:
    """Keep it in place of the one of its name; what a person should know about the name, or ''.

    A secret that is missing is the one from before, as long as the key's id is the same. What was
    kept before stays until the new one has been read back. Raises NotFound, UsageError, VaultError.
    """
    before = at_hand.kept(services).credential(credential.name)
    if credential.has_keys and not credential.secret_access_key:
        if credential.access_key_id != before.access_key_id:
            hint = "Type the secret access key that belongs to it."
            raise UsageError("another key id needs its own secret", title="Not kept", hint=hint)
        secret = before.secret_access_key
        token = credential.session_token or before.session_token
        credential = replace(credential, secret_access_key=secret, session_token=token)
    return add(services, credential, replace_it=True)


def add(services: Services, credential: Credential, *, replace_it: bool = False) -> str:
    """Keep a new one, as `at_hand.add` does; nothing is kept of a circle of roles."""
    at_hand.check(credential)
    refuse_circle(services, credential)
    return at_hand.add(services, credential, replace=replace_it)


def refuse_circle(services: Services, credential: Credential) -> None:
    """Raise UsageError where roles would assume each other, by what is known without opening
    anything: the kept ones' index, and the sources that AWS's files name."""
    source_of = {one.name: one.source for one in services.sessions.profiles()}
    for name, one in at_hand.kept(services).known().items():
        holds_keys = bool(one.about.get("key"))
        source_of[name] = "" if holds_keys else one.about.get("source", "")
    seen, source = [credential.name], "" if credential.has_keys else credential.source
    while source:
        seen.append(source)
        if source in seen[:-1]:
            raise UsageError(
                " -> ".join(seen),
                title="These roles would assume each other in a circle",
                hint="Choose a source that has keys of its own, or signs in by itself.",
            )
        source = source_of.get(source, "")


def sources(services: Services, name: str) -> list[str]:
    """What may assume a role: every way in but the one itself, those that hold keys first."""
    rows = [row for row in services.sessions.profiles() if row.name != name]
    roles = (ProfileKind.ASSUME_ROLE, ProfileKind.NONE)
    return [row.name for row in sorted(rows, key=lambda row: (row.kind in roles, row.name))]
