"""Going on after a stop that nobody announced (SIGSTOP): Textual would start its driver twice."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from textual.app import App


def only_from_sleep(app: App[Any]) -> None:
    """Let SIGCONT start the driver after ctrl+z alone; else all is drawn anew.

    Textual 8.2.8 starts it at every SIGCONT. After a bare SIGSTOP it runs already: a second input
    thread would never end, nor the program, and the terminal would not be given back.
    """
    driver: Any = app._driver
    start = signal.getsignal(signal.SIGCONT) if hasattr(signal, "SIGCONT") else None
    if not callable(start) or not hasattr(driver, "_must_signal_resume"):
        return

    def woken(number: int, frame: FrameType | None) -> None:
        if driver._must_signal_resume:
            start(number, frame)
        else:
            app.call_later(app.run_action, "draw_anew")

    signal.signal(signal.SIGCONT, woken)
