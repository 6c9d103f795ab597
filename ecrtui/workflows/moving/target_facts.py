"""What the place says to which an image is to be put: asked before a byte moves."""

from __future__ import annotations

import msgspec

from ecrtui.errors import EcrtuiError, NotAllowed, NotFound, UsageError
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Outside
from ecrtui.model.ports import BlobSink
from ecrtui.model.repository import NewRepository, Repository
from ecrtui.oci.stored.writing import LayoutSink
from ecrtui.workflows.inspect import describe
from ecrtui.workflows.locate import Target
from ecrtui.workflows.moving.cargo import tag_of
from ecrtui.workflows.services import Services

replace = msgspec.structs.replace


class Facts(msgspec.Struct, frozen=True):
    """What is known of a target."""

    before: str = ""
    """The digest its tag names now; '' for none."""
    archived: bool = False
    """Whether that very image is there, in the archive: to put it again brings it out (ECR user
    guide, archiving an image)."""
    missing: bool = False
    """Whether the repository has to be made."""
    production: bool = False
    unread: tuple[str, ...] = ()
    """What may not be read of it, in the service's words: who pushes need not be allowed to."""


class Standing(msgspec.Struct, frozen=True):
    """What is known of a target's repository before the image is read."""

    repository: Repository | None = None
    """None outside ECR, where it has to be made, and where it may not be looked at."""
    problem: NotAllowed | None = None


def standing(services: Services, target: Target, *, create: bool) -> Standing:
    """Look at a repository; raises NotFound for one that is not there and is not to be created."""
    if isinstance(target.home, Outside):
        return Standing()
    try:
        return Standing(services.reader(target.home).repository(target.repository))
    except NotFound:
        if create:
            return Standing()
        raise NotFound(
            target.repository, title="There is no such repository", hint="--create makes it."
        ) from None
    except NotAllowed as problem:
        if create:
            raise  # whether there is one has to be known
        return Standing(problem=problem)


def facts(
    services: Services, target: Target, sink: BlobSink | None, digest: str, found: Standing
) -> Facts:
    """Ask about a target; raises NotAllowed when its tag may not name another image."""
    if isinstance(sink, LayoutSink):
        return Facts(sink.names().get(target.image_id.image_tag, ""))
    if isinstance(target.home, Outside):
        return _outside(services, target) if target.home.is_remote else Facts()
    production = services.settings.of(target.home.profile).production
    if found.problem is not None:
        return _unread(services, target, found.problem, Facts(production=production))
    if found.repository is None:
        return Facts(missing=True, production=production)
    try:
        before = tag_of(services, target)
    except NotAllowed as problem:
        return Facts(production=production, unread=(problem.sentence,))
    if not found.repository.may_put(target.image_id.image_tag, before, digest):
        raise NotAllowed(
            f"{target} names {before}",
            title="The tag is immutable",
            hint="Choose another tag, or change the repository's tag mutability.",
        )
    archived = before == digest and describe(services, target).archived
    return Facts(before, archived=archived, production=production)


def _outside(services: Services, target: Target) -> Facts:
    """Registries that make a repository when something is pushed refuse to look into none."""
    try:
        return Facts(tag_of(services, target))
    except NotAllowed as problem:
        return Facts(unread=(problem.sentence,))


def _unread(services: Services, target: Target, problem: NotAllowed, known: Facts) -> Facts:
    """What is known where the repository may not be looked at."""
    try:
        before = tag_of(services, target)
    except NotAllowed as another:
        return replace(known, unread=(problem.sentence, another.sentence))
    return replace(known, before=before, unread=(problem.sentence,))


def named_now(services: Services, target: Target) -> str:
    """What a target's tag names; '' also where that may not be asked."""
    try:
        return tag_of(services, target)
    except NotAllowed:
        return ""


def proposed(services: Services, origin: Target, target: Target) -> NewRepository:
    """A repository to be made for what is copied there, set as the one it comes from in ECR.

    Keys of KMS belong to a region and an account, so encryption is left to the registry.
    """
    plain = NewRepository(name=target.repository)
    if isinstance(origin.home, Outside) or origin.home.is_public:
        return plain
    try:
        known = services.reader(origin.home).repository(origin.repository)
    except EcrtuiError:
        return plain
    return NewRepository(
        name=target.repository,
        mutability=known.image_tag_mutability,
        exclusions=tuple(one.filter for one in known.image_tag_mutability_exclusion_filters),
        scan_on_push=known.image_scanning_configuration.get("scanOnPush"),
    )


def create(services: Services, target: Target, new: NewRepository, command: str) -> Change:
    """Make the repository; raises AlreadyThere, NotAllowed, and what asking raises."""
    if isinstance(target.home, Outside):
        raise UsageError(str(target), title="Repositories are made in ECR alone")
    services.writer(target.home).create(new)
    return Change(
        kind=ChangeKind.REPOSITORY_CREATED,
        home=target.home,
        repository=target.repository,
        command=command,
    )
