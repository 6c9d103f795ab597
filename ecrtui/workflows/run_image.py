"""The image that is going to run, as the engine holds it, and what a form for it starts from."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import msgspec

from ecrtui.errors import NotFound
from ecrtui.model.image import LATEST
from ecrtui.model.local import Here
from ecrtui.model.places import Outside
from ecrtui.model.reference import Transport
from ecrtui.model.running import Port, Runnable
from ecrtui.workflows import browse, local
from ecrtui.workflows.containers import containers
from ecrtui.workflows.contents import stored_manifest
from ecrtui.workflows.inspect import describe
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services

_LOOPBACK = "127.0.0.1"
_PRIVILEGED = 1024


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an image before it is run: what a form starts from."""

    called: str
    """As a person asked for it."""
    name: str
    """What `docker run` would take: `host/repo@sha256:...`, a name, or an id."""
    image: Runnable
    engine_platform: str
    here: bool
    """Whether the engine is on this machine, so that its ports and folders are ours."""
    networks: tuple[str, ...] = ()
    ports: tuple[Port, ...] = ()
    """What the image exposes, each with a port that is free."""
    shell: str = ""
    """The path of a shell in it; '' when it has none."""

    @property
    def foreign(self) -> str:
        """What is said of an image for another machine than the engine's; '' when it is not."""
        wanted, has = self.image.platform.split("/")[:2], self.engine_platform.split("/")[:2]
        if wanted == has or not self.image.platform or not all(has):
            return ""
        return (
            f"The image is for {self.image.platform}, the engine runs {self.engine_platform}:"
            " it starts only where an emulator is installed"
        )


def prepare(services: Services, target: Target) -> Ready:
    """What is known of an image that the engine has; nothing of it is run.

    Raises NotFound when the engine does not have it, EngineMissing, RemoteError, and what looking
    for it in its registry raises.
    """
    from ecrtui.engine.addresses import address

    here = address().url.startswith("unix://")
    identity, name = _in_engine(services, target)
    with containers() as engine:
        image = engine.image(identity)
        return Ready(
            called=_called(target),
            name=name or next(iter(image.names), image.id),
            image=image,
            engine_platform=engine.platform(),
            here=here,
            networks=tuple(engine.networks()),
            ports=tuple(_proposals(image.ports, here=here)),
            shell=engine.shell(image.id),
        )


def _called(target: Target) -> str:
    if isinstance(target.home, Outside) and target.home.transport is Transport.DAEMON:
        return str(target).removeprefix("docker-daemon:")
    return str(target)


def _in_engine(services: Services, target: Target) -> tuple[str, str]:
    """The engine's id (or a name) of an image, and what docker would call it."""
    wanted = target.image_id
    if isinstance(target.home, Outside):
        if target.home.transport is Transport.DAEMON:
            name = target.repository or wanted.image_digest
            if target.repository and wanted.image_digest:
                name = f"{target.repository}@{wanted.image_digest}"
            elif target.repository:
                name = f"{target.repository}:{wanted.image_tag or LATEST}"
            return name, name
        return _outside(target)
    digest = wanted.image_digest or describe(services, target).image_digest
    uri = browse.repository(services, target.home, target.repository).repository_uri
    found = Here.of(local.held(), uri).image(_digests(services, digest))
    if found is None:
        raise absent(target)
    known = f"{uri}@{digest}"
    return found.id, known if known in found.digests else ""


def _outside(target: Target) -> tuple[str, str]:
    """An image of another registry, by its name or digest there."""
    home = target.home
    if not isinstance(home, Outside) or home.transport is not Transport.DOCKER:
        raise absent(target)
    wanted = target.image_id
    at = f"@{wanted.image_digest}" if wanted.image_digest else f":{wanted.image_tag or LATEST}"
    name = f"{home.where}/{target.repository}{at}"
    return name, name


def absent(target: Target) -> NotFound:
    """The error for an image that has to be pulled first."""
    return NotFound(
        str(target),
        title="The engine does not have the image",
        hint=f"Pull it first: ecrtui pull {target}",
    )


def _digests(services: Services, digest: str) -> Iterator[str]:
    """What an engine may know an image by: its own digest, its platforms', their configs'."""
    yield digest
    manifest = stored_manifest(services, digest)
    if manifest is None:
        return
    children = [stored_manifest(services, child.digest) for child in manifest.platforms]
    yield from (child.digest for child in manifest.platforms)
    configs = (one.config for one in (manifest, *children) if one is not None)
    yield from (config.digest for config in configs if config is not None)


# Ports


def _proposals(exposed: tuple[str, ...], *, here: bool) -> Iterator[Port]:
    """Each exposed port with a free one of this machine, reached from this machine alone.

    Of an engine elsewhere nobody here knows what is free: it chooses.
    """
    taken: set[tuple[int, str]] = set()
    for text in exposed:
        number, _, protocol = text.partition("/")
        if not number.isdecimal() or protocol not in ("tcp", "udp", ""):
            continue
        inside, protocol = int(number), protocol or "tcp"
        if not here:
            yield Port(inside, protocol)
            continue
        free = next(one for one in _candidates(inside, protocol) if (one, protocol) not in taken)
        taken.add((free, protocol))
        yield Port(inside, protocol, free, _LOOPBACK)


def _candidates(inside: int, protocol: str) -> Iterator[int]:
    """The same port, 8080 for 80, then whatever is free."""
    for wanted in (inside, inside + 8000 if inside < _PRIVILEGED else 0):
        if wanted >= _PRIVILEGED and _bound(wanted, protocol):
            yield wanted
    while True:
        yield _bound(0, protocol)


def _bound(port: int, protocol: str) -> int:
    """The port that could be had, 0 when it is taken."""
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as asked:
        try:
            asked.bind((_LOOPBACK, port))
        except (OSError, OverflowError):
            return 0
        return int(asked.getsockname()[1])
