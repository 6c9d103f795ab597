"""Starting the explorer as a person does, and the words for what its screen shows."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ecrtui.sandbox.server import Sandbox
from tests.canaries import watching
from tests.terminal.program import Seen, Terminal

SMALL, MIDDLE, LARGE = (80, 24), (120, 36), (200, 50)
"""Sizes of a terminal, columns and rows; the first is a first-class one."""
# A terminal tells a lone escape from the start of a key by the silence behind it: wait after it.
ENTER, ESCAPE, TAB, DOWN = "\r", "\x1b", "\t", "\x1b[B"
QUIT, INTERRUPT, SLEEP, PALETTE, SEARCH = "\x11", "\x03", "\x1a", "\x10", "\x06"
REDRAW = "\x0c"
COMMAND = (sys.executable, "-m", "ecrtui")


class Explorer:
    """A sandbox and a home; `start` opens the explorer there."""

    def __init__(self, sandbox: Sandbox, home: Path) -> None:
        self.sandbox = sandbox
        self.home = home
        self.temporary = home / "tmp"
        self.temporary.mkdir(parents=True)

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of this machine's but where programs are."""
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "TMPDIR": str(self.temporary),
            "DOCKER_HOST": f"unix://{self.home}/no-engine",
            **self.sandbox.env,
            **watching.variables(),
        }

    @property
    def state(self) -> Path:
        """Where the explorer keeps what it remembers, its logs and its reports."""
        return self.home / "state" / "ecrtui"

    def configure(self, settings: str) -> None:
        """Write its settings file."""
        folder = self.home / "config" / "ecrtui"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "settings.toml").write_text(settings)

    def start(
        self,
        *arguments: str,
        size: tuple[int, int] = SMALL,
        term: str = "xterm-256color",
        **variables: str | None,
    ) -> Terminal:
        """Open it, with these variables or, where they are None, without; its terminal."""
        wanted = {**self.environment, **variables}
        environment = {name: value for name, value in wanted.items() if value is not None}
        return Terminal([*COMMAND, *arguments], environment, size=size, term=term, frames=True)


def shows(*texts: str) -> Seen:
    """Whether all of the texts are on the screen."""
    return lambda lines: all(any(text in line for line in lines) for text in texts)


def lacks(*texts: str) -> Seen:
    """Whether none of the texts is on the screen."""
    return lambda lines: not any(text in line for line in lines for text in texts)


def both(*seen: Seen) -> Seen:
    """Whether all of it is so."""
    return lambda lines: all(one(lines) for one in seen)


READ = shows("read 0s ago")
"""The place has been read to its end."""
