"""What the place says to which an image is to be put: asked before a byte moves."""

from __future__ import annotations

import msgspec

from ecrtui.errors import NotAllowed, NotFound
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Outside
from ecrtui.model.ports import BlobSink
from ecrtui.model.repository import NewRepository
from ecrtui.oci.stored.writing import LayoutSink
from ecrtui.workflows.cargo import tag_of
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services


class Facts(msgspec.Struct, frozen=True):
    """What is known of a target."""

    before: str = ""
    """The digest its tag names now; '' for none."""
    missing: bool = False
    """Whether the repository has to be made."""
    production: bool = False


def facts(
    services: Services, target: Target, sink: BlobSink | None, digest: str, *, create: bool
) -> Facts:
    """Ask about a target; raises NotFound for a repository that is not there and is not to be
    created, NotAllowed when its tag may not name another image."""
    if isinstance(sink, LayoutSink):
        return Facts(sink.names().get(target.image_id.image_tag, ""))
    if isinstance(target.home, Outside):
        return Facts(tag_of(services, target) if target.home.is_remote else "")
    production = services.settings.of(target.home.profile).production
    try:
        repository = services.reader(target.home).repository(target.repository)
    except NotFound:
        if not create:
            raise NotFound(
                target.repository,
                title="There is no such repository",
                hint="--create makes it, with the registry's defaults.",
            ) from None
        return Facts(missing=True, production=production)
    before = tag_of(services, target)
    if not repository.may_put(target.image_id.image_tag, before, digest):
        raise NotAllowed(
            f"{target} names {before}",
            title="The tag is immutable",
            hint="Choose another tag, or change the repository's tag mutability.",
        )
    return Facts(before, production=production)


def create(services: Services, target: Target, command: str) -> Change:
    """Make the repository, with the registry's defaults; raises AlreadyThere, NotAllowed."""
    services.writer(target.registry).create(NewRepository(name=target.repository))
    return Change(
        kind=ChangeKind.REPOSITORY_CREATED,
        home=target.home,
        repository=target.repository,
        command=command,
    )
