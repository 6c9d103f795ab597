"""Why a task cannot pull an image: each check as it is made, and what to do about it."""

from __future__ import annotations

from typing import ClassVar

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.check import Check, State
from ecrtui.model.image import ImageId
from ecrtui.model.places import Registry
from ecrtui.render.columns import Cell
from ecrtui.render.copying import CopyChoice
from ecrtui.render.lines import TextLine
from ecrtui.render.why import check_text, verdict
from ecrtui.tui import background
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.concerning import concerns
from ecrtui.tui.jobs import Job
from ecrtui.tui.screens.text import TextScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.spans import Span

_STYLES = {State.PASSED: "good", State.FAILED: "bad", State.UNKNOWN: "warn"}


class WhyScreen(TextScreen):
    """Of one image, for the tasks of ECS that name it, else for oneself."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.TEXTS, kinds.WHY)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self._checks: list[Check] = []
        self._new: list[Check] = []

    @property
    def registry(self) -> Registry:
        """Where the image is."""
        return self.spot.registry or Registry("", "")

    def reload(self) -> None:
        """Check it (again); what was found before stays until all is found anew."""
        from ecrtui.workflows.locate import Target
        from ecrtui.workflows.why import Question, checks

        services = self.session.services
        image_id = ImageId("" if self.spot.label else self.spot.digest, self.spot.label)
        question = Question(
            target=Target(self.registry, self.spot.repository, image_id),
            platform=self.spot.platform or services.options.platform,
            read=self.session.may_read_manifests,
        )
        self._new = []
        self.start_reading()
        background.read(
            self,
            "why",
            lambda: checks(services, question),
            deliver=self._take,
            done=self.finish_reading,
            caller=self.caller,
        )

    def _take(self, found: list[Check]) -> None:
        self._new += found
        if len(self._new) >= len(self._checks):
            self._checks = list(self._new)
        self.show()

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """All is checked."""
        self._checks = self._new or self._checks
        super().finish_reading(problem)

    def job_ended(self, job: Job) -> None:
        """It may have mended something."""
        if concerns(job.changes, self.spot):
            self.reload_by_itself()

    def known(self) -> bool:
        """Whether a check was made."""
        return bool(self._checks)

    def waiting(self) -> str:
        """It is on its way."""
        return "Looking ..."

    def content(self, columns: int) -> list[TextLine]:
        """The answer, then each check."""
        done = self.idle
        worst = _worst(self._checks)
        style = _STYLES[worst] if done else "busy"
        said = Cell(f"  {verdict(self._checks, done=done)}", style)
        lines = [TextLine((said,), said.text.strip()), TextLine()]
        # What fails comes first, once nothing moves any more.
        order = sorted(self._checks, key=lambda check: check.state is not State.FAILED)
        for check in order if done else self._checks:
            lines += check_text(check, columns)
        return lines

    def heading(self) -> list[Span]:
        """What it is about."""
        return [Span(f" Pulling {self.spot.repository} {self.spot.name} ", "title")]

    def remarks(self) -> str:
        """Who pulls, where that is not said."""
        return "ecrtui why IMAGE --from ROLE-ARN judges for others"

    def follow(self, leads: str) -> None:
        """Where what a check is about can be seen."""
        from ecrtui.tui import navigation

        registry, name = self.spot.registry, self.spot.repository
        places = {
            "policy": Spot(kinds.SETTINGS, registry, name),
            "image": Spot(kinds.TIME, registry, name),
            "tasks": Spot(kinds.USES, registry, name),
            "repository": Spot(kinds.IMAGES, registry, name),
        }
        if leads in places:
            navigation.enter(self, places[leads])

    def why_no_copy(self) -> str:
        """Something must be known."""
        return "" if self.known() else "Nothing is known of it yet."

    def copy_choices(self, use: Use) -> None:
        """The line stood on, and all of it for the channel of the incident."""
        line = self.lines.current
        own = [CopyChoice("this check", line.copy)] if line is not None and line.copy else []
        whole = "\n".join(one.text for one in self.lines.all)
        use([*own, CopyChoice("all checks", whole)])


def _worst(checks: list[Check]) -> State:
    states = {check.state for check in checks}
    order = (State.FAILED, State.UNKNOWN, State.PASSED)
    return next((one for one in order if one in states), State.UNKNOWN)
