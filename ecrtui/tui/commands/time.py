"""Commands about what was before: histories, what differs from then, a tag put back; and why an
image cannot be pulled."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.model.image import ImageId
from ecrtui.model.plan import Outcome
from ecrtui.tui import navigation
from ecrtui.tui.commands.deed import Deed
from ecrtui.tui.spot import Side, Spot, compared
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.render.tag_history import Moved
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.tui.screens.time import TimeScreen
    from ecrtui.tui.screens.uses import UsesScreen
    from ecrtui.tui.screens.why import WhyScreen
    from ecrtui.workflows.tag import TagPlan

_NOT_ECR = "Only registries of ECR are looked at like that."


def _time(screen: PlaceScreen) -> None:
    """Of an image its tags; of a list the whole repository."""
    spot = screen.spot
    if spot.kind == kinds.IMAGE:
        navigation.enter(screen, msgspec.structs.replace(_here(screen), kind=kinds.TIME))
        return
    name = screen.repository_here() if spot.kind == kinds.REPOSITORIES else spot.repository
    navigation.enter(screen, Spot(kinds.TIME, spot.registry, name))


def _no_time(screen: PlaceScreen) -> str:
    if screen.spot.outside is not None:
        return _NOT_ECR
    nothing = screen.spot.kind == kinds.REPOSITORIES and not screen.repository_here()
    return "There is no repository to stand on." if nothing else ""


def _here(screen: PlaceScreen) -> Spot:
    """The image stood on: by its digest, called by the tag that says most."""
    from ecrtui.tui.subjects import subject_here

    spot, subject = screen.spot, subject_here(screen)
    if subject is None:
        return spot
    digest = subject.target.image_id.image_digest
    return Spot(kinds.IMAGE, spot.registry, spot.repository, digest, subject.tag)


def _why(screen: PlaceScreen) -> None:
    if screen.spot.kind == kinds.USES:
        spot = _of_use(cast("UsesScreen", screen))
        if spot is not None:
            navigation.enter(screen, spot)
        return
    navigation.enter(screen, msgspec.structs.replace(_here(screen), kind=kinds.WHY))


def _of_use(screen: UsesScreen) -> Spot | None:
    """What the use stood on is started by, as it is written there, whether or not it is there."""
    from ecrtui.model.usage import split

    use = screen.use_here()
    if use is None:
        return None
    tag, digest = split(use.image)
    return Spot(kinds.WHY, screen.spot.registry, screen.spot.repository, digest, tag)


def _no_why(screen: PlaceScreen) -> str:
    from ecrtui.tui.subjects import subject_here

    if screen.spot.kind == kinds.USES:
        there = cast("UsesScreen", screen).use_here() is not None
        return "" if there else "There is no use to stand on."
    if screen.spot.outside is not None:
        return _NOT_ECR
    if screen.spot.registry is not None and screen.spot.registry.is_public:
        return "Everybody may pull from ECR Public."
    return "" if subject_here(screen) is not None else "There is no row to stand on."


# In a history


def _diff(screen: TimeScreen) -> None:
    """Two marked rows; else the one stood on, with what its tag names now or named before."""
    pair = _pair(screen)
    if pair is not None:
        one, other = (_side(screen, row) for row in pair)
        navigation.enter(screen, compared(one, other))


def _pair(screen: TimeScreen) -> tuple[Moved, Moved] | None:
    """The two rows that are meant, of different images that are there."""
    marked = screen.table.data.marked()
    row = screen.table.current
    if len(marked) == 2:
        first, second = marked
    elif row is not None and len(marked) == 1 and marked[0].key != row.key:
        first, second = marked[0], row
    elif row is not None:
        other = screen.earlier_than(row) if row.present else screen.present_of(row.move.tag)
        if other is None:
            return None
        first, second = other, row
    else:
        return None
    differ = first.move.digest != second.move.digest
    return (first, second) if differ and first.there and second.there else None


def _no_diff(screen: TimeScreen) -> str:
    if len(screen.table.data.marks) > 2:
        return f"{len(screen.table.data.marks)} moves are marked: two can be compared."
    if screen.table.current is None:
        return "There is no row to stand on."
    return "" if _pair(screen) is not None else "There are no two different images to compare."


def _side(screen: TimeScreen, row: Moved) -> Side:
    spot = screen.spot_of(row)
    if spot is None:
        raise ValueError("a removed tag has no image")  # `_pair` lets none pass
    return Side(spot, row.move.at)  # from what was named first to what was named later


def _put_back(screen: TimeScreen) -> None:
    """Propose to let the tag name the image again, as `tag` does."""
    from ecrtui.tui.screens.plan import propose
    from ecrtui.workflows.locate import Target
    from ecrtui.workflows.tag import TagRequest, plan, run

    row = screen.table.current
    if row is None:
        return
    services, name = screen.session.services, screen.spot.repository
    target = Target(screen.registry, name, ImageId(row.move.digest))
    request = TagRequest(target, (row.move.tag,))

    def carry_out(made: TagPlan, watch: Watch) -> Outcome:
        return run(services, made, watch)

    propose(screen, lambda _: plan(services, request), carry_out)


def _no_put_back(screen: TimeScreen) -> str:
    row = screen.table.current
    if row is None:
        return "There is no row to stand on."
    if not row.move.digest:
        return "The tag named nothing then."
    if row.there is False:
        return "The repository has this image no more."
    now = screen.present_of(row.move.tag)
    same = now is not None and now.move.digest == row.move.digest
    return "The tag names it now." if same else ""


def _policy(screen: WhyScreen) -> None:
    navigation.enter(screen, Spot(kinds.SETTINGS, screen.spot.registry, screen.spot.repository))


DEEDS = {
    "time": Deed(_time, _no_time),
    "why": Deed(_why, _no_why),
    "diff-moves": Deed(_diff, _no_diff),
    "put-back": Deed(_put_back, _no_put_back),
    "policy-of": Deed(_policy),
}
