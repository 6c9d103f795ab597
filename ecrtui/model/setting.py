"""What can be set of a registry, a repository, and what is told of an image beside its row: one
table, from which the screen, the command line, the plans and docs/coverage.md are made.

A setting's value is one JSON document: what a person reads, edits and puts back. Members that the
service alone writes (times, account numbers) are left out of it.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple

import msgspec


class Scope(str, Enum):
    """Whose setting it is."""

    REGISTRY = "registry"
    REPOSITORY = "repository"
    PUBLIC_REGISTRY = "public registry"
    PUBLIC_REPOSITORY = "public repository"
    IMAGE = "image"
    """No settings, but what came of those of its registry: is it copied, is it signed."""
    PUBLIC_IMAGE = "public image"


class Choice(NamedTuple):
    """One of the values that a setting can have, and what it means."""

    value: Any
    means: str


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be set, or only looked at where `changes` is empty."""

    name: str
    """What the command line calls it; unique among those of its scope."""
    title: str
    scope: Scope
    reads: tuple[str, ...]
    """The operations it is read with."""
    changes: tuple[str, ...] = ()
    """The operations it may be changed with."""
    help: str
    """One sentence: what it is for."""
    choices: tuple[Choice, ...] = ()
    """All values it can have; none where it is a document."""
    key: str = ""
    """Of a list of objects: the member that tells one from another; `value` of a list of texts and
    `name` of an object whose members are a person's own. Then single ones can be set."""
    word: str = ""
    """Of an object that is mostly one word: the member that holds it."""
    removable: bool = True
    """Whether there may be none."""
    start: str = ""
    """The text one begins with where there is none."""


def text_of(value: Any) -> str:
    """A value as a person edits it: indented JSON; '' for none, a text that is no JSON as it is."""
    if value is None or isinstance(value, str):
        return value or ""
    encoded = msgspec.json.format(msgspec.json.encode(value), indent=2)
    return encoded.decode() + "\n"


class Subject(NamedTuple):
    """What has the setting: a registry, one of its repositories, one of its images."""

    repository: str = ""
    arn: str = ""
    """The repository's, where its settings go by it."""
    digest: str = ""


class Step(NamedTuple):
    """One call of a change, and what the setting is after it."""

    operation: str
    parameters: dict[str, Any]
    value: Any
