"""The first screen: accounts and regions, filling in as each of them answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.places import NOT_LOOKED_AT, RegistrySummary
from ecrtui.render.columns import Column
from ecrtui.render.copying import CopyChoice, registry_choices
from ecrtui.render.registries import (
    MACHINE,
    RegistryRow,
    arrange,
    machine_row,
    registry_columns,
)
from ecrtui.tui import background
from ecrtui.tui.changes import Change
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.credentials.renewing import SIGN_IN_PROBLEMS, may_renew
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.session import Session, SummaryKey, place_key
from ecrtui.tui.spot import Spot

if TYPE_CHECKING:
    from ecrtui.tui.jobs import Job


class RegistriesScreen(ListScreen[RegistryRow]):
    """A row for each profile, account and region; empty regions fold into one."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.LISTS, kinds.REGISTRIES)
    NOUN: ClassVar[str] = "registries"

    def columns(self) -> list[Column[RegistryRow]]:
        """No times, so always the same."""
        return registry_columns()

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self._machine: RegistryRow | None = None
        self.caller = background.UNASKED  # a row that is signed out says so, and Enter signs in

    def key(self, row: RegistryRow) -> str:
        """By place, since the account comes later."""
        return row.key

    def children_of(self, row: RegistryRow) -> Sequence[RegistryRow]:
        """The empty regions."""
        return row.folded

    def stream(self, before: Mapping[str, RegistryRow]) -> Iterator[Change[RegistryRow]]:
        """All rows in their order with every answer: few, and a region may move into a fold."""
        from ecrtui.workflows import places

        settings = self.session.services.settings
        known: dict[SummaryKey, RegistrySummary] = {}
        earlier = {place_key(one.registry): one for one in _summaries(before.values())}
        for summary in places.registries(self.session.services):
            known |= {place_key(one.registry): one for one in _with_earlier(summary, earlier)}
            if not before:
                yield Change(arrange(known.values(), settings), items=(summary,))
        yield Change(arrange(known.values(), settings), items=tuple(known.values()), last=True)

    def take(self, changes: Sequence[Change[RegistryRow]]) -> None:
        """The last rows are all the rows; what they tell of accounts is kept for other places."""
        for change in changes:
            for summary in change.items:
                self.session.learn(summary)
        data = self.table.data
        if not data.rows and not self._stand_on:
            # The first to come is where the profile itself is at home.
            self.stand_on(changes[0].rows[0].key)
        data.clear()
        data.append(changes[-1].rows)
        self._show_visited()
        self._show_machine()

    def _look_here(self) -> None:
        """Ask the engine, when all else is there; where none is, there is no row."""

        def ask() -> RegistryRow:
            from ecrtui.workflows import local

            return machine_row(local.held())

        def show(row: RegistryRow | None) -> None:
            if self._machine is not None and row is None:
                self.table.data.drop({self._machine.key})
            self._machine = row
            self._show_machine()

        background.ask(
            self,
            "here",
            ask,
            answer=show,
            failed=lambda _: show(None),
            caller=background.UNASKED,
        )

    def _show_machine(self) -> None:
        if self._machine is not None:
            self.table.data.append([self._machine])
        self.show_rows()

    def job_ended(self, job: Job) -> None:
        """It may have brought an image to this machine."""
        if job.outcome is not None and self.idle and self.reading.read_at is not None:
            self._look_here()

    def on_screen_resume(self) -> None:
        """What the engine holds may have changed meanwhile."""
        super().on_screen_resume()
        if self.is_current and self.reading.read_at is not None and self.idle:
            self._show_visited()
            self.show_rows()
            self._look_here()

    def _show_visited(self) -> None:
        """Who went into a registry that was not looked at has looked at it."""
        seen, data = self.session.summaries, self.table.data
        for row in list(data.rows):
            found = seen.get(place_key(row.summary.registry)) if not row.engine else None
            if row.summary.note == NOT_LOOKED_AT and found and found.repositories is not None:
                data.append([msgspec.structs.replace(row, summary=found)])

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """Where nothing answered, the first reason is everybody's; the rows are all there are."""
        self.reading.complete = problem is None
        self.table.set_columns(self.columns())  # as wide as what is left after folding
        self.session.looked_everywhere = problem is None
        looked = [row for row in self._summaries() if row.identity or row.problem]
        reasons = [row.problem for row in looked if isinstance(row.problem, EcrtuiError)]
        everything = bool(reasons) and len(reasons) == len(looked)
        super().finish_reading(problem or (reasons[0] if everything else None))
        self._look_here()

    def heading(self) -> str:
        """What the rows are."""
        return "Accounts and regions"

    def empty(self) -> Sequence[str]:
        """The configuration declares nobody: what would."""
        return ("No profile is declared", "Run aws configure sso, or start with --demo")

    def remarks(self) -> str:
        """How many regions have something in them."""
        counted = [row for row in self._summaries() if row.complete]
        used = sum(1 for row in counted if row.repositories)
        return f"{used} of {len(counted)} regions in use" if counted else ""

    def _summaries(self) -> list[RegistrySummary]:
        return _summaries(self.table.data.rows)

    def come_from(self, spot: Spot) -> None:
        """Stand on the registry one came out of."""
        if spot.kind == kinds.ENGINE:
            self._stand_on = MACHINE
        elif spot.registry is not None:
            self._stand_on = RegistryRow(RegistrySummary(spot.registry), "").key

    @property
    def profile(self) -> str:
        """That of the row stood on."""
        row = self.table.current
        return row.summary.registry.profile if row and not row.engine else super().profile

    def open_current(self) -> None:
        """Into the registry; where one is signed out there, that first."""
        if may_renew(self.problem_of(self.table.current)):
            self.action_do("renew")
        else:
            super().open_current()

    def signed_in(self) -> None:
        """All rows may have more to say now."""
        rows = self._summaries()
        if self.idle and any(isinstance(row.problem, SIGN_IN_PROBLEMS) for row in rows):
            self.reload_by_itself()

    def spot_of(self, row: RegistryRow) -> Spot | None:
        """The registry's repositories; a fold leads nowhere."""
        if row.folded:
            return None
        if row.engine:
            return Spot(kinds.ENGINE)
        return Spot(kinds.REPOSITORIES, self.session.plain(row.summary.registry))

    def problem_of(self, row: RegistryRow | None) -> EcrtuiError | None:
        """What keeps the row's registry from being entered."""
        problem = row.summary.problem if row is not None else None
        return problem if isinstance(problem, EcrtuiError) else None

    def copy_choices(self, use: Use) -> None:
        """Of the registry stood on."""
        row = self.table.current
        if row is not None and row.engine:
            use([CopyChoice("engine", row.engine)])
        elif row is not None:
            use(registry_choices(self.session.whole(row.summary.registry)))


def _summaries(rows: Iterable[RegistryRow]) -> list[RegistrySummary]:
    return [one.summary for row in rows if not row.engine for one in (row, *row.folded)]


def _with_earlier(
    summary: RegistrySummary, earlier: Mapping[SummaryKey, RegistrySummary]
) -> list[RegistrySummary]:
    """What was known before stays where one is signed out now, of all that the profile has."""
    if not isinstance(summary.problem, SIGN_IN_PROBLEMS):
        return [summary]
    before = earlier.get(place_key(summary.registry))
    profile, whole = summary.registry.profile, summary.identity is None
    of_profile = [one for one in earlier.values() if one.registry.profile == profile]
    stale = of_profile if whole else [before] if before is not None else []
    old = [
        msgspec.structs.replace(one, problem=summary.problem, note=summary.note)
        for one in stale
        if one.repositories is not None
    ]
    return [summary, *old]
