"""How far a deed has come, as text."""

from __future__ import annotations

from collections.abc import Sequence

from ecrtui.model.moving import Moment, Stage
from ecrtui.render.progress import duration, progress
from ecrtui.render.sizes import size
from ecrtui.render.text import ELLIPSIS, fitted, safe, width

_BAR = 20
_LEAST = 8
"""Columns of a bar, at most and at least."""


def bar_line(moment: Moment, room: int, *, ascii_only: bool = True) -> str:
    """`▕█████    ▏ 12.4 of 182 MB, 38 MB/s, 0:04 left · 9f31c2a7 extracting`, cut to the room."""
    doing = safe(at_work(moment))
    dot = "-" if ascii_only else "·"
    if not moment.total:
        told = f" {dot} ".join(filter(None, (come(moment), doing)))
        return _cut(told, room, ascii_only=ascii_only)
    told = progress(moment.bytes, moment.total, moment.rate, moment.left)
    columns = min(_BAR, room - width(told) - 3)
    drawn = f"{bar(moment, columns, ascii_only=ascii_only)} " if columns >= _LEAST else ""
    line = f"{drawn}{told} {dot} {doing}" if doing else f"{drawn}{told}"
    return _cut(line, room, ascii_only=ascii_only)


def _cut(line: str, room: int, *, ascii_only: bool) -> str:
    text = fitted(line, room).rstrip()
    return text.replace(ELLIPSIS, "~") if ascii_only else text


def come(moment: Moment) -> str:
    """`12.4 MB, 38 MB/s`: of what nobody knows how long it will be; '' where nothing has come."""
    rate = f", {size(int(moment.rate))}/s" if moment.rate > 0 else ""
    return f"{size(moment.bytes)}{rate}" if moment.bytes else ""


def at_work(moment: Moment) -> str:
    """What is being done: a part with bytes to come, one that has all of its own and is unpacked,
    else the last line of the log. Foreign text. What waits for the person does nothing else."""
    if moment.waits:
        return f"waits for {moment.waits}"
    moving = [part for part in moment.parts if part.stage is Stage.MOVING]
    moving.sort(key=lambda part: part.bytes < part.total)
    return f"{moving[-1].name} {moving[-1].note}".strip() if moving else moment.said


def jobs_line(moments: Sequence[Moment], room: int) -> str:
    """`2 jobs ▕███████▏ 71% 38 MB/s 0:12`: all of them together."""
    whole = Moment(
        bytes=sum(one.bytes for one in moments),
        total=sum(one.total for one in moments),
        rate=sum(one.rate for one in moments),
    )
    parts = ["1 job" if len(moments) == 1 else f"{len(moments)} jobs"]
    if whole.total:
        parts += [bar(whole, _BAR, ascii_only=False), f"{percent(whole)}%"]
        parts += [f"{size(int(whole.rate))}/s"] if whole.rate else []
        parts += [duration(whole.left)] if whole.left is not None else []
        parts += [at_work(one) for one in moments if one.waits][:1]
    else:
        parts += [at_work(one) for one in moments[:1]]
    return fitted(safe(" ".join(parts)), room).rstrip()


def percent(moment: Moment) -> int:
    """0 to 100; 100 only when all is there."""
    return int(100 * min(1.0, moment.bytes / moment.total)) if moment.total else 0


def bar(moment: Moment, columns: int = _BAR, *, ascii_only: bool = True) -> str:
    """A bar of so many columns and its two ends."""
    full = int(columns * min(1.0, moment.bytes / moment.total)) if moment.total else 0
    if ascii_only:
        return f"[{'=' * full}{' ' * (columns - full)}]"
    return f"▕{'█' * full}{' ' * (columns - full)}▏"
