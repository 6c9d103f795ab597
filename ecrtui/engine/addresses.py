"""Where the engine is, as the docker command finds it, and where others usually are.

DOCKER_HOST, else the context (DOCKER_CONTEXT, else the current one of docker's configuration), else
the first of the usual sockets that answers. Of docker's configuration only the context's name is
read: it may hold passwords.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path

import msgspec

from ecrtui.engine.sockets import answers, usual
from ecrtui.errors import EngineMissing, SettingsError
from ecrtui.model.typed import decoded

_SCHEMES = ("unix://", "tcp://", "ssh://", "http://", "https://")
_LOOPBACK = re.compile(r"(tcp|https?)://(localhost|127(\.\d+){3}|\[::1\])(:\d+)?/?")
_MOST_NAMED = 8


class Address(msgspec.Struct, frozen=True):
    """One engine's address."""

    url: str
    """`unix:///...`, `tcp://...`, `ssh://...`"""
    source: str
    """What named it: DOCKER_HOST, a context, or '' for a socket that was found."""
    tls: Path | None = None
    """The folder with ca.pem, cert.pem and key.pem."""
    verify: bool = True

    @property
    def shown(self) -> str:
        """For a person: where it is, and what named it."""
        return f"{self.url} ({self.source})" if self.source else self.url

    @property
    def is_here(self) -> bool:
        """Whether the engine shares this machine's network, as far as its address tells."""
        return self.url.startswith("unix://") or _LOOPBACK.fullmatch(self.url) is not None

    @property
    def path(self) -> str:
        """Of its socket here; '' for one that has none."""
        return self.url.removeprefix("unix://") if self.url.startswith("unix://") else ""


class _Config(msgspec.Struct):
    current: str = msgspec.field(name="currentContext", default="")


class _Endpoint(msgspec.Struct, rename="pascal"):
    host: str = ""
    skip_verify: bool = msgspec.field(name="SkipTLSVerify", default=False)


class _Context(msgspec.Struct, rename="pascal"):
    name: str = ""
    endpoints: dict[str, _Endpoint] = {}


def address() -> Address:
    """The engine that is meant; raises EngineMissing, SettingsError for a context that is none."""
    host = os.environ.get("DOCKER_HOST", "")
    if host:
        verify = bool(os.environ.get("DOCKER_TLS_VERIFY"))
        tls = os.environ.get("DOCKER_CERT_PATH") or (str(_folder()) if verify else "")
        return _known(Address(host, "DOCKER_HOST", Path(tls) if tls else None, verify))
    name = os.environ.get("DOCKER_CONTEXT") or _current()
    if name and name != "default":
        return _known(_of_context(name))
    found = [path for path, _ in usual() if path.exists()]
    answering = next((path for path in found if answers(path)), None)
    for path in [answering, *found]:
        if path is not None:
            return Address(f"unix://{path}", "")
    raise _none_here()


def _known(where: Address) -> Address:
    if not where.url.startswith(_SCHEMES):
        raise EngineMissing(
            where.shown,
            title="That is no engine's address",
            hint="Write unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST.",
        )
    return where


def _none_here() -> EngineMissing:
    first, *others = [str(path) for path, _ in usual()]
    hints = []
    if shutil.which("podman"):
        hints.append("Podman is installed; systemctl --user start podman.socket lets it answer.")
    if shutil.which("dockerd"):
        hints.append("Docker is installed; sudo systemctl start docker starts it.")
    hint = " ".join(hints) or "Install Docker or Podman, or name an engine in DOCKER_HOST."
    return EngineMissing(
        f"no socket at {first}, nor at {len(others)} other usual places",
        hint=f"{hint} Images in registries need no engine.",
    )


def _folder() -> Path:
    return Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")


def _current() -> str:
    try:
        return decoded((_folder() / "config.json").read_bytes(), _Config).current
    except (OSError, msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return ""


def _of_context(name: str) -> Address:
    identity = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
    contexts = _folder() / "contexts"
    try:
        endpoint = _read(contexts / "meta" / identity / "meta.json").endpoints["docker"]
    except (OSError, msgspec.MsgspecError, LookupError, RecursionError, UnicodeDecodeError):
        raise _unknown(name, contexts) from None
    tls = contexts / "tls" / identity / "docker"
    folder = tls if tls.is_dir() else None
    return Address(endpoint.host, f"context {name}", folder, not endpoint.skip_verify)


def _read(path: Path) -> _Context:
    return decoded(path.read_bytes(), _Context)


def _unknown(name: str, contexts: Path) -> SettingsError:
    """That names those there are, and what asked for this one."""
    known = []
    for path in sorted(contexts.glob("meta/*/meta.json")):
        try:
            known.append(_read(path).name)
        except (OSError, msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            continue
    named = ", ".join(["default", *sorted(filter(None, known))][:_MOST_NAMED])
    variable = os.environ.get("DOCKER_CONTEXT") == name
    fix = "Set DOCKER_CONTEXT to one of them" if variable else "docker context use NAME chooses one"
    return SettingsError(
        name, title="There is no such docker context", hint=f"There are: {named}. {fix}."
    )
