"""Where the engine is, as the docker command finds it, and where Podman and rootless ones are.

DOCKER_HOST, else the context (DOCKER_CONTEXT, else the current one of docker's configuration), else
the first socket in the usual places. Of docker's configuration only the context's name is read: it
may hold passwords.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from ecrtui.errors import EngineMissing, SettingsError
from ecrtui.model.typed import decoded

_SOCKETS = (
    "/var/run/docker.sock",
    "{runtime}/docker.sock",
    "{runtime}/podman/podman.sock",
    "/run/podman/podman.sock",
)


class Address(msgspec.Struct, frozen=True):
    """One engine's address."""

    url: str
    """`unix:///...`, `tcp://...`"""
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
        return self.url.startswith("unix://")


class _Config(msgspec.Struct):
    current: str = msgspec.field(name="currentContext", default="")


class _Endpoint(msgspec.Struct, rename="pascal"):
    host: str = ""
    skip_verify: bool = msgspec.field(name="SkipTLSVerify", default=False)


class _Context(msgspec.Struct, rename="pascal"):
    endpoints: dict[str, _Endpoint] = {}


def address() -> Address:
    """The engine that is meant; raises EngineMissing, SettingsError for a context that is none."""
    host = os.environ.get("DOCKER_HOST", "")
    if host:
        verify = bool(os.environ.get("DOCKER_TLS_VERIFY"))
        tls = os.environ.get("DOCKER_CERT_PATH") or (str(_folder()) if verify else "")
        return Address(host, "DOCKER_HOST", Path(tls) if tls else None, verify)
    name = os.environ.get("DOCKER_CONTEXT") or _current()
    if name and name != "default":
        return _of_context(name)
    found = [path for path in sockets() if path.exists()]
    usable = [path for path in found if os.access(path, os.R_OK | os.W_OK)]
    for path in [*usable, *found]:
        return Address(f"unix://{path}", "")
    raise EngineMissing(f"no socket at {', '.join(map(str, sockets()))}")


def sockets() -> list[Path]:
    """Where engines usually listen, the best known first."""
    runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return [Path(path.format(runtime=runtime)) for path in _SOCKETS]


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
        body = (contexts / "meta" / identity / "meta.json").read_bytes()
        endpoint = decoded(body, _Context).endpoints["docker"]
    except (OSError, msgspec.MsgspecError, LookupError, RecursionError, UnicodeDecodeError):
        raise SettingsError(
            name,
            title="There is no such docker context",
            hint="docker context ls shows those there are; DOCKER_CONTEXT chooses one.",
        ) from None
    tls = contexts / "tls" / identity / "docker"
    folder = tls if tls.is_dir() else None
    return Address(endpoint.host, f"context {name}", folder, not endpoint.skip_verify)
