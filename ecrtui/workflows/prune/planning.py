"""Which images go, and all that follows from it; nothing is changed by a plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from ecrtui.errors import EcrtuiError, NotAllowed, NotEmpty, NotFound, UsageError
from ecrtui.model.deletion import AT_ONCE
from ecrtui.model.folding import is_index
from ecrtui.model.footprint import Footprint, freed
from ecrtui.model.image import ACTIVE, LATEST, Image, ImageId
from ecrtui.model.prune import Choice, Fate
from ecrtui.model.pruning import Relations, judge, relations, waves
from ecrtui.model.usage import Unknown
from ecrtui.workflows import usage
from ecrtui.workflows.browse import images
from ecrtui.workflows.contents import read_bytes, stored_manifest
from ecrtui.workflows.prune import using
from ecrtui.workflows.prune.copies import where
from ecrtui.workflows.prune.request import PrunePlan, PruneRequest
from ecrtui.workflows.prune.telling import facts, nothing, warnings
from ecrtui.workflows.services import Services
from ecrtui.workflows.stored import stored
from ecrtui.workflows.watch import Watch

_LISTING, _READING = "list", "manifests"
_NO_IMAGE = ImageId("sha256:" + "0" * 64)


def plan(
    services: Services,
    request: PruneRequest,
    watch: Watch | None = None,
) -> PrunePlan:
    """What would go; nothing is changed. COUNTS AS A PULL where manifests are to be read.

    Raises UsageError for rules that choose nothing or cannot be known, NotFound.
    """
    _refuse(request)
    usage.refuse_places(request.not_in)
    watch = watch or Watch()
    name = request.repository
    rows = _rows(services, request, watch)
    if request.with_repository and rows and not request.with_images:
        raise NotEmpty(
            f"{request.repository}: {len(rows)}",
            hint=f"To delete them too: ecrtui delete --repository {name} --with-images {name}",
        )
    choice = _choice(rows, request)
    if request.read_manifests:
        _read(services, request, rows, choice.named, watch)
    found = related(services, request, rows.values())
    uses, unknown = using.uses(services, request, list(rows.values()))
    fates = tuple(judge(found, uses, choice, services.clock.now()).values())
    copies = () if request.archive else where(services, request.registry, name)
    return _told(services, request, found, fates, unknown, copies)


def revised(
    services: Services, plan: PrunePlan, *, include: Iterable[str], leave: Iterable[str]
) -> PrunePlan:
    """The plan with other images taken in by name, and left out: nothing is read for it."""
    request = replace(plan.request, include=tuple(include), leave=tuple(leave))
    found, rows = plan.related, plan.related.rows
    uses = {fate.digest: fate.use for fate in plan.fates if fate.use is not None}
    fates = judge(found, uses, _choice(rows, request), services.clock.now())
    return _told(services, request, found, tuple(fates.values()), plan.unknown, plan.copies)


def _choice(rows: dict[str, Image], request: PruneRequest) -> Choice:
    def found(names: Iterable[str]) -> frozenset[str]:
        return frozenset(_found(rows, request.repository, one) for one in names)

    return Choice(
        rules=request.rules,
        named=found(str(one) or LATEST for one in request.images),
        everything=request.with_repository,
        include=found(request.include),
        leave=found(request.leave),
        archive=request.archive,
    )


def _told(
    services: Services,
    request: PruneRequest,
    found: Relations,
    fates: tuple[Fate, ...],
    unknown: tuple[Unknown, ...],
    copies: tuple[str, ...],
) -> PrunePlan:
    registry = request.registry
    going = [fate.digest for fate in fates if fate.goes]
    lasting = request.archive or request.with_repository or not request.undoable
    undo = not lasting and _may_read(services, request, going)
    made = PrunePlan(
        kind=request.kind,
        source="",
        target=request.repository,
        target_at=registry.called,
        free=_freed(services, fates) if going and not request.archive else None,
        changes=True,
        production=services.settings.of(registry.profile).production,
        request=request,
        fates=fates,
        order=tuple(map(tuple, waves(found, going))),
        related=found,
        unread=len(found.unread.difference(going)),
        unknown=unknown,
        copies=copies,
        undo=undo,
    )
    return replace(made, facts=facts(made), warnings=warnings(made), done_already=nothing(made))


def _refuse(request: PruneRequest) -> None:
    rules, public = request.rules, request.registry.is_public
    if rules is not None and not rules.say_something:
        raise UsageError(
            request.repository,
            title="Which images?",
            hint="Say it by rules: --untagged, --older-than 90d, --keep-newest 10, --tags 'pr-*', "
            "--not-pulled-for 90d, --never-pulled, --archived.",
        )
    if public and rules is not None and rules.about_pulls:
        raise UsageError(
            request.repository, title="ECR Public does not tell when images are pulled"
        )
    if public and (request.archive or (rules is not None and rules.archived)):
        raise UsageError(request.repository, title="ECR Public has no archive")


def _rows(services: Services, request: PruneRequest, watch: Watch) -> dict[str, Image]:
    watch.expect(_LISTING, "the list")
    rows: dict[str, Image] = {}
    for page in images(services, request.registry, request.repository):
        rows.update((row.image_digest, row) for row in page.items)
        watch.at(_LISTING, 0, f"{len(rows)} images")
    watch.finish(_LISTING, f"{len(rows)} images")
    return rows


def _found(rows: dict[str, Image], repository: str, name: str) -> str:
    """The digest of an image by its tag, its digest, or the digest's first digits."""
    for digest, row in rows.items():
        if name in row.image_tags or name == digest:
            return digest
    start = name if name.startswith("sha256:") else f"sha256:{name}"
    found = [digest for digest in rows if digest.startswith(start.lower())]
    if len(found) == 1 and len(start) >= len("sha256:") + 4:
        return found[0]
    raise NotFound(
        f"{repository} has {'several images' if len(found) > 1 else 'no image'} {name}",
        title="No such image",
        hint=f"ecrtui images {repository} lists those there are.",
    )


def _read(
    services: Services,
    request: PruneRequest,
    rows: dict[str, Image],
    named: Iterable[str],
    watch: Watch,
) -> None:
    """Indexes that tell what may go: those that are named and what they list, or, by rules, all."""
    watch.expect(_READING, "manifests of indexes")
    waiting = list(rows if request.rules is not None or request.with_repository else named)
    seen: set[str] = set()
    while waiting:
        seen.update(waiting)
        public = request.registry.is_public
        unread = [one for one in waiting if _to_be_read(services, rows[one], public=public)]
        for start in range(0, len(unread), AT_ONCE):
            watch.at(_READING, 0, f"{start} of {len(unread)}")
            batch = unread[start : start + AT_ONCE]
            read_bytes(services, request.registry, request.repository, batch)
        listed = related(services, request, rows.values()).children
        below = {child for digest in waiting for child in listed.get(digest, ())}
        waiting = sorted(below - seen)
    watch.finish(_READING)


def _to_be_read(services: Services, row: Image, *, public: bool) -> bool:
    """Indexes; where rows do not tell what refers to what, whatever has no tag too."""
    tells = is_index(row) or (public and not row.image_tags)
    known = stored_manifest(services, row.image_digest) is not None if tells else True
    return not known and row.image_status == ACTIVE


def related(services: Services, request: PruneRequest, rows: Iterable[Image]) -> Relations:
    """What is known of who holds whom; nothing is read for it."""
    return relations(
        rows,
        lambda digest: stored_manifest(services, digest),
        subjects_listed=not request.registry.is_public,
    )


def _freed(services: Services, fates: Sequence[Fate]) -> Footprint:
    going = stored(services, [fate.image for fate in fates if fate.goes])
    return freed(going, stored(services, [fate.image for fate in fates if not fate.goes]))


def _may_read(services: Services, request: PruneRequest, going: Sequence[str]) -> bool:
    """Whether manifests can be kept, asked by one that does not exist: that is no pull."""
    if all(stored_manifest(services, digest) is not None for digest in going):
        return True
    try:
        services.source(request.registry, request.repository).manifests([_NO_IMAGE])
    except NotAllowed:
        return False
    except EcrtuiError:
        return True
    return True
