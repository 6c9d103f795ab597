"""The bones of every place: crumbs above, the place itself, keys below, commands by their keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from ecrtui.config.commands import Command
from ecrtui.errors import EcrtuiError
from ecrtui.tui import background, bars, navigation, states
from ecrtui.tui.credentials.renewing import SIGN_IN_PROBLEMS
from ecrtui.tui.keys import HasCursor, TakesKeys, move
from ecrtui.tui.loading import Loading
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.who import first_line
from ecrtui.tui.widgets.spans import SpanBar

if TYPE_CHECKING:  # Textual's Input is imported when a line is first typed
    from ecrtui.model.places import Identity
    from ecrtui.tui.commands.copying import Use
    from ecrtui.tui.jobs import Job
    from ecrtui.tui.keys import OffersKeys
    from ecrtui.tui.widgets.prompt import Prompt, Question

_READ_ONLY = "not while read-only. Start without --read-only, and see read_only in the settings."
_ROOM_FOR_HINTS = 20
"""Lines of a terminal that toasts of some lines hide little of."""


class PlaceScreen(TakesKeys, Screen[None]):
    """A place. Subclasses say what stands between the bars and what `reload` reads."""

    KINDS: ClassVar[tuple[str, ...]] = ()
    """What the commands' `where` calls it."""

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__()
        self.session = session
        self.spot = spot
        self.reading = Loading()
        profile = spot.registry.profile if spot.registry else ""
        self.commands = session.commands_at(self.KINDS, profile)
        self._by_key = {key: one for one in reversed(self.commands) for key in one.keys}
        held = session.withheld_at(self.KINDS, profile)
        self._withheld = {key: one for one in reversed(held) for key in one.keys}
        self._crumbs = SpanBar(id="crumbs")
        self._jobs = SpanBar(id="jobs")
        self._jobs.display = False
        self._keys = SpanBar(id="keys")
        self._prompt: Prompt | None = None
        self.filter_text = ""
        self.caller = background.ASKED
        """Who wants what is read here next: what reads by itself opens no dialog."""
        self._whose = ""
        """The account that what is shown was read in, as far as that is known."""
        self.cursor: HasCursor | None = None
        """What keys move a cursor in, where there is one."""

    # What a place says of itself

    @property
    def state(self) -> str:
        """One of loading, full, empty, filtered, denied, failed."""
        return self.reading.state(1, 1)

    @property
    def idle(self) -> bool:
        """Whether nothing is being read."""
        return not self.reading.busy

    def body(self) -> ComposeResult:
        """What stands between the bars."""
        yield from ()

    def begin_at(self, name: str) -> None:
        """Which tab or row one comes to; '' for the first one. Asked before it is shown."""

    def reload(self) -> None:
        """Read the place again."""

    def reload_by_itself(self) -> None:
        """Read it again though nobody asked for it now."""
        usual, self.caller = self.caller, background.UNASKED
        try:
            self.reload()
        finally:
            self.caller = usual

    def signed_in(self) -> None:
        """Credentials were renewed: what failed for want of them is read again."""
        if isinstance(self.reading.problem, SIGN_IN_PROBLEMS) and self.idle:
            self.reload_by_itself()
        self.ask_who()

    @property
    def profile(self) -> str:
        """Whose credentials are used here: the place's, or those of the row stood on."""
        registry = self.spot.registry
        return registry.profile if registry is not None else self.session.services.profile

    @property
    def portal(self) -> str:
        """The portal one stands on, which is signed in to; '' where one stands on none."""
        return ""

    def show_times(self) -> None:
        """Times have grown, or are shown in another way."""

    def current_problem(self) -> EcrtuiError | None:
        """What went wrong here, if anything did."""
        return self.reading.problem

    def why_no_copy(self) -> str:
        """Why nothing can be copied here; '' when something can."""
        return "There is nothing to copy here."

    def copy_choices(self, use: Use) -> None:
        """Hand over what can be copied, at once or when it is known; the best comes first."""

    def open_current(self) -> None:
        """Go into what the cursor stands on."""

    def why_no_open(self) -> str:
        """Why Enter does nothing here; '' when it does something."""
        return "There is nothing to open here."

    def filter_by(self, text: str) -> None:
        """Show only what matches."""

    def why_no_filter(self) -> str:
        """Why nothing can be filtered here; '' when something can."""
        return "There is nothing to filter here."

    def key_of(self, command: str) -> str:
        """The label of a command's key, '' when it has none."""
        return states.key_of(self.commands, command, ascii_only=self.session.ascii)

    def repository_here(self) -> str:
        """The repository one is in, or stands on; '' where there is none."""
        return self.spot.repository

    def host_here(self) -> str:
        """The host of the registry one is in, as its API told it; '' where that is not known."""
        return ""

    def come_from(self, spot: Spot) -> None:
        """One came out of a place inside this one."""

    def marked(self) -> None:
        """Rows were marked, or are no longer."""

    def give_up(self) -> bool:
        """Give up what Escape gives up before one leaves; whether there was anything."""
        return False

    def job_ended(self, job: Job) -> None:
        """A job has ended, whether or not it went well and one looks at this place."""

    # Life

    def compose(self) -> ComposeResult:
        """Crumbs, the place, keys."""
        yield self._crumbs
        yield from self.body()
        yield self._jobs
        yield self._keys

    def on_mount(self) -> None:
        """Read once the first frame has been asked for: what is imported then delays no picture."""
        self.set_class(self.session.ascii, "-ascii")
        self.update_bars()
        self.call_after_refresh(self.reload)
        self.call_after_refresh(self.ask_who)
        self.take_early_keys(cast("OffersKeys", self.app))

    def on_screen_resume(self) -> None:
        """One is here (again); not so when another screen came on top in the same moment."""
        if self.is_current:
            navigation.arrived(self)
            self.update_bars()

    def on_resize(self) -> None:
        """There is other room for the lines."""
        self.update_bars()

    def start_reading(self) -> None:
        """Say that reading begins; the time it takes is shown when it is long."""
        self.reading.start(time.monotonic())
        self.update_bars()

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """Say that it ended."""
        self.reading.finish(problem, self.session.services.clock.now())
        self.update_bars()

    def update_bars(self) -> None:
        """Say again what the lines say; what is the same is not drawn again."""
        self.show_who()
        columns, plain = self.size.width, self.session.ascii
        self._keys.show(*bars.keys(self.commands, self._refusal, columns, ascii_only=plain))
        self.show_jobs()

    def show_who(self) -> None:
        """Where one is, who one is there, and for how long."""
        self._crumbs.show(*first_line(self.session, self.spot, self.size.width))

    def show_jobs(self) -> None:
        """The line of jobs, while there are any."""
        spans = bars.jobs(self.session, self.size.width, self.key_of("jobs"))
        self._jobs.show(spans)
        self._jobs.display = bool(spans)

    def _refusal(self, command: Command) -> str:
        from ecrtui.tui.commands import refusal

        return refusal(self, command.id)

    def ask_who(self) -> None:
        """Find out who we are, once for each profile; a list that fails says why by itself."""
        registry = self.spot.registry
        known = self.session.identities.get(registry.profile) if registry is not None else None
        if registry is None or known is not None:
            self._whose = self._whose or (known.account if known is not None else "")
            return
        services = self.session.services

        def ask() -> Identity:
            from ecrtui.workflows import places
            from ecrtui.workflows.credentials.lasting import lasting

            who = places.identity(services, registry.profile)
            self.session.lasting[registry.profile] = lasting(services, registry.profile)
            return who

        def answer(who: Identity) -> None:
            self.session.renewing.accepted(registry.profile)
            show(who)
            if not who.alias:
                self._ask_by_itself("alias", called(who), show)

        def called(who: Identity) -> Callable[[], Identity]:
            from ecrtui.workflows import aliases

            return lambda: aliases.named(services, registry.profile, who)

        def show(who: Identity) -> None:
            self.session.identities[registry.profile] = who
            self.update_bars()
            if self._whose not in ("", who.account):  # the rows are another account's
                self.reload_by_itself()
            self._whose = who.account

        self._ask_by_itself("who", ask, answer)

    def _ask_by_itself(
        self, group: str, ask: Callable[[], Identity], answer: Callable[[Identity], None]
    ) -> None:
        nobody = background.UNASKED
        background.ask(self, group, ask, answer=answer, failed=lambda _: None, caller=nobody)

    # Commands

    def take_key(self, event: events.Key) -> bool:
        """A key is the line's while there is one, else a command's, else it moves the cursor."""
        if self._prompt is not None:
            return self._prompt.offer(event)
        command = self._by_key.get(event.key)
        if command is not None:
            self.action_do(command.id)
            return True
        if self.cursor is not None and move(self.cursor, event.key):
            return True
        held = self._withheld.get(event.key)
        if held is not None:
            self.say(f"{held.name}: {_READ_ONLY}", warn=True)
        return held is not None

    def action_do(self, command: str) -> None:
        """Do a command, or say why it is impossible."""
        from ecrtui.tui.commands import perform

        perform(self, command)
        self.update_bars()

    def action_crumb(self, number: int) -> None:
        """Go to a place on the way here."""
        navigation.go(self, self.spot.lineage[number])

    def say(self, sentence: str, *, title: str = "", warn: bool = False) -> None:
        """A toast. Foreign text is only text."""
        severity = "warning" if warn else "information"
        self.notify(sentence, title=title, severity=severity, markup=False)  # type: ignore[arg-type]

    def say_problem(self, problem: EcrtuiError) -> None:
        """A toast for what failed by the way; the place itself is as it was."""
        told = [problem.detail, problem.hint if self.size.height >= _ROOM_FOR_HINTS else ""]
        text = "\n".join(filter(None, told)) or problem.hint
        self.say(text, title=problem.title, warn=True)

    # Typing

    def ask_line(self, question: Question) -> None:
        """Let the person type a line above the keys."""
        from ecrtui.tui.widgets.prompt import Prompt

        self.close_line()
        self.set_focus(None)  # what is typed from here on is for the line
        self._prompt = Prompt(question)
        self.mount(self._prompt, before=self._keys)

    def close_line(self) -> None:
        """Take the line away; keys are commands again."""
        if self._prompt is not None:
            self._prompt.remove()
            self._prompt = None
            self.focus_body()

    def complain(self, sentence: str) -> None:
        """Say beside the line what is wrong with it."""
        if self._prompt is not None:
            self._prompt.complain(sentence)

    def focus_body(self) -> None:
        """Give the keys back to the place."""
