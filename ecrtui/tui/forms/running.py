"""How an image is run: a form that starts from the image's own words, and its docker line."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import msgspec
from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from ecrtui.errors import EcrtuiError, UsageError
from ecrtui.model.places import Registry
from ecrtui.model.run_options import mistakes, spec_of
from ecrtui.model.running import Container, RunRequest
from ecrtui.render.ages import age
from ecrtui.render.docker_line import DockerLine, docker_line, masked_words
from ecrtui.render.moving import bar_line
from ecrtui.render.sizes import size
from ecrtui.render.text import safe
from ecrtui.tui import background
from ecrtui.tui.forms.fields import Choice, FormField, Option, Switch, Words
from ecrtui.tui.forms.screen import FormScreen
from ecrtui.tui.session import Session
from ecrtui.workflows.locate import Target
from ecrtui.workflows.run import RunPlan
from ecrtui.workflows.run_image import Ready
from ecrtui.workflows.watch import Watch

DETACHED, TERMINAL, SHELL = "detached", "terminal", "shell"
_WAYS = (
    Option("in the background", DETACHED, "its log follows"),
    Option("in this terminal", TERMINAL, "docker run -it"),
    Option("a shell in it", SHELL, "in this terminal"),
)
_ENDS = (
    Option("the usual", None, "it stays; what had the terminal goes"),
    Option("keep it", False, "its log and exit code stay"),
    Option("remove it", True, "and its log with it"),
)
_DEFAULT = "the engine's default"
_BAR = 70
_EVERY = 0.3
_LISTS = ("env", "env_files", "ports", "volumes")
_SINGLE = ("name", "user", "workdir", "memory")


class Agreed(NamedTuple):
    """What came of the form: a container that runs, or a plan for the terminal."""

    plan: RunPlan
    container: Container | None = None
    is_shell: bool = False


class Variables(Words):
    """Variables; once one is on another line, those that look secret are masked."""

    def __init__(self, name: str, label: str, *, example: str = "") -> None:
        super().__init__(name, label, example=example)
        self._masked = Static(classes="value", markup=False)

    def compose(self) -> ComposeResult:
        """Also what stands in place of the input."""
        label, line, remark = super().compose()
        yield from (label, line, self._masked, remark)

    def on_mount(self) -> None:
        """The input is there at first."""
        super().on_mount()
        self._masked.display = False

    def come(self) -> None:
        """What was typed is seen again."""
        super().come()
        self._line.display, self._masked.display = True, False

    def leave(self) -> None:
        """A shared screen shows no secret."""
        super().leave()
        shown = masked_words(self.value)
        hides = shown != self.value
        self._masked.update(Content(safe(shown)))
        self._line.display, self._masked.display = not hides, hides


class RunForm(FormScreen[Agreed]):
    """Enter runs it. What fails to start keeps all that was typed."""

    DEED = "run"

    def __init__(self, session: Session, target: Target, called: str) -> None:
        super().__init__(f"Run {called}", ascii_only=session.ascii)
        self._session = session
        self._target = target
        self._ready: Ready | None = None
        self._problem: EcrtuiError | None = None
        self._watch: Watch | None = None
        self._wanted = False
        """Whether Enter was pressed before the engine had answered."""

    def lines(self) -> Sequence[FormField]:
        """The way, the command, what is around it."""
        home = self._target.home
        profile = home.profile if isinstance(home, Registry) else self._session.services.profile
        lends = f"lend those of {profile or 'the default profile'}"
        return [
            Choice("way", "Run it", _WAYS),
            Words("command", "Command"),
            Words("entrypoint", "Entry point"),
            Variables("env", "Variables", example="LOG=debug TOKEN"),
            Words("env_files", "Env files", example="./local.env"),
            Words("ports", "Ports", example="8080:80 5353:53/udp"),
            Words("volumes", "Volumes", example="./data:/data:ro"),
            Choice("network", "Network", [Option(_DEFAULT, "")]),
            Words("name", "Name", example="the engine makes one up"),
            Words("user", "User", example="the image's own"),
            Words("workdir", "Folder", example="the image's own"),
            Words("memory", "Memory", example="512m"),
            Switch("read_only_root", "Root", "read-only"),
            Choice("remove", "At its end", _ENDS),
            Choice("aws", "Credentials", [Option("none", False), Option(lends, True)]),
        ]

    def on_mount(self) -> None:
        """Ask the engine what it knows of the image, once the fields are there."""
        self.call_later(self._ask)

    def _ask(self) -> None:
        self.tell("Asking the engine ...")
        services, target = self._session.services, self._target

        def prepare() -> Ready:
            from ecrtui.workflows.run_image import prepare

            return prepare(services, target)

        background.ask(self, "prepare", prepare, answer=self._prepared, failed=self._unprepared)

    def on_unmount(self) -> None:
        """Whoever gives up while it starts gets none."""
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
            if not field.value:  # what was typed meanwhile stays
                field.put(text)
        network = cast(Choice, self.field("network"))
        network.add([Option(one, one) for one in ready.networks])
        lacks = f"It is not here: {size(ready.pull.to_move)} to pull" if ready.pull else ""
        self.complain("\n".join(filter(None, (lacks, ready.foreign))))
        self._show_line()
        if self._wanted:
            self._submit()

    def _unprepared(self, problem: EcrtuiError) -> None:
        self._problem = problem
        self.tell("")
        self._say(problem)

    # What was typed

    def _words(self, name: str) -> Words:
        return cast(Words, self.field(name))

    def _list(self, name: str) -> tuple[str, ...]:
        try:
            return tuple(shlex.split(self._words(name).value))
        except ValueError:
            raise UsageError(
                self._words(name).label, title="A quote is open", hint="Close the quote."
            ) from None

    def request(self) -> RunRequest:
        """What stands in the fields; raises UsageError for a quote that is open."""
        values = self.values
        lists: dict[str, Any] = {name: self._list(name) for name in _LISTS}
        single: dict[str, Any] = {name: values[name] for name in _SINGLE}
        command, entrypoint = self._program(values["way"])
        return RunRequest(
            **lists,
            **single,
            command=command,
            entrypoint=entrypoint,
            network=values["network"] or "",
            remove=values["way"] != DETACHED if values["remove"] is None else values["remove"],
            read_only_root=values["read_only_root"],
            aws=values["aws"],
            interactive=values["way"] != DETACHED,
        )

    def _program(self, way: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Command and entry point as the engine is told: nothing where they are the image's own."""
        shell = self._ready.shell if self._ready is not None else None
        if way == SHELL:
            if shell == "":
                raise UsageError("", title="No shell", hint="The image has no shell.")
            return (), (shell or "/bin/sh",)
        command, entrypoint = self._list("command"), self._list("entrypoint")
        image = self._ready.image if self._ready is not None else None
        own = (image.command, image.entrypoint) if image is not None else ((), ())
        if (command, entrypoint) == own:
            return (), ()
        # Who changes the entry point loses the image's command; without one it would come back.
        if entrypoint == own[1] and command:
            return command, ()
        return command, entrypoint

    def changed(self, field: FormField) -> None:
        """Another line; how long credentials live is told when they are lent."""
        if field.called == "aws" and field.value:
            self._ask_how_long()
        self._show_line()

    def _show_line(self) -> None:
        """The line for what is understood; beside each field what is not."""
        for name in (*_LISTS, *_SINGLE):
            self.field(name).remark("")
        line = self._line()
        if line is not None and self._ready is not None:
            self.tell(f"{line.text}\n{line.note}" if line.note else line.text)

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
        empty = {name: () if name in _LISTS else "" for name in wrong}
        spec = spec_of(msgspec.structs.replace(request, **empty), os.environ)
        return docker_line(spec, self._ready.name) if self._ready is not None else None

    def _ask_how_long(self) -> None:
        services, target = self._session.services, self._target

        def ends() -> str:
            from ecrtui.workflows.run import credentials_end

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
        if self._watch is not None:
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
        self._watch = watch = Watch()
        is_shell = self.values["way"] == SHELL

        def start() -> Agreed:
            from ecrtui.workflows import run, run_image

            plan = run.plan(services, target, request, ready)
            if request.interactive:
                here = run_image.pulled(services, ready, watch)
                return Agreed(msgspec.structs.replace(plan, ready=here), is_shell=is_shell)
            outcome = run.run(services, plan, watch)
            found = Container(id=outcome.container, name=outcome.name, image=plan.source)
            return Agreed(plan, found)

        def started(agreed: Agreed) -> None:
            self._watch = None
            self.dismiss(agreed)

        def failed(problem: EcrtuiError) -> None:
            self._watch = None
            self._show_line()
            self._say(problem)

        self.complain("")
        self._show_progress()
        background.ask(self, "start", start, answer=started, failed=failed)

    def _show_progress(self) -> None:
        """How far it is, while it starts."""
        if self._watch is not None:
            moment = self._watch.so_far()
            self.tell(bar_line(moment, _BAR) if moment.total else "Starting ...")
            self.set_timer(_EVERY, self._show_progress)

    def _say(self, problem: EcrtuiError) -> None:
        self.complain("\n".join(filter(None, (problem.sentence, problem.hint))))
