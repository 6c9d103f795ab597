"""What ecrtui finds here: each lack with what it costs and how to mend it.

Nothing is changed, no secret is read, and no keyring is opened: that could raise a dialog.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Literal

import msgspec

from ecrtui import __version__
from ecrtui.errors import EcrtuiError
from ecrtui.vault.os_keyring import in_use
from ecrtui.workflows import aliases, places
from ecrtui.workflows.credentials import unlocking, vaults
from ecrtui.workflows.services import Services

OK: Literal["ok"] = "ok"
LACK: Literal["lack"] = "lack"
BAD: Literal["bad"] = "bad"


class Check(msgspec.Struct, frozen=True, rename="camel"):
    """One thing looked at."""

    name: str
    state: Literal["ok", "lack", "bad"]
    """`lack`: something is missing and the rest works; `bad`: browsing does not work."""
    detail: str
    cost: str = ""
    """What cannot be done for lack of it."""
    fix: str = ""
    exit_code: int = 0
    """Of the command when the state is bad."""


def diagnose(services: Services) -> Iterator[Check]:
    """Every check, the local ones first, since they answer at once."""
    for look in _LOCAL:
        yield look()
    yield _vault(services)
    yield from _folders(services)
    yield from _aws(services)


def _program() -> Check:
    python = ".".join(map(str, sys.version_info[:3]))
    return Check("ecrtui", OK, f"{__version__}, Python {python}, boto3 {_version('boto3')}")


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


_SMALLEST = (80, 24)


def _terminal() -> Check:
    columns, lines = shutil.get_terminal_size()
    if not sys.stderr.isatty():
        return Check("terminal", OK, "none here: output goes to a file or a program")
    detail = f"{columns}x{lines}, {_colours()}, {'over SSH' if _over_ssh() else 'local'}"
    detail += ", OSC 52 not known: terminals do not say whether they copy"
    if columns < _SMALLEST[0] or lines < _SMALLEST[1]:
        return Check("terminal", LACK, detail, "Columns are left out.", "Enlarge it to 80x24.")
    if "utf" not in (sys.stderr.encoding or "").lower():
        fix = "export LC_ALL=C.UTF-8, or set ascii = true in the settings."
        return Check("terminal", LACK, detail, "Lines and symbols show as question marks.", fix)
    return Check("terminal", OK, detail)


def _colours() -> str:
    if os.environ.get("NO_COLOR"):
        return "no colour (NO_COLOR)"
    if os.environ.get("COLORTERM") in ("truecolor", "24bit"):
        return "16 million colours"
    return "256 colours" if "256" in os.environ.get("TERM", "") else "16 colours"


def _over_ssh() -> bool:
    return bool(os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY"))


_ENGINE_SECONDS = 3.0


def _engine() -> Check:
    """What answers where the docker command would ask, or Podman does."""
    from ecrtui.engine.engine import Engine

    try:
        engine = Engine(_ENGINE_SECONDS)
        named = f" ({engine.address.source})" if engine.address.source else ""
        return Check("engine", OK, f"{engine.version()} at {engine.address.url}{named}")
    except EcrtuiError as problem:
        cost = "Nothing is pulled, run or pushed from here; copying, exporting and looking work."
        return Check("engine", LACK, problem.sentence, cost, problem.hint)


def _vault(services: Services) -> Check:
    """Where secrets are kept. The keyring is found, not opened, which may raise a dialog."""
    try:
        where, chosen = vaults.place(services.settings, services.state)
        by = f" ({chosen})" if chosen else ""
        if where == "memory":
            return Check("keyring", OK, f"not used: secrets are in memory, for one run{by}")
        if where == "file":
            path = vaults.sealed_file(services.locations)
            return Check("keyring", OK, f"not used: {path}, {_sealed(services, path)}{by}")
        name = in_use(services.settings.keyring_backends)
        return Check("keyring", OK, f"{name}, keyring {_version('keyring')}, not opened{by}")
    except EcrtuiError as problem:
        cost = "Credentials can only come from AWS's own files and environment."
        return Check("keyring", LACK, problem.sentence, cost, problem.hint)


def _sealed(services: Services, path: Path) -> str:
    if not path.exists():
        return "encrypted, none yet"
    seconds = unlocking.left(services)
    return "encrypted" if seconds is None else f"encrypted, unlocked for {seconds // 60} minutes"


_LOCAL: tuple[Callable[[], Check], ...] = (_program, _terminal, _engine)


def _folders(services: Services) -> Iterator[Check]:
    settings = services.locations.settings_file
    yield Check("settings", OK, f"{settings}{'' if settings.exists() else ' (none; defaults)'}")
    for name, folder, cost in (
        ("cache", services.locations.cache, "Manifests are read again each time, as pulls."),
        ("state", services.locations.state, "Bookmarks and the last place are forgotten."),
    ):
        if _writable(folder):
            yield Check(name, OK, str(folder))
        else:
            fix = "Make it writable, or name another folder in ECRTUI_HOME."
            yield Check(name, LACK, f"{folder} cannot be written", cost, fix)


def _writable(folder: Path) -> bool:
    """Whether the folder, or the nearest there is above it, may be written."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _aws(services: Services) -> Iterator[Check]:
    """Profile, endpoint, identity, and one page of repositories: what browsing takes."""
    try:
        home = services.home()
        profile = places.profiles(services)[0]
    except EcrtuiError as problem:
        yield _bad("credentials", problem)
        return
    yield Check("region", OK, home.region)
    yield Check("endpoint", OK, _endpoint(services))
    name = profile.name or "default"
    try:
        who = aliases.named(services, home.profile, places.identity(services, home.profile))
        called = f", account {who.alias}" if who.alias else ""
        yield Check("credentials", OK, f"profile {name} ({profile.kind.value}): {who.arn}{called}")
    except EcrtuiError as problem:
        yield _bad("credentials", problem, f"profile {name}: ")
        return
    try:
        page = next(iter(services.reader(home).repositories()))
        more = "" if page.last else "+"
        yield Check("registry", OK, f"{len(page.items)}{more} repositories in {home.region}")
    except EcrtuiError as problem:
        yield _bad("registry", problem)


def _endpoint(services: Services) -> str:
    for name in ("AWS_ENDPOINT_URL_ECR", "AWS_ENDPOINT_URL"):
        if not services.options.endpoint_url and os.environ.get(name):
            return f"{os.environ[name]} ({name})"
    return services.options.endpoint_url or "AWS's own"


def _bad(name: str, problem: EcrtuiError, prefix: str = "") -> Check:
    return Check(
        name,
        BAD,
        prefix + problem.sentence,
        "No registry can be browsed; ecrtui --demo still works.",
        problem.hint,
        problem.exit_code,
    )
