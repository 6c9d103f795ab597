"""The credentials: every way in, kept by ecrtui or declared in AWS's own files."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.credentials import WayIn
from ecrtui.render.columns import Column
from ecrtui.render.credentials import (
    CredentialRow,
    credential_columns,
    key_of,
    needs_sign_in,
    place_row,
    place_text,
)
from ecrtui.tui import background
from ecrtui.tui.changes import Change
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.credentials.knowing import at_hand, copies_of, known_now, spot_of, tests
from ecrtui.tui.jobs import Job
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.screens.on_credential import OnCredential
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.workflows.remember import Order

if TYPE_CHECKING:
    from ecrtui.workflows.credentials.whereabouts import Whereabouts


class CredentialsScreen(OnCredential, ListScreen[CredentialRow]):
    """One row for each. It opens neither the keyring nor the network."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.LISTS, kinds.CREDENTIALS)
    NOUN: ClassVar[str] = "credentials"
    ORDER: ClassVar[Order] = Order("name")

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self._testing: set[str] = set()
        self._place: Whereabouts | None = None
        self._backups = 0
        """Files with keys that imports have left."""

    def columns(self) -> list[Column[CredentialRow]]:
        """With ages as of now."""
        return credential_columns(self.session.times, time.time())

    def key(self, row: CredentialRow) -> str:
        """One name may be kept and declared."""
        return row.key

    def pieces(self, before: bool) -> Iterator[Change[CredentialRow]]:
        """All of them at once: they are in files of this machine."""
        from ecrtui.workflows.credentials import ways_in

        services = self.session.services
        ways = [*ways_in.listing(services), *ways_in.sessions(services)]
        rows = [CredentialRow(way) for way in ways]
        yield Change(rows, read=len(rows), last=True)

    def stream(self, before: Mapping[str, CredentialRow]) -> Iterator[Change[CredentialRow]]:
        """The place of secrets is none of the ways in: it comes and goes by itself."""
        return super().stream({key: row for key, row in before.items() if not row.note})

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
        out = way.is_session and needs_sign_in(way, time.time())
        return CredentialRow(way, at_hand(self.session, way), testing, production, out)

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """Then look whether the place of secrets is in the way of any of them."""
        super().finish_reading(problem)
        services = self.session.services

        def look() -> tuple[Whereabouts, int]:
            from ecrtui.workflows.credentials import backups
            from ecrtui.workflows.credentials.whereabouts import whereabouts

            return whereabouts(services), len(backups.left())

        background.ask(self, "place", look, answer=self._placed, failed=self.say_problem)

    def _placed(self, found: tuple[Whereabouts, int]) -> None:
        place, self._backups = found
        self._place = place
        data = self.table.data
        data.drop({row.key for row in data.rows if row.note})
        if place.locked or place.problem is not None:
            key = self.key_of("unlock" if place.locked else "keep-where")
            data.append([place_row(place, key)])
        self.show_rows()

    @property
    def locked(self) -> bool:
        """Whether the place of secrets was found locked."""
        return self._place is not None and self._place.locked

    @property
    def can_lock(self) -> bool:
        """Whether it is the encrypted file, and open."""
        place = self._place
        return place is not None and place.where == "file" and not place.locked

    def lock_file(self) -> None:
        """Close the encrypted file again."""
        from ecrtui.workflows.credentials.whereabouts import lock

        services = self.session.services

        def answer(_: None) -> None:
            self.say("Credentials that were read already are used until you leave.", title="Locked")
            self.reload()

        background.ask(
            self, "unlock", lambda: lock(services), answer=answer, failed=self.say_problem
        )

    def unlock(self) -> None:
        """Have it unlocked: its dialog comes up, or its passphrase is asked for."""
        from ecrtui.workflows.credentials.whereabouts import unlock

        services = self.session.services
        self.session.renewing.forgive("")  # a passphrase that was given up is asked for again

        def failed(problem: EcrtuiError) -> None:
            self.say_problem(self._by_keys(problem))
            self.reload()

        background.ask(
            self,
            "unlock",
            lambda: unlock(services),
            answer=lambda _: self.reload(),
            failed=failed,
        )

    def remarks(self) -> str:
        """Where ecrtui keeps secrets, and what else holds keys."""
        place = place_text(self._place) if self._place is not None else ""
        count, key = self._backups, self.key_of("destroy-backups")
        backups = f"{count} backup{'s' if count > 1 else ''} with keys: {key}" if count else ""
        return " · ".join(filter(None, (place, backups)))

    def open_current(self) -> None:
        """A place that is locked is unlocked, for one that is missing another is chosen, a portal
        that nobody is signed in to is signed in to."""
        row = self.table.current
        if row is not None and row.note:
            self.action_do("unlock" if self.locked else "keep-where")
        elif row is not None and row.signed_out:
            self.action_do("renew")
        else:
            super().open_current()

    def problem_of(self, row: CredentialRow | None) -> EcrtuiError | None:
        """Of the place of secrets; of a credential its own screen tells more."""
        if row is None or not row.note or self._place is None or self._place.problem is None:
            return None
        return self._by_keys(self._place.problem)

    def _by_keys(self, problem: EcrtuiError) -> EcrtuiError:
        """What can be chosen instead is a key away here."""
        hint = self.session.words(problem.hint)
        return type(problem)(problem.detail, title=problem.title, hint=hint)

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
        add = self.key_of("add-credential")
        return ("Nobody is known here", f"{add} adds keys, a role, SSO roles or a login")

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
        return row.way if row is not None and not row.note else None

    def ways_in(self) -> list[WayIn]:
        """The marked ones, or the one stood on."""
        marked = [row.way for row in self.table.data.marked() if not row.note]
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
        rows = [row for row in self.table.data.rows if not row.note]
        self.table.data.append([self._row(row.way) for row in rows])
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
