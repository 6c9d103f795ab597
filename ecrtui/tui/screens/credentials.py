"""The credentials: every way in, kept by ecrtui or declared in AWS's own files."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.credentials import WayIn
from ecrtui.render.columns import Column
from ecrtui.render.credentials import CredentialRow, credential_columns, key_of
from ecrtui.tui import background
from ecrtui.tui.changes import Change
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.jobs import Job
from ecrtui.tui.knowing import at_hand, copies_of, known_now, spot_of, tests
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.workflows.remember import Order


class CredentialsScreen(ListScreen[CredentialRow]):
    """One row for each. It opens neither the keyring nor the network."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.LISTS, kinds.CREDENTIALS)
    NOUN: ClassVar[str] = "credentials"
    ORDER: ClassVar[Order] = Order("name")

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self._testing: set[str] = set()

    def columns(self) -> list[Column[CredentialRow]]:
        """With ages as of now."""
        return credential_columns(self.session.times, time.time())

    def key(self, row: CredentialRow) -> str:
        """One name may be kept and declared."""
        return row.key

    def pieces(self, before: bool) -> Iterator[Change[CredentialRow]]:
        """All of them at once: they are in files of this machine."""
        from ecrtui.workflows.credentials import at_hand as credentials

        rows = [CredentialRow(way) for way in credentials.listing(self.session.services)]
        yield Change(rows, read=len(rows), last=True)

    def take(self, changes: Sequence[Change[CredentialRow]]) -> None:
        """Rows, with what this run knows of them besides."""
        super().take(
            [
                msgspec.structs.replace(one, rows=[self._row(row.way) for row in one.rows])
                for one in changes
            ]
        )

    def _row(self, way: WayIn) -> CredentialRow:
        production = self.session.services.settings.of(way.name).production
        testing = way.name in self._testing and not way.second and not way.is_session
        way = known_now(self.session, way)
        return CredentialRow(way, at_hand(self.session, way), testing, production)

    def on_screen_resume(self) -> None:
        """What was done elsewhere meanwhile is shown."""
        super().on_screen_resume()
        if self.is_current and self.reading.read_at is not None and self.idle:
            self.reload()

    def job_ended(self, job: Job) -> None:
        """It may have kept, changed or removed one."""
        if self.reading.read_at is not None and self.idle:
            self.reload()

    def heading(self) -> str:
        """What the rows are."""
        return "Credentials"

    def empty(self) -> Sequence[str]:
        """What brings one."""
        return ("Nobody is known here", "ecrtui credentials add NAME keeps keys in the keyring")

    def spot_of(self, row: CredentialRow) -> Spot:
        """All that is known of it."""
        return spot_of(row.way)

    def come_from(self, spot: Spot) -> None:
        """Stand on the one whose details one came out of."""
        self.stand_on(spot.text)

    # What commands ask for

    def way_in(self) -> WayIn | None:
        """The one that commands mean."""
        row = self.table.current
        return row.way if row is not None else None

    def ways_in(self) -> list[WayIn]:
        """The marked ones, or the one stood on."""
        marked = [row.way for row in self.table.data.marked()]
        current = self.way_in()
        return marked or ([current] if current is not None else [])

    def test(self, names: Iterable[str]) -> None:
        """Ask STS and ECR about some, in the background; those that are being asked go on."""
        self._testing |= set(names)
        wanted = sorted(self._testing)
        self._dress()
        background.read(
            self,
            "test",
            lambda: tests(self.session.services, wanted),
            deliver=lambda found: self._tested(*found[0]),
            done=self._tests_ended,
        )

    def _tested(self, name: str, problem: EcrtuiError | None, rows: Sequence[WayIn]) -> None:
        self._testing.discard(name)
        self.session.told(name, problem)
        self.table.data.append([self._row(way) for way in rows])
        self.show_rows()

    def _tests_ended(self, problem: EcrtuiError | None) -> None:
        self._testing.clear()
        self._dress()
        if problem is not None:
            self.say_problem(problem)

    def _dress(self) -> None:
        self.table.data.append([self._row(row.way) for row in self.table.data.rows])
        self.show_rows()

    def follow_name(self, way: WayIn, new: str) -> None:
        """It has another name now: stand on it."""
        self.stand_on(key_of(msgspec.structs.replace(way, name=new)))
        self.reload()

    def copy_choices(self, use: Use) -> None:
        """Names, nothing secret."""
        way = self.way_in()
        if way is not None:
            use(copies_of(way))
