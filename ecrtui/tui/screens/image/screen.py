"""One image. Opening it is the purposeful read: its manifest is read once, then kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.details import ImageDetails
from ecrtui.model.image import Image, ImageId
from ecrtui.model.places import Registry
from ecrtui.render.columns import Cell
from ecrtui.render.copying import CopyChoice, image_choices
from ecrtui.render.overview import overview_sections
from ecrtui.tui import background, states
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.screens.image.lines import layer_lines, section_lines
from ecrtui.tui.screens.place import PlaceScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.lines_view import LinesView, TextLine
from ecrtui.tui.widgets.spans import FrameEdge, Span


class ImageScreen(PlaceScreen):
    """What it is, what is in it, who refers to it, its layers; ever fuller as answers come."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.IMAGE,)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.details: ImageDetails | None = None
        self.lines = LinesView(id="lines")
        self._top = FrameEdge(id="top").draw_as(*session.edges(upper=True))
        self._bottom = FrameEdge(id="bottom").draw_as(*session.edges(upper=False))

    @property
    def registry(self) -> Registry:
        """Where it is."""
        return self.spot.registry or Registry("", "")

    @property
    def state(self) -> str:
        """Loading, full, denied or failed; an image that is there is never empty."""
        known = 1 if self.details is not None else 0
        return self.reading.state(known, known)

    def body(self) -> ComposeResult:
        """The frame."""
        with Vertical(id="frame"):
            yield self._top
            yield self.lines
            yield self._bottom

    def on_mount(self) -> None:
        """Keys go to the lines."""
        self.lines.focus()

    def focus_body(self) -> None:
        """Give the keys back to the lines."""
        self.lines.focus()

    def reload(self) -> None:
        """Read it (again); what was read before stays on the screen until more is known."""
        from ecrtui.workflows.locate import Target

        services = self.session.services
        image_id = ImageId(self.spot.digest, "" if self.spot.digest else self.spot.label)
        target = Target(self.registry, self.spot.repository, image_id)

        def fuller() -> Iterator[ImageDetails]:
            from ecrtui.workflows.inspect import inspect

            return inspect(services, target)

        self.start_reading()
        self.show()
        background.read(self, "image", fuller, deliver=self._take, done=self.finish_reading)

    def _take(self, values: list[ImageDetails]) -> None:
        self.details = values[-1]
        self.show()

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """Show what there is, or why there is nothing."""
        super().finish_reading(problem)
        self.show()

    def show_times(self) -> None:
        """Times are shown in another way."""
        self.show()

    def show(self) -> None:
        """Put what is known into lines."""
        self.lines.show(self._lines())
        self.update_bars()

    def _lines(self) -> list[TextLine]:
        problem = self.reading.problem if self.idle else None
        lines = self._problem_lines(problem) if problem is not None else []
        if self.details is None:
            return lines or [TextLine((Cell("  Reading the manifest ...", "dim"),))]
        lines += section_lines(overview_sections(self.details, self.session.times))
        return [*lines, *layer_lines(self.details.layers)]

    def _problem_lines(self, problem: EcrtuiError) -> list[TextLine]:
        key = states.key_of(self.commands, "refresh", ascii_only=self.session.ascii)
        cells = states.problem(problem, key, max(20, self.size.width - 8))
        return [TextLine((Cell(f"  {cell.text}", cell.style),)) for cell in (*cells, Cell(""))]

    def update_bars(self) -> None:
        """The lines around the frame, and its edges."""
        super().update_bars()
        now = self.session.services.clock.now()
        said = self.reading.freshness(now, time.monotonic())
        style = "busy" if self.reading.busy else "warn" if self.reading.problem else "dim"
        self._top.show([Span(f" {self.spot.repository}:{self.spot.label} ", "title")])
        self._bottom.show(
            [Span(f" {self._cost()} ", "dim")] if self.details else [],
            [Span(f" {said} ", style)] if said else [],
        )

    def _cost(self) -> str:
        stored = self.details is not None and self.details.from_cache
        return (
            "manifest kept from before: no pull" if stored else "manifest read: counted as a pull"
        )

    # Copying

    def why_no_copy(self) -> str:
        """Something must be known of it."""
        return "" if self.details is not None else "Nothing is known of it yet."

    def copy_choices(self, use: Use) -> None:
        """Of the image; the repository's URI is the API's own."""
        details = self.details
        if details is None:
            return
        services, registry = self.session.services, self.session.whole(self.registry)
        name = self.spot.repository
        image = details.image or Image(details.digest, repository_name=name)

        def ask() -> list[CopyChoice]:
            from ecrtui.workflows import browse

            uri = browse.repository(services, registry, name).repository_uri
            return image_choices(registry, uri, image)

        background.ask(self, "uri", ask, answer=use, failed=self.say_problem)
