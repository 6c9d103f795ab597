"""Two image configurations, field by field, and their build histories side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ecrtui.compare.sequences import aligned
from ecrtui.model.manifest import HistoryEntry, ImageConfig


class FieldChange(msgspec.Struct, frozen=True, rename={"before": "from", "after": "to"}):
    """One field that differs, by the name people know it by: `env.PATH`, `labels.version`, `cmd`.

    None is a field that one side lacks. Values are text as the configuration has them (environment
    values may be secret; who shows them masks them); commands are tuples.
    """

    field: str
    before: str | tuple[str, ...] | None
    after: str | tuple[str, ...] | None


class HistoryChange(msgspec.Struct, frozen=True, rename="camel"):
    """One line of two build histories."""

    change: str
    """`same`, `removed` or `added`."""
    created_by: str
    created: str
    """As in the second image, where it has the line."""
    empty_layer: bool


_PLAIN = ("author", "user", "working_dir", "stop_signal")
_COMMANDS = ("entrypoint", "cmd", "healthcheck")
_SETS = ("exposed_ports", "volumes")
_NAMES = {"exposed_ports": "ports", "working_dir": "workdir", "stop_signal": "stopSignal"}


def config_changes(before: ImageConfig, after: ImageConfig) -> tuple[FieldChange, ...]:
    """The fields that differ; `created`, and all that layers and history tell, is not among them.

    Environment is compared by variable (the last wins, as when it runs), labels by key, ports and
    volumes each by itself.
    """
    return tuple(change for change in _fields(before, after) if change.before != change.after)


def history_changes(
    before: Sequence[HistoryEntry], after: Sequence[HistoryEntry]
) -> tuple[HistoryChange, ...]:
    """Two histories in one order, by the longest common subsequence of their commands."""
    return tuple(_line(before, after, *pair) for pair in aligned(before, after, _same))


def environment(config: ImageConfig) -> dict[str, str]:
    """The environment by variable; a bare name is a variable without a value."""
    pairs = (variable.partition("=") for variable in config.env)
    return {name: value for name, _, value in pairs}


def _fields(before: ImageConfig, after: ImageConfig) -> Iterator[FieldChange]:
    yield FieldChange("platform", _platform(before), _platform(after))
    for name in _PLAIN:
        one, other = getattr(before, name), getattr(after, name)
        yield FieldChange(_NAMES.get(name, name), one or None, other or None)
    for name in _COMMANDS:
        one, other = getattr(before, name), getattr(after, name)
        yield FieldChange(name, one or None, other or None)
    yield from _keyed("env", environment(before), environment(after))
    yield from _keyed("labels", before.labels, after.labels)
    for name in _SETS:
        one, other = getattr(before, name), getattr(after, name)
        yield from _keyed(_NAMES.get(name, name), _set(one), _set(other))


def _platform(config: ImageConfig) -> str:
    version = config.platform.os_version
    return f"{config.platform} {version}" if version else str(config.platform)


def _keyed(field: str, before: dict[str, str], after: dict[str, str]) -> Iterator[FieldChange]:
    for key in dict.fromkeys((*before, *after)):
        yield FieldChange(f"{field}.{key}", before.get(key), after.get(key))


def _set(values: Iterable[str]) -> dict[str, str]:
    return {value: value for value in values}


def _same(a: HistoryEntry, b: HistoryEntry) -> bool:
    return a.created_by == b.created_by and a.empty_layer == b.empty_layer


def _line(
    before: Sequence[HistoryEntry],
    after: Sequence[HistoryEntry],
    one: int | None,
    other: int | None,
) -> HistoryChange:
    if other is not None:
        line = after[other]
        change = "added" if one is None else "same"
    else:
        line = before[one or 0]
        change = "removed"
    return HistoryChange(change, line.created_by, line.created, line.empty_layer)
