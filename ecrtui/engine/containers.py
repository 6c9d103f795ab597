"""Containers of an engine: created and started here, then looked at, stopped, removed."""

from __future__ import annotations

import base64
import calendar
import contextlib
import json
import re
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from docker.errors import APIError

from ecrtui import __version__
from ecrtui.engine.connection import Connection
from ecrtui.errors import EcrtuiError, NotFound, RemoteError
from ecrtui.model.running import IMAGE_LABEL, LABEL, START_LABEL, Container, Runnable, RunSpec

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")
_STAT = "X-Docker-Container-Path-Stat"
_DIRECTORY, _SYMLINK = 1 << 31, 1 << 27
"""Of a mode as Go writes it (io/fs.ModeDir, ModeSymlink)."""
_LINKS = 4
_SHELLS = ("/bin/bash", "/bin/sh", "/bin/ash", "/usr/bin/sh", "/busybox/sh")
_FIXES = (
    ("port is already allocated|address already in use", "Another has that port: choose another."),
    ("is already in use", "Choose another name, or remove the container that has it."),
    (
        "executable file not found|no such file or directory|not found in \\$PATH",
        "The image has no such program: look at its command and entry point.",
    ),
    ("exec format error", "The image is for another kind of processor: choose its platform."),
    ("network .*not found|unable to find network", "Choose one of the engine's networks, or none."),
    ("no command", "The image names no command: type one."),
)
"""What engines say of a container that does not start, and what helps."""


class Containers:
    """The containers of one engine, asked by one thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._client = connection.client

    # Images and networks, as far as running needs them

    def image(self, name: str) -> Runnable:
        """An image by name, digest or id; raises NotFound, RemoteError."""
        return _image(self._asked(lambda: self._client.inspect_image(name), name, "image"))

    def networks(self) -> list[str]:
        """The names of the engine's networks."""
        found = self._connection.answered(self._client.networks, "its networks", "network")
        names = [one.get("Name") for one in found if isinstance(one, dict)]
        return sorted(name for name in names if isinstance(name, str))

    def platform(self) -> str:
        """What the engine's machine runs: `linux/amd64`."""
        told = self._asked(self._client.version, "its version", "version")
        return f"{told.get('Os', '')}/{told.get('Arch', '')}"

    def shell(self, image: str) -> str:
        """The path of a shell in an image, '' when it has none; nothing of it is run.

        A container is made for the look, never started, and removed.
        """
        config = {"Image": image, "Cmd": ["/"], "Entrypoint": [], "Labels": {LABEL: __version__}}
        with self._kept_if_well(config):
            identity = self._create(config, "", "")
            path = self.shell_in(identity)
            self.remove(identity)
        return path

    def shell_in(self, identity: str) -> str:
        """The path of a shell in a container, '' when it has none."""
        url = self._client._url("/containers/{0}/archive", identity)
        return next((path for path in _SHELLS if self._can_run(url, path)), "")

    def _can_run(self, url: str, path: str) -> bool:
        """Whether there is a program, itself or where a link leads to."""
        for _ in range(_LINKS):
            told = self._stat(url, path)
            mode = told.get("mode", 0)
            if not isinstance(mode, int) or mode & _DIRECTORY:
                return False
            if not mode & _SYMLINK:
                return bool(mode & 0o111)
            path = str(told.get("linkTarget", ""))
        return False

    def _stat(self, url: str, path: str) -> dict[str, Any]:
        """What the engine says of a path (`HEAD /containers/{id}/archive`); {} when it is none."""

        def asked() -> Any:
            return self._client.head(url, params={"path": path}, timeout=self._client.timeout)

        answer = self._connection.answered(asked, path)
        try:
            told = json.loads(base64.b64decode(answer.headers[_STAT])) if answer.ok else {}
        except (KeyError, ValueError):
            return {}
        return _dict(told)

    # Starting

    def start(self, image: str, called: str, spec: RunSpec, *, remove: bool) -> str:
        """Create a container of an image (its id) and start it; the container's id.

        One that does not start is removed again. With `remove` the engine removes it when it ends.
        Raises RemoteError, NotFound.
        """
        config = _config(image, called, spec, remove=remove)
        with self._kept_if_well(config):
            identity = self._create(config, spec.name, spec.platform)
            self._started(lambda: self._client.start(identity))
        return identity

    def _create(self, config: dict[str, Any], name: str, platform: str) -> str:
        made = self._started(
            lambda: self._client.create_container_from_config(config, name or None, platform)
        )
        return str(made["Id"])

    def _started(self, call: Callable[[], Any]) -> Any:
        """A call whose refusal is told as it is, with what helps."""

        def told() -> Any:
            try:
                return call()
            except APIError as failure:
                why = str(failure.explanation or failure)
                fix = next((fix for sign, fix in _FIXES if re.search(sign, why, re.IGNORECASE)), "")
                raise RemoteError(why, title="The container does not start", hint=fix) from None

        return self._connection.answered(told, "the container", "container")

    @contextlib.contextmanager
    def _kept_if_well(self, config: dict[str, Any]) -> Iterator[None]:
        """What is made with this config is removed again when something goes wrong.

        It is found by a mark, for whoever hangs up never learns what was made; and by another
        connection, for this one may be the one that was hung up.
        """
        mark = f"{START_LABEL}={uuid.uuid4().hex}"
        config["Labels"][START_LABEL] = mark.partition("=")[2]
        try:
            yield
        except BaseException:
            with contextlib.suppress(EcrtuiError):
                others = Containers(Connection(self._connection.address))
                for one in others.all(mark):
                    others.remove(one.id)
            raise

    # Those there are

    def all(self, label: str = LABEL) -> list[Container]:
        """Those that ecrtui started, running or not, the newest first."""
        found = self._connection.answered(
            lambda: self._client.containers(all=True, filters={"label": label}), "its containers"
        )
        rows = [_row(one) for one in found if isinstance(one, dict)]
        return sorted(rows, key=lambda row: -(row.created or 0))

    def get(self, identity: str) -> Container:
        """One by id or name, with all that is known of it; raises NotFound, RemoteError."""
        asked = lambda: self._client.inspect_container(identity)  # noqa: E731
        return _container(self._asked(asked, identity, "container"))

    def wait(self, identity: str) -> int:
        """Until it has ended; its exit code. Raises NotFound once it is gone."""
        asked = lambda: self._client.wait(identity, timeout=None)  # noqa: E731
        return int(self._asked(asked, identity, "container").get("StatusCode", 0))

    def stop(self, identity: str, seconds: int = 10) -> None:
        """Ask it to end, and end it after so many seconds."""
        self._do(lambda: self._client.stop(identity, timeout=seconds), identity)

    def restart(self, identity: str, seconds: int = 10) -> None:
        """Stop it where it runs, and start it again."""
        self._do(lambda: self._client.restart(identity, timeout=seconds), identity)

    def kill(self, identity: str, signal: str = "KILL") -> None:
        """Send it a signal."""
        self._do(lambda: self._client.kill(identity, signal), identity)

    def remove(self, identity: str) -> None:
        """Remove it, running or not, with the volumes that have no name; gone already is well."""
        with contextlib.suppress(NotFound):
            self._do(lambda: self._client.remove_container(identity, v=True, force=True), identity)

    def _do(self, call: Callable[[], Any], identity: str) -> None:
        self._connection.answered(call, identity[:12], "container")

    def _asked(self, call: Callable[[], Any], what: str, kind: str) -> dict[str, Any]:
        found = self._connection.answered(call, what, kind)
        return found if isinstance(found, dict) else {}


def _config(image: str, called: str, spec: RunSpec, *, remove: bool) -> dict[str, Any]:
    """The body of `POST /containers/create` (Docker Engine API 1.32 and later)."""
    ports: dict[str, list[dict[str, str]]] = {}
    for one in spec.ports:
        outside = "" if one.outside is None else str(one.outside)
        bound = ports.setdefault(f"{one.inside}/{one.protocol}", [])
        bound.append({"HostIp": one.address, "HostPort": outside})
    host: dict[str, Any] = {
        "AutoRemove": remove,
        "Binds": [str(one) for one in spec.volumes if one.source],
        "PortBindings": ports,
        "ReadonlyRootfs": spec.read_only_root,
        "Memory": spec.memory,
    }
    if spec.network:
        host["NetworkMode"] = spec.network
    config: dict[str, Any] = {
        "Image": image,
        "Env": [one.assigned for one in spec.environment],
        "Labels": {LABEL: __version__, IMAGE_LABEL: called},
        "ExposedPorts": {name: {} for name in ports},
        "Volumes": {one.target: {} for one in spec.volumes if not one.source},
        "User": spec.user,
        "WorkingDir": spec.workdir,
        "HostConfig": host,
    }
    command = (*spec.entrypoint[1:], *spec.command)
    if spec.entrypoint:
        config["Entrypoint"] = [spec.entrypoint[0]]
    if command:
        config["Cmd"] = list(command)
    return config


def _image(told: dict[str, Any]) -> Runnable:
    config = _dict(told.get("Config"))
    parts = [told.get("Os"), told.get("Architecture"), told.get("Variant")]
    return Runnable(
        id=str(told.get("Id", "")),
        names=_texts(told.get("RepoTags")),
        digests=_texts(told.get("RepoDigests")),
        platform="/".join(part for part in parts if isinstance(part, str) and part),
        command=_texts(config.get("Cmd")),
        entrypoint=_texts(config.get("Entrypoint")),
        env=_texts(config.get("Env")),
        ports=_texts(list(_dict(config.get("ExposedPorts")))),
        volumes=_texts(list(_dict(config.get("Volumes")))),
        user=str(config.get("User") or ""),
        workdir=str(config.get("WorkingDir") or ""),
    )


def _row(told: dict[str, Any]) -> Container:
    """A row of the list; `Status` says `Exited (3) 5 minutes ago`."""
    names = _texts(told.get("Names"))
    exited = re.match(r"Exited \((\d+)\)", str(told.get("Status", "")))
    ports = [_published(one) for one in told.get("Ports") or () if isinstance(one, dict)]
    created = told.get("Created")
    labels = _dict(told.get("Labels"))
    return Container(
        id=str(told.get("Id", "")),
        name=names[0].removeprefix("/") if names else "",
        image=str(labels.get(IMAGE_LABEL) or told.get("Image") or ""),
        state=str(told.get("State", "")).lower(),
        exit_code=int(exited[1]) if exited else None,
        ports=tuple(dict.fromkeys(port for port in ports if port)),
        created=float(created) if isinstance(created, int | float) else None,
    )


def _published(port: dict[str, Any]) -> str:
    outside, inside = port.get("PublicPort"), port.get("PrivatePort")
    if not outside:
        return ""
    return f"{_host(port.get('IP'))}:{outside}->{inside}/{port.get('Type', 'tcp')}"


def _host(address: object) -> str:
    text = str(address or "*")
    return f"[{text}]" if ":" in text else text


def _container(told: dict[str, Any]) -> Container:
    config, state = _dict(told.get("Config")), _dict(told.get("State"))
    host = _dict(told.get("HostConfig"))
    bindings = _dict(_dict(told.get("NetworkSettings")).get("Ports"))
    ports = [
        f"{_host(one.get('HostIp'))}:{one.get('HostPort')}->{inside}"
        for inside, bound in bindings.items()
        for one in bound or ()
    ]
    status = str(state.get("Status", "")).lower()
    ended = status in ("exited", "stopped", "dead")
    return Container(
        id=str(told.get("Id", "")),
        name=str(told.get("Name", "")).removeprefix("/"),
        image=str(_dict(config.get("Labels")).get(IMAGE_LABEL) or config.get("Image") or ""),
        state=status,
        exit_code=int(state.get("ExitCode") or 0) if ended else None,
        out_of_memory=bool(state.get("OOMKilled")),
        error=str(state.get("Error") or ""),
        ports=tuple(dict.fromkeys(ports)),
        created=moment(str(told.get("Created", ""))),
        started=moment(str(state.get("StartedAt", ""))),
        finished=moment(str(state.get("FinishedAt", ""))) if ended else None,
        terminal=bool(config.get("Tty")),
        remove=bool(host.get("AutoRemove")),
        memory=int(host.get("Memory") or 0),
    )


def moment(text: str) -> float | None:
    """Epoch seconds of `2026-11-26T01:12:24.479115356Z`; None for what is none, or Go's zero."""
    match = _MOMENT.fullmatch(text)
    if match is None or text.startswith("0001"):
        return None
    return _second(match[1], match[3]) + float(f"0{match[2] or '.0'}")


@lru_cache(maxsize=1024)
def _second(text: str, zone: str) -> float:
    """Whole seconds; lines of a log share them."""
    try:
        found = calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%S"))
    except ValueError:
        return 0.0
    if zone == "Z":
        return float(found)
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    return float(found - (1 if zone[0] == "+" else -1) * (hours * 3600 + minutes * 60))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> tuple[str, ...]:
    found: Sequence[object] = value if isinstance(value, list) else ()
    return tuple(one for one in found if isinstance(one, str))
