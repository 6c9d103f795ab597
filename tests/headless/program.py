"""The real program as a subprocess."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.canaries.watching import shown

COMMAND = [sys.executable, "-m", "ecrtui"]
_PRINTS_KEYS = ("credentials", "process")


def ecrtui(
    *arguments: str,
    home: Path | None = None,
    env: Mapping[str, str] | None = None,
    given: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run it in this process's environment, its files under `home`; `given` is its stdin."""
    environment = {**os.environ, **(env or {})}
    if home is not None:
        environment["ECRTUI_HOME"] = str(home)
    done = subprocess.run(
        [*COMMAND, *arguments],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        start_new_session=True,  # no terminal that a question could go to
    )
    if arguments[:2] != _PRINTS_KEYS:
        shown(f"stdout of {arguments}", done.stdout)
    shown(f"stderr of {arguments}", done.stderr)
    return done


def answer(*arguments: str, home: Path | None = None) -> Any:
    """The JSON document a successful run prints."""
    done = ecrtui(*arguments, "--json", home=home)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
