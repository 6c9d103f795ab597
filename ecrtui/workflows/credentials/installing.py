"""docker's, podman's and skopeo's configuration: to ask ecrtui for a registry's login, and undone.

Only `credHelpers` changes (docker's `cli/config`, containers-auth.json(5)). What stood there before
is remembered, and comes back.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import msgspec

from ecrtui.errors import LocalPartMissing, NotFound, UsageError
from ecrtui.model.plan import Outcome, Plan
from ecrtui.store import files
from ecrtui.store.locks import locked
from ecrtui.workflows.services import Services

HELPER = "ecrtui"
_PATIENCE = 10.0
_KEY = "credHelpers"
_STATE = "helper-installed"
_Before = dict[str, dict[str, str]]
"""For each file and registry, what stood there; '' for nothing."""


class HelperPlan(Plan, frozen=True, kw_only=True):
    """Which registries of which file change."""

    path: str
    hosts: tuple[str, ...]
    undo: bool


def docker_file() -> Path:
    """docker's own configuration."""
    return Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker") / "config.json"


def containers_file() -> Path:
    """podman's and skopeo's, which outlives a restart."""
    chosen = os.environ.get("REGISTRY_AUTH_FILE")
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return Path(chosen) if chosen else config / "containers" / "auth.json"


def plan(path: Path, hosts: tuple[str, ...]) -> HelperPlan:
    """What installing it for some registries changes. Raises UsageError for a file that is none."""
    known = _helpers(_read(path))
    new = tuple(host for host in hosts if known.get(host) != HELPER)
    facts = [(host, f"asks {HELPER}, not {known.get(host) or 'anybody'}") for host in new]
    done = "" if new else f"{path} asks {HELPER} for {', '.join(hosts)} already"
    made = _plan(path, new, facts, done, undo=False)
    return msgspec.structs.replace(made, warnings=_earlier(path, hosts))


def _earlier(path: Path, hosts: tuple[str, ...]) -> tuple[str, ...]:
    """What keeps podman and skopeo from asking: they look into the logins of this session first.

    docker has one file, in which a helper goes before a login.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    session = Path(runtime or "/nowhere") / "containers" / "auth.json"
    if path != containers_file() or os.environ.get("REGISTRY_AUTH_FILE") or not session.exists():
        return ()
    logins = _read(session).get("auths")
    held = [host for host in hosts if isinstance(logins, dict) and host in logins]
    return tuple(f"{session} holds a login, which goes first: podman logout {one}" for one in held)


def plan_undo(services: Services, path: Path) -> HelperPlan:
    """What taking it out again changes, for all registries that ask ecrtui."""
    known = _helpers(_read(path))
    before = services.state.read(_STATE, _Before, {}).get(str(path), {})
    ours = tuple(host for host, helper in known.items() if helper == HELPER)
    facts = [(host, f"asks {before.get(host) or 'nobody'} again") for host in ours]
    done = "" if ours else f"{path} asks {HELPER} for no registry"
    return _plan(path, ours, facts, done, undo=True)


def run(services: Services, change: HelperPlan) -> Outcome:
    """Rewrite the file where it really is, all else as it was; one process at a time."""
    with locked(services.locations.state / f"{_STATE}.writing", _PATIENCE):
        return _run(services, change)


def _run(services: Services, change: HelperPlan) -> Outcome:
    path = Path(change.path)
    document = _read(path)
    helpers = _helpers(document)
    before = services.state.read(_STATE, _Before, {}).get(change.path, {})
    for host in change.hosts:
        if not change.undo:
            before = before | {host: helpers.get(host, "")}
            helpers[host] = HELPER
        elif before.get(host):
            helpers[host] = before[host]
        else:
            helpers.pop(host, None)
    if not change.undo:
        _remember(services, change.path, before)
    _write(path, {**document, _KEY: helpers} if helpers else _without(document))
    if change.undo:
        _remember(services, change.path, {})
    told = ", ".join(change.hosts)
    return Outcome(
        sentence=f"{told}: {'as before' if change.undo else 'asked of ' + HELPER} ({path})"
    )


def _plan(
    path: Path, hosts: tuple[str, ...], facts: list[tuple[str, str]], done: str, *, undo: bool
) -> HelperPlan:
    return HelperPlan(
        kind="login",
        source="",
        target=str(path),
        facts=tuple(facts),
        done_already=done,
        path=str(path),
        hosts=hosts,
        undo=undo,
    )


def _remember(services: Services, path: str, before: dict[str, str]) -> None:
    services.state.update(_STATE, _Before, {}, lambda known: known | {path: before})


def _read(path: Path) -> dict[str, Any]:
    """The file's document; an empty one for no file."""
    data = files.read(path)
    if data is None:
        if os.path.lexists(path):
            raise LocalPartMissing(str(path), title="This file cannot be read")
        return {}
    try:
        found = json.loads(data or b"{}")
    except (ValueError, RecursionError):  # its message may quote a password
        found = None
    if not isinstance(found, dict):
        raise UsageError(
            str(path), title="Not a configuration of registries", hint="It is left as it is."
        )
    return found


def _helpers(document: dict[str, Any]) -> dict[str, str]:
    found = document.get(_KEY)
    return dict(found) if isinstance(found, dict) else {}


def _without(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != _KEY}


def _write(path: Path, document: dict[str, Any]) -> None:
    """As docker writes it, with tabs; it may hold passwords, so it is the person's alone."""
    real = Path(os.path.realpath(path))
    data = json.dumps(document, indent="\t", ensure_ascii=False).encode() + b"\n"
    before = real.stat() if real.exists() else None
    if not files.write(real, data):
        raise LocalPartMissing(
            str(path) if real == path else f"{path}, which is {real}",
            title="This file cannot be written",
            hint="Whatever makes it (a package, a container's mount) may be told the same:"
            f' "{_KEY}": {{"HOST": "{HELPER}"}}.',
        )
    if before is not None and hasattr(os, "chown"):
        with contextlib.suppress(OSError):  # it stays the person's, also when root writes
            os.chown(real, before.st_uid, before.st_gid)


def host_of_home(services: Services) -> str:
    """The host of the registry one stands in, as AWS names it. Raises what signing in raises."""
    from ecrtui.aws import registries

    host, _ = registries.login_at(services.sessions, services.home())
    if not host:
        raise NotFound("AWS does not say its host", title="No registry", hint="Name its host.")
    return host
