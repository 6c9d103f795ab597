"""The settings of a registry or of a repository, part by part as they come; one that may not be
read spoils no other, and Enter changes the one stood on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.places import Registry
from ecrtui.model.repository import Repository, SettingsPart
from ecrtui.model.setting import Setting
from ecrtui.render.copying import CopyChoice, registry_choices, repository_choices
from ecrtui.render.lines import TextLine, note
from ecrtui.render.registries import region_name
from ecrtui.render.settings import LEADS, quota_lines, settings_lines
from ecrtui.tui import background, navigation
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.concerning import concerns
from ecrtui.tui.screens.text import TextScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.spans import Span

if TYPE_CHECKING:
    from ecrtui.tui.jobs import Job
    from ecrtui.workflows.settings.quotas import Quotas

QUOTAS = "quotas"
"""What lines of quotas lead to."""


class SettingsScreen(TextScreen):
    """Of a repository, or of the registry where none is named."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.TEXTS, kinds.SETTINGS)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self._repository: Repository | None = None
        self.parts: dict[str, SettingsPart] = {}
        self._notes: dict[str, list[TextLine]] = {}
        """What was found of a part besides, on demand."""
        self._quotas: Quotas | None = None
        self._images_counted = False

    @property
    def registry(self) -> Registry:
        """Where the repository is, or what it is all about."""
        return self.spot.registry or Registry("", "")

    def reload(self) -> None:
        """Read it (again); parts that were read stay until they are read anew."""
        services, registry, name = self.session.services, self.registry, self.spot.repository

        def parts() -> Iterator[Repository | SettingsPart | Quotas]:
            from ecrtui.workflows import browse
            from ecrtui.workflows.settings import quotas, reading

            if name:
                yield browse.repository(services, registry, name)
            yield from reading.parts(services, registry, name)
            yield from quotas.quotas(services, registry, name)

        self._notes, self._images_counted = {}, False
        self.start_reading()
        background.read(
            self,
            "settings",
            parts,
            deliver=self._take,
            done=self.finish_reading,
            caller=self.caller,
        )

    def _take(self, values: list[Repository | SettingsPart | Quotas]) -> None:
        for value in values:
            if isinstance(value, Repository):
                self._repository = value
            elif not isinstance(value, SettingsPart):
                self._quotas = value
            else:
                self.parts[value.name] = value
        self.show()

    def job_ended(self, job: Job) -> None:
        """What it changed here is read again."""
        if concerns(job.changes, self.spot):
            self.reload_by_itself()

    def known(self) -> bool:
        """Whether there is anything yet."""
        return self._repository is not None or bool(self.parts)

    def waiting(self) -> str:
        """It is on its way."""
        return "Reading the settings ..."

    def content(self, columns: int) -> list[TextLine]:
        """The repository and its parts."""
        times, account = self.session.times, self.session.account(self.registry)
        lines = settings_lines(
            self._repository, self.parts.values(), times, columns, account, self._notes
        )
        return [*lines, *self._quota_lines(columns)]

    def _quota_lines(self, columns: int) -> list[TextLine]:
        if self._quotas is None:
            return []
        enter = self.key_of("open")
        counted = [] if self._images_counted else [note(f"{enter} counts images")]
        lines = [*quota_lines(self._quotas.rows, self._quotas.problems, columns), *counted]
        return [TextLine(), *(line._replace(leads=f"{LEADS}{QUOTAS}") for line in lines)]

    def count_images(self) -> None:
        """Count what takes a call for each thousand images."""
        services, registry, name = self.session.services, self.registry, self.spot.repository

        def fuller() -> Iterator[Quotas]:
            from ecrtui.workflows.settings import quotas

            return quotas.quotas(services, registry, name, count_images=True)

        def deliver(found: list[Quotas]) -> None:
            self._quotas = found[-1]
            self.show()

        def done(problem: EcrtuiError | None) -> None:
            if problem is not None:
                self.say_problem(problem)

        self._images_counted = True
        background.read(self, "quotas", fuller, deliver=deliver, done=done)

    def note(self, part: str, lines: list[TextLine]) -> None:
        """Show more lines below a part, until it is read again."""
        self._notes[part] = lines
        self.show()

    def heading(self) -> list[Span]:
        """Whose settings."""
        whose = self.spot.repository or f"the registry in {region_name(self.registry)}"
        return [Span(f" Settings of {whose} ", "title")]

    # What one stands on

    @property
    def part(self) -> SettingsPart | None:
        """The part the cursor stands in."""
        line = self.lines.current
        name = line.leads.removeprefix(LEADS) if line is not None else ""
        return self.parts.get(name)

    @property
    def setting(self) -> Setting | None:
        """What that part is."""
        from ecrtui.model.settings_table import settings_of
        from ecrtui.workflows.settings.reading import scope_of

        part = self.part
        scope = scope_of(self.registry, self.spot.repository)
        known = {one.name: one for one in settings_of(scope)}
        return known.get(part.name) if part is not None else None

    def follow(self, leads: str) -> None:
        """Change what the line belongs to."""
        from ecrtui.tui import settings

        part, setting = self.part, self.setting
        if leads == f"{LEADS}{QUOTAS}":
            self.count_images()
        elif part is not None and part.name == "backfills":
            self.action_do("backfill")
        elif part is not None and part.name == "lifecycle":
            navigation.enter(self, Spot(kinds.LIFECYCLE, self.spot.registry, self.spot.repository))
        elif part is not None and setting is not None:
            settings.edit(self, setting, part.value)

    def why_no_open(self) -> str:
        """It must be a part that was read, and that can be changed; a policy has its own place, and
        quotas have something to count."""
        line, part = self.lines.current, self.part
        counts = line is not None and line.leads == f"{LEADS}{QUOTAS}"
        of_lifecycle = part is not None and part.name == "lifecycle"
        return "" if counts or of_lifecycle else self.why_fixed()

    def why_fixed(self) -> str:
        """Why what one stands on cannot be changed; '' when it can."""
        part, setting = self.part, self.setting
        if part is None or setting is None:
            return "This line is no setting."
        if part.problem is not None:
            return "It could not be read."
        return "" if setting.changes or part.name == "backfills" else setting.help

    def why_no_copy(self) -> str:
        """Something must be known."""
        return "" if self.known() else "Nothing is known of it yet."

    def copy_choices(self, use: Use) -> None:
        """Of the line stood on, then of the repository."""
        line, found = self.lines.current, self._repository
        own = [CopyChoice("this line", line.copy)] if line is not None and line.copy else []
        whole = self.session.whole(self.registry)
        more = repository_choices(whole, found) if found else registry_choices(whole)
        use([*own, *more])
