"""The images that have a vulnerability, as they are found, with where each of them runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.affected import Affected, Looked
from ecrtui.model.places import Registry
from ecrtui.model.usage import ImageUse
from ecrtui.render.affected import affected_columns, image_text, looked_lines, looked_text
from ecrtui.render.columns import Column
from ecrtui.render.text import safe, wrapped
from ecrtui.tui import background, navigation
from ecrtui.tui.changes import Change
from ecrtui.tui.commands.images import reading_question
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.workflows.remember import Order

_STEP = 20
"""Images looked at between two tellings of how far it got."""
FINDINGS = "findings"
"""The tab that one comes to."""


class AffectedScreen(ListScreen[Affected]):
    """One row for each image; from whom it is known, and how far it was looked, is said."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.LISTS, kinds.AFFECTED)
    NOUN: ClassVar[str] = "images"
    ORDER: ClassVar[Order] = Order()

    def __init__(self, session: Session, spot: Spot) -> None:
        self._stands: dict[str, ImageUse] = {}
        super().__init__(session, spot)
        self._looked: dict[Registry, Looked] = {}
        self._unlooked: list[Looked] = []
        self._repositories: dict[tuple[Registry, str], bool] = {}
        """Whose images were found, and whether it was asked where they run."""
        self._asking = False
        self.caller = background.UNASKED  # of all accounts some may be signed out

    def columns(self) -> list[Column[Affected]]:
        """How bad, which image, what brings it, where it runs, who says so."""
        return affected_columns(self._stands)

    def key(self, row: Affected) -> str:
        """By place and image."""
        place = row.registry
        return "\n".join((place.profile, place.account, place.region, row.repository, row.digest))

    def stream(self, before: Mapping[str, Affected]) -> Iterator[Change[Affected]]:
        """Images and progress as they come; those of an earlier look stay until the end."""
        from ecrtui.workflows.affected import images_with

        seen: set[str] = set()
        for event in images_with(self.session.services, self.spot.text):
            if isinstance(event, Affected):
                seen.add(self.key(event))
                yield Change((event,), read=1)
            elif event.ended or event.problem is not None or event.done % _STEP == 0:
                yield Change(items=(event,))
        yield Change(gone=frozenset(before).difference(seen), last=True)

    def reload(self) -> None:
        """Forget how far one got last time."""
        self._looked.clear()
        self._unlooked.clear()
        self._repositories = dict.fromkeys(self._repositories, False)
        super().reload()

    def take(self, changes: Sequence[Change[Affected]]) -> None:
        """Rows, and how far it got."""
        for change in changes:
            for event in change.items:
                if event.problem is None:
                    self._looked[event.registry] = event
                else:
                    self._unlooked.append(event)
            for row in change.rows:
                self._repositories.setdefault((row.registry, row.repository), False)
        super().take(changes)
        self._look_where_they_run()

    # Where they run

    def _look_where_they_run(self) -> None:
        services = self.session.services
        if self._asking or services.settings.uses != "always":
            return
        waiting = self._repositories
        if all(waiting.values()):
            return
        self._asking = True

        def make() -> Iterator[dict[str, ImageUse]]:
            from ecrtui.workflows.affected import runs

            while left := [one for one, asked in list(waiting.items()) if not asked]:
                waiting[left[0]] = True
                try:
                    yield runs(services, *left[0])
                except EcrtuiError:
                    continue  # that its images cannot be listed is told beside

        def deliver(found: list[dict[str, ImageUse]]) -> None:
            for one in found:
                self._stands |= one
            self.table.set_columns(self.columns())
            order, reverse = self.table.data.order
            if order in ("", "use"):  # what runs comes first, unless somebody chose an order
                self.table.data.sort("", reverse=False)  # what it sorts by is other by now
                self.table.data.sort("use", reverse=reverse or not order)
                self.show_rows()

        def done(problem: EcrtuiError | None) -> None:
            self._asking = False
            if problem is None:
                self._look_where_they_run()

        background.read(self, "uses", make, deliver=deliver, done=done, caller=background.UNASKED)

    # Indexes, on purpose

    def why_no_indexes(self) -> str:
        """There must be an image that may belong to one."""
        row = self.table.current
        if row is None:
            return "There is no row to stand on."
        return "It has tags of its own, or of its index." if row.tags else ""

    def read_indexes(self) -> None:
        """Read the indexes of the repository stood on, to know what its untagged images belong
        to; after a question, for it COUNTS AS A PULL."""
        row, services = self.table.current, self.session.services
        if row is None:
            return
        registry, name = row.registry, row.repository

        def ask() -> list[str]:
            from ecrtui.workflows.affected import unread_indexes

            return unread_indexes(services, registry, name)

        def found(digests: list[str]) -> None:
            if not digests:
                self.say(f"All indexes of {name} have been read: it belongs to none of them.")
            elif self.session.may_read_manifests:
                self._read(registry, name, digests)
            else:
                self.app.push_screen(
                    reading_question(len(digests)),
                    lambda yes: self._read(registry, name, digests) if yes else None,
                )

        background.ask(self, "indexes", ask, answer=found, failed=self.say_problem)

    def _read(self, registry: Registry, name: str, digests: list[str]) -> None:
        services = self.session.services
        self.session.may_read_manifests = True

        def ask() -> int:
            from ecrtui.workflows.contents import read_manifests

            return len(read_manifests(services, registry, name, digests))

        def answer(count: int) -> None:
            self.say(f"{count} read; counted as pulls")
            self.reload_by_itself()

        background.ask(self, "indexes", ask, answer=answer, failed=self.say_problem)

    # What is said of it

    def heading(self) -> str:
        """What is looked for."""
        return f"Images with {self.spot.text}"

    def remarks(self) -> str:
        """From whom, how far it got, and where nobody could look."""
        return looked_text(self._looked.values(), len(self._unlooked))

    def empty(self) -> Sequence[str]:
        """None, with all reservations."""
        lines = [f"No image at hand has {self.spot.text}, as far as is known"]
        for told in looked_lines(self._looked.values(), self._unlooked):
            lines += wrapped(safe(told), self.size.width - 6)
        return (*lines, f"{self.key_of('refresh')} looks again")

    # Going in

    def spot_of(self, row: Affected) -> Spot:
        """The image."""
        registry = self.session.plain(row.registry)
        return Spot(kinds.IMAGE, registry, row.repository, row.digest, image_text(row))

    def open_current(self) -> None:
        """Into the image, at its findings."""
        row = self.table.current
        if row is not None:
            navigation.enter(self, self.spot_of(row), tab=FINDINGS)
