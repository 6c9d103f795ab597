"""What the local engine has of an image, and whether its registry copied and signed it: asked
beside the screen, and drawn when it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.errors import EcrtuiError
from ecrtui.model.details import ImageDetails
from ecrtui.model.local import LocalImage
from ecrtui.model.places import Registry, is_local
from ecrtui.model.repository import SettingsPart
from ecrtui.tui import background

if TYPE_CHECKING:
    from ecrtui.tui.screens.image.screen import ImageScreen


class Here:
    """Of one screen's image."""

    def __init__(self, screen: ImageScreen) -> None:
        self._screen = screen
        self.known: LocalImage | None = None
        self.parts: list[SettingsPart] = []
        """What is told of it beside its row: replication, signing."""

    def look(self, details: ImageDetails) -> None:
        """Ask; where no engine is, nothing is said of it."""
        if is_local(details.home):
            return
        self._look_there(details)

        def ask() -> LocalImage:
            from ecrtui.workflows import local

            return local.of_image(details)

        background.ask(
            self._screen,
            "here",
            ask,
            answer=self._take,
            failed=self._none,
            caller=background.UNASKED,
        )

    def _look_there(self, details: ImageDetails) -> None:
        home, services = details.home, self._screen.session.services
        if not isinstance(home, Registry) or not details.digest:
            return

        def ask() -> list[SettingsPart]:
            from ecrtui.workflows.settings import reading

            return list(reading.parts(services, home, details.repository, details.digest))

        def show(parts: list[SettingsPart]) -> None:
            self.parts = parts
            self._screen.show()

        background.ask(
            self._screen,
            "copies",
            ask,
            answer=show,
            failed=lambda _: None,
            caller=background.UNASKED,
        )

    def _take(self, known: LocalImage) -> None:
        self.known = known
        self._screen.show()

    def _none(self, _: EcrtuiError) -> None:
        self.known = None
        self._screen.show()
