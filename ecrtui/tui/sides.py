"""Which two images one means: by marks, by the row stood on, by what came before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.model.folding import ImageFamily, Member
from ecrtui.model.image import ImageId
from ecrtui.model.places import Outside, Registry
from ecrtui.model.previous import previous, runs
from ecrtui.render.images import ImageRow, image_name, row_key, telling_tag
from ecrtui.tui.session import place_key
from ecrtui.tui.spot import Side, Spot, compared
from ecrtui.workflows.services import Services

if TYPE_CHECKING:
    from ecrtui.tui.screens.images import ImagesScreen
    from ecrtui.workflows.locate import Target
    from ecrtui.workflows.pairs import Known

READING = "The list is still being read."
ENGINE = "engine"
"""Wanted of a spot that means the same image as the local engine holds it."""


def keep_marks(screen: ImagesScreen) -> None:
    """Let one or two marks of a list be known in others, and when one comes back.

    More are not for comparing, and may be a hundred thousand.
    """
    data, marks = screen.table.data, screen.session.marks
    marks.pop(_place(screen.spot), None)
    if 0 < len(data.marks) <= 2:
        marks[_place(screen.spot)] = [_side(screen, row) for row in data.marked()]


def kept_marks(screen: ImagesScreen) -> set[str]:
    """The digests that were marked here before."""
    return {side.spot.digest for side in screen.session.marks.get(_place(screen.spot), ())}


def marked_elsewhere(screen: ImagesScreen) -> list[Side]:
    """What is marked in other lists."""
    marks = screen.session.marks
    here = _place(screen.spot)
    return [side for place, sides in marks.items() if place != here for side in sides]


def why_no_pair(screen: ImagesScreen) -> str:
    """Why nothing can be compared in a list of images; asked with every key, so it is quick."""
    sides = _sides(screen)
    if isinstance(sides, str):
        return sides
    return READING if len(sides) < 2 and not screen.idle else ""


def pair_in(screen: ImagesScreen) -> Spot | str:
    """The comparison that is meant in a list of images, or why there is none."""
    sides = _sides(screen)
    if isinstance(sides, str):
        return sides
    if len(sides) == 2:
        return compared(sides[0], sides[1])
    return _with_earlier(screen, sides[0])


def earlier_in(screen: ImagesScreen) -> Spot | str:
    """The row stood on and the image pushed before it, whatever is marked."""
    here = side_here(screen)
    if here is None or not screen.idle:
        return READING
    return here.refusal or _with_earlier(screen, here)


def why_no_side(screen: ImagesScreen) -> str:
    """Why the row stood on cannot be compared."""
    here = side_here(screen)
    return here.refusal if here is not None else "There is no row to stand on."


def side_here(screen: ImagesScreen) -> Side | None:
    """The image stood on."""
    row = screen.table.current
    return _side(screen, row) if row is not None else None


def tags_of(screen: ImagesScreen) -> list[str]:
    """`repo:tag` of every row, for completing what is typed."""
    rows = screen.table.data.rows
    heads = (row.image for row in rows if isinstance(row, ImageFamily))
    return [f"{screen.spot.repository}:{tag}" for image in heads for tag in image.image_tags]


def found_pair(services: Services, spot: Spot) -> Spot:
    """A comparison whose sides are still to be found; asks the network, and reads no manifest.

    Raises NotFound and what asking raises.
    """
    from ecrtui.workflows import pairs
    from ecrtui.workflows.locate import locate

    here = pairs.known(services, target_of(spot))
    against = spot.against
    if against is None:
        there = pairs.before(services, here)
    elif against.wanted == ENGINE:
        there = pairs.in_engine(services, here)
    else:
        wanted = target_of(against)
        if against.text:
            wanted = locate(services, against.text, here=spot.registry)
        there = pairs.known(services, wanted)
    return compared(_found(there), _found(here), spot.platform)


def target_of(spot: Spot) -> Target:
    """What a place names, by its digest where that is known."""
    from ecrtui.workflows.locate import Target

    image_id = ImageId(spot.digest, "" if spot.digest else spot.label)
    return Target(spot.home, spot.repository, image_id)


def _found(known: Known) -> Side:
    target, image = known
    home, image_id = target.home, target.image_id
    if image is None or isinstance(home, Outside):
        outside = home if isinstance(home, Outside) else None
        digest, label = image_id.image_digest, image_id.image_tag
        return Side(Spot(kinds.IMAGE, None, target.repository, digest, label, outside=outside))
    label = image_id.image_tag or telling_tag(image.image_tags)
    place = Spot(kinds.IMAGE, home, target.repository, image.image_digest, label)
    return Side(place, image.image_pushed_at)


def _place(spot: Spot) -> tuple[tuple[str, str, str], str]:
    return place_key(spot.registry or Registry("", "")), spot.repository


def _sides(screen: ImagesScreen) -> list[Side] | str:
    """Two images, one whose earlier one is meant, or why there is none."""
    data, row = screen.table.data, screen.table.current
    sides = marked_elsewhere(screen)
    count = len(sides) + len(data.marks)
    if count > 2:
        return f"{count:,} images are marked: two can be compared."
    sides += [_side(screen, each) for each in data.marked()]
    if len(sides) < 2:
        if row is None:
            return "There is no row to stand on."
        here = _side(screen, row)
        if not any(side.spot.same_place(here.spot) for side in sides):
            sides.append(here)
    return next((side.refusal for side in sides if side.refusal), "") or sides


def _side(screen: ImagesScreen, row: ImageRow) -> Side:
    spot = screen.spot_of(row)
    if row.image is not None and row.image.image_tags:
        spot = msgspec.structs.replace(spot, label=telling_tag(row.image.image_tags))
    pushed = row.image.image_pushed_at if row.image is not None else None
    return Side(spot, pushed, _refusal(row))


def _refusal(row: ImageRow) -> str:
    """Why a row cannot be compared."""
    if isinstance(row, Member):
        return "" if row.role == "platform" else f"It is no image but a part: {row.role}."
    image = row.image
    if image.archived:
        return f"{image_name(image)} is archived: restore it before it can be read."
    return "" if runs(image) else f"{image_name(image)} is an artifact: only images are compared."


def _with_earlier(screen: ImagesScreen, side: Side) -> Spot | str:
    """A row and the image pushed before it; of a platform's image, before its index."""
    data = screen.table.data
    row = data.parent_at(screen.table.cursor)
    if not isinstance(row, ImageFamily):
        return READING
    images = (one.image for one in data.rows if isinstance(one, ImageFamily))
    found = previous(images, row.image, [row_key(member) for member in row.members])
    if found is None:
        return f"No tagged image was pushed before {image_name(row.image)}."
    label = telling_tag(found.image_tags)
    place = msgspec.structs.replace(side.spot, digest=found.image_digest, label=label)
    return compared(Side(place), side)
