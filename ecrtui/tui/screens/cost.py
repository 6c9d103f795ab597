"""What storage costs: of all registries at hand, of one, or of one repository."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from ecrtui.config import commands as kinds
from ecrtui.model.cost import CostReport, Saving
from ecrtui.render import cost as words
from ecrtui.render.copying import CopyChoice
from ecrtui.render.cost_lines import REPOSITORY, SAVING, TITLES, cost_text, summary
from ecrtui.render.lines import TextLine
from ecrtui.tui import background, navigation
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.screens.text import TextScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.spans import Span

if TYPE_CHECKING:
    from ecrtui.errors import EcrtuiError
    from ecrtui.tui.jobs import Job


class CostScreen(TextScreen):
    """Sums and prices, the largest savings, growth by month, every repository.

    Enter on a saving shows what would go; on a repository, or read-only, the images.
    """

    KINDS: ClassVar[tuple[str, ...]] = (kinds.TEXTS, kinds.COST)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self._report: CostReport | None = None

    # Reading

    def reload(self) -> None:
        """Read all lists (again)."""
        self.start_reading()
        background.read(
            self,
            "cost",
            self._reports,
            deliver=self._take,
            done=self.finish_reading,
            caller=self.caller,
        )

    def _reports(self) -> Iterator[CostReport]:
        from ecrtui.workflows import cost

        services, place = self.session.services, self.spot.registry
        if place is None:
            return cost.everywhere(services)
        return cost.survey(services, [place], self.spot.repository)

    def _take(self, reports: list[CostReport]) -> None:
        whole = self._report is not None and self._report.complete
        if reports[-1].complete or not whole:  # what was whole stays until it is whole again
            self._report = reports[-1]
            self.show()

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """The keys depend on what was found."""
        super().finish_reading(problem)
        self.update_bars()

    def job_ended(self, job: Job) -> None:
        """It may have freed something."""
        if job.changes and self.idle:
            self.reload_by_itself()

    # What is said

    def known(self) -> bool:
        """Whether something was read."""
        return self._report is not None

    def waiting(self) -> str:
        """Lists are on their way."""
        return "Reading repositories ..."

    def content(self, columns: int) -> list[TextLine]:
        """All of it."""
        report = self._report or CostReport()
        return cost_text(
            report, columns, ascii_only=self.session.ascii, reading=not report.complete
        )

    def heading(self) -> list[Span]:
        """Of what."""
        place = self.spot.registry.called if self.spot.registry else "all registries at hand"
        return [Span(f" Cost of {self.spot.repository or place} ", "title")]

    def notes(self) -> list[Span]:
        """How far the reading is."""
        report = self._report
        if report is None or report.complete or self.idle:
            return []
        told = f"{len(report.repositories):,} of {report.total:,} repositories"
        told += f", use looked at in {report.looked}" if report.looked else ""
        return [Span(f" {told} ", "busy")]

    def remarks(self) -> str:
        """The command that does what the line stood on says."""
        saving = self._saving()
        return words.command(saving) if saving is not None else ""

    # What can be done

    def go_to(self, part: int) -> None:
        """Bring a part to the top, and stand on its first line."""
        for number, line in enumerate(self.lines.all):
            if line.text.strip().startswith(TITLES[part]):
                self.lines.scroll_to(y=number, animate=False, immediate=True)
                self.lines.move_to(number + 1)
                return

    def _row(self, kind: str, leads: str) -> int | None:
        line = leads.removeprefix(kind)
        return int(line) if leads.startswith(kind) and line.isdecimal() else None

    def _saving(self) -> Saving | None:
        line = self.lines.current
        number = self._row(SAVING, line.leads) if line is not None else None
        return self._report.savings[number] if self._report and number is not None else None

    def follow(self, leads: str) -> None:
        """What would go, or a repository's images."""
        report, saving = self._report, self._saving()
        if saving is not None and not self.session.read_only(saving.registry.profile):
            self._plan(saving)
        elif saving is not None:
            navigation.enter(self, Spot(kinds.IMAGES, saving.registry, saving.repository))
        number = self._row(REPOSITORY, leads)
        if report is not None and number is not None:
            row = report.repositories[number]
            navigation.enter(self, Spot(kinds.IMAGES, row.registry, row.repository))

    def _plan(self, saving: Saving) -> None:
        from ecrtui.tui.screens.pruning import PruningScreen
        from ecrtui.workflows.cost import request

        spot = Spot(kinds.PRUNING, saving.registry, saving.repository)
        self.app.push_screen(PruningScreen(self.session, spot, request(saving)))

    def why_no_copy(self) -> str:
        """Something must be known."""
        return "" if self.known() else "Nothing is known of it yet."

    def copy_choices(self, use: Use) -> None:
        """The line's command or name, and the sums with all savings."""
        line, report = self.lines.current, self._report or CostReport()
        own = [CopyChoice("command", line.copy)] if self._saving() and line is not None else []
        if not own and line is not None and line.copy:
            own = [CopyChoice("this line", line.copy)]
        use([*own, CopyChoice("sums and savings", "\n".join(summary(report)))])
