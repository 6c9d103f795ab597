"""Which credential goes with which registry, as a person says: patterns of hosts, in order."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import msgspec

from ecrtui.errors import NotFound, UsageError
from ecrtui.workflows.services import Services

_NAME = "registry-map"
_PATTERN = re.compile(r"[a-z0-9*?\[\]][a-z0-9.*?\[\]:_-]{0,254}")
_REGION = re.compile(r"[a-z0-9-]{1,40}")


class Mapped(msgspec.Struct, frozen=True, rename="camel"):
    """One line of the map."""

    pattern: str
    """A registry's host, with * and ? as in a shell."""
    name: str
    """A kept credential, or a profile."""
    region: str = ""
    """For a host that does not tell its region, for instance a local endpoint."""


def lines(services: Services) -> list[Mapped]:
    """The map, the first match first."""
    return services.state.read(_NAME, list[Mapped], [])


def match(services: Services, host: str) -> Mapped | None:
    """The first line that is meant for a host."""
    return next((one for one in lines(services) if fnmatchcase(host, one.pattern)), None)


def is_pattern(text: str) -> bool:
    """Whether it may be a registry's host, or a pattern of some."""
    return bool(_PATTERN.fullmatch(text))


def put(services: Services, line: Mapped) -> None:
    """Add a line, in place of one for the same pattern; exact hosts go before patterns.

    Raises UsageError for what is no host, and for what is no region.
    """
    if not is_pattern(line.pattern):
        hint = "A registry's host, with * where anything goes: 1111*.dkr.ecr.*.amazonaws.com"
        raise UsageError(line.pattern, title="Not a pattern of registries", hint=hint)
    if line.region and not _REGION.fullmatch(line.region):
        raise UsageError(line.region, title="Not a region", hint="eu-west-1, for instance.")

    def change(known: list[Mapped]) -> list[Mapped]:
        left = [one for one in known if one.pattern != line.pattern]
        return sorted([*left, line], key=lambda one: any(mark in one.pattern for mark in "*?["))

    services.state.update(_NAME, list[Mapped], [], change)


def drop(services: Services, pattern: str) -> None:
    """Remove the line of a pattern; raises NotFound."""
    if all(one.pattern != pattern for one in lines(services)):
        raise NotFound(pattern, title="Not in the map", hint="ecrtui credentials map shows it.")
    services.state.update(
        _NAME, list[Mapped], [], lambda known: [one for one in known if one.pattern != pattern]
    )


def rename(services: Services, name: str, new: str) -> None:
    """Have the lines of one credential name another."""
    if all(one.name != name for one in lines(services)):
        return

    def change(known: list[Mapped]) -> list[Mapped]:
        replace = msgspec.structs.replace
        return [replace(one, name=new) if one.name == name else one for one in known]

    services.state.update(_NAME, list[Mapped], [], change)
