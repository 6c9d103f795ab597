"""Foreign text in Markdown as GitHub and GitLab render it: shown as it is, never obeyed.

What may mean something there (emphasis, links, images, HTML, names of people or issues, emoji) is
put into a code span, in which nothing does (GitHub Flavored Markdown, code spans; tables).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_WITHIN_A_WORD = re.compile(r"(?<=[A-Za-z0-9])_+(?=[A-Za-z0-9])")
_EMOJI = r":(?:[a-z0-9_+-]*[a-z][a-z0-9_+-]*|[+-]1|100|1234):"
"""A time of day has two colons as well."""
_MEANS_SOMETHING = re.compile(rf"[\\`*_\[\]<>~#@&$!|]|www\.|://|{_EMOJI}")
_TICKS = re.compile(r"`+")


def cell(text: str) -> str:
    """A table's cell, on one line."""
    told = " ".join(text.split())
    if not _MEANS_SOMETHING.search(_WITHIN_A_WORD.sub("", told)):
        return told
    return code(told).replace("|", "\\|")  # a bar ends the cell, also within a code span


def code(text: str) -> str:
    """A code span of any text on one line, fenced by more ticks than stand in it."""
    ticks = "`" * (_longest([text]) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def fenced(lines: Iterable[str], kind: str = "") -> Iterator[str]:
    """A block of code, its fence longer than any in it."""
    kept = list(lines)
    fence = "`" * max(3, _longest(kept) + 1)
    yield f"{fence}{kind}"
    yield from kept
    yield fence


def _longest(lines: Iterable[str]) -> int:
    """Ticks in a row."""
    return max((len(run) for line in lines for run in _TICKS.findall(line)), default=0)
