"""Tags by which others refer to an image, at the place that they are copied to: what is there under
the same tag is somebody's signature, or a list that names more than ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ecrtui.errors import NotAllowed
from ecrtui.model.image import ImageId
from ecrtui.model.places import Outside
from ecrtui.workflows.cargo import Lot
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services
from ecrtui.workflows.target_facts import named_now

_LIST = re.compile(r"sha(256|512)-[0-9a-f]+")
"""An index of referrers (OCI distribution specification, "Referrers Tag Schema")."""


def hung_there(services: Services, to: Target, lots: Sequence[Lot]) -> dict[str, str]:
    """What these tags name at a target now, '' for nothing; the image's own, the last, is not among
    them. Raises NotAllowed for one that may not move."""
    tagged = {lot.tag: lot.raw.digest for lot in lots[:-1] if lot.tag}
    there = {
        tag: named_now(services, Target(to.home, to.repository, ImageId(image_tag=tag)))
        for tag in tagged
    }
    moved = [tag for tag, now in there.items() if now and now != tagged[tag] and not _is_list(tag)]
    if moved and not isinstance(to.home, Outside):
        _refuse_immutable(services, to, moved)
    return there


def without_lists(lots: Sequence[Lot], there: Mapping[str, str]) -> tuple[Lot, ...]:
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
