"""How far a deed has come, as text."""

from __future__ import annotations

from ecrtui.model.moving import Moment, Stage
from ecrtui.render.progress import progress
from ecrtui.render.text import fitted, safe

_BAR = 20


def bar_line(moment: Moment, room: int) -> str:
    """`[=====>    ] 12.4 of 182 MB, 38 MB/s, 0:04 left · 9f31c2a7 extracting`, cut to the room."""
    parts = [progress(moment.bytes, moment.total, moment.rate, moment.left)] if moment.total else []
    at_work = [part for part in moment.parts if part.stage is Stage.MOVING]
    if at_work:
        parts.append(f"{at_work[-1].name} {at_work[-1].note}".strip())
    elif moment.said:
        parts.append(moment.said)
    line = safe(" · ".join(parts))
    return fitted(f"{bar(moment)} {line}" if moment.total else line, room)


def bar(moment: Moment, width: int = _BAR) -> str:
    """A bar of plain ASCII."""
    full = int(width * min(1.0, moment.bytes / moment.total)) if moment.total else 0
    return f"[{'=' * full}{' ' * (width - full)}]"
