"""What a policy would do to the images there are, before it may do it: by ECR's own preview and by
a simulation here, side by side, with what of it is in use and how much it frees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from ecrtui.compare.lifecycle import Simulated, afterwards, simulate
from ecrtui.compare.lifecycle_previews import differences
from ecrtui.errors import EcrtuiError, NotAllowed, RemoteError, UnknownOperation
from ecrtui.model.footprint import Footprint, freed
from ecrtui.model.foreseen import Foreseen, Victim
from ecrtui.model.image import Image
from ecrtui.model.lifecycle import Action, Verdict
from ecrtui.model.places import Registry
from ecrtui.model.usage import ImageUse, Unknown
from ecrtui.workflows import browse, usage
from ecrtui.workflows.fan_out import fan_out
from ecrtui.workflows.lifecycle.policies import sure
from ecrtui.workflows.lifecycle.preview import Preview, preview
from ecrtui.workflows.services import Services
from ecrtui.workflows.stored import stored
from ecrtui.workflows.watch import Watch


class Foresight(msgspec.Struct, frozen=True):
    """What a person wants to know."""

    registry: Registry
    repository: str
    text: str
    local: bool = False
    """Work it out here alone: no preview is started at ECR."""


def foresee(services: Services, wanted: Foresight, watch: Watch) -> Foreseen:
    """All of it; nothing is changed but ECR's memory of its last preview.

    Raises UsageError for a policy with errors, and what reading the images raises. Whatever else
    cannot be had is told in its place.
    """
    policy = sure(wanted.text)
    registry, repository = wanted.registry, wanted.repository
    questions: list[Callable[[], _Answer]] = [lambda: ("images", _images(services, wanted))]
    why_local = _why_local(services, wanted)
    if not why_local:
        questions.append(lambda: ("preview", _previewed(services, wanted, watch)))
    questions.append(lambda: ("usage", _used(services, registry, repository)))
    found: dict[str, Any] = dict(fan_out(_one, questions))
    images: list[Image] = found["images"]
    now = services.clock.now()
    children = usage.children_of(services, images)
    simulated = simulate(policy, images, now, children.get)
    told: Preview | EcrtuiError | None = found.get("preview")
    if isinstance(told, EcrtuiError):
        why_local, told = told.sentence, None
    uses, unknown = _judged(services, found["usage"], images)
    verdicts = simulated.verdicts if told is None else told.verdicts
    gone = _gone(verdicts, simulated)
    later = afterwards(policy, images, now, children.get, gone)
    return Foreseen(
        policy=policy,
        images=len(images),
        victims=_victims(verdicts, images, uses, simulated, previewed=told is not None),
        previewed=told is not None,
        why_local=why_local,
        differences=()
        if told is None
        else differences(policy, told.verdicts, simulated, images, now),
        unread=len(simulated.unread),
        later=later,
        frees=_frees(services, images, gone | {one.digest for one in later}),
        unknown=unknown,
    )


_Answer = tuple[str, Any]


def _one(question: Callable[[], _Answer]) -> Iterator[_Answer]:
    yield question()


def _why_local(services: Services, wanted: Foresight) -> str:
    """A preview changes no image, but is a call that writes: read-only leaves it."""
    if wanted.local:
        return "no preview was asked for"
    if services.sessions.read_only(wanted.registry.profile):
        return "read-only starts no preview at ECR"
    return ""


def _images(services: Services, wanted: Foresight) -> list[Image]:
    pages = browse.images(services, wanted.registry, wanted.repository)
    return [row for page in pages for row in page.items]


def _previewed(services: Services, wanted: Foresight, watch: Watch) -> Preview | EcrtuiError:
    """ECR's word, or why there is none; what is wrong with the policy or the keys is raised."""
    try:
        return preview(services, wanted.registry, wanted.repository, wanted.text, watch)
    except (NotAllowed, RemoteError, UnknownOperation) as problem:
        return problem


def _used(services: Services, registry: Registry, repository: str) -> Any:
    try:
        return usage.looked(services, registry, repository)
    except EcrtuiError as problem:
        return problem


def _judged(
    services: Services, found: Any, images: list[Image]
) -> tuple[dict[str, ImageUse], tuple[Unknown, ...]]:
    """How each image stands; where nothing could be looked at, nobody knows how any does."""
    if isinstance(found, EcrtuiError):
        denied = isinstance(found, NotAllowed)
        told = Unknown(what="uses", why=found.sentence, hint=found.hint, denied=denied)
        return {}, (told,)
    return usage.standings(services, found, images), found.unknown


def _victims(
    verdicts: tuple[Verdict, ...],
    images: list[Image],
    uses: dict[str, ImageUse],
    simulated: Simulated,
    *,
    previewed: bool,
) -> tuple[Victim, ...]:
    rows = {row.image_digest: row for row in images}
    return tuple(
        Victim(
            verdict=verdict,
            image=rows.get(verdict.digest),
            use=uses.get(verdict.digest),
            following=simulated.following.get(verdict.digest, ()),
            unsure=not previewed and verdict.digest in simulated.unsure,
        )
        for verdict in verdicts
    )


def _gone(verdicts: tuple[Verdict, ...], simulated: Simulated) -> set[str]:
    """What is deleted, with what refers to it."""
    gone: set[str] = set()
    for verdict in verdicts:
        if verdict.action is Action.EXPIRE:
            gone |= {verdict.digest, *simulated.following.get(verdict.digest, ())}
    return gone


def _frees(services: Services, images: list[Image], gone: set[str]) -> Footprint:
    """What goes, but for the layers that what stays holds too."""
    kept = stored(services, (row for row in images if row.image_digest not in gone))
    return freed(stored(services, (row for row in images if row.image_digest in gone)), kept)
