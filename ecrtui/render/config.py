"""An image's own configuration as labelled lines: what runs, as whom, with what."""

from __future__ import annotations

import shlex

from ecrtui.model.manifest import ImageConfig
from ecrtui.render.fields import Field, Section
from ecrtui.render.secrets import MASK, looks_secret

ROOT_USERS = frozenset({"", "0", "root", "0:0", "root:root"})


def config_sections(config: ImageConfig) -> list[Section]:
    """Everything the config says, grouped as one would ask for it."""
    return [
        Section("Runs", tuple(_runs(config))),
        Section("Environment", tuple(_environment(config)), "No variables are set."),
        Section("Labels", tuple(_labels(config)), "No labels are set."),
    ]


def command_line(config: ImageConfig) -> str:
    """The command a container runs, quoted as a shell would take it."""
    return shlex.join([*config.entrypoint, *config.cmd])


def user_field(config: ImageConfig) -> Field:
    """Who the process runs as; root is marked, by word as well as by style."""
    if config.user in ROOT_USERS:
        return Field("User", f"{config.user or 'not set'} (root)", "warn")
    return Field("User", config.user)


def _runs(config: ImageConfig) -> list[Field]:
    fields = [
        Field("Entry point", shlex.join(config.entrypoint) or "none", _none(config.entrypoint)),
        Field("Command", shlex.join(config.cmd) or "none", _none(config.cmd)),
        user_field(config),
        Field("Directory", config.working_dir or "/"),
        Field("Ports", ", ".join(config.exposed_ports) or "none", _none(config.exposed_ports)),
        Field("Volumes", ", ".join(config.volumes) or "none", _none(config.volumes)),
    ]
    if config.healthcheck:
        fields.append(Field("Health check", shlex.join(config.healthcheck)))
    if config.stop_signal:
        fields.append(Field("Stop signal", config.stop_signal))
    return fields


def _none(values: tuple[str, ...]) -> str:
    return "" if values else "dim"


def _environment(config: ImageConfig) -> list[Field]:
    fields = []
    for variable in config.env:
        name, _, value = variable.partition("=")
        if looks_secret(name, value):
            fields.append(Field(name, MASK, "warn", hidden=value))
        else:
            fields.append(Field(name, value))
    return fields


def _labels(config: ImageConfig) -> list[Field]:
    return [
        Field(name, MASK, "warn", hidden=value) if looks_secret(name, value) else Field(name, value)
        for name, value in sorted(config.labels.items())
    ]
