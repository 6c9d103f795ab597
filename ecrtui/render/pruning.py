"""Images that go and images that stay, each with its reason: words, cells, documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from ecrtui.model.image import Image
from ecrtui.model.prune import MATTERS, Fate, Why, used_by
from ecrtui.model.usage import ImageUse
from ecrtui.render.ages import Times, instant
from ecrtui.render.columns import Cell, Column, plain
from ecrtui.render.images import image_name, short_digest
from ecrtui.render.sizes import size
from ecrtui.render.standing import NAMES, use_cell, why_unknown

_OF = {
    Why.CHILD: "goes with {}",
    Why.REFERRER: "refers to {}, which goes",
    Why.HELD: "listed by {}, which stays",
    Why.PART: "part of {}, which stays",
    Why.SUBJECT_STAYS: "refers to {}, which stays",
}
_SIMPLE = {
    Why.RULES: "meant by the rules",
    Why.NAMED: "named",
    Why.EVERYTHING: "its repository goes",
    Why.MAY_BELONG: "may belong to an index that was not read",
    Why.MAY_REFER: "its manifest, which was not read, may refer to one that stays",
    Why.LEFT_OUT: "left out",
    Why.NEWEST: "among the newest",
    Why.TAGGED: "its tags are not meant",
    Why.UNTAGGED: "untagged images are not meant",
    Why.YOUNG: "pushed too lately",
    Why.PULLED: "it was pulled",
    Why.NOT_ARCHIVED: "not archived",
    Why.NOT_NAMED: "not named",
    Why.ARCHIVED: "archived already",
}
_TAG = {
    Why.KEPT_TAG: "its tag {} is kept",
    Why.OTHER_TAG: "its tag {} is not meant",
    Why.OWN_TAG: "it has a tag of its own, {}",
}


def reason(fate: Fate, rows: Mapping[str, Image]) -> str:
    """Why it goes or stays, in a few words; `rows` are the images that reasons speak of."""
    told = _reason(fate, rows)
    if fate.taken_in and fate.use is not None and fate.why not in (Why.CHILD, Why.REFERRER):
        return f"{told}, though {_use(fate.use)}"
    return told


def _reason(fate: Fate, rows: Mapping[str, Image]) -> str:
    why = fate.why
    if why in _OF:
        named = [image_name(rows[one]) if one in rows else short_digest(one) for one in fate.of]
        more = f" and {len(named) - 1} more" if len(named) > 1 else ""
        return _OF[why].format(f"{named[0]}{more}" if named else "another")
    if why in _TAG:
        return _TAG[why].format(fate.tag)
    if fate.to_be_named:
        return _use(fate.use)
    return _SIMPLE[why]


def _use(use: ImageUse | None) -> str:
    """`in use: ECS service checkout and 2 more`."""
    if use is None or not use.in_use:
        return f"use {why_unknown(use)}"
    return f"in use: {used_by(use)}"


def told(fates: Sequence[Fate]) -> list[Fate]:
    """What a person reads of a plan: all that goes, the newest first and what goes with it below;
    then what stays although it might have gone."""
    going = [fate for fate in fates if fate.goes]
    below = defaultdict[str, list[Fate]](list)
    for fate in going:
        below[next(iter(fate.of), "")].append(fate)
    below[""].sort(key=lambda fate: -(fate.image.image_pushed_at or 0))
    ordered: dict[str, Fate] = {}
    waiting = list(reversed(below[""]))
    while waiting:
        fate = waiting.pop()
        ordered[fate.digest] = fate
        waiting += [one for one in below[fate.digest] if one.digest not in ordered]
    staying = [fate for fate in fates if not fate.goes and fate.why in MATTERS]
    return [*ordered.values(), *(one for one in going if one.digest not in ordered), *staying]


def names(fate: Fate) -> str:
    """All tags, or the start of the digest."""
    return " ".join(fate.image.image_tags) or short_digest(fate.digest)


def fate_columns(times: Times, rows: Mapping[str, Image]) -> list[Column[Fate]]:
    """Whether it goes, which it is, how large and old, whether it is used, why."""
    return [
        Column("fate", "FATE", lambda row: Cell(word(row), _style(row)), word),
        Column("image", "IMAGE", _named, names, flexible=True, natural=True),
        Column(
            "size",
            "SIZE",
            lambda row: plain(size(_bytes(row))),
            _bytes,
            kind="size",
            right=True,
            priority=2,
        ),
        Column(
            "pushed",
            "PUSHED",
            lambda row: plain(times.short(_pushed(row))),
            _pushed,
            kind="age",
            right=True,
            priority=3,
        ),
        Column(
            "use",
            "USE",
            lambda row: use_cell(row.use),
            lambda row: use_cell(row.use).text,
            priority=4,
        ),
        Column(
            "why",
            "WHY",
            lambda row: Cell(reason(row, rows), "warn" if row.taken_in else "dim"),
            lambda row: reason(row, rows),
            widest=44,
        ),
    ]


def _bytes(fate: Fate) -> int | None:
    return fate.image.image_size_in_bytes


def _pushed(fate: Fate) -> float | None:
    return fate.image.image_pushed_at


def word(fate: Fate) -> str:
    """`goes?` where an index that was not read may list it: the registry keeps it then."""
    if not fate.goes:
        return "stays"
    return "goes?" if fate.unsure else "goes"


def _style(fate: Fate) -> str:
    return "bad" if fate.goes else "good"


def _named(fate: Fate) -> Cell:
    return Cell(names(fate), "" if fate.image.image_tags else "dim")


def fate_document(fate: Fate) -> dict[str, Any]:
    """One image of a plan as JSON: keys of images are the API's."""
    image, use = fate.image, fate.use
    return {
        "imageDigest": image.image_digest,
        "imageTags": list(image.image_tags),
        "imageSizeInBytes": image.image_size_in_bytes,
        "imagePushedAt": instant(image.image_pushed_at),
        "lastRecordedPullTime": instant(image.last_recorded_pull_time),
        "goes": fate.goes,
        "why": fate.why.value,
        "of": list(fate.of),
        "tag": fate.tag,
        "use": NAMES[use.standing] if use is not None else "unknown",
        "takenIn": fate.taken_in,
        "unsure": fate.unsure,
    }
