"""What tags named before: of an image its own, of a repository all, and when it was pushed to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError, NotFound
from ecrtui.model.image import Image, ImageId
from ecrtui.model.places import Registry
from ecrtui.render.ages import iso
from ecrtui.render.columns import Column
from ecrtui.render.copying import CopyChoice
from ecrtui.render.tag_history import (
    Moved,
    last_good_words,
    move_columns,
    moved,
    pushes,
    timeline,
    trail_words,
)
from ecrtui.tui.changes import Change
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.concerning import concerns
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.uses import Uses
from ecrtui.workflows.remember import Order

if TYPE_CHECKING:
    from ecrtui.tui.jobs import Job
    from ecrtui.workflows.locate import Target
    from ecrtui.workflows.tag_history import History

_NARROW = 120
"""Columns; with fewer the pushes of a quarter are shown, else of half a year."""


class TimeScreen(ListScreen[Moved]):
    """One row for each move of a tag."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.LISTS, kinds.TIME)
    NOUN: ClassVar[str] = "moves"
    ORDER: ClassVar[Order] = Order("when", reverse=True)

    def __init__(self, session: Session, spot: Spot) -> None:
        self._uses = Uses(self, self.show_times)
        super().__init__(session, spot)
        self._images: Sequence[Image] = ()
        self._known: History | None = None

    @property
    def registry(self) -> Registry:
        """Where the repository is."""
        return self.spot.registry or Registry("", "")

    @property
    def target(self) -> Target:
        """The image whose tags are meant, or the repository."""
        from ecrtui.workflows.locate import Target

        return Target(self.registry, self.spot.repository, ImageId(self.spot.digest))

    def columns(self) -> list[Column[Moved]]:
        """With ages as of now, and what runs as far as that is known."""
        return move_columns(self.session.times, self._uses.stands)

    def key(self, row: Moved) -> str:
        """By what moved, when, and who says so."""
        return row.key

    def stream(self, before: Mapping[str, Moved]) -> Iterator[Change[Moved]]:
        """What is known here at once, then what CloudTrail tells, page by page.

        What one witness said may be told better by another: rows come and go until the end.
        """
        from ecrtui.workflows import browse, tag_history

        services, target = self.session.services, self.target
        pages = browse.images(services, self.registry, self.spot.repository)
        images = [image for page in pages for image in page.items]
        there = {image.image_digest for image in images}
        shown: dict[str, Moved] = dict(before)
        for known in tag_history.told(services, target, rows=images):
            rows = {row.key: row for row in moved(known.moves, images, there)}
            last = not known.reading
            new = [row for key, row in rows.items() if shown.get(key) != row]
            gone = frozenset(shown).difference(rows)
            shown = rows
            read = len(rows) if last else 0
            yield Change(new, gone=gone, read=read, last=last, items=(images, known))

    def take(self, changes: Sequence[Change[Moved]]) -> None:
        """Rows, and how far CloudTrail was read."""
        for change in changes:
            if change.items:
                self._images, self._known = change.items
        super().take(changes)

    def start_reading(self) -> None:
        """Who asks for it again asks what uses the images, too."""
        self._uses.begin(self.caller)
        super().start_reading()

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """What runs tells which of them was good."""
        super().finish_reading(problem)
        if problem is None and self.session.services.settings.uses == "always":
            self._uses.look(self._images)

    def job_ended(self, job: Job) -> None:
        """It may have moved a tag."""
        if concerns(job.changes, self.spot):
            self.reload_by_itself()

    def heading(self) -> str:
        """What the rows are of."""
        if not self.spot.digest:
            return f"Tags of {self.spot.repository}, and when they moved"
        return f"Tags of {self.spot.repository} {self.spot.name}, and when they moved"

    def remarks(self) -> str:
        """The last good image or the pushes; how far CloudTrail was read, or why it was not."""
        return " · ".join(filter(None, (self._found(), self._trail())))

    def _found(self) -> str:
        if not self.spot.digest:
            narrow, now = self.size.width < _NARROW, self.session.services.clock.now()
            weeks, days = 13 if narrow else 26, pushes(self._images)
            return timeline(days, now, weeks, brief=narrow) if self._images else ""
        if self._known is None:
            return ""
        from ecrtui.workflows.tag_history import last_named, last_run

        there = {image.image_digest for image in self._images}
        good = last_named(self._known.moves, self.target.image_id, there)
        if good is None and self._uses.seen is not None:
            good = last_run(self._uses.seen.usage, self.spot.label, self.spot.digest, there)
        return last_good_words(good, self.session.times) if good is not None else ""

    def _trail(self) -> str:
        known = self._known
        if known is None:
            return ""
        if known.problem is not None:
            return known.problem.title
        return trail_words(known.events, reading=known.reading, back_to=known.back_to)

    def current_problem(self) -> EcrtuiError | None:
        """Of the row, of the list, else why CloudTrail tells nothing."""
        told = self._known.problem if self._known is not None else None
        return super().current_problem() or told

    def empty(self) -> Sequence[str]:
        """Nothing has a tag, or ever had one that is known."""
        return (
            "No tag is known here, now or before",
            f"{self.key_of('refresh')} looks again",
        )

    def problem_of(self, row: Moved | None) -> EcrtuiError | None:
        """The image may be gone."""
        if row is None or row.there is not False:
            return None
        return NotFound(
            row.move.digest,
            title="The repository has this image no more",
            hint="ecrtui search looks whether another registry has it.",
        )

    @property
    def is_gone(self) -> bool:
        """Whether the repository no longer has the image that is stood on."""
        row = self.table.current
        return row is not None and row.there is False

    def spot_of(self, row: Moved) -> Spot | None:
        """The image that was named."""
        if not row.move.digest:
            return None
        label = next(iter(row.names), "")
        name, digest = self.spot.repository, row.move.digest
        return Spot(kinds.IMAGE, self.registry, name, digest, label)

    def present_of(self, tag: str) -> Moved | None:
        """What a tag names now."""
        rows = self.table.data.rows
        return next((row for row in rows if row.present and row.move.tag == tag), None)

    def earlier_than(self, row: Moved) -> Moved | None:
        """What its tag named before it, as far as it is there."""
        rows = [one for one in self.table.data.rows if one.move.tag == row.move.tag]
        older = [one for one in rows if one.move.at <= row.move.at and one.there]
        others = [one for one in older if one.move.digest not in ("", row.move.digest)]
        return max(others, key=lambda one: one.move.at, default=None)

    def copy_choices(self, use: Use) -> None:
        """The digest, the reference by it, the line of a report."""
        row = self.table.current
        if row is None:
            return
        move = row.move
        by_digest = f"{self.spot.repository}@{move.digest}" if move.digest else ""
        line = f"| {iso(move.at)} | {move.tag} | {move.digest} | {move.witness.value} | {move.by} |"
        known = (
            CopyChoice("digest", move.digest),
            CopyChoice("image", by_digest),
            CopyChoice("who moved it", move.by),
            CopyChoice("line of Markdown", line),
        )
        use([choice for choice in known if choice.text])
