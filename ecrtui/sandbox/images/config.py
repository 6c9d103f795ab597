"""Image configs: how the container starts, and the history of its layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ecrtui.sandbox.images.content import to_json
from ecrtui.sandbox.images.layers import Layer


@dataclass(frozen=True)
class Config:
    """What a Dockerfile sets. ``created`` is ISO 8601; ``steps`` are steps without a layer."""

    architecture: str
    created: str
    env: dict[str, str] = field(default_factory=dict)
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    user: str = ""
    workdir: str = "/"
    ports: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    stop_signal: str = ""
    steps: tuple[str, ...] = ()

    @property
    def platform(self) -> dict[str, str]:
        """The platform as an index names it."""
        return {"architecture": self.architecture, "os": "linux"}


def config_json(config: Config, layers: Sequence[Layer]) -> bytes:
    """The config blob (image-spec, config.md)."""
    history = [{"created": config.created, "created_by": one.created_by} for one in layers]
    empty = [
        {"created": config.created, "created_by": step, "empty_layer": True}
        for step in config.steps
    ]
    document = {
        "architecture": config.architecture,
        "os": "linux",
        "created": config.created,
        "config": _runtime(config),
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
        "history": [*history, *empty],
    }
    return to_json(document)


def _runtime(config: Config) -> dict[str, Any]:
    """The members that are set; builders leave the others out."""
    every = {
        "User": config.user,
        "ExposedPorts": {port: {} for port in config.ports},
        "Env": [f"{name}={value}" for name, value in config.env.items()],
        "Entrypoint": list(config.entrypoint),
        "Cmd": list(config.cmd),
        "WorkingDir": config.workdir,
        "Labels": config.labels,
        "StopSignal": config.stop_signal,
    }
    return {name: value for name, value in every.items() if value}
