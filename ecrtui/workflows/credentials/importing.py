"""A profile's keys moved from AWS's plain text files into the vault.

First they are kept and read back, then each file is rewritten, beside a backup. Nothing else in
the files changes, and in place of the keys stands how every AWS tool finds them again.
"""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

from ecrtui.config import aws_files
from ecrtui.errors import EcrtuiError, LocalPartMissing, NotFound, UsageError
from ecrtui.model.credentials import Credential
from ecrtui.model.plan import Outcome, Plan
from ecrtui.store import files
from ecrtui.workflows.credentials import at_hand as credentials
from ecrtui.workflows.services import Services


class Edit(Plan, frozen=True, kw_only=True):
    """One profile to move. It holds no secret: the files are read again when it is done."""

    profile: str
    name: str
    process: str
    """What stands in place of the keys; '' for nothing."""
    digests: tuple[tuple[str, str], ...]
    """Each file that has keys, and what it was when the plan was made."""


def plan(services: Services, profile: str, name: str = "", *, process: str = "") -> Edit:
    """What would be moved where; changes nothing.

    Raises NotFound for a profile without keys in a file, UsageError for a name that is taken and
    for files that cannot be edited safely.
    """
    name = name or profile
    credentials.check(_credential(services, profile, name))
    if services.vault.holds(name):
        hint = f"Remove it first, or choose another: --as NAME (ecrtui credentials test {name})"
        raise UsageError(name, title="That name is taken", hint=hint)
    process = process and f"{process} credentials process {name}"
    found = [(path, data) for path in paths() if (data := files.read(path)) is not None]
    holding = [(path, data) for path, data in found if _section(path, data, profile)]
    for path, data in holding:
        _edited(path, data, profile, process)  # so that what cannot be done is told now
    facts = [("rewrites", f"{path}: the keys of {profile} go") for path, _ in holding]
    if process:
        facts.append(("instead", f"credential_process = {process}"))
    return Edit(
        kind="credentials import",
        source=f"profile {profile}",
        target=f"{_WORDS[services.vault.where]}, as {name}",
        facts=tuple(facts),
        warnings=(
            "A backup with the keys is written beside each file: destroy it when all works.",
            *(() if process else ("Other AWS tools will not find these keys any more.",)),
        ),
        profile=profile,
        name=name,
        process=process,
        digests=tuple((str(path), _digest(data)) for path, data in holding),
    )


def run(services: Services, edit: Edit) -> Outcome:
    """Keep the keys, then take them out of the files. When that fails they are in both."""
    credential = _credential(services, edit.profile, edit.name)
    credentials.kept(services).keep(credential)
    backups = [_rewrite(Path(path), digest, edit) for path, digest in edit.digests]
    services.sessions.forget(edit.profile)
    services.sessions.forget("")
    told = ", ".join(str(path) for path in backups)
    where = _WORDS[services.vault.where]
    return Outcome(sentence=f"{edit.name} is in {where}. Destroy the backup: shred -u {told}")


_WORDS = {"keyring": "the keyring", "file": "the encrypted file", "memory": "this run's memory"}


def paths() -> list[Path]:
    """AWS's files that may hold keys, where they are here."""
    named = (
        ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        ("AWS_CONFIG_FILE", "~/.aws/config"),
    )
    return [Path(os.environ.get(name) or usual).expanduser() for name, usual in named]


def _credential(services: Services, profile: str, name: str) -> Credential:
    values = services.sessions.declared(profile)
    if not values.get("aws_access_key_id"):
        raise NotFound(
            profile,
            title="This profile has no keys in AWS's files",
            hint="ecrtui credentials list shows which have: their kind is static keys.",
        )
    if values.get("role_arn"):
        hint = "Import the profile that it names as source_profile."
        raise UsageError(profile, title="This profile assumes a role", hint=hint)
    token = values.get("aws_session_token") or values.get("aws_security_token") or ""
    return Credential(
        name=name,
        access_key_id=str(values["aws_access_key_id"]),
        secret_access_key=str(values.get("aws_secret_access_key", "")),
        session_token=str(token),
        region=str(values.get("region", "")),
    )


def _section(path: Path, data: bytes, profile: str) -> str:
    try:
        return aws_files.section_of(profile, data.decode())
    except ValueError as failure:
        raise _unsafe(path, failure) from None


def _edited(path: Path, data: bytes, profile: str, process: str) -> bytes:
    section = _section(path, data, profile)
    try:
        return aws_files.without_keys(data.decode(), section, process).encode()
    except ValueError as failure:
        raise _unsafe(path, failure) from None


def _unsafe(path: Path, failure: ValueError) -> UsageError:
    why = "not UTF-8" if isinstance(failure, UnicodeDecodeError) else str(failure)
    hint = "Add the credential by hand (ecrtui credentials add), then take the keys out yourself."
    return UsageError(f"{path}: {why}", title="This file is left as it is", hint=hint)


def _rewrite(path: Path, digest: str, edit: Edit) -> Path:
    """Back a file up and rewrite it, where it really is; the backup's place."""
    real = Path(os.path.realpath(path))
    data = files.read(real)
    if data is None or _digest(data) != digest:
        raise _in_both(f"{path} was changed meanwhile")
    new = _edited(path, data, edit.profile, edit.process)
    backup = real.with_name(f"{real.name}.before-ecrtui-{time.strftime('%Y%m%d-%H%M%S')}")
    try:
        files.deliver(backup, data, replace=False)
        files.deliver(real, new, replace=True)
    except OSError as failure:
        raise _in_both(f"{path}: {failure.strerror}") from None
    return backup


def _in_both(detail: str) -> EcrtuiError:
    return LocalPartMissing(
        detail,
        title="The file was not rewritten",
        hint="The credential is kept; its keys are still in the file as well. Take them out.",
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
