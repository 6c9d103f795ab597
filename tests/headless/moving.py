"""The real program while it moves an image: started, looked at, stopped from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.headless.program import COMMAND

_PATIENCE = 60.0


class Moving:
    """One run of the program."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.pid = process.pid

    def until(self, so: Callable[[], object]) -> None:
        """Wait until something is so, while it runs."""
        ends = time.monotonic() + _PATIENCE
        while not so():
            assert self._process.poll() is None, self._told()
            assert time.monotonic() < ends, "it never came so far"
            time.sleep(0.02)

    def end(self, number: signal.Signals | None = None) -> tuple[int, str, str]:
        """Its exit code, stdout and stderr, after a signal where one is given."""
        if number is not None:
            self._process.send_signal(number)
        out, said = self._process.communicate(timeout=_PATIENCE)
        return self._process.returncode, out, said

    def outcome(self) -> Any:
        """The document of a run that ends well."""
        code, out, said = self.end()
        assert code == 0, said
        return json.loads(out)

    def _told(self) -> str:
        return str(self._process.communicate())


@contextmanager
def moving(*arguments: str, home: Path, env: Mapping[str, str] | None = None) -> Iterator[Moving]:
    """Start it; nothing of it is left running."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        env={**os.environ, **(env or {}), "ECRTUI_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield Moving(process)
    finally:
        process.kill()
        process.communicate()
