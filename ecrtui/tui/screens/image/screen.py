"""One image. Opening it is the purposeful read: its manifest is read once, then kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.details import ImageDetails
from ecrtui.model.image import Image, ImageId
from ecrtui.model.places import Home, Outside, Registry
from ecrtui.render.lines import TextLine, note
from ecrtui.render.sizes import size
from ecrtui.tui import background, navigation
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.concerning import concerns
from ecrtui.tui.screens.image import tabs
from ecrtui.tui.screens.image.document import OpenedDocument
from ecrtui.tui.screens.image.exporting import Exporting
from ecrtui.tui.screens.image.findings import FINDINGS
from ecrtui.tui.screens.image.heading import tab_spans
from ecrtui.tui.screens.image.here import Here
from ecrtui.tui.screens.image.opened import OpenedFile
from ecrtui.tui.screens.image.reading import FILES, LAYERS
from ecrtui.tui.screens.image.uses import USES, WithUses
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.spans import Span

if TYPE_CHECKING:
    from ecrtui.tui.jobs import Job


class ImageScreen(WithUses):
    """What it is, what is in it, who refers to it; ever fuller as answers come."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.TEXTS, kinds.IMAGE)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.tab = tabs.TABS[0]
        self._tab_chosen = False
        self.unmasked = False
        self._platform = ""
        self._exporting = Exporting(self)
        self._rows: Mapping[str, Image] = {}
        self.opened = OpenedFile(self)
        self.here = Here(self)
        self._came_from = FILES
        """The tab that the file was opened in."""
        self._document = OpenedDocument(self)

    @property
    def at_findings(self) -> bool:
        """Whether the Findings tab is seen, and the image has it."""
        return self.tab.id == FINDINGS and not self.why_no_tab(FINDINGS)

    @property
    def tree_tab(self) -> str:
        """LAYERS or FILES when that is the tab one is at, and the image has it."""
        return self.tab.id if self.tab.id in (LAYERS, FILES) and self._is_image else ""

    @property
    def _is_image(self) -> bool:
        details = self.details
        return details is not None and details.image_manifest is not None and bool(details.layers)

    def on_unmount(self) -> None:
        """Nobody waits for a file any more, nor for an engine to export the image."""
        self.opened.close()
        self._exporting.end()

    @property
    def home(self) -> Home:
        """Where it is."""
        return self.spot.home

    # Reading

    def reload(self) -> None:
        """Read it (again); what was read before stays on the screen until more is known."""
        from ecrtui.workflows.locate import Target

        services, platform = self.session.services, self._platform
        image_id = ImageId(self.spot.digest, "" if self.spot.digest else self.spot.label)
        target = Target(self.home, self.spot.repository, image_id)

        def fuller() -> Iterator[ImageDetails]:
            from ecrtui.workflows.inspect import inspect

            return inspect(services, target, platform, watch=watch)

        watch = self._exporting.begin()
        self.start_reading()
        background.read(
            self,
            "image",
            fuller,
            deliver=self._take,
            done=self.finish_reading,
            caller=self.caller,
        )

    def _take(self, values: list[ImageDetails]) -> None:
        former, self.details = self.details, values[-1]
        if former is not None and former.digest != values[-1].digest:  # its tag has moved
            self.workers.cancel_group(self, "children")
            self._document.forget()
            self._rows = {}
        self.show()

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """All that reading the manifest reveals is known: now what belongs to it is asked for."""
        self._exporting.rest()
        super().finish_reading(problem)
        details = self.details
        if details is None or details.manifest is None:
            return
        self.here.look(details)
        children = [child.digest for child in details.manifest.manifests]
        if children and not self._rows and not isinstance(details.home, Outside):
            self._read_rows(details.home, details.repository, children)
        if tabs.is_artifact(details) and not self._document.known:
            self._document.read(details)
            if not self._tab_chosen:
                self.show_tab("contents")  # what one opens an artifact for

    def job_ended(self, job: Job) -> None:
        """Its tags may be others, and it may be on this machine now."""
        super().job_ended(job)
        if self.details is not None and self.idle:
            if concerns(job.changes, self.spot):
                self.reload_by_itself()
            elif job.outcome is not None:
                self.here.look(self.details)
                self.look_for_findings(again=self.at_findings)

    def _read_rows(self, registry: Registry, repository: str, digests: Sequence[str]) -> None:
        services = self.session.services

        def ask() -> Mapping[str, Image]:
            from ecrtui.workflows.platforms import child_rows

            return child_rows(services, registry, repository, digests)

        def answer(rows: Mapping[str, Image]) -> None:
            self._rows = rows
            self.show()

        background.ask(self, "children", ask, answer=answer, failed=self.say_problem)

    def current_problem(self) -> EcrtuiError | None:
        """Of the reading, else of the first part that could not be read."""
        parts = self.details.problems if self.details is not None else ()
        told = [problem for _, problem in parts if isinstance(problem, EcrtuiError)]
        return self.reading.problem or (told[0] if told else self.files_problem)

    # Drawing

    def known(self) -> bool:
        """Whether at least its row is known."""
        return self.details is not None

    def waiting(self) -> str:
        """The manifest is on its way; an engine gives all of an image before it."""
        return self._exporting.told()

    def content(self, columns: int) -> list[TextLine]:
        """The lines of the tab one is at."""
        details = self.details
        if details is None:
            return []
        view = tabs.View(
            details,
            self.session.times,
            columns,
            self._rows,
            self.findings_content(columns) if self.at_findings else [],
            self.scan.field,
            self.uses_content(columns, seen=self.tab.id == USES),
            self._contents(columns),
            self.unmasked,
            self.layers_view(columns),
            self.here,
        )
        reason = self.why_no_tab(self.tab.id)
        return [note(reason)] if reason else self.tab.lines(view)

    def _contents(self, columns: int) -> list[TextLine]:
        told = self._document.lines(columns)
        return self.opened.lines(self.session.times, columns) if told is None else told

    def heading(self) -> list[Span]:
        """The tabs, the one at hand bright, those this image lacks left out."""
        # Of what is not known yet most is an image: then only artifacts have more to open.
        known = self.details is not None
        shown = [
            tab
            for tab in tabs.in_order()
            if tab is self.tab or not (self.why_no_tab(tab.id) if known else tab.id == "contents")
        ]
        return tab_spans(
            [(tab.id, tabs.sign_of(tab), tab.title) for tab in shown], self.tab.id, self.size.width
        )

    def remarks(self) -> str:
        """For which platform, how large, and what looking at it did to it."""
        told = super().remarks() or (self.opened.remarks() if self.tab.id == "contents" else "")
        details = self.details
        if told or details is None or details.manifest is None:
            return told
        platform = str(details.config.platform) if details.config else ""
        total = details.image_manifest.layer_bytes if details.image_manifest else None
        pull = "no pull: read before" if details.from_cache else "read: counted as a pull"
        pull = "" if isinstance(details.home, Outside) else pull
        return " · ".join(part for part in (platform, size(total), pull) if part)

    # What commands ask for

    def show_tab(self, name: str) -> None:
        """Go to a tab; the search in the one before ends."""
        self.filter_by("")
        self.tab, self._tab_chosen = tabs.tab_of(name), True
        self.lines.start()
        self.show()
        self.show_files()

    def next_tab(self, by: int) -> None:
        """Along the tabs that this image has; between layers and files there is one step more."""
        if self.tree_tab == LAYERS and self.in_tree == (by < 0):
            self.to_pane(self.file_tree if by > 0 else self.lines)
            return
        have = [tab for tab in tabs.in_order() if not self.why_no_tab(tab.id)]
        at = have.index(self.tab) if self.tab in have else 0
        self.show_tab(have[(at + by) % len(have)].id)

    def why_no_tab(self, name: str) -> str:
        """Why this image does not have a tab; '' when it has."""
        details = self.details
        if details is None or (name == "contents" and self.opened.path):
            return ""
        return tabs.tab_of(name).missing(details)

    def switch_mask(self) -> None:
        """Show what is behind the masks, or hide it again."""
        self.unmasked = not self.unmasked
        self.opened.draw()
        self.show()

    def why_no_unmask(self) -> str:
        """Masks are in the config, in the steps that made it, and in contents."""
        masking = self.tab.id in ("config", "history", "contents")
        return "" if masking else "Only the Config, History and Contents tabs show what is masked."

    def why_no_diff(self) -> str:
        """It must be an image."""
        if self.details is None or self.details.manifest is None:
            return "Its manifest has not been read."
        return "Artifacts are not compared." if tabs.is_artifact(self.details) else ""

    @property
    def platform(self) -> str:
        """The platform chosen of an index; '' for this machine's."""
        return self._platform

    def follow(self, leads: str) -> None:
        """To a tab, into a platform, or to what refers to this."""
        what, _, which = leads.partition(":")
        if what == "tab":
            self.show_tab(which)
        elif what == "platform":
            self._platform = which
            self.reload()
        elif what == "image":
            navigation.enter(self, self._beside(which))
        elif what == "layer":
            self.to_pane(self.file_tree)
        elif what == "waste":
            number, _, path = which.partition(":")
            self.show_wasted(int(number), path)
        else:
            super().follow(leads)

    def open_current(self) -> None:
        """Open a directory or a file of the tree, follow a line."""
        if not self.in_tree:
            super().open_current()
        elif not self.file_tree.toggle():
            self._open_file()

    def why_no_open(self) -> str:
        """There must be something to go into."""
        return self.why_no_tree() if self.in_tree else super().why_no_open()

    def _open_file(self) -> None:
        node, details, found = self.file_tree.current, self.details, self.found
        if node is not None and details is not None and found is not None:
            self._came_from = self.tab.id
            self.opened.open(details, found.growth, node, self.layer_at_hand)
            self.show_tab("contents")

    def give_up(self) -> bool:
        """Escape goes from an opened file back to where it was opened, before it leaves."""
        if super().give_up():
            return True
        if self.tab.id != "contents" or not self.opened.path:
            return False
        self.opened.close()
        self.show_tab(self._came_from)
        self.to_pane(self.file_tree)
        return True

    def _beside(self, digest: str) -> Spot:
        spot = self.spot
        return Spot(kinds.IMAGE, spot.registry, spot.repository, digest, outside=spot.outside)

    # Copying

    def why_no_copy(self) -> str:
        """Something must be known of it."""
        return "" if self.details is not None else "Nothing is known of it yet."

    def copy_choices(self, use: Use) -> None:
        """Of the line stood on, then of the image; the repository's URI is the API's own."""
        from ecrtui.tui.screens.image.copied import choices

        choices(self, use)
