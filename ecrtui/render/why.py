"""Checks of why an image cannot be pulled, as lines, cells and documents."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from ecrtui.model.check import Check, State, may_be_pulled
from ecrtui.model.pull_failures import Explained
from ecrtui.render.columns import Cell
from ecrtui.render.lines import TextLine, broken
from ecrtui.render.text import safe

SIGNS = {State.PASSED: "✓", State.FAILED: "✗", State.UNKNOWN: "?"}
STYLES = {State.PASSED: "good", State.FAILED: "bad", State.UNKNOWN: "warn"}
_NAMES = 10
"""Columns that a check's name takes."""


def sign(check: Check) -> Cell:
    """How it ended, in one sign and its style."""
    return Cell(SIGNS[check.state], STYLES[check.state])


def sentence(check: Check) -> str:
    """What is so, and whom it is about."""
    return f"{check.about}: {check.detail}" if check.about else check.detail


def check_lines(check: Check, columns: int) -> Iterator[Cell]:
    """A check as lines of so many columns; what to do stands under what is so."""
    head = f"{SIGNS[check.state]} {check.id:<{_NAMES}} "
    room = max(20, columns - len(head))
    for number, line in enumerate(_wrapped(sentence(check), room)):
        yield Cell((head if not number else " " * len(head)) + line, STYLES[check.state])
    if check.fix and check.state is not State.PASSED:
        for number, line in enumerate(_wrapped(check.fix, room - 2)):
            yield Cell(" " * len(head) + ("→ " if not number else "  ") + line)


def check_text(check: Check, columns: int) -> list[TextLine]:
    """A check as lines of the explorer's texts, of which Enter leads to what it is about."""
    style = STYLES[check.state]
    head = (Cell(f"  {SIGNS[check.state]} {check.id:<{_NAMES}} ", style),)
    told = sentence(check)
    plain = "" if check.state is State.PASSED else style
    lines = broken(head, told, columns, style=plain, copy=told, leads=check.id)
    if check.fix and check.state is not State.PASSED:
        indent = (Cell(" " * (_NAMES + 5) + "→ "),)
        lines += broken(indent, check.fix, columns, style="dim", copy=check.fix, leads=check.id)
    return lines


def verdict(checks: Sequence[Check], *, done: bool = True) -> str:
    """The answer in a sentence."""
    failed = [check.id for check in checks if check.state is State.FAILED]
    if failed:
        return f"it cannot be pulled: {', '.join(dict.fromkeys(failed))}"
    if not done:
        return "looking …"
    doubts = [check.id for check in checks if check.state is State.UNKNOWN]
    if may_be_pulled(checks) is None:
        return f"nothing speaks against it; not known: {', '.join(dict.fromkeys(doubts))}"
    return "it should be pullable"


def explained_lines(explained: Explained, columns: int) -> Iterator[str]:
    """What a text means, as lines."""
    yield safe(explained.cause)
    rows = [("means", explained.meaning), ("do", explained.fix), ("image", explained.image)]
    rows += [("who", explained.who), ("action", explained.action)]
    rows += [("platform", explained.platform), ("said", explained.said)]
    for label, text in rows:
        for number, line in enumerate(_wrapped(text, max(20, columns - 12)) if text else ()):
            yield f"  {label if not number else '':<8}  {line}"


def explained_document(explained: Explained | None) -> dict[str, Any] | None:
    """What a text means, as JSON."""
    if explained is None:
        return None
    return {
        "cause": explained.cause,
        "meaning": explained.meaning,
        "fix": explained.fix,
        "pulling": explained.pulling,
        "said": explained.said,
        "image": explained.image or None,
        "who": explained.who or None,
        "action": explained.action or None,
        "platform": explained.platform or None,
    }


def check_document(check: Check) -> dict[str, Any]:
    """One check as JSON."""
    return {
        "id": check.id,
        "state": check.state.value,
        "about": check.about or None,
        "detail": check.detail or None,
        "fix": check.fix or None,
        "missing": check.missing or None,
    }


def _wrapped(text: str, columns: int) -> list[str]:
    """Digests and ARNs stay whole, to be copied."""
    lines = textwrap.wrap(safe(text), columns, break_on_hyphens=False, break_long_words=False)
    return lines or [""]
