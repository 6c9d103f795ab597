"""The person's browser, where there is a display to have one on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

_SECRETS = ("AWS_", "ECRTUI_")
"""How names of variables begin that a browser does not need."""


def has_display(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a browser opened here would be seen by whoever sits at this terminal."""
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return False
    if sys.platform in ("darwin", "win32"):
        return True
    shown = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    return bool(shown) and shutil.which("xdg-open") is not None


def open_address(address: str) -> bool:
    """Have the desktop open it; False where that cannot be begun, or is no address of the web.

    It waits for nothing, and what a browser prints comes to no terminal.
    """
    if not address.startswith(("https://", "http://")):
        return False
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)
    }
    try:
        if sys.platform == "win32":
            os.startfile(address)  # noqa: S606 - the address alone
            return True
        subprocess.Popen(  # noqa: S603 - the desktop's own opener
            [opener, address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=environment,
        )
    except OSError:
        return False
    return True
