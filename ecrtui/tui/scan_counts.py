"""The counts of findings for the rows of a list that are in sight, asked for at a bounded rate.

One thread asks, one image after the other, always for the first row in sight that is not known:
scrolling changes what is asked next, never how often. It rests as soon as all in sight is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from ecrtui.errors import EcrtuiError, Throttled
from ecrtui.model.artifacts import ArtifactKind, kind_of
from ecrtui.model.finding import NOT_SCANNED, ScanReport
from ecrtui.model.folding import ImageFamily, Member, is_index
from ecrtui.model.image import Image
from ecrtui.render.scans import worst
from ecrtui.tui import background

if TYPE_CHECKING:
    from ecrtui.render.images import ImageRow
    from ecrtui.tui.screens.images import ImagesScreen

_LOOK = 0.5
"""Seconds between two looks at what is in sight."""
_REST = 30.0
"""Seconds that nothing is asked for after the service throttled."""
GROUP = "scan counts"


class _Came(Protocol):
    def __call__(self, *, first: bool) -> None: ...


class ScanCounts:
    """Of one list; `came` is called when there is more to show, first or again."""

    def __init__(self, screen: ImagesScreen, came: _Came) -> None:
        self._screen = screen
        self._came = came
        self._wanted: tuple[str, ...] = ()
        """Digests in sight that are not known, read by the thread that asks."""
        self._asking = False
        self._gone: frozenset[str] = frozenset()
        self.problem: EcrtuiError | None = None
        self.known = False
        """Whether scanning says anything of any row so far: then there is a column."""

    def begin(self) -> None:
        """Look at what is in sight from now on, where the registry scans."""
        registry = self._screen.registry
        if registry.is_public or self._screen.session.services.settings.findings != "always":
            return
        self._screen.set_interval(_LOOK, self.look)

    def again(self) -> None:
        """Somebody reads anew: what kept it from being asked may be over."""
        self.problem, self._gone = None, frozenset()

    def of(self, row: ImageRow) -> ScanReport | None:
        """What is known of a row; of an index the worst of its platforms."""
        screen = self._screen
        scans, registry, name = (
            screen.session.services.scans,
            screen.registry,
            screen.spot.repository,
        )
        found = (scans.counted(registry, name, digest) for digest in scanned_of(row))
        return worst(one for one in found if one is not None)

    def look(self) -> None:
        """Ask for what is in sight and not known, unless that is going on."""
        screen = self._screen
        if self.problem is not None or not (screen.is_current and screen.idle):
            self._wanted = ()
            return
        scans, registry, name = (
            screen.session.services.scans,
            screen.registry,
            screen.spot.repository,
        )
        self._wanted = tuple(
            digest
            for row in in_sight(screen)
            for digest in scanned_of(row)
            if digest not in self._gone and scans.counted(registry, name, digest) is None
        )
        if not self.known and any(self._tells(row) for row in in_sight(screen)):
            self.known = True
            self._came(first=True)
        if self._wanted and not self._asking:
            self._ask()

    def _tells(self, row: ImageRow) -> bool:
        found = self.of(row)
        return found is not None and found.status != NOT_SCANNED

    def _ask(self) -> None:
        screen = self._screen
        services, registry, name = (
            screen.session.services,
            screen.registry,
            screen.spot.repository,
        )
        self._asking = True

        asked: set[str] = set()

        def next_one() -> str:  # in its own thread, which may be ahead of the screen
            digest = next((one for one in self._wanted if one not in asked), "")
            asked.add(digest)
            return digest

        def make() -> Iterator[tuple[str, ScanReport | None]]:
            from ecrtui.workflows.findings import counted_while

            return counted_while(services, registry, name, next_one)

        def deliver(found: list[tuple[str, ScanReport | None]]) -> None:
            before = self.known
            for digest, report in found:
                if report is None or report.going:
                    self._gone |= {digest}  # or it would be asked for again and again
                elif report.status != NOT_SCANNED:
                    self.known = True
            self._wanted = tuple(one for one in self._wanted if one not in dict(found))
            if self.known:
                self._came(first=not before)

        background.read(
            screen, GROUP, make, deliver=deliver, done=self._done, caller=background.UNASKED
        )

    def _done(self, problem: EcrtuiError | None) -> None:
        self._asking = False
        if isinstance(problem, Throttled):
            self.problem = problem
            self._screen.set_timer(_REST, self.again)
        elif problem is not None:
            self.problem = problem
        self._screen.update_bars()

    def remark(self) -> str:
        """Why there is nothing to be seen; '' where there is."""
        return f"findings: {self.problem.title.lower()}" if self.problem is not None else ""


def scanned_of(row: ImageRow) -> tuple[str, ...]:
    """The digests whose scans a row stands for: none of what is never scanned."""
    if isinstance(row, Member):
        image = row.image
        scanned = row.role == "platform" and not (image is not None and image.archived)
        return (row.digest,) if scanned else ()
    if is_index(row.image):
        return _of_index(row)
    return (row.image.image_digest,) if _is_scanned(row.image) else ()


def _of_index(row: ImageFamily) -> tuple[str, ...]:
    manifest = row.manifest
    if manifest is None or row.image.archived:
        return ()
    return tuple(child.digest for child in manifest.platforms)


def _is_scanned(image: Image) -> bool:
    kind = kind_of(image.artifact_media_type, image.image_manifest_media_type)
    return kind is ArtifactKind.IMAGE and not (image.archived or image.subject_manifest_digest)


def in_sight(screen: ImagesScreen) -> list[ImageRow]:
    """The rows of a list that one sees."""
    table = screen.table
    top, height = int(table.scroll_offset.y), max(1, table.size.height - 1)
    rows = (table.data.row_at(number) for number in range(top, min(top + height, len(table.data))))
    return [row for row in rows if row is not None]
