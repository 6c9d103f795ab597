"""TOML, whose parser is imported when there is some to read: most people have no such file."""

from __future__ import annotations

import sys
from typing import Any


def parsed(text: str) -> dict[str, Any]:
    """A document as a dictionary. Raises ValueError."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    document: dict[str, Any] = tomllib.loads(text)
    return document
