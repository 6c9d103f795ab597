"""Who one is at registries outside ECR: what docker, podman and skopeo login keep, only read.

Files and their order as in containers-auth.json(5), keys as in containers/image's
`pkg/docker/config` and docker's `cli/config`. REGISTRY_AUTH_FILE, when set, is the only one.
"""

from __future__ import annotations

import base64
import binascii
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ecrtui.errors import EcrtuiError, NotFound
from ecrtui.model.typed import decoded
from ecrtui.oci.credential_helpers import ask
from ecrtui.oci.login import Found, Hidden, Login
from ecrtui.oci.stored.files import opened

HUB = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})
"""Docker Hub's names, which mean one registry."""
_HUB_KEY = "https://index.docker.io/v1/"
"""What docker login calls Docker Hub."""
_VARIABLE = "DOCKER_AUTH_CONFIG"
_LARGEST = 1 << 20
"""Bytes of a file of credentials."""


class _Entry(Hidden, frozen=True):
    auth: str = ""
    username: str = ""
    password: str = ""
    identitytoken: str = ""


class _Config(msgspec.Struct):
    auths: dict[str, _Entry | None] | None = None
    helpers: dict[str, str] | None = msgspec.field(name="credHelpers", default=None)
    store: str = msgspec.field(name="credsStore", default="")


def find(host: str, repository: str) -> Found:
    """The login for a repository, from the first place that has one; raises nothing.

    A place that cannot be read, or a helper that fails, is passed over and told in `trouble`:
    what anybody may read is still read.
    """
    trouble = ""
    for where, text in _places():
        try:
            config = decoded(text(), _Config)
        except NotFound:
            continue
        except (EcrtuiError, msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            trouble = trouble or f"{where} cannot be read"
            continue
        if where == _VARIABLE:  # docker takes passwords from it, and runs nothing it names
            config = _Config(auths=config.auths)
        found = _of(config, where, host, repository)
        if found.login is not None:
            return found
        trouble = trouble or found.trouble
    return Found(trouble=trouble)


def paths() -> list[Path]:
    """The files that are looked into, in order; some may not exist."""
    chosen = os.environ.get("REGISTRY_AUTH_FILE")
    if chosen:
        return [Path(chosen)]
    home = Path(os.path.expanduser("~"))  # raises nothing where there is no home
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    docker = Path(os.environ.get("DOCKER_CONFIG") or home / ".docker")
    found = [_primary(home), config / "containers/auth.json", docker / "config.json"]
    return list(dict.fromkeys(found))


def _primary(home: Path) -> Path:
    if not sys.platform.startswith("linux"):
        return home / ".config/containers/auth.json"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(runtime) / "containers" if runtime else Path(f"/run/containers/{os.getuid()}")
    return folder / "auth.json"


class _Text:
    """The text of one place, read when it is its turn."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def __call__(self) -> bytes:
        if self._path is None:
            return os.environ[_VARIABLE].encode("utf-8", "surrogateescape")
        body = opened(self._path, lambda handle: os.read(handle, _LARGEST + 1))
        if len(body) > _LARGEST:
            raise EcrtuiError("too large")
        return body


def _places() -> Iterator[tuple[str, _Text]]:
    """What to call a place, and its text. docker asks DOCKER_AUTH_CONFIG before its file."""
    *first, last = paths()
    for path in first:
        yield str(path), _Text(path)
    if os.environ.get(_VARIABLE) and not os.environ.get("REGISTRY_AUTH_FILE"):
        yield _VARIABLE, _Text(None)
    yield str(last), _Text(last)


def _of(config: _Config, where: str, host: str, repository: str) -> Found:
    """What one place says: its helper first, as everybody does, then what it holds itself."""
    helper, server = _helper(config, host)
    asked = ask(helper, server, where) if helper else Found()
    if asked.login is not None:
        return asked
    entry = _entry(config.auths or {}, host, repository)
    login = None if entry is None else _login(entry)
    if login is not None:
        return Found(login, where)
    damaged = entry is not None and entry.auth
    return Found(trouble=asked.trouble or (f"{where} has no readable entry" if damaged else ""))


def _helper(config: _Config, host: str) -> tuple[str, str]:
    """The helper for a host, and what to call the host there; '' for none."""
    helpers = config.helpers or {}
    names = [host, *sorted(HUB), _HUB_KEY] if host in HUB else [host]
    for name in names:
        if name in helpers:
            return helpers[name], name
    return config.store, _HUB_KEY if host in HUB else host


def _entry(auths: dict[str, _Entry | None], host: str, repository: str) -> _Entry | None:
    """The best match: the longest part of `host/name`, then the host in an old spelling."""
    known = "docker.io" if host in HUB else host
    key = f"{known}/{repository}"
    while True:
        if auths.get(key) is not None:
            return auths[key]
        if "/" not in key:
            break
        key = key.rpartition("/")[0]
    wanted = _one_name(known)
    if host in HUB and auths.get(_HUB_KEY) is not None:
        return auths[_HUB_KEY]  # beside it may be the tokens of a login by browser
    return next((entry for key, entry in auths.items() if entry and _host_of(key) == wanted), None)


def _host_of(key: str) -> str:
    """The host a key means; '' for a namespace, which is matched whole or not at all."""
    address = key.removeprefix("http://").removeprefix("https://")
    if address != key:
        address = address.partition("/")[0]
    return _one_name(address)


def _one_name(host: str) -> str:
    return "docker.io" if host in HUB else host


def _login(entry: _Entry) -> Login | None:
    """What an entry holds; None for nothing, and for what is no login."""
    user, password = entry.username, entry.password
    if entry.auth:
        try:
            text = base64.b64decode(entry.auth, validate=True).decode()
        except (binascii.Error, ValueError):  # UnicodeDecodeError is one
            return None
        user, _, password = text.partition(":")
        password = password.strip("\0")
    if entry.identitytoken:
        return Login(user, entry.identitytoken, refresh=True)
    return Login(user, password) if user and password else None
