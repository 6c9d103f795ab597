"""A repository's settings, part by part as they come; one that may not be read spoils no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ecrtui.config import commands as kinds
from ecrtui.model.places import Registry
from ecrtui.model.repository import Repository, SettingsPart
from ecrtui.render.copying import CopyChoice, repository_choices
from ecrtui.render.lines import TextLine
from ecrtui.render.settings import settings_lines
from ecrtui.tui import background
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.screens.text import TextScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.spans import Span


class SettingsScreen(TextScreen):
    """Mutability, encryption, scanning, policies, tags."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.TEXTS, kinds.SETTINGS)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self._repository: Repository | None = None
        self._parts: dict[str, SettingsPart] = {}

    @property
    def registry(self) -> Registry:
        """Where the repository is."""
        return self.spot.registry or Registry("", "")

    def reload(self) -> None:
        """Read it (again); parts that were read stay until they are read anew."""
        services, registry, name = self.session.services, self.registry, self.spot.repository

        def parts() -> Iterator[Repository | SettingsPart]:
            from ecrtui.workflows import browse
            from ecrtui.workflows.settings import reading

            yield browse.repository(services, registry, name)
            yield from reading.parts(services, registry, name)

        self.start_reading()
        background.read(
            self,
            "settings",
            parts,
            deliver=self._take,
            done=self.finish_reading,
            caller=self.caller,
        )

    def _take(self, values: list[Repository | SettingsPart]) -> None:
        for value in values:
            if isinstance(value, Repository):
                self._repository = value
            else:
                self._parts[value.title] = value
        self.show()

    def known(self) -> bool:
        """Whether the repository is there."""
        return self._repository is not None

    def waiting(self) -> str:
        """It is on its way."""
        return "Reading the settings ..."

    def content(self, columns: int) -> list[TextLine]:
        """The repository and its parts."""
        times = self.session.times
        return settings_lines(self._repository, self._parts.values(), times, columns)

    def heading(self) -> list[Span]:
        """Whose settings."""
        return [Span(f" Settings of {self.spot.repository} ", "title")]

    def why_no_copy(self) -> str:
        """The repository must be known."""
        return "" if self.known() else "Nothing is known of it yet."

    def copy_choices(self, use: Use) -> None:
        """Of the line stood on, then of the repository."""
        found = self._repository
        if found is None:
            return
        line = self.lines.current
        own = [CopyChoice("this line", line.copy)] if line is not None and line.copy else []
        use([*own, *repository_choices(self.session.whole(self.registry), found)])
