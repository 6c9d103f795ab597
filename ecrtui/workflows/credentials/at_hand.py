"""The credentials a person has: kept ones and declared ones; added, tested, renamed, removed."""

from __future__ import annotations

import re
from functools import partial

import msgspec

from ecrtui.errors import EcrtuiError, NameTaken, NotFound, UsageError
from ecrtui.model.credentials import (
    Credential,
    LastTest,
    Seen,
    SessionKeys,
    WayIn,
    key_hint,
)
from ecrtui.model.places import Identity, ProfileKind, Registry
from ecrtui.workflows import aliases, places
from ecrtui.workflows.aside import Aside
from ecrtui.workflows.credentials import registry_map, seen, used_by, ways_in
from ecrtui.workflows.credentials.kept import KeptCredentials
from ecrtui.workflows.credentials.protection import refuse_loss
from ecrtui.workflows.credentials.whereabouts import whereabouts
from ecrtui.workflows.services import Services

_KEY_ID = re.compile(r"[A-Z0-9]{16,128}")
"""IAM's AccessKeyId: 16 to 128 word characters, in fact capitals and digits."""
_ROLE = re.compile(r"arn:[a-z0-9-]+:iam::\d{12}:role/[\w+=,.@/-]{1,576}")
_AGAIN = "Not kept"


class Tested(msgspec.Struct, frozen=True, rename="camel"):
    """What a credential is good for."""

    name: str
    identity: Identity | None = None
    region: str = ""
    reads_ecr: bool = False
    problem: EcrtuiError | None = None


def listing(services: Services) -> list[WayIn]:
    """Every way in, by name; opens neither the keyring nor the network."""
    return ways_in.listing(services)


def kept(services: Services) -> KeptCredentials:
    """The credentials in the vault."""
    return KeptCredentials(lambda: services.vault)


def add(services: Services, credential: Credential, *, replace: bool = False) -> str:
    """Keep a credential; what a person should know about its name, or ''.

    Raises UsageError for one that cannot work, and for a name that is taken unless `replace`.
    """
    check(credential)
    if not replace and services.vault.holds(credential.name):
        raise _taken(credential.name)
    kept(services).keep(_with_rotation(services, credential), replace=replace)
    seen.forget(services.state, credential.name)
    services.sessions.forget(credential.name)
    return shadowed(services, credential.name)


def refuse_early(services: Services, name: str, *, replace: bool = False) -> None:
    """Raise before a secret is typed what can be known by then: a name that is taken, as far as
    the index tells, and a place for secrets that is missing."""
    if not replace and name in {one.name for one in services.vault.kept()}:
        raise _taken(name)
    problem = whereabouts(services).problem
    if problem is not None:
        raise problem


def _taken(name: str) -> NameTaken:
    return NameTaken(name, hint="--replace puts this in its place.")


def _with_rotation(services: Services, new: Credential) -> Credential:
    """A rotation that is under way goes on where what it rotates stays: it holds a key, too."""
    known = kept(services).known().get(new.name)
    if known is None or not known.about.get("rotation"):
        return new
    before = kept(services).credential(new.name)
    same = before.access_key_id == new.access_key_id
    return msgspec.structs.replace(new, rotation=before.rotation) if same else new


def shadowed(services: Services, name: str) -> str:
    """What to say where a declared profile of this name is used instead; '' where none is."""
    for profile in services.sessions.profiles():
        if profile.name == name and profile.kind is not ProfileKind.KEYRING:
            of_files = f"the profile {name} of AWS's files ({profile.kind.value})"
            return f"{of_files} goes first: to use this one, give it another name"
    return ""


def check(credential: Credential) -> None:
    """Raise UsageError for a credential that cannot work, before anything is kept."""
    if credential.sso_session:
        if not re.fullmatch(r"\d{12}", credential.sso_account) or not credential.sso_role:
            raise UsageError("an account and a role of the portal are missing", title=_AGAIN)
        return
    if credential.has_keys != bool(credential.secret_access_key):
        raise UsageError("both halves of the key are needed", title=_AGAIN)
    if credential.has_keys and not _KEY_ID.fullmatch(credential.access_key_id):
        raise UsageError(
            "that is no access key id", title=_AGAIN, hint="It looks like AKIA and 16 more."
        )
    if re.search(r"\s", credential.secret_access_key + credential.session_token):
        raise UsageError("a secret with a space in it", title=_AGAIN)
    if credential.role_arn and not _ROLE.fullmatch(credential.role_arn):
        hint = "arn:aws:iam::ACCOUNT:role/NAME"
        raise UsageError(credential.role_arn, title="Not a role's ARN", hint=hint)
    if credential.role_arn and not credential.has_keys and not credential.source:
        raise UsageError(
            "a role needs keys, or a source that assumes it", title=_AGAIN, hint="--source NAME"
        )
    if not credential.role_arn and not credential.has_keys:
        raise UsageError("neither keys nor a role", title=_AGAIN)


def test(services: Services, name: str) -> Tested:
    """Ask STS who it is, and ECR whether it may read; raises nothing but NotFound."""
    if name not in {"", *(profile.name for profile in services.sessions.profiles())}:
        raise NotFound(
            name, title="No such credential", hint="ecrtui credentials list shows those there are."
        )
    region = services.region(name)
    who = age = None
    try:
        who = places.identity(services, name)
        age = Aside(partial(_made, services, name, region), None)
        services.vault.describe(name, account=who.account, principal=who.arn)
        next(iter(services.reader(Registry(name, region)).repositories()))
        found = Tested(name, who, region, True)
    except EcrtuiError as problem:
        found = Tested(name, who, region, False, problem)
    if who is not None:
        found = msgspec.structs.replace(found, identity=aliases.named(services, name, who))
    _note(services, found, age.answer() if age is not None else None)
    return found


def _made(services: Services, name: str, region: str) -> tuple[str, float] | None:
    from ecrtui.aws import access_keys

    return access_keys.made(services.sessions, name, region)


def _note(services: Services, found: Tested, made: tuple[str, float] | None) -> None:
    """Keep what a test found; not what the service said of a failure, which may hold anything."""
    problem, who = found.problem, found.identity
    last = LastTest(
        services.clock.now(),
        found.region,
        found.reads_ecr,
        problem.title if problem else "",
        problem.hint if problem else "",
    )

    def change(known: Seen) -> Seen:
        if who is None:
            return msgspec.structs.replace(known, tested=last)
        if made is not None:
            known = msgspec.structs.replace(known, key=key_hint(made[0]), key_made=made[1])
        other = who.account != known.account
        alias = who.alias or ("" if other else known.alias)
        return msgspec.structs.replace(
            known, tested=last, account=who.account, principal=who.arn, alias=alias
        )

    seen.note(services.state, found.name, change)


def rename(services: Services, name: str, new: str) -> None:
    """Give a kept credential another name, also in the map and in the roles that it assumes.

    Raises NotFound, UsageError, VaultError.
    """
    refuse_loss(services.settings, name, new)
    roles = [row.name for row in used_by.roles_of(listing(services), name)]
    services.vault.rename(name, new)
    seen.rename(services.state, name, new)
    registry_map.rename(services, name, new)
    for role in roles:
        _change_source(services, role, new)
    services.sessions.forget(name)


def _change_source(services: Services, role: str, source: str) -> None:
    """Have another assume a kept role; what was found out of it stays known."""
    vault = kept(services)
    before = vault.known()[role].about
    vault.keep(msgspec.structs.replace(vault.credential(role), source=source))
    found = {key: before[key] for key in ("account", "principal") if key in before}
    services.vault.describe(role, **found)
    services.sessions.forget(role)


def remove(services: Services, name: str) -> None:
    """Remove a kept credential. Raises NotFound, VaultError."""
    services.vault.remove(name)
    seen.forget(services.state, name)
    services.sessions.forget(name)


def keys(services: Services, name: str) -> SessionKeys:
    """What a kept credential signs with now; a role is assumed. Raises NotFound and all that
    signing in raises."""
    if name not in kept(services).known():
        kept(services).credential(name)  # the index may be lost: then it knows the name now
    return services.sessions.keys(name)
