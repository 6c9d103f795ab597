"""The repositories of one registry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.places import RegionAccess, Registry, RegistrySummary
from ecrtui.model.repository import Repository
from ecrtui.render.columns import Column
from ecrtui.render.copying import repository_choices
from ecrtui.render.registries import region_name
from ecrtui.render.repositories import repository_columns
from ecrtui.tui.changes import Change
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.concerning import changed_repositories
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.session import place_key
from ecrtui.tui.spot import Spot
from ecrtui.workflows.remember import Order

if TYPE_CHECKING:
    from ecrtui.tui.jobs import Job


class RepositoriesScreen(ListScreen[Repository]):
    """One row for each repository."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.LISTS, kinds.REPOSITORIES)
    NOUN: ClassVar[str] = "repositories"
    ORDER: ClassVar[Order] = Order("name")

    @property
    def registry(self) -> Registry:
        """Where they are."""
        return self.spot.registry or Registry("", "")

    def columns(self) -> list[Column[Repository]]:
        """With ages as of now."""
        return repository_columns(self.session.times)

    def key(self, row: Repository) -> str:
        """Names are unique in a registry."""
        return row.repository_name

    def pieces(self, before: bool) -> Iterator[Change[Repository]]:
        """Page by page."""
        from ecrtui.workflows import browse

        for page in browse.repositories(self.session.services, self.registry):
            yield Change(page.items, read=len(page.items), last=page.last)

    def take(self, changes: Sequence[Change[Repository]]) -> None:
        """Remember the names for `:`."""
        super().take(changes)
        names = [row.repository_name for row in self.table.data.rows]
        self.session.names[place_key(self.registry)] = names

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """The list of registries knows then how many there are, also of an account that nobody
        looked at before."""
        super().finish_reading(problem)
        who = self.session.identities.get(self.registry.profile)
        if problem is None and self.registry.account in ("", who.account if who else ""):
            place, number = self.session.whole(self.registry), len(self.table.data.rows)
            self.session.learn(RegistrySummary(place, number, True, RegionAccess.ENABLED, who))

    def job_ended(self, job: Job) -> None:
        """One that it made is shown, marked as new."""
        if self.reading.read_at is not None and changed_repositories(job.changes, self.registry):
            self.reload_by_itself()

    def heading(self) -> str:
        """What the rows are."""
        return "Repositories"

    def empty(self) -> Sequence[str]:
        """Another place may have some."""
        return (
            f"No repositories in {region_name(self.registry)}",
            f"{self.key_of('regions')} another region   {self.key_of('accounts')} another account"
            f"   {self.key_of('refresh')} looks again",
        )

    def host_here(self) -> str:
        """As its repositories' addresses have it."""
        rows = self.table.data.rows
        return rows[0].repository_uri.partition("/")[0] if rows else ""

    def spot_of(self, row: Repository) -> Spot:
        """The repository's images."""
        return Spot(kinds.IMAGES, self.registry, row.repository_name)

    def repository_here(self) -> str:
        """The one stood on."""
        row = self.table.current
        return row.repository_name if row is not None else ""

    def copy_choices(self, use: Use) -> None:
        """Of the repository stood on; its URI is the one the API gave."""
        row = self.table.current
        if row is not None:
            use(repository_choices(self.session.whole(self.registry), row))
