"""A repository's lifecycle policy in words, with whom it takes next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.foreseen import Foreseen, Taken
from ecrtui.model.lifecycle import Checked, Kept
from ecrtui.model.lifecycle_check import checked
from ecrtui.model.places import Registry
from ecrtui.render.copying import CopyChoice
from ecrtui.render.foreseen import LEADS, foreseen_lines, policy_lines, taken_lines
from ecrtui.render.lines import TextLine, note
from ecrtui.tui import background, navigation
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.concerning import concerns
from ecrtui.tui.jobs import Job
from ecrtui.tui.screens.text import TextScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.spans import Span
from ecrtui.workflows.watch import Watch


class _Read:
    """The policy as it was read."""

    def __init__(self, kept: Kept | None) -> None:
        self.kept = kept
        self.found = checked(kept.text) if kept is not None else Checked()


class LifecycleScreen(TextScreen):
    """Reads the policy, then simulates it on the images; ECR is asked by a key."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.TEXTS, kinds.LIFECYCLE)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.policy: _Read | None = None
        self.foreseen: Foreseen | None = None
        self.taken: tuple[Taken, ...] | None = None
        """What policies took before; None before one asked for it."""
        self._taken_ended = False
        self._watch = Watch()

    @property
    def registry(self) -> Registry:
        """Where the repository is."""
        return self.spot.registry or Registry("", "")

    def reload(self) -> None:
        """The policy, then whom it takes by a simulation."""
        self.look(local=True)

    def look(self, *, local: bool) -> None:
        """Read it (again), and work out whom it takes: here, or by ECR's own preview."""
        services, registry, name = self.session.services, self.registry, self.spot.repository
        watch = self._watch = Watch()

        def parts() -> Iterator[_Read | Foreseen]:
            from ecrtui.workflows.lifecycle.foresee import Foresight, foresee
            from ecrtui.workflows.lifecycle.policies import read

            policy = _Read(read(services, registry, name))
            yield policy
            if policy.kept is not None and policy.found.policy is not None:
                wanted = Foresight(registry, name, policy.kept.text, local)
                yield foresee(services, wanted, watch)

        self.start_reading()
        background.read(
            self,
            "lifecycle",
            parts,
            deliver=self._take,
            done=self.finish_reading,
            caller=self.caller,
        )

    def _take(self, values: list[_Read | Foreseen]) -> None:
        for value in values:
            if isinstance(value, Foreseen):
                self.foreseen = value
            else:
                before, self.policy = self.policy, value
                if before is None or before.kept != value.kept:
                    self.foreseen = None  # it was of another policy
        self.show()

    def look_back(self) -> None:
        """Ask CloudTrail what policies took before."""
        services, registry, name = self.session.services, self.registry, self.spot.repository
        self.taken, self._taken_ended = (), False

        def pages() -> Iterator[tuple[Taken, ...]]:
            from ecrtui.workflows.lifecycle.history import taken

            return taken(services, registry, name)

        def deliver(found: list[tuple[Taken, ...]]) -> None:
            for page in found:
                self.taken = (*(self.taken or ()), *page)
            self.show()

        def done(problem: EcrtuiError | None) -> None:
            self._taken_ended = True
            if problem is not None:
                self.taken = None
                self.say_problem(problem)
            self.show()

        background.read(self, "taken", pages, deliver=deliver, done=done, caller=self.caller)
        self.show()

    def on_unmount(self) -> None:
        """Nobody waits for a preview any more."""
        background.aside(self._watch.stop)

    def known(self) -> bool:
        """Whether the policy was read."""
        return self.policy is not None

    def waiting(self) -> str:
        """It is on its way."""
        return "Reading the lifecycle policy ..."

    def content(self, columns: int) -> list[TextLine]:
        """The policy, then whom it takes."""
        if self.policy is None:
            return []
        times = self.session.times
        lines = policy_lines(self.policy.kept, self.policy.found, times, columns)
        if self.policy.kept is None and not self.session.services.read_only:
            lines.append(note(f"{self.key_of('edit-lifecycle')} writes one."))
        if self.taken is not None:
            past = taken_lines(self.taken, times, ended=self._taken_ended)
            lines = [*lines, TextLine(), *past]
        if self.foreseen is not None:
            return [*lines, TextLine(), *foreseen_lines(self.foreseen, times, columns)]
        if self.policy.found.policy is not None and not self.idle:
            return [*lines, TextLine(), note(f"Working out whom it takes ... {self._note()}")]
        return lines

    def _note(self) -> str:
        parts = self._watch.so_far().parts
        return parts[0].note if parts else ""

    def heading(self) -> list[Span]:
        """Whose policy."""
        return [Span(f" Lifecycle policy of {self.spot.repository} ", "title")]

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """What there is stays, with what went wrong above it."""
        super().finish_reading(problem)
        self.update_bars()

    def job_ended(self, job: Job) -> None:
        """A policy that was put or taken away is another one now."""
        if concerns(job.changes, self.spot):
            self.reload_by_itself()

    def follow(self, leads: str) -> None:
        """To the image that a line names."""
        digest = leads.removeprefix(LEADS)
        spot = Spot(kinds.IMAGE, self.registry, self.spot.repository, digest, digest[:19])
        navigation.enter(self, spot)

    @property
    def text(self) -> str:
        """The policy as it is; '' for none."""
        kept = self.policy.kept if self.policy is not None else None
        return kept.text if kept is not None else ""

    def why_no_policy(self) -> str:
        """Why there is nothing to delete or to preview; '' when there is."""
        if self.policy is None:
            return "The policy has not been read."
        return "" if self.text else "There is no lifecycle policy."

    def why_no_copy(self) -> str:
        """The policy must be known."""
        return self.why_no_policy()

    def copy_choices(self, use: Use) -> None:
        """Of the line stood on, then the whole policy."""
        line = self.lines.current
        own = [CopyChoice("this line", line.copy)] if line is not None and line.copy else []
        use([*own, CopyChoice("the policy's text", self.text)])
