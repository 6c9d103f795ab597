"""Tags' moves and a repository's pushes as cells, lines and documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec

from ecrtui.model.image import Image
from ecrtui.model.tag_history import LastGood, TagMove, Witness
from ecrtui.model.usage import ImageUse
from ecrtui.render.ages import Times, instant, utc
from ecrtui.render.columns import Cell, Column, plain
from ecrtui.render.standing import use_cell, use_key

_SHORT = 12
"""Digits of a digest."""
_DAY = 86_400.0
_BARS = " ▁▂▃▄▅▆▇█"
_WEEKS = 26


class Moved(msgspec.Struct, frozen=True):
    """A move as a row, with what is known of the image."""

    move: TagMove
    present: bool = False
    """Whether the tag names that still."""
    there: bool | None = None
    """Whether the repository still has the image; None where nobody looked."""
    pushed: float | None = None
    """When the image was pushed; epoch seconds, UTC."""
    tags: tuple[str, ...] = ()
    """What else names the image now."""

    @property
    def names(self) -> tuple[str, ...]:
        """All tags that the image has now."""
        return (*self.tags, self.move.tag) if self.present else self.tags

    @property
    def key(self) -> str:
        """What tells rows apart."""
        return f"{self.move.at}/{self.move.tag}/{self.move.digest}/{self.move.witness.value}"


def moved(
    moves: Sequence[TagMove], images: Iterable[Image], there: set[str] | None = None
) -> list[Moved]:
    """Moves as rows, the newest first; `there` are digests known to be there, None for unknown."""
    rows = {image.image_digest: image for image in images}
    seen = set[str]()
    found = []
    for move in moves:
        row = rows.get(move.digest)
        known = None if there is None or not move.digest else move.digest in there
        found.append(
            Moved(
                move,
                move.tag not in seen,
                True if row else known,
                row.image_pushed_at if row else None,
                tuple(tag for tag in row.image_tags if tag != move.tag) if row else (),
            )
        )
        seen.add(move.tag)
    return found


def when(move: TagMove, times: Times) -> str:
    """When a tag moved: `2h`, or, where it was only seen later, `2h+`: that long ago or longer."""
    if move.witness is Witness.NOW:
        return "now"
    text = times.short(move.at)
    if move.witness is not Witness.SEEN:
        return text
    return f"by {text}" if times.absolute else f"{text}+"


def digest_of(row: Moved) -> str:
    """The start of the digest's digits; a dash for nothing."""
    return row.move.digest.partition(":")[2][:_SHORT] or "-"


def state_of(row: Moved) -> str:
    """What became of it, in a word."""
    if not row.move.digest:
        return "tag removed"
    if row.present:
        return "named now"
    if row.there is False:
        return "image gone"
    if row.tags:
        return f"is {' '.join(sorted(row.tags))}"
    return "untagged now" if row.there else ""


def move_columns(times: Times, stands: Mapping[str, ImageUse] | None = None) -> list[Column[Moved]]:
    """When, which tag, which image, what became of it, who says so, who did it; and how the image
    is used, where anything is known of that."""
    columns = _move_columns(times)
    if not stands:
        return columns
    known = stands
    use = Column[Moved](
        "use",
        "USE",
        lambda row: use_cell(known.get(row.move.digest)),
        lambda row: use_key(known.get(row.move.digest)),
    )
    return [*columns[:3], use, *columns[3:]]


def _move_columns(times: Times) -> list[Column[Moved]]:
    return [
        _aged("when", "WHEN", lambda row: when(row.move, times), lambda row: row.move.at),
        Column(
            "tag",
            "TAG",
            lambda row: Cell(row.move.tag, "" if row.move.digest else "dim"),
            lambda row: row.move.tag,
            flexible=True,
            natural=True,
        ),
        Column("image", "NAMED", _image, lambda row: row.move.digest, widest=_SHORT),
        Column("state", "THE IMAGE", _state, state_of, widest=24, priority=2),
        _aged(
            "pushed",
            "PUSHED",
            lambda row: times.short(row.pushed),
            lambda row: row.pushed or 0.0,
            priority=4,
        ),
        _dim("witness", "SAYS", lambda row: row.move.witness.value, priority=2),
        _dim("by", "BY", lambda row: who(row.move.by), priority=3),
    ]


def _aged(
    id: str,  # noqa: A002 - the column's own word
    title: str,
    text: Callable[[Moved], str],
    key: Callable[[Moved], float],
    priority: int = 1,
) -> Column[Moved]:
    cell: Callable[[Moved], Cell] = lambda row: plain(text(row))  # noqa: E731
    return Column(id, title, cell, key, kind="age", right=True, priority=priority)


def _dim(id: str, title: str, text: Callable[[Moved], str], priority: int) -> Column[Moved]:  # noqa: A002
    return Column(id, title, lambda row: Cell(text(row), "dim"), text, priority=priority)


def who(by: str) -> str:
    """The end of an ARN, which tells people apart: `role/ci/build-77`."""
    return by.partition(":assumed-role/")[2] or by.rpartition(":")[2]


def _image(row: Moved) -> Cell:
    return Cell(digest_of(row), "" if row.there is not False and row.move.digest else "dim")


def _state(row: Moved) -> Cell:
    text = state_of(row)
    return Cell(
        text, {"named now": "good", "image gone": "bad", "tag removed": "warn"}.get(text, "")
    )


def move_document(row: Moved) -> dict[str, Any]:
    """One move as JSON."""
    move = row.move
    return {
        "imageTag": move.tag,
        "imageDigest": move.digest or None,
        "at": instant(move.at),
        "witness": move.witness.name.lower(),
        "by": move.by or None,
        "now": row.present,
        "imagePushedAt": instant(row.pushed),
        "imageTags": list(row.tags) if row.there else None,
        "present": row.there,
    }


def last_good_document(good: LastGood | None) -> dict[str, Any] | None:
    """The image that was named or ran before, as JSON."""
    if good is None:
        return None
    return {
        "imageDigest": good.digest,
        "why": good.why,
        "since": instant(good.since),
        "until": instant(good.until),
        "witness": good.witness.name.lower() if good.witness else None,
        "present": good.there,
    }


def last_good_line(good: LastGood, times: Times) -> str:
    """`last good: sha256:9f31… (latest named it until 2h ago)`, and whether it is still there."""
    until = f" until {times.long(good.until)}" if good.until is not None else ""
    gone = "; the image is gone" if good.there is False else ""
    return f"last good: {good.digest} ({good.why}{until}{gone})"


def last_good_words(good: LastGood, times: Times) -> str:
    """`before: 9f31c2a7dd01 until 2h`, for an edge."""
    until = f" until {times.short(good.until)}" if good.until is not None else ""
    gone = ", gone" if good.there is False else ""
    return f"before: {good.digest.partition(':')[2][:_SHORT]}{until}{gone}"


def pushes(images: Iterable[Image]) -> dict[str, int]:
    """Images pushed by day (UTC), the oldest first; days without any are left out."""
    days: dict[str, int] = {}
    for image in images:
        at = instant(image.image_pushed_at)
        if at is not None:
            day = at.strftime("%Y-%m-%d")
            days[day] = days.get(day, 0) + 1
    return dict(sorted(days.items()))


def timeline(
    days: Mapping[str, int], now: float, weeks: int = _WEEKS, *, brief: bool = False
) -> str:
    """Pushes by week as bars, the last one ending today: `▁ ▃▂█▕ 37 pushed in 26 weeks, most 12
    a week`; the first words alone where it is to be brief."""
    counts = [0] * weeks
    today = instant(now) or datetime.now(timezone.utc)
    for day, count in days.items():
        back = (today.date() - datetime.strptime(day, "%Y-%m-%d").date()) // timedelta(days=7)
        if 0 <= back < weeks:
            counts[weeks - 1 - back] += count
    most = max(counts, default=0)
    bars = "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] if most else " " for count in counts)
    total = sum(counts)
    if brief:
        return f"{bars}▕ {total:,} in {weeks} weeks"
    older = sum(days.values()) - total
    more = f", {older:,} before" if older else ""
    busiest = f", most {most:,} a week" if total else ""
    return f"{bars}▕ {total:,} pushed in {weeks} weeks{busiest}{more}"


def trail_words(events: int | None, *, reading: bool, back_to: float | None) -> str:
    """How far CloudTrail was read."""
    if events is None:
        return "CloudTrail …" if reading else ""
    count = f"{events:,} events" if events != 1 else "1 event"
    if reading:
        return f"CloudTrail: {count} so far …"
    return f"CloudTrail: {count}" + (f", back to {utc(back_to)} UTC" if back_to else ", 90 days")
