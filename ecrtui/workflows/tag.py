"""More names for an image that is in a registry: the same manifest is put under other tags."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from ecrtui.errors import Corrupt, EcrtuiError, NotAllowed, NotFound, UsageError
from ecrtui.model.image import ACTIVATING, ACTIVE, Image, ImageId
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.manifest import RawManifest
from ecrtui.model.places import Home, Outside, Registry
from ecrtui.model.plan import Outcome, Plan
from ecrtui.model.reference import Transport
from ecrtui.workflows.contents import read_bytes
from ecrtui.workflows.inspect import describe
from ecrtui.workflows.locate import Target
from ecrtui.workflows.moving.cargo import tag_of
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

replace = msgspec.structs.replace
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_LOOKS = 3
"""At what a tag names, after it was put: a list may lag behind a moment."""


class TagRequest(msgspec.Struct, frozen=True):
    """What a person asked for."""

    image: Target
    tags: tuple[str, ...]


class TagPlan(Plan, frozen=True, kw_only=True):
    """New names, worked out."""

    home: Home
    repository: str
    media_type: str
    before: dict[str, str]
    """The digest that each tag to be put names now, '' for none."""

    @property
    def place(self) -> tuple[Home, str]:
        """Whose images it changes."""
        return self.home, self.repository


def plan(services: Services, request: TagRequest) -> TagPlan:
    """What would name what; nothing is changed, and no manifest is read.

    Raises UsageError for what is no tag, NotFound, NotAllowed for a tag that may not move.
    """
    home, name = request.image.home, request.image.repository
    tags = _checked(request)
    digest, media_type = _image(services, request.image)
    rows = _rows(services, home, name, tags)
    before = {tag: _named(services, home, name, tag, rows) for tag in tags}
    _refuse_immutable(services, home, name, before, digest)
    new = {tag: known for tag, known in before.items() if known != digest}
    return TagPlan(
        kind="tag",
        source=request.image.called,
        target=f"{name}:{', '.join(tags)}",
        target_at=request.image.at,
        digest=digest,
        facts=tuple((tag, _now(known, digest)) for tag, known in before.items()),
        warnings=tuple(_taken(tag, known, rows, tags) for tag, known in new.items() if known),
        changes=True,
        production=isinstance(home, Registry) and services.settings.of(home.profile).production,
        done_already="" if new else f"{_sentence(name, tags)} {short(digest)} already",
        home=home,
        repository=name,
        media_type=media_type,
        before=new,
    )


def run(services: Services, plan: TagPlan, watch: Watch) -> Outcome:
    """Put the tags, each with the manifest as it is, and look whether they name it then.

    COUNTS AS A PULL when the manifest was not read before. Raises EcrtuiError when a tag has moved
    since the plan was made; the watch is told of each tag that was put.
    """
    tags = tuple(plan.before)
    for tag in tags:
        watch.expect(tag, tag)
    _refuse_moved(services, plan)
    manifest = _manifest(services, plan)
    sink = services.sink(plan.home, plan.repository, pause=watch.pause)
    changes = tuple(_change(plan, tag) for tag in tags)
    for change in changes:
        watch.check()
        sink.put_manifest(manifest, change.tag)
        watch.changed(change)
        watch.finish(change.tag)
    _verify(services, plan, watch)
    return Outcome(
        sentence=f"{_sentence(plan.repository, tags)} {short(plan.digest)}",
        digest=plan.digest,
        changes=changes,
    )


def short(digest: str) -> str:
    """A digest as a person calls it: its algorithm and its start."""
    return digest[:19]


def _checked(request: TagRequest) -> tuple[str, ...]:
    """The tags, each once; raises UsageError."""
    home = request.image.home
    if isinstance(home, Outside) and home.transport is not Transport.DOCKER:
        raise UsageError(
            str(request.image),
            title="Only what is in a registry has tags",
            hint="Bring it there with: ecrtui copy FROM TO",
        )
    for tag in request.tags:
        if _TAG.fullmatch(tag) is None:
            raise UsageError(
                tag,
                title="That can be no tag",
                hint="Letters, digits, _, . and - alone, 128 at most, neither . nor - first. Write "
                "the tag alone, without the repository.",
            )
    return tuple(dict.fromkeys(request.tags))


def _image(services: Services, image: Target) -> tuple[str, str]:
    """The image's digest and media type; raises NotFound, and EcrtuiError for an archived one."""
    home = image.home
    if isinstance(home, Outside):
        from ecrtui.workflows.outside import resolved

        source = services.outside(home, image.repository)
        wanted, media_type = resolved(source, image.image_id)
        if wanted.image_digest:
            return wanted.image_digest, media_type
        (raw,) = source.manifests([wanted])
        return raw.digest, raw.media_type
    row = describe(services, image)
    if row.image_status != ACTIVE:
        title, hint = "The image is archived", "Bring it back first"
        if row.image_status == ACTIVATING:
            title, hint = "The image is still on its way out of the archive", "This follows it"
        raise EcrtuiError(str(image), title=title, hint=f"{hint}: ecrtui restore {image}")
    return row.image_digest, row.image_manifest_media_type


def _rows(services: Services, home: Home, repository: str, tags: Sequence[str]) -> list[Image]:
    if isinstance(home, Outside):
        return []
    ids = [ImageId(image_tag=tag) for tag in tags]
    return services.reader(home).describe(repository, ids)


def _named(services: Services, home: Home, repository: str, tag: str, rows: Sequence[Image]) -> str:
    """The digest that a tag names now; '' for none."""
    if isinstance(home, Outside):
        return tag_of(services, Target(home, repository, ImageId(image_tag=tag)))
    return next((row.image_digest for row in rows if tag in row.image_tags), "")


def _refuse_immutable(
    services: Services, home: Home, name: str, before: dict[str, str], digest: str
) -> None:
    if isinstance(home, Outside):
        return
    repository = services.reader(home).repository(name)
    kept = [tag for tag, known in before.items() if not repository.may_put(tag, known, digest)]
    if kept:
        raise NotAllowed(
            ", ".join(f"{name}:{tag} names {short(before[tag])}" for tag in kept),
            title="The tag is immutable" if len(kept) == 1 else "The tags are immutable",
            hint="Choose another tag, or change the repository's tag mutability.",
        )


def _refuse_moved(services: Services, plan: TagPlan) -> None:
    """Raise EcrtuiError where a tag names something else than the person was told."""
    for tag, known in _all_named(services, plan).items():
        if known != plan.before[tag]:
            raise EcrtuiError(
                f"{plan.repository}:{tag} names {known or 'nothing'} by now",
                title="The tag has moved since the plan was made",
                hint="Look at the plan again.",
            )


def _all_named(services: Services, plan: TagPlan) -> dict[str, str]:
    tags = tuple(plan.before)
    rows = _rows(services, plan.home, plan.repository, tags)
    return {tag: _named(services, plan.home, plan.repository, tag, rows) for tag in tags}


def _manifest(services: Services, plan: TagPlan) -> RawManifest:
    if isinstance(plan.home, Outside):
        source = services.outside(plan.home, plan.repository)
        return source.manifests([ImageId(plan.digest)])[0]
    (raw,) = read_bytes(services, plan.home, plan.repository, [plan.digest])
    return replace(raw, media_type=plan.media_type or raw.media_type)


def _verify(services: Services, plan: TagPlan, watch: Watch) -> None:
    """Raise where a tag that was put names something else."""
    for look in range(_LOOKS):
        others = {tag: now for tag, now in _all_named(services, plan).items() if now != plan.digest}
        if not others:
            return
        watch.pause(look)
    tag, now = next(iter(others.items()))
    if not now:
        raise NotFound(f"{plan.repository}:{tag}", title="The tag is not there after it was put")
    raise Corrupt(
        f"{plan.repository}:{tag} names {now}",
        title="The tag names another image than was put",
        hint="Somebody else may have moved it in the same moment.",
    )


def _change(plan: TagPlan, tag: str) -> Change:
    return Change(
        kind=ChangeKind.TAG_PUT,
        home=plan.home,
        repository=plan.repository,
        tag=tag,
        before=plan.before[tag],
        after=plan.digest,
        command=plan.kind,
    )


def _now(known: str, digest: str) -> str:
    if not known:
        return "new"
    return "names it already" if known == digest else f"names {short(known)} now"


def _taken(tag: str, known: str, rows: Sequence[Image], tags: Sequence[str]) -> str:
    """What becomes of the image that loses a tag."""
    told = f"{tag} is taken from {short(known)}"
    row = next((row for row in rows if row.image_digest == known), None)
    if row is None:
        return told
    left = sorted(set(row.image_tags) - set(tags))
    if not left:
        return f"{told}, which keeps no tag then: a rule for untagged images may delete it"
    more = f" and {len(left) - 1} more" if len(left) > 1 else ""
    return f"{told}, which keeps {left[0]}{more}"


def _sentence(repository: str, tags: Sequence[str]) -> str:
    return f"{repository}:{', '.join(tags)} {'names' if len(tags) == 1 else 'name'}"
