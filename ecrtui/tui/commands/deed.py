"""What doing a command means: a function of the screen, and when it is impossible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


def always(_: Any) -> str:
    """Nothing stands in the way."""
    return ""


class Deed(NamedTuple):
    """What one command does on the screen it is given."""

    run: Callable[[Any], None]
    refusal: Callable[[Any], str] = always
    """Why it is impossible now, as a sentence; '' when it is possible."""
