"""Search everything: hits as they come, from every registry at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from ecrtui.config import commands as kinds
from ecrtui.render.columns import Cell, Column, plain
from ecrtui.render.images import image_name, short_digest
from ecrtui.render.registries import region_name
from ecrtui.render.text import safe, wrapped
from ecrtui.tui import background
from ecrtui.tui.changes import Change
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.workflows.search import SearchHit, SearchProgress


class SearchScreen(ListScreen[SearchHit]):
    """One row for each hit; what could not be looked at is told, never passed over."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.LISTS, kinds.SEARCH)
    NOUN: ClassVar[str] = "hits"

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self._progress = SearchProgress(0, 0)
        self._unlooked: list[SearchProgress] = []
        self.caller = background.UNASKED  # of all accounts some may be signed out

    def columns(self) -> list[Column[SearchHit]]:
        """Where, what, and why it was found."""
        times = self.session.times
        return [
            Column("why", "WHY", lambda row: plain(row.why), lambda row: row.why, widest=30),
            Column(
                "repo",
                "REPOSITORY",
                lambda row: plain(row.repository),
                lambda row: row.repository,
                flexible=True,
                natural=True,
            ),
            Column("image", "IMAGE", _image, lambda row: _image(row).text, priority=2),
            Column(
                "pushed",
                "PUSHED",
                lambda row: plain(times.short(_pushed(row))),
                _pushed,
                kind="age",
                priority=4,
                right=True,
            ),
            Column("profile", "PROFILE", _profile, lambda row: _profile(row).text, priority=3),
            Column("region", "REGION", _region, lambda row: _region(row).text, priority=2),
        ]

    def key(self, row: SearchHit) -> str:
        """By place and image."""
        place = row.registry
        digest = row.image.image_digest if row.image else ""
        return "\n".join((place.profile, place.region, place.kind.value, row.repository, digest))

    def stream(self, before: Mapping[str, SearchHit]) -> Iterator[Change[SearchHit]]:
        """Hits and progress as they come; hits of an earlier search for it stay until the end."""
        from ecrtui.workflows.search import search

        seen: set[str] = set()
        for event in search(self.session.services, self.spot.text):
            if isinstance(event, SearchProgress):
                yield Change(items=(event,))
            else:
                seen.add(self.key(event))
                yield Change((event,), read=1)
        yield Change(gone=frozenset(before).difference(seen), last=True)

    def reload(self) -> None:
        """Forget what could not be looked at last time."""
        self._unlooked.clear()
        super().reload()

    def take(self, changes: Sequence[Change[SearchHit]]) -> None:
        """Rows, and how far it got."""
        for change in changes:
            for event in change.items:
                if event.problem is None:
                    self._progress = event
                else:
                    self._unlooked.append(event)
        super().take(changes)

    def heading(self) -> str:
        """What is looked for."""
        return f"Search {self.spot.text}"

    def remarks(self) -> str:
        """How far it got, and where nobody could look."""
        parts = []
        if self.reading.busy and self._progress.total:
            parts.append(f"{self._progress.done} of {self._progress.total} repositories")
        if self._unlooked:
            places = "1 place" if len(self._unlooked) == 1 else f"{len(self._unlooked)} places"
            parts.append(f"{places} could not be looked at")
        return " · ".join(parts)

    def empty(self) -> Sequence[str]:
        """Nothing, with a reservation where there is one."""
        lines = [f"Nothing found for {self.spot.text}"]
        for one in self._unlooked[:5]:
            lines += wrapped(safe(f"{one.where}: {one.problem}"), self.size.width - 6)
        again, key = self.key_of("refresh"), self.key_of("search")
        return (*lines, f"{again} searches again   {key} searches for something else")

    def spot_of(self, row: SearchHit) -> Spot:
        """The repository, or the image in it."""
        registry = self.session.plain(row.registry)
        if row.image is None:
            return Spot(kinds.IMAGES, registry, row.repository)
        digest = row.image.image_digest
        return Spot(kinds.IMAGE, registry, row.repository, digest, image_name(row.image))


def _image(row: SearchHit) -> Cell:
    if row.image is None:
        return plain("")
    name = image_name(row.image)
    return plain(name) if row.image.image_tags else Cell(short_digest(name), "dim")


def _pushed(row: SearchHit) -> float | None:
    return row.image.image_pushed_at if row.image else None


def _profile(row: SearchHit) -> Cell:
    return Cell(row.registry.profile or "default", "dim")


def _region(row: SearchHit) -> Cell:
    return Cell(region_name(row.registry), "dim")
