"""The journal: every change made from here, the newest first, each to be taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from ecrtui.config import commands as kinds
from ecrtui.model.journal import KEY_CHANGES, ChangeKind, Entry
from ecrtui.model.places import Outside
from ecrtui.render.columns import Column
from ecrtui.render.copying import CopyChoice
from ecrtui.render.journal import deeds, image_of, journal_columns, journal_markdown, subject
from ecrtui.tui.changes import Change
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.jobs import Job
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.workflows.remember import Order


class JournalScreen(ListScreen[Entry]):
    """One row for each change."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.LISTS, kinds.JOURNAL)
    NOUN: ClassVar[str] = "changes"
    ORDER: ClassVar[Order] = Order("when", reverse=True)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self._damaged = 0
        self._below: Mapping[str, Sequence[Entry]] = {}
        """The images that went together, by the name of the deed."""

    def columns(self) -> list[Column[Entry]]:
        """With ages as of now."""
        return journal_columns(self.session.times)

    def key(self, row: Entry) -> str:
        """Its name."""
        return row.id

    def children_of(self, row: Entry) -> Sequence[Entry]:
        """The images that went together."""
        return self._below.get(row.id, ())

    def why_unfoldable(self, row: Entry) -> str:
        """Only what changed several images has them below it."""
        return "It is one change."

    def stream(self, before: Mapping[str, Entry]) -> Iterator[Change[Entry]]:
        """All of it at once: it is a file of our own."""
        from ecrtui.workflows import journal

        kept = journal.read(self.session.services)
        known = {entry.id: entry for entry in kept.entries}
        newest_first = list(reversed(known.values()))  # also those of one moment
        heads, below = deeds(newest_first)
        told = (kept.damaged, below)
        yield Change(heads, gone=frozenset(before), read=len(known), last=True, items=told)

    def take(self, changes: Sequence[Change[Entry]]) -> None:
        """Rows, and how many lines were damaged."""
        self._damaged, self._below = changes[-1].items
        super().take(changes)

    def job_ended(self, job: Job) -> None:
        """It may have written a line."""
        if job.changes:
            self.reload()

    def heading(self) -> str:
        """What it is."""
        return "Journal of changes"

    def remarks(self) -> str:
        """What is not in the list, and what does not last."""
        lost = f"{self._damaged} damaged lines passed over" if self._damaged else ""
        lasting = self.session.services.journal.lasting
        memory = "" if lasting else "nothing can be written: kept until you leave"
        return " · ".join(filter(None, (lost, memory)))

    def empty(self) -> Sequence[str]:
        """Reading leaves no trace here."""
        return ("Nothing was changed from here yet", "Tags put, images copied and pushed are kept")

    def spot_of(self, row: Entry) -> Spot:
        """The image, else the repository."""
        change = row.change
        home, digest = change.home, image_of(change)
        if isinstance(home, Outside):
            return Spot(kinds.IMAGE, None, change.repository, digest, change.tag, outside=home)
        if change.kind in (*KEY_CHANGES, ChangeKind.KEYS_IMPORTED):
            return Spot(kinds.CREDENTIALS)
        registry = self.session.plain(home)
        if change.kind is ChangeKind.SETTING:
            return Spot(kinds.SETTINGS, registry, change.repository)
        if not digest:
            return Spot(kinds.IMAGES, registry, change.repository)
        return Spot(kinds.IMAGE, registry, change.repository, digest, change.tag)

    def copy_choices(self, use: Use) -> None:
        """Digests, and the line for a report."""
        row = self.table.current
        if row is None:
            return
        change = row.change
        known = (
            CopyChoice("image", subject(change)),
            CopyChoice("before", change.before),
            CopyChoice("after", change.after),
            CopyChoice("command that takes it back", f"ecrtui journal undo {row.id}"),
            CopyChoice("line of Markdown", journal_markdown([row])),
        )
        use([choice for choice in known if choice.text])
