"""Signing in to a portal: a code that the person confirms in a browser, on whatever machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ecrtui.errors import EcrtuiError, GivenUp
from ecrtui.model.signing_in import DeviceCode, SsoSession
from ecrtui.render.lines import TextLine, broken
from ecrtui.render.qr import qr_lines
from ecrtui.render.signing_in import code_lines, failure_lines
from ecrtui.render.text import safe, wrapped
from ecrtui.tui import background
from ecrtui.tui.keys import OffersKeys
from ecrtui.tui.screens.renewal.key_line import KeyLine, PressedByMouse
from ecrtui.tui.screens.vault_trouble import helps_elsewhere, hint_here
from ecrtui.tui.session import Session
from ecrtui.tui.widgets.lines_view import LinesView
from ecrtui.tui.widgets.qr_code import QrCode
from ecrtui.workflows import browser
from ecrtui.workflows.watch import Watch

T = TypeVar("T")

_WIDEST = 76
_BESIDE = 34
"""Columns that what is said needs beside a QR code."""
_ACROSS, _DOWN = 7, 4
"""Columns of the frame and its margins; lines of the frame, the title, the keys."""
_LINES = 4
"""Of an address."""


class SignIn(PressedByMouse, ModalScreen[bool]):
    """True once the code was confirmed, False when the person gives up."""

    DEFAULT_CSS = """
    SignIn Vertical { width: 76; max-width: 100%; height: auto; padding: 0 2;
                      background: $surface; border: round $accent; }
    SignIn #portal { text-style: bold; }
    SignIn #address { height: auto; }
    SignIn Horizontal { height: auto; }
    SignIn #code { width: 1fr; height: 1; background: $surface; overflow: hidden hidden; }
    """

    def __init__(self, session: Session, name: str, why: str) -> None:
        super().__init__()
        self._session = session
        self._portal = name
        self._why = why
        self.code: DeviceCode | None = None
        self.problem: EcrtuiError | None = None
        self._qr_lines: list[str] = []
        self._watch = Watch()
        self._address = Static(id="address", markup=False)
        self._lines = LinesView(id="code")
        self._lines.can_focus = False
        self._qr = QrCode()
        self._keys = KeyLine()

    def compose(self) -> ComposeResult:
        """Title and address, then the code beside its QR code."""
        with Vertical():
            yield Static(Content(safe(f"Sign in to {self._portal}")), id="portal")
            yield self._address
            with Horizontal():
                yield self._lines
                yield self._qr
            yield self._keys

    def on_mount(self) -> None:
        """Ask for a code at once."""
        self.take_early_keys(cast(OffersKeys, self.app))
        self.set_interval(1.0, self.show)
        self.begin()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        background.aside(self._watch.stop)

    def on_resize(self) -> None:
        """There may be room for the QR code now."""
        self.show()

    # Signing in

    def begin(self) -> None:
        """Have another code."""
        services, name = self._session.services, self._portal
        background.aside(self._watch.stop)
        self.code = self.problem = None

        def make() -> tuple[DeviceCode, list[str]]:
            from ecrtui.workflows.credentials import signing_in

            code = signing_in.begin(services, name)
            return code, qr_lines(code.address_with_code or code.address)

        self._work(make, lambda made: self._wait_for(*made))

    def _wait_for(self, code: DeviceCode, qr: list[str]) -> None:
        services, name, watch = self._session.services, self._portal, Watch()
        self.code, self._qr_lines, self._watch = code, qr, watch

        def make() -> SsoSession:
            from ecrtui.workflows.credentials import signing_in

            return signing_in.finish(services, name, code, watch)

        self._work(make, lambda _: self.dismiss(True))

    def _work(self, make: Callable[[], T], answer: Callable[[T], object]) -> None:
        def answered(found: T) -> None:
            answer(found)

        background.ask(
            self,
            "sign in",
            make,
            answer=answered,
            failed=self._failed,
            caller=background.BY_DIALOG,
        )
        self.show()

    def _failed(self, problem: EcrtuiError) -> None:
        if not isinstance(problem, GivenUp):
            self.problem = problem
            self.show()

    # Drawing

    def show(self) -> None:
        """Say what is so now; what is the same is not drawn again."""
        code = self.code if self.problem is None else None
        qr = self._drawn(code) if code is not None else []
        self._qr.show(qr)
        self._address.update(Content("\n".join(self._address_lines(code))))
        room = min(self.app.size.width, _WIDEST) - _ACROSS
        lines = self._said(room - (len(qr[0]) + 1 if qr else 0))
        self._lines.show(lines)
        copies = [("y", "y", "copy code"), ("a", "a", "copy address")]
        opens = [("o", "o", "open browser")] if browser.has_display() else []
        elsewhere = [("K", "K", "keep secrets elsewhere")] if self._lacks_place else []
        again = "try again" if self._lacks_place else "new code"
        others = [("n", "n", again), *elsewhere, ("escape", "esc", "give up")]
        self._keys.offer([*(copies + opens if code is not None else []), *others])
        most = max(1, self.app.size.height - _DOWN - len(self._address_lines(code)))
        self._lines.styles.height = min(most, max(len(lines), len(qr)))

    @property
    def _lacks_place(self) -> bool:
        """Whether a session cannot be kept where secrets are, but can elsewhere."""
        return helps_elsewhere(self.problem)

    def _drawn(self, code: DeviceCode) -> list[str]:
        """The QR code, where there is room for it, on a terminal that can draw it."""
        lines = self._qr_lines
        if self._session.ascii or not lines:
            return []
        columns, rows = self.app.size
        fits = len(lines[0]) + _BESIDE + _ACROSS <= min(columns, _WIDEST + 2)
        high = len(lines) + _DOWN + len(self._address_lines(code))
        return lines if fits and high <= rows else []

    def _address_lines(self, code: DeviceCode | None) -> list[str]:
        if code is None:
            return []
        room = min(self.app.size.width, _WIDEST) - _ACROSS
        lines = wrapped(safe(code.address), room)
        if len(lines) > _LINES:  # the code below it must be seen
            lines = [*lines[: _LINES - 1], "... a copies all of it"]
        return lines

    def _said(self, columns: int) -> list[TextLine]:
        if self.problem is not None:
            hint = hint_here(self._session, self.problem) if self._lacks_place else ""
            return failure_lines(self.problem, columns, hint or "n asks for a new code.")
        why = broken((), safe(self._why), columns, style="dim")
        if self.code is None:
            return [*why, TextLine(), *broken((), "Asking for a code ...", columns, style="busy")]
        return [*why, *code_lines(self.code, time.time(), columns)]

    # Keys

    def take_key(self, event: events.Key) -> bool:
        """Nothing but these."""
        code = self.code
        if event.key == "escape":
            self.dismiss(False)
        elif event.key == "n":
            self.begin()
        elif event.key == "K" and self._lacks_place:
            from ecrtui.tui.forms.vault_place import choose_place

            choose_place(self, self._session, self.begin)
        elif event.key == "y" and code is not None:
            self._copy(code.user_code)
        elif event.key == "a" and code is not None:
            self._copy(code.address_with_code or code.address)
        elif event.key == "o" and code is not None:
            self._open(code.address_with_code or code.address)
        else:
            return False
        return True

    def _copy(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        self.notify(safe(text), title="Copied", markup=False)

    def _open(self, address: str) -> None:
        if not browser.has_display():
            said = "There is no display here: open the address on another machine."
            self.notify(said, severity="warning", markup=False)
        elif not browser.open_address(address):
            self.notify("No browser could be opened.", severity="warning", markup=False)
