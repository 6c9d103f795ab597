"""The explorer: one Textual app, thin; places are screens, what happens is commands."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Sequence
from typing import Any, ClassVar

from textual._compositor import CompositorUpdate
from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import Event, Key, Paste
from textual.filter import LineFilter
from textual.screen import Screen

from ecrtui.config import commands as kinds
from ecrtui.model.reference import parse
from ecrtui.tui import leaving, navigation, news, screens, themes, waking
from ecrtui.tui.asking import Asker
from ecrtui.tui.background import Mistake
from ecrtui.tui.frames import Frames
from ecrtui.tui.jobs import JobChanged, Jobs
from ecrtui.tui.keys import TakesKeys
from ecrtui.tui.plain import PlainAscii
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.workflows import remember
from ecrtui.workflows.services import Services

_SWITCH = 0.0005
"""Seconds a reading thread may keep the interpreter from a key; Python's own are ten times that."""
_LOOK_AFTER = 20_000, 10, 10
"""Objects that come before garbage is looked for among them (gc.set_threshold): at Python's 700 a
page of rows brings several looks, each through every list of a hundred thousand that is new."""
_TIME_GOES = 10.0
"""Seconds between two looks at how long one is still signed in."""


class Explorer(App[int], inherit_bindings=False):
    """Holds what all screens share, and the place to start at."""

    CSS_PATH = "styles/explorer.tcss"
    ENABLE_COMMAND_PALETTE = False  # ours is made from the commands, like everything else
    TITLE = "ecrtui"
    BINDINGS: ClassVar[list[BindingType]] = [
        # Also while something is being typed or chosen; the commands' own key adds to it.
        Binding("ctrl+q", "quit", show=False, priority=True),
        Binding("ctrl+l", "draw_anew", show=False, priority=True),
        Binding("ctrl+c", "help_quit", show=False, system=True),
        Binding("ctrl+z", "suspend_process", show=False, priority=True),
    ]

    def __init__(self, services: Services, *, image: str = "") -> None:
        super().__init__()
        self.animation_level = "none"  # over a slow line every frame is paid for
        self.session = Session(services, Jobs(self, services), Asker(self))
        services.questions = self.session.renewing.questions()
        self._frames = Frames()
        self.mistake: BaseException | None = None
        self._start = start_of(services, image)
        self._plain = [PlainAscii()] if services.settings.ascii else []
        themes.register(self)
        # Another theme once the styles are parsed would have all of them parsed again.
        self.set_reactive(App.theme, themes.DEFAULT)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_default_screen(self) -> Screen[Any]:
        """The place to start at is the first thing drawn."""
        return screens.make(self.session, self._start)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Where the settings want ASCII, all is drawn with it."""
        return [*super().get_line_filters(), *self._plain]

    def on_load(self) -> None:
        """Whoever ends the explorer by a signal gets the terminal back as it was."""
        if not self.is_headless:
            for number in leaving.SIGNALS:
                asyncio.get_running_loop().add_signal_handler(number, leaving.ended, self, number)

    def on_mount(self) -> None:
        """The theme chosen last; what is wrong with a theme or the keymap is said, no more."""
        self.call_after_refresh(_collect_from_now_on)
        self.session.asker.start()
        self.set_interval(_TIME_GOES, self._tell_time)
        if not self.is_headless:
            waking.only_from_sleep(self)
        # Textual asks for the terminal again after a sleep, but draws nothing.
        self.app_resume_signal.subscribe(self, lambda _: self.action_draw_anew())
        # switch_screen pops what push_screen put there; Textual pushes no default screen.
        self.screen._push_result_callback(self.screen, None)
        wanted = remember.theme(self.session.services)
        if wanted in self.available_themes:
            self.theme = wanted
        elif wanted:
            self.notify(f"There is no theme {wanted}", severity="warning", markup=False)
        problem = self.session.keymap_problem
        if problem is not None:
            said = f"{problem.detail}\n{problem.hint}"
            self.notify(said, title=problem.title, severity="warning", markup=False, timeout=15)

    def _tell_time(self) -> None:
        """How long one is still signed in is on the screen all the time."""
        for place in navigation.places_of(self)[-1:]:
            place.show_who()

    async def on_event(self, event: Event) -> None:
        """Keys go to the screen on top, one after the other; what it leaves, to the focus."""
        if self.session.asker.ignores(event):
            return
        if isinstance(event, Key) and not event.is_forwarded and self.offer(event):
            return
        if isinstance(event, Paste) and not event.is_forwarded and self._paste(event.text):
            return
        await super().on_event(event)

    def offer(self, event: Key) -> bool:
        """Offer a key to the screen on top; whether it took it."""
        screen = self.screen
        return isinstance(screen, TakesKeys) and screen.offer(event)

    def on_unmount(self) -> None:
        """Nobody answers any more."""
        self.session.asker.close()

    def _paste(self, text: str) -> bool:
        """Offer what is pasted to the screen on top; whether it took it."""
        take = getattr(self.screen, "take_paste", None)
        return take is not None and bool(take(text))

    def on_resize(self) -> None:
        """What a terminal keeps of its lines when its size changes is its own affair."""
        self._frames.forget()

    def action_draw_anew(self) -> None:
        """Draw all of it, whatever the terminal shows."""
        self._frames.forget()
        self.refresh(layout=True)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Send only what differs from what the terminal shows: Textual has no hook for it."""
        drops = self._batch_count or self.is_headless
        if isinstance(renderable, CompositorUpdate) and not drops:
            renderable = self._frames.changed(renderable, self)
        super()._display(screen, renderable)

    async def action_quit(self) -> None:
        """Leave; with jobs at work it is asked what becomes of them."""
        leaving.ask(self, self.session.jobs)

    def on_job_changed(self, message: JobChanged) -> None:
        """A job has begun or ended, wherever one is."""
        news.told(self, self.session.jobs, message.job)

    def on_mistake(self, message: Mistake) -> None:
        """A defect of ours found by the background; it ends the app like any other."""
        raise message.error

    def _handle_exception(self, error: Exception) -> None:
        """End without Textual's traceback, which prints the values of variables: secrets too."""
        if self.mistake is None:
            self.mistake = error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()


def start_of(services: Services, image: str) -> Spot:
    """Where to begin: at the image asked for, else where one left, else at the root.

    Raises InvalidReference.
    """
    if image:
        return Spot(screens.OPENING, text=str(parse(image)))
    place = remember.last_place(services)
    return Spot.of_place(place) if place else Spot(kinds.REGISTRIES)


def _collect_from_now_on() -> None:
    """Look for garbage again (`cli` has it wait for the first frame), but not in what stays."""
    gc.freeze()
    gc.set_threshold(*_LOOK_AFTER)
    gc.enable()


def run(services: Services, *, image: str = "") -> int:
    """Open the explorer until it is left; the exit code. Raises what went wrong inside."""
    explorer = Explorer(services, image=image)
    sys.setswitchinterval(_SWITCH)
    code = explorer.run()
    leaving.wait_for(explorer.session.jobs)
    gc.freeze()  # the process ends: looking through every row for garbage would take 0.1 s
    if explorer.mistake is not None:
        raise explorer.mistake
    return code or 0
