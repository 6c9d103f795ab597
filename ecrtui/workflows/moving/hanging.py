"""Tags by which others refer to an image, at the place that they are copied to: what is there under
the same tag is somebody's signature, or a list that names more than ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from ecrtui.errors import NotAllowed
from ecrtui.model.image import ImageId
from ecrtui.model.places import Outside
from ecrtui.workflows.locate import Target
from ecrtui.workflows.moving.cargo import Cargo, Lot
from ecrtui.workflows.moving.destinations import is_file
from ecrtui.workflows.moving.target_facts import named_now
from ecrtui.workflows.services import Services

_LIST = re.compile(r"sha(256|512)-[0-9a-f]+")
"""An index of referrers (OCI distribution specification, "Referrers Tag Schema")."""


def beside(
    services: Services, to: Target, cargo: Cargo, *, missing: bool
) -> tuple[Cargo, dict[str, str]]:
    """What of a cargo goes to a target, and what its tags but the image's own name there now.

    Raises NotAllowed for one that may not move.
    """
    there = {} if missing or is_file(to.home) else _there(services, to, cargo.lots)
    return msgspec.structs.replace(cargo, lots=_without_lists(cargo.lots, there)), there


def _there(services: Services, to: Target, lots: Sequence[Lot]) -> dict[str, str]:
    tagged = {lot.tag: lot.raw.digest for lot in lots[:-1] if lot.tag}
    there = {
        tag: named_now(services, Target(to.home, to.repository, ImageId(image_tag=tag)))
        for tag in tagged
    }
    moved = [tag for tag, now in there.items() if now and now != tagged[tag] and not _is_list(tag)]
    if moved and not isinstance(to.home, Outside):
        _refuse_immutable(services, to, moved)
    return there


def _without_lists(lots: Sequence[Lot], there: Mapping[str, str]) -> tuple[Lot, ...]:
    """The lots without lists of referrers whose tag names another list at the target: it stays, and
    what is missing in it is added (`referrer_tags`) where the registry keeps none by itself."""
    return tuple(
        lot
        for lot in lots
        if not _is_list(lot.tag) or there.get(lot.tag, "") in ("", lot.raw.digest)
    )


def taken(lots: Sequence[Lot], there: Mapping[str, str]) -> Iterator[str]:
    """What is said of tags that name something else at the target until now."""
    for lot in lots[:-1]:
        now = there.get(lot.tag, "")
        if now and now != lot.raw.digest:
            yield f"the tag {lot.tag} is taken from {now}, with what only that holds"


def _is_list(tag: str) -> bool:
    return _LIST.fullmatch(tag) is not None


def _refuse_immutable(services: Services, to: Target, tags: Sequence[str]) -> None:
    try:
        repository = services.reader(to.home).repository(to.repository)  # type: ignore[arg-type]
    except NotAllowed:
        return  # who pushes need not be allowed to look: the registry refuses by itself
    kept = [tag for tag in tags if not repository.moves(tag)]
    if kept:
        raise NotAllowed(
            ", ".join(kept),
            title="Signatures have immutable tags there, and are others",
            hint="Leave --referrers out, or change the repository's tag mutability.",
        )
