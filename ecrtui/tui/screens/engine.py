"""The images that the engine of this machine holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from ecrtui.config import commands as kinds
from ecrtui.model.local import EngineImage
from ecrtui.model.places import Outside
from ecrtui.model.reference import Transport
from ecrtui.render.columns import Column
from ecrtui.render.copying import CopyChoice
from ecrtui.render.local import engine_columns
from ecrtui.tui.changes import Change
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.workflows.remember import Order

if TYPE_CHECKING:
    from ecrtui.tui.jobs import Job


class EngineScreen(ListScreen[EngineImage]):
    """One row for each image, with all its names."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.LISTS, kinds.ENGINE)
    NOUN: ClassVar[str] = "images"
    ORDER: ClassVar[Order] = Order("name")

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self._engine = "this machine"

    def columns(self) -> list[Column[EngineImage]]:
        """With ages as of now."""
        return engine_columns(self.session.times)

    def key(self, row: EngineImage) -> str:
        """By the engine's id."""
        return row.id

    def pieces(self, before: bool) -> Iterator[Change[EngineImage]]:
        """All at once: it is one answer."""
        from ecrtui.workflows import local

        held = local.held()
        self._engine = held.engine
        yield Change(held.images, read=len(held.images), last=True)

    def job_ended(self, job: Job) -> None:
        """It may have brought an image."""
        if job.outcome is not None and self.reading.read_at is not None:
            self.reload()

    def heading(self) -> str:
        """What the rows are."""
        return f"Images of {self._engine}"

    def empty(self) -> Sequence[str]:
        """What brings one."""
        return (f"{self._engine} has no images", "Pull one from a list of a repository's images.")

    def spot_of(self, row: EngineImage) -> Spot:
        """The image, exported when it is opened."""
        repository, tag = name_and_tag(row)
        return Spot(kinds.IMAGE, None, repository, "", tag, outside=Outside(Transport.DAEMON))

    def copy_choices(self, use: Use) -> None:
        """Of the image stood on."""
        row = self.table.current
        if row is not None:
            use([*(CopyChoice("name", name) for name in row.names), CopyChoice("id", row.id)])


def name_and_tag(row: EngineImage) -> tuple[str, str]:
    """What an engine's image is asked for by: `host/name` and a tag."""
    name, _, tag = row.name.rpartition(":")
    return name, tag
