"""What amazon-ecr-credential-helper documents, point by point, and which test is about each.

The points are the rows of docs/credentials.md; a test takes one by `@point("...")`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T", bound=Callable[..., object])

PAGE = Path(__file__).parents[2] / "docs/credentials.md"
TESTED: set[str] = set()


def point(name: str) -> Callable[[T], T]:
    """A test of what the page says of this."""

    def known(test: T) -> T:
        TESTED.add(name)
        return test

    return known


def documented() -> set[str]:
    """The points on the page."""
    section = (
        PAGE.read_text().partition("Beside amazon-ecr-credential-helper")[2].partition("## ")[0]
    )
    rows = re.findall(r"^\| ([^|]+?) \|", section, re.MULTILINE)
    return {row for row in rows if row.strip("-") not in ("", "point")}
