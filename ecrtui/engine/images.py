"""What images an engine has, asked in two short requests: no image is looked into."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ecrtui.engine.engine import Engine
from ecrtui.model.local import EngineHas, EngineImage, named


def held(engine: Engine) -> EngineHas:
    """Its images and how many containers run of each; raises EngineMissing, RemoteError."""
    running = Counter(_text(row, "ImageID") for row in engine.running())
    images = [_image(row, running) for row in engine.images()]
    return EngineHas(engine.version(), tuple(image for image in images if image.id))


def named_at(engine: Engine, image: EngineImage) -> str:
    """When an image was given its last name there, as RFC 3339; '' where nobody keeps it.

    Raises NotFound, RemoteError.
    """
    told = engine.inspect(image.id).get("Metadata")
    return _text(told, "LastTagTime") if isinstance(told, dict) else ""


def _image(row: dict[str, Any], running: Counter[str]) -> EngineImage:
    identity = _text(row, "Id")
    return EngineImage(
        identity,
        named(_texts(row, "RepoTags")),
        named(_texts(row, "RepoDigests")),
        _number(row, "Created"),
        _number(row, "Size"),
        running[identity],
    )


def _text(row: dict[str, Any], key: str) -> str:
    found = row.get(key)
    return found if isinstance(found, str) else ""


def _texts(row: dict[str, Any], key: str) -> list[str]:
    """A list of texts; engines write null where they have none."""
    found = row.get(key)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _number(row: dict[str, Any], key: str) -> int | None:
    found = row.get(key)
    return found if isinstance(found, int) and found >= 0 else None
