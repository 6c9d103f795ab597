"""How an image is run: a form that starts from the image's own words, and its docker line."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import msgspec
from textual import events
from textual.content import Content
from textual.timer import Timer

from ecrtui.errors import EcrtuiError, GivenUp, UsageError
from ecrtui.model.places import Registry
from ecrtui.model.plan import Outcome
from ecrtui.model.run_options import mistakes, spec_of
from ecrtui.model.running import Container, RunRequest
from ecrtui.render.ages import age
from ecrtui.render.docker_line import DockerLine, docker_line
from ecrtui.render.moving import bar_line
from ecrtui.render.sizes import size
from ecrtui.render.text import safe
from ecrtui.tui import background
from ecrtui.tui.forms.fields import Choice, FormField, Option, Words
from ecrtui.tui.forms.run_fields import LISTS, SHELL, SINGLE, request_of, run_fields
from ecrtui.tui.forms.screen import FormScreen
from ecrtui.tui.session import Session
from ecrtui.workflows.locate import Target
from ecrtui.workflows.running.image import Ready
from ecrtui.workflows.running.run import RunOutcome, RunPlan
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.tui.jobs import Job
    from ecrtui.tui.screens.place import PlaceScreen

_BAR = 70
_EVERY = 0.1
_EMULATED = "needs an emulator"
_STEPPING = 0.3
"""Seconds after which a platform is meant, not passed: what it holds is read then."""


class Agreed(NamedTuple):
    """What came of the form: a container that runs, or a plan for the terminal."""

    plan: RunPlan
    container: Container | None = None
    is_shell: bool = False


class RunForm(FormScreen[Agreed]):
    """Enter runs it. What fails to start keeps all that was typed."""

    DEED = "run"
    ALSO = "ctrl+y copy   "

    def __init__(
        self,
        session: Session,
        target: Target,
        called: str,
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"Run {called}", ascii_only=session.ascii)
        self._session = session
        self._target = target
        self._typed = typed or {}
        """What stands in the fields from the start, by their names."""
        self._ready: Ready | None = None
        self._platform = str(self._typed.get("platform", ""))
        """Which one `_ready` is of, or is asked for."""
        self._own: dict[str, str] = {}
        """What the image itself says, as it was put into fields."""
        self._stepping: Timer | None = None
        self._problem: EcrtuiError | None = None
        self._busy = False
        self._job: Job | None = None
        self._watch: Watch | None = None
        """Of an image that is brought here for the terminal."""
        self._wanted = False
        """Whether Enter was pressed before the engine had answered."""

    def lines(self) -> Sequence[FormField]:
        """The way, the command, what is around it."""
        home = self._target.home
        profile = home.profile if isinstance(home, Registry) else self._session.services.profile
        return run_fields(profile or "the default profile")

    def on_mount(self) -> None:
        """Ask the engine what it knows of the image, once the fields are there."""
        self.query_one("#question").border_title = Content(safe(self._title))
        self.query_one("#asked").display = self.field("platform").display = False
        self.call_later(self._ask)

    def _ask(self) -> None:
        self.tell("Asking the engine ...")
        services, target, platform = self._session.services, self._target, self._platform

        def prepare() -> Ready:
            from ecrtui.workflows.running.image import prepare

            return prepare(services, target, platform)

        background.ask(self, "prepare", prepare, answer=self._prepared, failed=self._unprepared)

    def on_unmount(self) -> None:
        """Nobody waits any more for an image that was wanted for the terminal."""
        if self._watch is not None:
            self._watch.stop()

    # What the engine knows

    def _prepared(self, ready: Ready) -> None:
        self._ready = ready
        image = ready.image
        for name, text in (
            ("command", shlex.join(image.command)),
            ("entrypoint", shlex.join(image.entrypoint)),
            ("ports", " ".join(map(str, ready.ports))),
        ):
            field = self._words(name)
            if field.value == self._own.get(name, ""):  # what was typed meanwhile stays
                field.put(text)
            self._own[name] = text
        network = cast(Choice, self.field("network"))
        network.add([Option(one, one) for one in ready.networks])
        self._offer(ready.platforms, ready)
        self._put_typed()
        lacks = f"It is not here: {size(ready.pull.to_move)} to pull" if ready.pull else ""
        self.complain("\n".join(filter(None, (lacks, ready.foreign))))
        self._show_line()
        if self._wanted:
            self._submit()

    def _offer(self, platforms: Sequence[str], ready: Ready | None = None) -> None:
        """A choice where there is one; those that the engine cannot just start say so."""
        field = cast(Choice, self.field("platform"))
        field.options[1:] = [
            Option(one, one, _EMULATED if ready is not None and ready.is_foreign(one) else "")
            for one in platforms
        ]
        field.display = len(platforms) > (ready is not None)
        field.draw()

    def _another_platform(self) -> None:
        """What the image says there may be something else, and it may have to be pulled."""
        if self._stepping is not None:
            self._stepping.stop()
        platform = self.values["platform"] or ""
        if platform == self._platform and self._ready is not None:
            return
        self._platform, self._ready, self._problem, self._wanted = platform, None, None, False
        self.tell("Asking the engine ...")
        self._stepping = self.set_timer(_STEPPING, self._ask)

    def _put_typed(self) -> None:
        """What was typed when it was tried before."""
        typed, self._typed = self._typed, {}
        for name, value in typed.items():
            field = self.field(name)
            if isinstance(field, Words):
                field.put(value)
            elif isinstance(field, Choice):
                values = [option.value for option in field.options]
                field.at = values.index(value) if value in values else 0
                field.draw()
            elif field.value != value:
                field.take_key(events.Key("space", " "))

    def _unprepared(self, problem: EcrtuiError) -> None:
        """Where the engine's platform is not among those there are, another can be chosen."""
        self._problem = problem
        self.tell("")
        self._say(problem)
        services, digest = self._session.services, self._target.image_id.image_digest
        if not self._platform:

            def known() -> tuple[str, ...]:
                from ecrtui.workflows.platforms import stored_platforms

                return stored_platforms(services, digest)

            background.ask(self, "platforms", known, answer=self._offer, failed=self._say)

    # What was typed

    def _words(self, name: str) -> Words:
        return cast(Words, self.field(name))

    def request(self) -> RunRequest:
        """What stands in the fields; raises UsageError for a quote that is open."""
        return request_of(self.values, self._ready)

    def changed(self, field: FormField) -> None:
        """Another line; how long credentials live is told when they are lent."""
        if field.called == "aws" and field.value:
            self._ask_how_long()
        if field.called == "platform":
            self._another_platform()
        self._show_line()

    def _show_line(self) -> None:
        """The line for what is understood; beside each field what is not."""
        for name in (*LISTS, *SINGLE):
            self.field(name).remark("")
        line = self._line()
        if self._ready is not None:
            self.tell("\n".join(filter(None, (line.text, line.note))) if line is not None else "")

    def _line(self) -> DockerLine | None:
        try:
            request = self.request()
        except UsageError as problem:
            self.complain(problem.hint)
            return None
        wrong = mistakes(request, os.environ)
        for name, mistake in wrong.items():
            self.field(name).remark(mistake.title)
            self.complain(mistake.hint)
        empty = {name: () if name in LISTS else "" for name in wrong}
        spec = spec_of(msgspec.structs.replace(request, **empty), os.environ)
        return docker_line(spec, self._ready.name) if self._ready is not None else None

    def _ask_how_long(self) -> None:
        services, target = self._session.services, self._target

        def ends() -> str:
            from ecrtui.workflows.running.run import credentials_end

            end, now = credentials_end(services, target), time.time()
            return "" if end is None else f"they end in {age(now, end)}"

        aws = self.field("aws")
        background.ask(
            self, "aws", ends, answer=aws.remark, failed=lambda problem: aws.remark(problem.title)
        )

    # Running it

    def take_key(self, event: events.Key) -> bool:
        """The line is copied without leaving."""
        if event.key != "ctrl+y":
            return super().take_key(event)
        line = self._line()
        if line is not None:
            self.app.copy_to_clipboard(line.text)
            self.notify(safe(line.text), title="Copied: docker line", markup=False)
        return True

    def _submit(self) -> None:
        """Run it as it stands; a mistake is said, and one is on its field."""
        if self._busy:
            return
        if self._ready is None:
            self._wanted = self._problem is None
            if self._problem is not None:
                self._say(self._problem)
            return
        try:
            request = self.request()
        except UsageError as problem:
            self._say(problem)
            return
        for name, wrong in mistakes(request, os.environ).items():
            self.go_to([field.called for field in self.fields].index(name))
            self._say(wrong)
            return
        self._start(request, self._ready)

    def _start(self, request: RunRequest, ready: Ready) -> None:
        services, target = self._session.services, self._target
        self._busy = True

        def make() -> RunPlan:
            from ecrtui.workflows.running import run

            return run.plan(services, target, request, ready)

        self.complain("")
        self.tell("Starting ...")
        background.ask(self, "plan", make, answer=self._planned, failed=self._failed)

    def _planned(self, plan: RunPlan) -> None:
        """A job starts it, which goes on when one leaves the form; the terminal is waited for."""
        services = self._session.services
        if plan.spec.interactive:
            self._bring(plan)
            return

        def start(watch: Watch) -> Outcome:
            from ecrtui.workflows.running import run

            return run.run(services, plan, watch)

        typed = dict(self.values)

        def again(place: PlaceScreen) -> None:
            from ecrtui.tui.running import open_again

            open_again(place, self._target, plan.source, typed)

        self._job = self._session.jobs.start(plan, start, again)
        self._look()

    def _bring(self, plan: RunPlan) -> None:
        """The image here before the terminal is handed over."""
        services, is_shell = self._session.services, self.values["way"] == SHELL
        self._watch = watch = Watch()

        def bring() -> Ready:
            from ecrtui.workflows.running import image as run_image

            return run_image.pulled(services, plan.ready, watch)

        def brought(here: Ready) -> None:
            self.dismiss(Agreed(msgspec.structs.replace(plan, ready=here), is_shell=is_shell))

        self._look()
        background.ask(self, "bring", bring, answer=brought, failed=self._failed)

    def _look(self) -> None:
        """How far it is, and how it ended."""
        job, watch = self._job, self._watch
        if job is not None and job.ended:
            job.seen = True
            outcome = job.outcome
            if isinstance(outcome, RunOutcome):
                found = Container(id=outcome.container, name=outcome.name)
                self.dismiss(Agreed(cast(RunPlan, job.plan), found))
            else:
                self._failed(job.problem or GivenUp())
        elif job is not None or watch is not None:
            moment = (job.watch if job is not None else cast(Watch, watch)).so_far()
            self.tell(bar_line(moment, _BAR) if moment.total else "Starting ...")
            self.set_timer(_EVERY, self._look)

    def _failed(self, problem: EcrtuiError) -> None:
        """All that was typed stays."""
        self._busy, self._job, self._watch = False, None, None
        self._show_line()
        self._say(problem)

    def _say(self, problem: EcrtuiError) -> None:
        self.complain("\n".join(filter(None, (problem.sentence, problem.hint))))
