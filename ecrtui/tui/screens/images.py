"""The images of one repository, folded into a row for each thing a person means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.folding import ImageFamily, Member, fold, is_index
from ecrtui.model.image import Image
from ecrtui.model.local import LocalState
from ecrtui.model.manifest import Manifest
from ecrtui.model.places import Registry
from ecrtui.render.columns import Column
from ecrtui.render.copying import image_choices
from ecrtui.render.images import ImageRow, image_columns, image_name, row_children, row_key
from ecrtui.tui import background, sides
from ecrtui.tui.changes import Change, differences
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.concerning import concerns
from ecrtui.tui.scan_counts import ScanCounts
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.uses import Uses, rolled
from ecrtui.workflows.remember import Order
from ecrtui.workflows.services import Services

if TYPE_CHECKING:
    from ecrtui.tui.jobs import Job


class ImagesScreen(ListScreen[ImageRow]):
    """One row for each image; an index holds its children once its manifest has been read."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.LISTS, kinds.IMAGES)
    NOUN: ClassVar[str] = "images"
    ORDER: ClassVar[Order] = Order("pushed", reverse=True)

    def __init__(self, session: Session, spot: Spot) -> None:
        self._local: Mapping[str, LocalState] = {}
        self.uses = Uses(self, self._show_uses)
        self.scans = ScanCounts(self, self._show_scans)
        super().__init__(session, spot)
        self._images: Sequence[Image] = ()
        self.table.data.marks = sides.kept_marks(self)
        self._unsure = False
        self._uri = ""
        self.waiting_for = ""

    @property
    def registry(self) -> Registry:
        """Where the repository is."""
        return self.spot.registry or Registry("", "")

    @property
    def images(self) -> Sequence[Image] | None:
        """The whole list as it was read last; None until then."""
        return self._images or None

    def columns(self) -> list[Column[ImageRow]]:
        """With ages as of now, and what is on this machine where anything is."""
        scan_of = self.scans.of if self.scans.known else None
        return image_columns(self.session.times, self._local, self.uses.stands, scan_of)

    def key(self, row: ImageRow) -> str:
        """By digest."""
        return row_key(row)

    def children_of(self, row: ImageRow) -> Sequence[ImageRow]:
        """What folds under a row."""
        return row_children(row)

    def pieces(self, before: bool) -> Iterator[Change[ImageRow]]:
        """Rows page by page as they are, then folded once all are known.

        Where there are rows already, only the folded ones replace them: nothing flickers.
        """
        from ecrtui.workflows import browse

        services, found = self.session.services, list[Image]()
        first: dict[str, ImageFamily] = {}
        pages = browse.images(services, self.registry, self.spot.repository)
        for page in pages:
            found += page.items
            rows: list[ImageFamily] = []
            if not (before or page.last):
                rows = fold(page.items, lambda digest: stored(services, digest))
                first.update((row.image.image_digest, row) for row in rows)
            yield Change(rows, read=len(page.items), last=page.last)
        yield from refolded(services, found, first)

    def take(self, changes: Sequence[Change[ImageRow]]) -> None:
        """Keep the images too: they are folded again when a manifest has been read."""
        folded = [change.items for change in changes if change.items]
        self._images = folded[-1] if folded else self._images
        super().take(changes)
        if folded or any(change.gone for change in changes):
            # Looked for now and not when it is drawn, which is with every key.
            self._unsure = any(row.may_belong_to_index for row in self._families())
            self.update_bars()

    def remarks(self) -> str:
        """What waits, what is marked in other lists, and that rows are fewer than images."""
        others = ", ".join(side.spot.repository for side in sides.marked_elsewhere(self))
        elsewhere = f"marked in {others}" if others else ""
        waiting = f"waiting for {self.waiting_for}" if self.waiting_for else ""
        folded = len(self._images) - len(self.table.data.rows) if self.idle else 0
        more = f"{folded:,} folded" if folded > 0 else ""
        may = self.idle and self._unsure
        unsure = f"{self.key_of('read')} reads what untagged ones belong to" if may else ""
        return " · ".join(
            part for part in (waiting, elsewhere, more, unsure, self.scans.remark()) if part
        )

    def _families(self) -> Iterator[ImageFamily]:
        return (row for row in self.table.data.rows if isinstance(row, ImageFamily))

    def heading(self) -> str:
        """What the rows are."""
        return f"Images of {self.spot.repository}"

    def empty(self) -> Sequence[str]:
        """A build may push one."""
        return (
            f"No images in {self.spot.repository}",
            f"{self.key_of('wait')} waits for a tag   {self.key_of('refresh')} looks again",
        )

    def spot_of(self, row: ImageRow) -> Spot:
        """The image; a child by its digest."""
        digest, label = row_key(row), ""
        if isinstance(row, Member):
            label = row.platform or row.role
        elif row.image.image_tags:
            label = image_name(row.image)
        return Spot(kinds.IMAGE, self.registry, self.spot.repository, digest, label)

    def why_unfoldable(self, row: ImageRow) -> str:
        """An index that has not been read may hold much."""
        if isinstance(row, ImageFamily) and row.manifest is None and is_index(row.image):
            return f"Its manifest has not been read: {self.key_of('read')} reads it."
        return super().why_unfoldable(row)

    def copy_choices(self, use: Use) -> None:
        """Of the image stood on; the repository's URI is asked for once, and is the API's own."""
        row = self.table.current
        if row is None:
            return
        registry, name = self.session.whole(self.registry), self.spot.repository
        image = row.image or Image(row_key(row), repository_name=name)
        services = self.session.services

        def answer(uri: str) -> None:
            self._uri = uri
            use(image_choices(registry, uri, image))

        def ask() -> str:
            from ecrtui.workflows import browse

            return browse.repository(services, registry, name).repository_uri

        if self._uri:
            answer(self._uri)
        else:
            background.ask(self, "uri", ask, answer=answer, failed=self.say_problem)

    def why_no_diff(self) -> str:
        """Two images must be meant."""
        return sides.why_no_pair(self)

    def marked(self) -> None:
        """Other lists may ask what is marked here."""
        sides.keep_marks(self)
        self.update_bars()

    # Manifests, on purpose

    def unread(self) -> list[str]:
        """Digests of the marked indexes, or of the one stood on, whose manifests are not stored."""
        here = self.table.data.parent_at(self.table.cursor)
        rows = self.table.data.marked() or ([here] if here is not None else [])
        return [
            row.image.image_digest
            for row in rows
            if isinstance(row, ImageFamily) and row.manifest is None and is_index(row.image)
        ]

    def read_manifests(self, digests: Sequence[str]) -> None:
        """Read manifests and fold the rows anew. COUNTS AS A PULL; ask before."""
        services, registry, name = self.session.services, self.registry, self.spot.repository

        def read() -> None:
            from ecrtui.workflows import contents

            contents.read_manifests(services, registry, name, digests)

        self.session.may_read_manifests = True
        self._fold_anew(read, f"{len(digests)} read; counted as pulls")

    def on_screen_resume(self) -> None:
        """The image one was in may have been an index, and its manifest is known now."""
        super().on_screen_resume()
        unread = self.unread() if self.is_current and self.idle else []
        if any(stored(self.session.services, digest) is not None for digest in unread):
            self._fold_anew(lambda: None, "")
        elif self.is_current and self.reading.read_at is not None and self.idle:
            self._look_here()

    def start_reading(self) -> None:
        """Who asks for it again asks what uses them, too."""
        self.uses.begin(self.caller)
        super().start_reading()

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """Ask the engine when all rows are there: it may not keep them waiting."""
        super().finish_reading(problem)
        self._look_here()
        if problem is None and self.session.services.settings.uses == "always":
            self.uses.look(self._images)

    def job_ended(self, job: Job) -> None:
        """What it changed here is read again, new rows marked; else it may have come here."""
        if self.reading.read_at is None:
            return
        if concerns(job.changes, self.spot):
            self.reload_by_itself()
        elif self.idle and job.outcome is not None:
            self._look_here()
        if rolled(job) and self.uses.seen is not None:
            self.uses.look(self._images, again=True)

    def on_mount(self) -> None:
        """Findings are asked for as rows come into sight."""
        self.scans.begin()

    def _show_scans(self, *, first: bool) -> None:
        by_it = self.table.data.order[0] == "findings" or "findings" in self.filter_text
        if first or by_it:
            self._more_columns("findings", shown=True)
        else:
            self.table.changed()

    def filter_by(self, text: str) -> None:
        """What is searched holds the findings that came meanwhile."""
        if self.scans.known and "findings" in text and "findings" not in self.filter_text:
            self.table.set_columns(self.columns())
        super().filter_by(text)

    def _show_uses(self) -> None:
        self._more_columns("use", shown=bool(self.uses.stands))

    # What is on this machine

    def _look_here(self) -> None:
        services, registry, name = self.session.services, self.registry, self.spot.repository
        rows = list(self._families())

        def ask() -> Mapping[str, LocalState]:
            from ecrtui.workflows import local

            return local.states(services, local.held(), registry, name, rows)

        background.ask(
            self,
            "here",
            ask,
            answer=self._show_local,
            failed=self._no_engine,
            caller=background.UNASKED,
        )

    def _no_engine(self, _: EcrtuiError) -> None:
        """That there is none is nothing to be told of each time: doctor and the help tell it."""
        self._show_local({})

    def _show_local(self, states: Mapping[str, LocalState]) -> None:
        if states == self._local:
            return
        self._local = states
        self._more_columns("local", shown=bool(states))

    def _more_columns(self, name: str, *, shown: bool) -> None:
        """What a column that comes later shows has changed; it is there while it is `shown`."""
        order = self.table.data.order
        by_it = order[0] == name
        if by_it:
            self.table.data.sort("", reverse=False)
        self.table.set_columns(self.columns())
        if by_it:
            again = order if shown else (self.ORDER.column, self.ORDER.reverse)
            self.table.data.sort(again[0], reverse=again[1])
        if self.table.data.filter is not None:
            self.table.data.set_filter(self.table.data.filter)
        self.show_rows()

    def _fold_anew(self, first: Callable[[], None], said: str) -> None:
        """Do something in the background, and fold the rows by the manifests then known."""
        services = self.session.services
        before = {self.key(row): row for row in self.table.data.rows}

        def pieces() -> Iterator[Change[ImageRow]]:
            first()
            yield from differences(refolded(services, self._images, {}), self.key, before)

        def done(problem: EcrtuiError | None) -> None:
            self._before = {}
            if problem is not None:
                self.say_problem(problem)
            elif said:
                self.say(said)
            self._look_here()
            if self.uses.seen is not None:  # what is known to belong together stands together
                self.uses.look(self._images)

        self._before = before
        background.read(self, "manifests", pieces, deliver=self.take, done=done)


def stored(services: Services, digest: str) -> Manifest | None:
    """A manifest read before; its workflow brings the parser along, so it is imported late."""
    from ecrtui.workflows.contents import stored_manifest

    return stored_manifest(services, digest)


def refolded(
    services: Services, images: Sequence[Image], first: dict[str, ImageFamily]
) -> Iterator[Change[ImageRow]]:
    """All rows folded: those other than at first, and what went under others."""
    rows = fold(images, lambda digest: stored(services, digest))
    heads = {row.image.image_digest for row in rows}
    changed = [row for row in rows if first.get(row.image.image_digest) != row]
    gone = frozenset(digest for digest in first if digest not in heads)
    yield Change(changed, gone=gone, items=images)
