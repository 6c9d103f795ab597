"""What an image is called in the engine, and whether the engine can pull it itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from ecrtui.errors import InvalidReference, UsageError
from ecrtui.model.image import LATEST, ImageId
from ecrtui.model.places import Outside
from ecrtui.model.reference import Reference, Transport, parse
from ecrtui.workflows import browse
from ecrtui.workflows.locate import Target
from ecrtui.workflows.pulling.reading import Wanted
from ecrtui.workflows.services import Services

if TYPE_CHECKING:
    from ecrtui.engine.connection import Connection

_HERE = re.compile(r"(localhost|127(\.\d+){3}|\[::1\])(:\d+)?")
_OLD_DOCKER = re.compile(r"Docker Engine (1?\d|2[0-2])\.")
"""Before 23, which unpacks zstd (moby PR 41759)."""


class Called(msgspec.Struct, frozen=True):
    """The names of one image."""

    repository: str = ""
    """In the engine; '' when it gets no name."""
    tag: str = ""
    pull_from: str = ""
    """`host/repository`, '' when it is in no registry."""
    source: str = ""
    """What names it in its registry."""

    @property
    def name(self) -> str:
        """In the engine."""
        return f"{self.repository}:{self.tag}" if self.repository else ""

    def by_digest(self, digest: str) -> str:
        """What an engine calls what it pulled by digest."""
        return f"{self.pull_from}@{digest}"


class Way(msgspec.Struct, frozen=True):
    """How it gets there."""

    told: str
    by_load: bool = False
    unpack_zstd: bool = False


def called(services: Services, target: Target, name: str) -> Called:
    """The names of an image; `name` is what a person wants it to be called in the engine.

    Raises InvalidReference for a name that is none, UsageError where one is needed.
    """
    pull_from = _registry_name(services, target)
    image_id = target.image_id
    tag = image_id.image_tag or ("" if image_id.image_digest else LATEST)
    end = f":{tag}" if tag else f"@{image_id.image_digest}"
    source = f"{pull_from}{end}" if pull_from else ""
    if name:
        chosen = _parsed(name)
        return Called(_whole(chosen), chosen.tag or LATEST, pull_from, source)
    if pull_from:
        return Called(pull_from if tag else "", tag, pull_from, source)
    if "/" in image_id.image_tag or ":" in image_id.image_tag:  # a file may keep whole names
        chosen = _parsed(image_id.image_tag)
        return Called(_whole(chosen), chosen.tag or LATEST)
    raise UsageError(
        str(target),
        title="It has no name that an engine could call it by",
        hint="Give it one with --as team/app:v1.",
    )


def called_as_typed(target: Target) -> str:
    """What a person calls an image that is pulled, with the tag that is meant."""
    home, image_id = target.home, target.image_id
    file = isinstance(home, Outside) and not home.is_remote
    if image_id.image_tag or image_id.image_digest or file:
        return target.called
    return Target(home, target.repository, ImageId(image_tag=LATEST)).called


def _registry_name(services: Services, target: Target) -> str:
    home = target.home
    if not isinstance(home, Outside):
        return browse.repository(services, home, target.repository).repository_uri
    return f"{home.where}/{target.repository}" if home.is_remote else ""


def _parsed(name: str) -> Reference:
    try:
        found = parse(f"{Transport.DAEMON.value}:{name}")
    except InvalidReference as problem:
        raise InvalidReference(name, hint=problem.hint) from None
    if found.digest:
        raise InvalidReference(name, hint="An engine's name for an image ends in a tag.")
    return found


def _whole(name: Reference) -> str:
    return f"{name.host}/{name.name}" if name.host else name.name


def ways(line: Connection, wanted: Wanted, name: Called, engine: str, *, load: bool) -> Way:
    """Whether the engine pulls it, or ecrtui reads it, and why."""
    host = name.pull_from.partition("/")[0]
    zstd = any("zstd" in layer.media_type for layer in wanted.image.layers)
    unpack = zstd and _OLD_DOCKER.match(engine) is not None
    if load:
        why = "as asked for"
    elif not name.pull_from:
        why = "it is in no registry"
    elif not line.address.is_here and _HERE.fullmatch(host):
        why = f"the engine is on another machine, and {host} is this one"
    elif unpack:
        why = f"{engine} cannot unpack zstd"
    else:
        return Way(f"the engine pulls it from {host}")
    return Way(f"ecrtui reads it and hands it to the engine: {why}", True, unpack)
