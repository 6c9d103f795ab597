"""The table in docs/performance.md, between its markers."""

from __future__ import annotations

import os
import platform
from datetime import datetime, timezone

from bench.figures import Figure, markdown
from bench.programs import ROOT

_PAGE = ROOT / "docs" / "performance.md"
_BEGIN, _END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"


def write(figures: list[Figure]) -> None:
    """Put the table and the circumstances in place of those before."""
    before, _, rest = _PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    body = f"{_circumstances()}\n\n{markdown(figures)}"
    _PAGE.write_text(before + _BEGIN + body + _END + after, encoding="utf-8")


def _circumstances() -> str:
    day = datetime.now(timezone.utc).date().isoformat()
    return f"Measured {day}, Python {platform.python_version()}, {os.cpu_count()} cores."
