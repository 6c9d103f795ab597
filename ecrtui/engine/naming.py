"""Images in an engine by name: what one is there, and giving it another."""

from __future__ import annotations

from typing import Any

from ecrtui.engine.connection import Connection
from ecrtui.errors import NotFound, RemoteError
from ecrtui.model.manifest import Platform
from ecrtui.model.pulling import Held

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def look(line: Connection, name: str) -> Held | None:
    """An image by name, `name@sha256:...` or id; None when it is not there. Raises RemoteError."""
    try:
        found = line.answered(lambda: line.client.inspect_image(name), name)
    except NotFound:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("Id"), str):
        raise RemoteError(f"{name} has no id", title="The engine answers nonsense")
    identity = found["Id"] if ":" in found["Id"] else f"sha256:{found['Id']}"
    parts = (_text(found, key) for key in ("Os", "Architecture", "Variant"))
    return Held(
        identity,
        _texts(found, "RepoTags"),
        _texts(found, "RepoDigests"),
        "/".join(part for part in parts if part),
    )


def give_name(line: Connection, image: str, repository: str, tag: str) -> None:
    """Call an image `repository:tag`, whatever else was called so; raises NotFound, RemoteError."""
    line.answered(lambda: line.client.tag(image, repository, tag, force=True), image)


def platform_of(line: Connection) -> Platform:
    """What its containers are, which may not be what ours are; raises RemoteError."""
    found = line.answered(line.client.version, "version")
    told = found if isinstance(found, dict) else {}
    architecture = _text(told, "Arch")
    return Platform(_text(told, "Os") or "linux", _ARCHITECTURES.get(architecture, architecture))


def describe(line: Connection) -> str:
    """What answers there: `Podman Engine 4.3.1`; raises EngineMissing, RemoteError."""
    found = line.answered(line.client.version, "version")
    told = found if isinstance(found, dict) else {}
    parts = told.get("Components")
    first = parts[0] if isinstance(parts, list) and parts else None
    if not isinstance(first, dict):
        first = {"Version": told.get("Version", "")}
    name = first.get("Name", "Engine")
    return f"{'Docker Engine' if name == 'Engine' else name} {first.get('Version', '')}".strip()


def _text(row: dict[str, Any], key: str) -> str:
    found = row.get(key)
    return found if isinstance(found, str) else ""


def _texts(row: dict[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts; engines write null where they have none."""
    found = row.get(key)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()
