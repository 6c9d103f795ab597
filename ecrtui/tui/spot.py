"""Where one can be in the explorer, as a value: what history, crumbs and restarts are made of."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.model.image import ImageId
from ecrtui.model.places import Home, Outside, Registry
from ecrtui.model.reference import Transport
from ecrtui.tui.screens import OPENING
from ecrtui.workflows.remember import Place

_OF_REPOSITORY = frozenset(
    {
        kinds.IMAGE,
        kinds.SETTINGS,
        kinds.COMPARE,
        kinds.USES,
        kinds.TIME,
        kinds.WHY,
        kinds.PRUNING,
        kinds.LIFECYCLE,
    }
)
"""Places that are of one repository's images."""


class Spot(msgspec.Struct, frozen=True):
    """One place. `kind` is a kind of screen as the commands name them."""

    kind: str = kinds.REGISTRIES
    registry: Registry | None = None
    repository: str = ""
    digest: str = ""
    label: str = ""
    """What an image was called when one went there: its tag, or the start of its digest."""
    text: str = ""
    """What is searched for, or what was typed to open."""
    wanted: str = ""
    """The kind of place that what was typed asks for; '' for the place that it names."""
    outside: Outside | None = None
    """Where an image outside ECR is; it stands in no registry then."""
    against: Spot | None = None
    """The image that this one is compared with: the older one, as long as nobody swaps them."""
    platform: str = ""
    """For which platform an index is looked into; '' for this machine's."""

    @property
    def home(self) -> Home:
        """Where an image is."""
        return self.outside or self.registry or Registry("", "")

    @property
    def name(self) -> str:
        """What an image is called: a tag, the start of a digest; the whole of it outside ECR."""
        if self.outside is not None:
            image_id = ImageId(image_tag=self.label)
            return str(self.outside.reference(self.repository, image_id))
        return self.label or self.digest[:19]

    @property
    def parent(self) -> Spot | None:
        """The place around it; None at the root."""
        if self.kind == kinds.CONTAINER:
            return Spot(kinds.CONTAINERS)
        if self.kind == kinds.CREDENTIAL:
            return Spot(kinds.CREDENTIALS)
        if self.outside is not None:
            in_engine = self.outside.transport is Transport.DAEMON
            return Spot(kinds.ENGINE) if in_engine and self.kind == kinds.IMAGE else Spot()
        if self.kind in (kinds.SETTINGS, kinds.COST) and self.registry and not self.repository:
            return Spot(kinds.REPOSITORIES, self.registry)
        if self.kind in (kinds.TIME, kinds.WHY) and self.digest:
            return msgspec.structs.replace(self, kind=kinds.IMAGE)
        if self.kind in _OF_REPOSITORY or (self.kind == kinds.COST and self.registry is not None):
            return Spot(kinds.IMAGES, self.registry, self.repository)
        if self.kind == kinds.IMAGES:
            return Spot(kinds.REPOSITORIES, self.registry)
        return None if self.kind == kinds.REGISTRIES else Spot()

    @property
    def lineage(self) -> list[Spot]:
        """Every place around it from the root, itself last."""
        return [*(self.parent.lineage if self.parent else ()), self]

    def same_place(self, other: Spot) -> bool:
        """Whether both are one place, whatever it is called."""
        return self.address == other.address

    @property
    def address(self) -> tuple[object, ...]:
        """What tells it from other places."""
        named = self.kind in (kinds.IMAGE, kinds.COMPARE, kinds.WHY)
        image = self.digest or (self.label if named else "")
        other = (self.against.address, self.platform) if self.against is not None else ()
        home = self.outside or self.registry
        return (self.kind, home, self.repository, image, self.text, *other)

    def to_place(self) -> Place | None:
        """What is remembered of it; None for the root and for what is not worth it."""
        if self.outside is not None and self.kind == kinds.IMAGE:
            image_id = ImageId(self.digest, "" if self.digest else self.label)
            return Place.outside(self.outside, self.repository, image_id)
        if self.registry is None or self.kind in (kinds.SEARCH, kinds.AFFECTED, kinds.PRUNING):
            return None
        if self.kind == kinds.COMPARE:  # two images are too much: the list they are in
            return Place(self.registry, self.repository, "", self.repository)
        label = f"{self.repository}:{self.label}" if self.label else self.repository
        return Place(self.registry, self.repository, self.digest, label)

    @staticmethod
    def of_place(place: Place) -> Spot:
        """The place that was remembered."""
        if place.reference:
            return Spot(OPENING, text=place.reference)
        if place.digest:
            label = place.label.removeprefix(f"{place.repository}:")
            return Spot(kinds.IMAGE, place.registry, place.repository, place.digest, label)
        kind = kinds.IMAGES if place.repository else kinds.REPOSITORIES
        return Spot(kind, place.registry, place.repository)


class Side(NamedTuple):
    """One image that may be compared with another."""

    spot: Spot
    pushed: float | None = None
    """When it was pushed, in epoch seconds."""
    refusal: str = ""
    """Why it cannot be compared; '' when it can."""


def compared(one: Side, other: Side, platform: str = "") -> Spot:
    """The place that compares two images: from the older one, as far as anybody knows."""
    older, newer = one, other
    if one.pushed is not None and other.pushed is not None and other.pushed < one.pushed:
        older, newer = other, one
    return msgspec.structs.replace(
        newer.spot, kind=kinds.COMPARE, against=older.spot, platform=platform
    )


class Trail:
    """The places one has been to, as a browser keeps them."""

    def __init__(self) -> None:
        self._spots: list[Spot] = []
        self._at = -1

    def went(self, spot: Spot) -> None:
        """One is at a place now; what lay ahead is forgotten unless it is the same."""
        if 0 <= self._at < len(self._spots) and self._spots[self._at].same_place(spot):
            return
        self._spots = [*self._spots[: self._at + 1], spot][-_LONGEST:]
        self._at = len(self._spots) - 1

    def step(self, by: int) -> Spot | None:
        """Move along; None when there is nothing that way."""
        if not self.can(by):
            return None
        self._at += by
        return self._spots[self._at]

    def can(self, by: int) -> bool:
        """Whether there is a place that way."""
        return 0 <= self._at + by < len(self._spots)


_LONGEST = 100
