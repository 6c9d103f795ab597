"""One credential: all that is known of it, nothing secret."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import ClassVar

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError, NotFound
from ecrtui.model.credentials import WayIn
from ecrtui.render.copying import CopyChoice
from ecrtui.render.credential import Known, credential_sections
from ecrtui.render.credentials import key_of
from ecrtui.render.lines import TextLine, section_lines
from ecrtui.tui import background
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.credentials.knowing import at_hand, copies_of, known_now, spot_of, tests
from ecrtui.tui.jobs import Job
from ecrtui.tui.screens.on_credential import OnCredential
from ecrtui.tui.screens.text import TextScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.spans import Span


class CredentialScreen(OnCredential, TextScreen):
    """A place like any other: what is done to the credential is shown, also that it has gone."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.TEXTS, kinds.CREDENTIAL)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self._known: Known | None = None
        self._testing = False

    def reload(self) -> None:
        """Look for it in the list again."""
        self.start_reading()
        background.ask(self, "credential", self._find, answer=self._found, failed=self._failed)

    def _find(self) -> Known:
        from ecrtui.workflows.credentials import ways_in
        from ecrtui.workflows.credentials.used_by import chain_of, used_by

        services = self.session.services
        rows = [*ways_in.listing(services), *ways_in.sessions(services)]
        way = next((row for row in rows if key_of(row) == self.spot.text), None)
        if way is None:
            hint = "It was renamed or removed; the list has those there are."
            raise NotFound(self.spot.label, title="No such credential", hint=hint)
        if way.is_session:
            return Known(way, roles=tuple(one.name for one in rows if one.session == way.name))
        if way.second:
            return Known(way)
        uses = used_by(services, way.name)
        return Known(way, tuple(chain_of(rows, way)), uses.roles, uses.profiles)

    def _found(self, known: Known) -> None:
        self._known = known
        self.finish_reading(None)

    def _failed(self, problem: EcrtuiError) -> None:
        self._known = None
        self.finish_reading(problem)

    def on_screen_resume(self) -> None:
        """What was done elsewhere meanwhile is shown."""
        super().on_screen_resume()
        if self.is_current and self.reading.read_at is not None and self.idle:
            self.reload()

    def job_ended(self, job: Job) -> None:
        """It may have changed it."""
        if self.idle:
            self.reload()

    def known(self) -> bool:
        """Whether it has been found."""
        return self._known is not None

    def waiting(self) -> str:
        """Never for long."""
        return "Looking ..."

    def content(self, columns: int) -> list[TextLine]:
        """All that is known of it."""
        known = self._known
        if known is None:
            return []
        known = msgspec.structs.replace(
            known,
            way=known_now(self.session, known.way),
            at_hand=at_hand(self.session, known.way),
            testing=self._testing,
            problem=self.session.trouble.get(known.way.name),
        )
        return section_lines(credential_sections(known, self.session.times, time.time()), columns)

    def heading(self) -> list[Span]:
        """What it is called."""
        return [Span(f" Credential {self.spot.label or '(environment)'} ", "title")]

    # What commands ask for

    def way_in(self) -> WayIn | None:
        """The one that commands mean."""
        return self._known.way if self._known is not None else None

    def ways_in(self) -> list[WayIn]:
        """That one alone."""
        way = self.way_in()
        return [way] if way is not None else []

    def test(self, names: Iterable[str]) -> None:
        """Ask STS and ECR about it, in the background."""
        self._testing = True
        self.show()
        background.read(
            self,
            "test",
            lambda: tests(self.session.services, names),
            deliver=lambda found: self._tested(*found[0]),
            done=self._test_ended,
        )

    def _tested(self, name: str, problem: EcrtuiError | None, rows: Sequence[WayIn]) -> None:
        self.session.told(name, problem)

    def _test_ended(self, problem: EcrtuiError | None) -> None:
        self._testing = False
        self.reload()
        if problem is not None:
            self.say_problem(problem)

    def follow_name(self, way: WayIn, new: str) -> None:
        """It has another name now: this is its place."""
        self.spot = spot_of(msgspec.structs.replace(way, name=new))
        self.reload()

    def why_no_copy(self) -> str:
        """There must be one."""
        return "" if self.known() else "There is nothing to copy."

    def copy_choices(self, use: Use) -> None:
        """The line stood on, what the list copies too, all of it."""
        line, way = self.lines.current, self.way_in()
        own = [CopyChoice("this line", line.copy)] if line is not None and line.copy else []
        whole = CopyChoice("all of it", "\n".join(one.text for one in self.lines.all))
        use([*own, *(copies_of(way) if way is not None else []), whole])
