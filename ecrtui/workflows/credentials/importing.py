"""Profiles' keys moved from AWS's plain text files into the vault.

First they are kept and read back, then each file is rewritten, beside a backup. Nothing else in
the files changes, and in place of the keys stands how every AWS tool finds them again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ecrtui.config import aws_files
from ecrtui.errors import EcrtuiError, LocalPartMissing, NameTaken, NotFound, UsageError
from ecrtui.model.credentials import Credential, key_hint
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import ProfileKind, Registry
from ecrtui.model.plan import Outcome, Plan
from ecrtui.store import files
from ecrtui.store.locks import locked
from ecrtui.workflows.credentials import at_hand as credentials
from ecrtui.workflows.credentials.protection import refuse_loss
from ecrtui.workflows.credentials.vaults import WORDS
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

MARK = ".before-ecrtui-"
"""Between a file's name and the time, in the name of its backup."""
_PATIENCE = 30.0
"""Seconds that another process may take to import."""
_PROGRAM = "ecrtui"


class Edit(Plan, frozen=True, kw_only=True):
    """Profiles to move. It holds no secret: the files are read again when it is done."""

    profiles: tuple[tuple[str, str], ...]
    """Each, and what it will be called."""
    process: str
    """What runs ecrtui, in place of the keys; '' for nothing."""
    digests: tuple[tuple[str, str], ...]
    """Each file that has keys, and what it was when the plan was made."""
    careful: bool = True


def candidates(services: Services) -> dict[str, str]:
    """The profiles that have keys in AWS's files, and the start and the end of each key's id."""
    found = [one.name for one in services.sessions.profiles() if one.kind is ProfileKind.STATIC]
    return {
        name: key_hint(str(services.sessions.declared(name).get("aws_access_key_id", "")))
        for name in found
    }


def plan(services: Services, profiles: Sequence[str], name: str = "", *, process: str = "") -> Edit:
    """What would be moved where; changes nothing. `name` is for a single profile.

    Raises NotFound for a profile without keys in a file, NameTaken, and UsageError for files that
    cannot be edited safely.
    """
    if name and len(profiles) != 1:
        raise UsageError(name, title="One name for several profiles", hint="Import them singly.")
    pairs = tuple((profile, name or profile) for profile in dict.fromkeys(profiles))
    for profile, new in pairs:
        credentials.check(_credential(services, profile, new))
        refuse_loss(services.settings, profile, new)
        _free(services, new)
    found = [(path, data) for path in paths() if (data := files.read(path)) is not None]
    holding = [(path, data) for path, data in found if _here(path, data, pairs)]
    for path, data in holding:
        _edited(path, data, pairs, process)  # so that what cannot be done is told now
    where = WORDS[services.vault.where]
    return Edit(
        kind="import",
        source=f"{'profile' if len(pairs) == 1 else 'profiles'} {', '.join(p for p, _ in pairs)}",
        target=f"{where}, as {name}" if name else where,
        facts=tuple(_facts(holding, pairs, process)),
        warnings=(
            "A backup holds the keys: destroy it when all works.",
            *(() if process else ("Other AWS tools will not find these keys any more.",)),
            *(("What is in memory is gone when ecrtui ends.",) if "memory" in where else ()),
        ),
        profiles=pairs,
        process=process,
        digests=tuple((str(path), _digest(data)) for path, data in holding),
    )


def run(services: Services, edit: Edit, watch: Watch) -> Outcome:
    """Keep the keys, then take them out of the files. When that fails they are in both."""
    with locked(services.locations.state / "import.lock", _PATIENCE):
        backups = _moved(services, edit, watch)
    for profile, name in edit.profiles:
        home = Registry(name, services.sessions.region(profile))
        watch.changed(Change(kind=ChangeKind.KEYS_IMPORTED, home=home, repository=""))
        services.sessions.forget(profile)
    services.sessions.forget("")
    told = ", ".join(str(path) for path in backups)
    names, where = ", ".join(name for _, name in edit.profiles), WORDS[services.vault.where]
    verb = "is" if len(edit.profiles) == 1 else "are"
    done = "Destroy the backup: ecrtui credentials destroy-backups"
    return Outcome(sentence=f"{names} {verb} in {where}. {done} ({told})", changes=watch.changes)


def _moved(services: Services, edit: Edit, watch: Watch) -> list[Path]:
    """Do it; the backups of the files that were rewritten."""
    backups: list[Path] = []
    kept: list[tuple[str, Credential]] = []
    services.sessions.files.forget()
    try:
        for path, digest in edit.digests:
            _unchanged(Path(path), digest)
        for profile, name in edit.profiles:
            watch.check()
            watch.expect(name, name)
            _free(services, name)  # somebody may have kept another since the plan was made
            one = _credential(services, profile, name)
            credentials.kept(services).keep(one, replace=False)
            kept.append((profile, one))
            watch.finish(name)
        watch.check()
        for path, digest in edit.digests:
            _unchanged(Path(path), digest)
        for path, digest in edit.digests:
            backups.append(_rewrite(Path(path), digest, edit))
    except EcrtuiError:
        if not backups:
            _take_back(services, kept)
        raise
    return backups


def _take_back(services: Services, kept: Sequence[tuple[str, Credential]]) -> None:
    """Where a file has the key as before, it is not kept either; what cannot be removed stays."""
    services.sessions.files.forget()
    for profile, one in kept:
        with contextlib.suppress(EcrtuiError):
            if services.sessions.declared(profile).get("aws_access_key_id") == one.access_key_id:
                services.vault.remove(one.name)


def _free(services: Services, name: str) -> None:
    """Raise NameTaken for a name that something is kept by."""
    if services.vault.holds(name):
        hint = f"Remove it first, or choose another: --as NAME (ecrtui credentials test {name})"
        raise NameTaken(name, hint=hint)


def paths() -> list[Path]:
    """AWS's files that may hold keys, where they are here."""
    named = (
        ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        ("AWS_CONFIG_FILE", "~/.aws/config"),
    )
    return [Path(os.environ.get(name) or usual).expanduser() for name, usual in named]


def myself() -> str:
    """How another program runs us: by the PATH where that is us, else by where we are."""
    if shutil.which(_PROGRAM):
        return _PROGRAM
    own = Path(sys.argv[0])
    path = str(own.absolute()) if own.name == _PROGRAM and os.access(own, os.X_OK) else _PROGRAM
    return f'"{path}"' if " " in path else path


def _facts(
    holding: Sequence[tuple[Path, bytes]], pairs: Sequence[tuple[str, str]], process: str
) -> list[tuple[str, str]]:
    facts = []
    for path, data in holding:
        real = Path(os.path.realpath(path))
        facts.append(("rewrites", f"{path}: the keys of {', '.join(_here(path, data, pairs))} go"))
        facts.append(("backup", f"{real}{MARK}..., with the keys"))
    if process and len(pairs) == 1:
        facts.append(("instead", f"credential_process = {_line(process, pairs[0][1])}"))
    elif process:
        facts.append(("instead", f"credential_process = {_line(process, 'NAME')}, in each"))
    return facts


def _line(process: str, name: str) -> str:
    return f"{process} credentials process {name}"


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


def _here(path: Path, data: bytes, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Those of the profiles that have keys in this file."""
    return [profile for profile, _ in pairs if _section(path, data, profile)]


def _section(path: Path, data: bytes, profile: str) -> str:
    try:
        return aws_files.section_of(profile, data.decode())
    except ValueError as failure:
        raise _unsafe(path, failure) from None


def _edited(path: Path, data: bytes, pairs: Sequence[tuple[str, str]], process: str) -> bytes:
    for profile, name in pairs:
        section = _section(path, data, profile)
        if not section:
            continue
        line = _line(process, name) if process else ""
        try:
            data = aws_files.without_keys(data.decode(), section, line).encode()
        except ValueError as failure:
            raise _unsafe(path, failure) from None
    return data


def _unsafe(path: Path, failure: ValueError) -> UsageError:
    why = "not UTF-8" if isinstance(failure, UnicodeDecodeError) else str(failure)
    hint = "Add the credential by hand (ecrtui credentials add), then take the keys out yourself."
    return UsageError(f"{path}: {why}", title="This file is left as it is", hint=hint)


def _rewrite(path: Path, digest: str, edit: Edit) -> Path:
    """Back a file up and rewrite it, where it really is; the backup's place."""
    real = Path(os.path.realpath(path))
    data = _unchanged(path, digest)
    new = _edited(path, data, edit.profiles, edit.process)
    backup = real.with_name(f"{real.name}{MARK}{time.strftime('%Y%m%d-%H%M%S')}")
    try:
        files.deliver(backup, data, replace=False)
    except OSError as failure:
        raise _refused(f"{backup}: {failure.strerror or 'is there already'}") from None
    try:
        _unchanged(path, digest)
        files.rewrite(real, new)
    except (OSError, EcrtuiError) as failure:
        with contextlib.suppress(OSError):  # nobody would know of it
            files.destroy(backup)
        if isinstance(failure, OSError):
            raise _refused(f"{path}: {failure.strerror}") from None
        raise
    return backup


def _unchanged(path: Path, digest: str) -> bytes:
    """The file as it was when the plan was made."""
    data = files.read(Path(os.path.realpath(path)))
    if data is None or _digest(data) != digest:
        raise _refused(f"{path} was changed meanwhile")
    return data


def _refused(detail: str) -> EcrtuiError:
    return LocalPartMissing(
        detail,
        title="The file was not rewritten",
        hint="Its keys are in it as before. Look at it, and import them again.",
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
