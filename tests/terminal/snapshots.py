"""Pictures of the screen as text, kept beside the tests and compared exactly.

ECRTUI_UPDATE_SNAPSHOTS=1 writes them anew; look at what changed before it is kept.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.terminal.program import NeverSeen, Seen, Terminal

_FOLDER = Path(__file__).parent / "snapshots"
_PORT = re.compile(r"(?<=127\.0\.0\.1:)\d{5}")
"""The system chooses where a sandbox's registries listen."""
_TOOK = re.compile(r"(?<=fetched, )\d+\.\d s")
"""How long a reading took."""
_MOMENT = re.compile(r"\d\d:\d\d:\d\d(?=  )")
"""When a line of a log was said."""
_LASTED = re.compile(r"(?<=(?:running|stopped) )\d:\d\d")
"""How long a job has been at work; nothing else differs between runs."""
_USER_CODE = re.compile(r"\b[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}\b")
"""What a portal has a person confirm."""
_LEFT = re.compile(r"\b\d+:\d\d(?= left)")
_QR = re.compile(r"█[█▀▄ ]{30,}█|▀{30,}")
"""A line of a QR code, whose sides are light."""


class Album:
    """The pictures of one size of terminal, `80x24` for instance, in one folder."""

    def __init__(self, terminal: Terminal, name: str) -> None:
        self._terminal = terminal
        self._folder = _FOLDER / name

    def page(self, name: str, seen: Seen, *, still: bool = True) -> None:
        """Wait until the screen is what was kept under a name, and stays so.

        `seen` says in a word or two that it is complete; the first picture is taken by it.
        What counts seconds is not `still`, and stays no longer than it takes to see it.
        """
        file = self._folder / f"{name}.txt"
        if os.environ.get("ECRTUI_UPDATE_SNAPSHOTS") == "1":
            self._look(seen, name)
            self._folder.mkdir(parents=True, exist_ok=True)
            file.write_text(self._picture(self._terminal.lines), encoding="utf-8")
            return
        kept = file.read_text(encoding="utf-8")
        try:
            if self._picture(self._terminal.lines) != kept:
                self._terminal.wait(lambda lines: self._picture(lines) == kept, name, patience=20)
        except NeverSeen:
            shown = self._picture(self._terminal.lines)
            assert shown.splitlines() == kept.splitlines(), file
        if still:
            self._terminal.settle()
            assert self._picture(self._terminal.lines) == kept, file

    def _look(self, seen: Seen, name: str) -> None:
        """A place may look complete for a moment, in the middle of a frame."""
        self._terminal.settle()
        while not seen(self._terminal.lines):
            self._terminal.wait(seen, f"what {name} needs")
            self._terminal.settle()

    @staticmethod
    def _picture(lines: list[str]) -> str:
        shown = (_without_chance(line).rstrip() for line in lines)
        return "\n".join(shown) + "\n"


def _without_chance(line: str) -> str:
    line = _TOOK.sub("0.0 s", _PORT.sub("PORT·", line))
    line = _QR.sub(lambda found: "▒" * len(found[0]), line)
    line = _LEFT.sub("10:00", _USER_CODE.sub("CODE-CODE", line))
    return _LASTED.sub("0:00", _MOMENT.sub("00:00:00", line))
