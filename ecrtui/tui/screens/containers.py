"""The containers that were started from here, running or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.model.running import Container, ContainerRow
from ecrtui.render.columns import Column
from ecrtui.render.copying import CopyChoice
from ecrtui.render.local import containers as counted
from ecrtui.render.running import container_columns
from ecrtui.tui.changes import Change, differences
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.jobs import Job
from ecrtui.tui.live import Live
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.workflows.remember import Order
from ecrtui.workflows.running.deeds import ContainerPlan

_SECONDS = 5


class ContainersScreen(ListScreen[ContainerRow]):
    """One row for each; read again by itself."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.LISTS, kinds.CONTAINERS)
    NOUN: ClassVar[str] = "containers"
    ORDER: ClassVar[Order] = Order("age", reverse=True)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.live = Live(self, self._reload_if_idle, _SECONDS)

    def on_mount(self) -> None:
        """They change by themselves: read again also where the settings name no interval."""
        if not self.session.services.settings.refresh_seconds:
            self.live.switch()

    def columns(self) -> list[Column[ContainerRow]]:
        """With ages as of now."""
        return container_columns(self.session.times)

    def key(self, row: ContainerRow) -> str:
        """By the engine's id."""
        return row.container.id

    def stream(self, before: Mapping[str, ContainerRow]) -> Iterator[Change[ContainerRow]]:
        """The list, then each that runs with what it uses; until then what it used before."""
        return differences(_pieces(before), self.key, before)

    def job_ended(self, job: Job) -> None:
        """What it started, stopped or removed is shown at once."""
        if isinstance(job.plan, ContainerPlan) and self.reading.read_at is not None:
            self.reload()

    def heading(self) -> str:
        """What the rows are."""
        return "Containers"

    def empty(self) -> Sequence[str]:
        """What starts one."""
        return ("No container was started from here", "x on an image runs it")

    def remarks(self) -> str:
        """How many run."""
        running = sum(row.container.running for row in self.table.data.rows)
        return f"{counted(running)} running" if running else ""

    def spot_of(self, row: ContainerRow) -> Spot:
        """Its log."""
        return container_spot(row.container)

    def come_from(self, spot: Spot) -> None:
        """Stand on the one whose log one came out of."""
        self.stand_on(spot.text)

    def contained(self) -> Container | None:
        """The container stood on."""
        row = self.table.current
        return row.container if row is not None else None

    def why_not_running(self) -> str:
        """The one stood on must run."""
        found = self.contained()
        if found is None:
            return "There is no row to stand on."
        return "" if found.running else "It has ended."

    def why_gone(self) -> str:
        """One must stand on one."""
        return "" if self.contained() is not None else "There is no row to stand on."

    def copy_choices(self, use: Use) -> None:
        """Of the container stood on."""
        found = self.contained()
        if found is not None:
            name = CopyChoice("name", found.name or found.id)
            ports = (CopyChoice("port", port) for port in found.ports)
            use([name, CopyChoice("id", found.id), CopyChoice("image", found.image), *ports])


def container_spot(container: Container) -> Spot:
    """Where a container's log is."""
    label = container.name or container.id[:12]
    return Spot(kinds.CONTAINER, text=container.id, label=label)


def _pieces(before: Mapping[str, ContainerRow]) -> Iterator[Change[ContainerRow]]:
    from ecrtui.workflows.running import containers

    for number, rows in enumerate(containers.rows()):
        if number == 0:
            rows = [_as_before(row, before) for row in rows]
            yield Change(rows, read=len(rows), last=True)
        else:
            yield Change(rows)


def _as_before(row: ContainerRow, before: Mapping[str, ContainerRow]) -> ContainerRow:
    known = before.get(row.container.id)
    if known is None or not row.container.running:
        return row
    return msgspec.structs.replace(row, usage=known.usage)
