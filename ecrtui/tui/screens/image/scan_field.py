"""What the overview says of an image's findings: asked beside the screen, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.errors import EcrtuiError
from ecrtui.model.finding import ScanReport
from ecrtui.model.places import Registry
from ecrtui.render.fields import Field
from ecrtui.render.scans import scan_field
from ecrtui.tui import background

if TYPE_CHECKING:
    from ecrtui.tui.screens.image.findings import WithFindings


class ScanField:
    """Of one screen's image, by its counts: of an index of the platform looked into."""

    def __init__(self, screen: WithFindings) -> None:
        self._screen = screen
        self._digest = ""
        self._known: ScanReport | None = None

    @property
    def field(self) -> Field | None:
        """The line; None while nothing is known. The tab may have learned more meanwhile."""
        screen = self._screen
        home, scans = screen.spot.home, screen.session.services.scans
        if not self._digest or not isinstance(home, Registry):
            return None
        known = scans.counted(home, screen.spot.repository, self._digest) or self._known
        return scan_field(known) if known is not None else None

    def look(self, digest: str) -> None:
        """Ask for the counts of an image, where lists ask for them by themselves."""
        screen, services = self._screen, self._screen.session.services
        home, name = screen.spot.home, screen.spot.repository
        if not isinstance(home, Registry) or services.settings.findings != "always":
            return
        if self._digest != digest:
            self._digest, self._known = digest, None

        def ask() -> ScanReport | None:
            from ecrtui.workflows.findings import counts

            return next((one for _, one in counts(services, home, name, [digest])), None)

        background.ask(
            screen,
            "scan",
            ask,
            answer=self._take,
            failed=self._nothing,
            caller=background.UNASKED,
        )

    def _take(self, found: ScanReport | None) -> None:
        self._known = found
        self._screen.show()

    def _nothing(self, _: EcrtuiError) -> None:
        """The tab tells why, whoever wants to know."""
