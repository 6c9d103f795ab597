"""The image that is going to run, as the engine holds it, and what a form for it starts from."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from ecrtui.errors import NotFound
from ecrtui.model.image import LATEST, ImageId
from ecrtui.model.local import Here
from ecrtui.model.manifest import ImageConfig
from ecrtui.model.places import Home, Outside
from ecrtui.model.reference import Transport
from ecrtui.model.running import Port, Runnable
from ecrtui.oci.manifest import parse_config
from ecrtui.oci.platforms import normal, parse_platform
from ecrtui.workflows import browse, local
from ecrtui.workflows.contents import read_config, stored_manifest
from ecrtui.workflows.engines import line_to
from ecrtui.workflows.inspect import describe
from ecrtui.workflows.locate import Target
from ecrtui.workflows.platforms import stored_platforms
from ecrtui.workflows.pulling import pull
from ecrtui.workflows.pulling.pull import PullPlan, PullRequest
from ecrtui.workflows.running.ports import proposals
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:  # the SDK is imported when an engine is first asked
    from ecrtui.engine.connection import Connection

replace = msgspec.structs.replace


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an image before it is run: what a form starts from."""

    called: str
    """As a person asked for it."""
    name: str
    """What `docker run` would take: `host/repo@sha256:...`, a name, or an id."""
    image: Runnable
    """Without an id while it has to be pulled first."""
    engine_platform: str
    here: bool
    """Whether the engine is on this machine, so that its ports and folders are ours."""
    networks: tuple[str, ...] = ()
    ports: tuple[Port, ...] = ()
    """What the image exposes, each with a port that is free."""
    shell: str | None = None
    """The path of a shell in it; '' when it has none, None while nobody can tell."""
    pull: PullPlan | None = None
    """What brings it here first; None when it is here."""
    platforms: tuple[str, ...] = ()
    """Of an index whose manifest was read: all there are to choose from."""

    @property
    def sure_name(self) -> str:
        """What names it in the engine and nothing else: its digest, or the engine's id."""
        return self.name if self.name in self.image.digests else self.image.id

    @property
    def foreign(self) -> str:
        """What is said of an image for another machine than the engine's; '' when it is not."""
        if not self.is_foreign(self.image.platform):
            return ""
        wanted, has = self.image.platform, self.engine_platform
        return f"It is for {wanted}, the engine runs {has}: it needs an emulator"

    def is_foreign(self, platform: str) -> bool:
        """Whether the engine's processor is another, as far as both are known."""
        wanted, has = platform.split("/")[:2], self.engine_platform.split("/")[:2]
        return bool(platform) and all(has) and wanted != has


def prepare(services: Services, target: Target, platform: str = "") -> Ready:
    """What is known of an image, whether the engine has it or not; nothing of it is run.

    COUNTS AS A PULL where the engine does not have it and its manifest was not read before.
    Raises EngineMissing, NotFound, and what planning its pull raises.
    """
    with line_to() as line:
        found = _held(services, target, platform, line)
        if found is not None:
            chosen = stored_platforms(services, target.image_id.image_digest)
            return replace(_ready(target, *found, line), platforms=chosen)
        made = pull.plan(services, PullRequest(target, platform))
        chosen = stored_platforms(services, target.image_id.image_digest or made.digest)
        if made.done_already:
            return replace(_ready(target, _image(line, made), made.local, line), platforms=chosen)
        config = made.image.config
        if config is None:
            raise NotFound(made.source, title="The image has no config, so nothing can be run")
        body = read_config(services, made.origin.home, made.origin.repository, config)
        image = _of_config(parse_config(body, config.digest), made.platform)
        by_digest = made.called.pull_from and not made.by_load
        name = made.called.by_digest(made.digest) if by_digest else made.local
        return replace(_ready(target, image, name, line), pull=made, platforms=chosen)


def pulled(services: Services, ready: Ready, watch: Watch) -> Ready:
    """The same, of an image that is here now: it is pulled where it was not."""
    if ready.pull is None:
        return ready
    pull.run(services, ready.pull, watch)
    from ecrtui.engine.containers import Containers

    with line_to() as line, watch.on_stop(line.hang_up):
        image = _image(line, ready.pull)
        return replace(ready, image=image, shell=Containers(line).shell(image.id), pull=None)


def _held(
    services: Services, target: Target, platform: str, line: Connection
) -> tuple[Runnable, str] | None:
    """An image that the engine has for the platform, and what docker would call it."""
    from ecrtui.engine.containers import Containers

    try:
        identity, name = _in_engine(services, target)
        image = Containers(line).image(identity)
    except NotFound:
        if _is_engines(target.home):
            raise
        return None
    wanted = str(normal(parse_platform(platform))) if platform else ""
    has = image.platform and str(normal(parse_platform(image.platform)))
    if wanted and wanted != has and not _is_engines(target.home):
        return None
    return image, name


def _ready(target: Target, image: Runnable, name: str, line: Connection) -> Ready:
    from ecrtui.engine.containers import Containers

    here, engine = line.address.is_here, Containers(line)
    return Ready(
        called=_called(target),
        name=name or next(iter(image.names), image.id),
        image=image,
        engine_platform=engine.platform(),
        here=here,
        networks=tuple(engine.networks()),
        ports=tuple(proposals(image.ports, here=here)),
        shell=engine.shell(image.id) if image.id else None,
    )


def _image(line: Connection, made: PullPlan) -> Runnable:
    """What a pull brought: by its name, or where it has none by what it is."""
    from ecrtui.engine.containers import Containers

    for name in (made.local, *made.identities):
        with contextlib.suppress(NotFound):
            return Containers(line).image(name)
    raise NotFound(made.local, title="The engine does not have it any more")


def _of_config(config: ImageConfig, platform: str) -> Runnable:
    return Runnable(
        id="",
        platform=platform,
        command=config.cmd,
        entrypoint=config.entrypoint,
        env=config.env,
        ports=config.exposed_ports,
        volumes=config.volumes,
        user=config.user,
        workdir=config.working_dir,
    )


def _is_engines(home: Home) -> bool:
    return isinstance(home, Outside) and home.transport is Transport.DAEMON


def _called(target: Target) -> str:
    """As briefly as a person would: by its tag where it has one."""
    if isinstance(target.home, Outside) and target.home.transport is Transport.DAEMON:
        return str(target).removeprefix("docker-daemon:")
    if target.image_id.image_tag:
        return str(replace(target, image_id=ImageId(image_tag=target.image_id.image_tag)))
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
        raise NotFound(str(target))
    known = f"{uri}@{digest}"
    return found.id, known if known in found.digests else ""


def _outside(target: Target) -> tuple[str, str]:
    """An image of another registry, by its name or digest there."""
    home = target.home
    if not isinstance(home, Outside) or home.transport is not Transport.DOCKER:
        raise NotFound(str(target))
    wanted = target.image_id
    at = f"@{wanted.image_digest}" if wanted.image_digest else f":{wanted.image_tag or LATEST}"
    name = f"{home.where}/{target.repository}{at}"
    return name, name


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
