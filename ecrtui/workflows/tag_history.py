"""What tags named in the past: from what ecrtui saw, what it changed, and from CloudTrail, which is
asked only for who opens a history."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from ecrtui.errors import EcrtuiError, NotAllowed, UsageError
from ecrtui.model.image import Image, ImageId
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.observed import Observed
from ecrtui.model.places import Registry
from ecrtui.model.tag_history import SKEW, LastGood, TagMove, Witness, before, ordered
from ecrtui.model.usage import Usage, split
from ecrtui.workflows.clock import SystemClock
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services
from ecrtui.workflows.tags_seen import observe, observed, place_of, whose

if TYPE_CHECKING:
    from ecrtui.aws.calls import Calls
    from ecrtui.aws.cloudtrail import TrailPage

replace = msgspec.structs.replace
__all__ = ["History", "history", "last_good", "last_named", "observe", "tags_of", "told"]

_DAY = 86_400.0
_TAG_CHANGES = (ChangeKind.TAG_PUT, ChangeKind.TAG_REMOVED, ChangeKind.IMAGE_DELETED)


class History(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a repository's tags so far."""

    moves: tuple[TagMove, ...] = ()
    """The newest first."""
    events: int | None = None
    """How many events of CloudTrail were looked at; None where it was not asked."""
    reading: bool = False
    """Whether CloudTrail is still being read."""
    back_to: float | None = None
    """Where reading CloudTrail ended although it goes further back; epoch seconds, UTC."""
    problem: EcrtuiError | None = None
    """Why CloudTrail tells nothing, or no more."""


def history(
    services: Services, target: Target, *, rows: Iterable[Image] = (), trail: bool = False
) -> Iterator[list[TagMove]]:
    """The moves of a repository's tags, or of those of the image `target` names; newest first.

    Each list is fuller than the one before it. `rows` are what a list showed. An image named by
    its digest has the moves of every tag that named it. CloudTrail is asked where `trail` says so.
    """
    for known in told(services, target, rows=rows, trail=trail):
        yield list(known.moves)


def told(
    services: Services,
    target: Target,
    *,
    rows: Iterable[Image] = (),
    trail: bool = True,
    pause: Callable[[float], object] = time.sleep,
) -> Iterator[History]:
    """What is known: first by ecrtui itself, then with each page of CloudTrail's more."""
    images = list(rows)
    registry = whose(services, target.registry, images)
    target = Target(registry, target.repository, target.image_id)
    found = _own(services, target, images)
    own = History(moves=_ordered(services, target, found), reading=trail)
    yield own
    if not trail:
        return
    events, back_to = 0, None
    try:
        for page in _trail(services, registry, target.repository, pause):
            events += page.events
            # Times are whole seconds: within one the order of events is all there is.
            found = [*reversed(page.moves), *found]
            back_to = page.back_to if back_to is None else max(back_to, page.back_to or 0.0)
            own = History(
                moves=_ordered(services, target, found),
                events=events,
                reading=True,
                back_to=back_to,
            )
            yield own
    except EcrtuiError as problem:
        yield replace(own, reading=False, problem=problem)
        return
    yield replace(own, reading=False)


def _ordered(services: Services, target: Target, found: list[TagMove]) -> tuple[TagMove, ...]:
    # A demo's clock stands here while its events are dated by one that runs.
    skew = SKEW if isinstance(services.clock, SystemClock) else _DAY
    return tuple(ordered(found, tags_of(target, found), skew))


def _trail(
    services: Services, registry: Registry, repository: str, pause: Callable[[float], object]
) -> Iterator[TrailPage]:
    """The pages of CloudTrail's history of the account whose registry it is."""
    from ecrtui.aws import cloudtrail

    calls, account = trail_of(services, registry)
    yield from cloudtrail.tag_moves(calls, account, repository, pause=pause)


def trail_of(services: Services, registry: Registry) -> tuple[Calls, str]:
    """CloudTrail of the account whose registry it is, and that account.

    Raises UsageError for a public registry, NotAllowed for another account's.
    """
    from ecrtui.workflows.places import identity

    if registry.is_public:
        raise UsageError("a public registry", title="CloudTrail is read for private registries")
    mine = identity(services, registry.profile).account
    account = registry.account or mine
    if account != mine:
        raise NotAllowed(
            f"{registry.called} is another account's: its CloudTrail tells its own profiles",
            title="Not allowed: LookupEvents",
            hint=f"Use a profile of account {account}.",
        )
    return services.sessions.calls("cloudtrail", registry.profile, registry.region), account


def _own(services: Services, target: Target, images: Sequence[Image]) -> list[TagMove]:
    """What ecrtui itself knows of a whole repository; asks nothing of anybody."""
    now, registry = services.clock.now(), target.registry
    return [
        *_seen(observed(services, registry, target.repository)),
        *_changed(services, registry, target.repository),
        *(
            TagMove(tag=tag, digest=image.image_digest, at=now, witness=Witness.NOW)
            for image in images
            for tag in image.image_tags
        ),
    ]


def last_good(
    services: Services,
    target: Target,
    *,
    rows: Iterable[Image] = (),
    usage: Usage | None = None,
) -> LastGood | None:
    """What the image's tags named before it, the last of it; else, where a usage is given, what
    still runs by its tag and is another image. None where nobody knows.

    With a list's `rows` it is said whether that is still there.
    """
    images, moves = list(rows), list[TagMove]()
    for moves in history(services, target, rows=images):  # noqa: B007 - the last one is all
        pass
    there = {image.image_digest for image in images} if images else None
    named = last_named(moves, target.image_id, there)
    if named is not None or usage is None:
        return named
    tag = target.image_id.image_tag
    present = target.image_id.image_digest or next(
        (image.image_digest for image in images if tag in image.image_tags), ""
    )
    return last_run(usage, tag, present, there)


def last_run(
    usage: Usage, tag: str, present: str, there: Container[str] | None = None
) -> LastGood | None:
    """What runs by a tag and is another image than the tag names now: started before it moved."""
    found = [
        use
        for use in usage.uses
        if use.running and use.digest not in ("", present) and split(use.image)[0] == tag
    ]
    if not found or not tag:
        return None
    most = max(found, key=lambda use: use.running)
    return LastGood(
        digest=most.digest,
        why=f"{most.kind.value} {most.name} was started by {tag} and still runs it",
        since=most.since or 0.0,
        there=None if there is None else most.digest in there,
    )


def last_named(
    moves: Sequence[TagMove], image_id: ImageId, there: Container[str] | None = None
) -> LastGood | None:
    """The last image that a tag of moves named before the one `image_id` says (its present one
    where that is a tag alone)."""
    tags = [image_id.image_tag] if image_id.image_tag else list({move.tag: None for move in moves})
    found = [
        pair for tag in tags if (pair := before(moves, tag, image_id.image_digest)) is not None
    ]
    if not found:
        return None
    move, ended = max(found, key=lambda pair: pair[1].at)
    return LastGood(
        digest=move.digest,
        why=f"{move.tag} named it",
        since=move.at,
        until=ended.at,
        witness=move.witness,
        there=None if there is None else move.digest in there,
    )


def tags_of(target: Target, moves: Iterable[TagMove]) -> set[str] | None:
    """The tags that a target's history is of; None for all of a repository."""
    image_id = target.image_id
    if image_id.image_tag:
        return {image_id.image_tag}
    if not image_id.image_digest:
        return None
    return {move.tag for move in moves if move.digest == image_id.image_digest}


def _seen(known: Observed) -> Iterator[TagMove]:
    for tag, seen in known.tags.items():
        for move in seen.moves:
            yield TagMove(tag=tag, digest=move.digest, at=move.at, witness=Witness.SEEN)


def _changed(services: Services, registry: Registry, repository: str) -> Iterator[TagMove]:
    for entry in services.journal.read().entries:
        change = entry.change
        if change.kind not in _TAG_CHANGES or not _is_here(change, registry, repository):
            continue
        for tag in filter(None, change.tags or (change.tag,)):
            yield TagMove(
                tag=tag,
                digest=change.after,
                at=change.at,
                witness=Witness.JOURNAL,
                by=change.command,
            )


def _is_here(change: Change, registry: Registry, repository: str) -> bool:
    home = change.home
    if not isinstance(home, Registry) or change.repository != repository:
        return False
    return place_of(home) == place_of(registry) or (
        (home.profile, home.region) == (registry.profile, registry.region)
        and not (home.account and registry.account)
    )
