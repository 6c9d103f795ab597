"""The journal as text: what was changed, where, from what to what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from ecrtui.model.journal import KEY_CHANGES, ROLLS, Change, ChangeKind, Entry
from ecrtui.model.places import Outside
from ecrtui.render.ages import Times, instant, iso
from ecrtui.render.columns import Cell, Column, plain
from ecrtui.render.markdown import cell
from ecrtui.render.registries import region_name

_DIGEST = 19
"""`sha256:` and twelve digits, as docker shows."""
_SHORT = 8
"""Of these twelve, where there is little room."""
_WIDEST = 10
"""Columns of what was before and after; of a task definition the end tells most."""


def subject(change: Change) -> str:
    """`team/app:v1`, or the repository alone; of a key its credential, of a setting whose it is,
    of a roll what was rolled."""
    if change.workload:
        return change.workload
    if change.setting:
        return f"{change.setting} of {change.repository or 'the registry'}"
    if not change.repository and not isinstance(change.home, Outside):
        return change.home.profile
    if change.count:
        return f"{change.repository}, {change.count} image{'s' if change.count > 1 else ''}"
    tags = change.tag or " ".join(change.tags)
    return f"{change.repository}:{tags}" if tags else change.repository


def place(change: Change) -> str:
    """`prod eu-west-1`, or the host of a registry outside ECR."""
    home = change.home
    if isinstance(home, Outside):
        return home.where or home.transport.value
    return f"{home.profile or 'default'} {region_name(home)}"


def image_of(change: Change) -> str:
    """The digest of the image that it was about: as it is now, else as it was; '' for none."""
    if change.kind in KEY_CHANGES or change.kind is ChangeKind.SETTING:
        return ""
    if change.kind is ChangeKind.STORAGE_CLASS or change.kind in ROLLS:
        return change.digest
    return change.after or change.before or change.digest


def short(text: str) -> str:
    """The start of a digest's digits; a class as it is; of a document that there is one,
    of a task definition family and revision."""
    if text[:1] in ("{", "["):
        return "set"
    if text.startswith("arn:"):
        name = text.rpartition("/")[2]
        return name if len(name) <= _WIDEST else f"…{name[1 - _WIDEST :]}"
    text = text.rpartition("@")[2]
    return text.partition(":")[2][:_SHORT] if ":" in text else text or "-"


def deeds(entries: Iterable[Entry]) -> tuple[list[Entry], dict[str, list[Entry]]]:
    """Entries in their order without the images that went together, which stand, by the name of
    the entry that tells of all of them, in the second."""
    listed = list(entries)
    heads = {
        one.change.deed: one.id for one in listed if one.change.kind is ChangeKind.IMAGES_DELETED
    }
    below: dict[str, list[Entry]] = {}
    alone = []
    for one in listed:
        head = heads.get(one.change.deed, one.id) if one.change.deed else one.id
        if head == one.id:
            alone.append(one)
        else:
            below.setdefault(head, []).append(one)
    return alone, below


def journal_columns(times: Times) -> list[Column[Entry]]:
    """When, what, where, from what to what, by which command."""
    return [
        Column(
            "when",
            "WHEN",
            lambda row: plain(times.short(row.change.at)),
            lambda row: row.change.at,
            kind="age",
            right=True,
        ),
        Column("change", "CHANGE", _kind, lambda row: row.change.kind.value, priority=2),
        Column(
            "image",
            "IMAGE",
            lambda row: plain(subject(row.change)),
            lambda row: subject(row.change),
            flexible=True,
            natural=True,
        ),
        Column("before", "BEFORE", _before, lambda row: row.change.before, widest=_WIDEST),
        Column("after", "AFTER", _after, lambda row: row.change.after, widest=_WIDEST),
        Column(
            "place",
            "PLACE",
            lambda row: plain(place(row.change)),
            lambda row: place(row.change),
            priority=3,
        ),
        Column(
            "command",
            "COMMAND",
            lambda row: Cell(row.change.command, "dim"),
            lambda row: row.change.command,
            priority=4,
        ),
        Column("id", "ID", lambda row: Cell(row.id, "dim"), lambda row: row.id, priority=5),
    ]


_GONE = (
    ChangeKind.TAG_REMOVED,
    ChangeKind.IMAGE_DELETED,
    ChangeKind.IMAGES_DELETED,
    ChangeKind.REPOSITORY_DELETED,
    ChangeKind.KEY_DELETED,
)


def _kind(row: Entry) -> Cell:
    gone = row.change.kind in _GONE
    return Cell(row.change.kind.value, "warn" if gone else "")


def _before(row: Entry) -> Cell:
    return Cell(short(row.change.before), "dim")


def _after(row: Entry) -> Cell:
    return plain(short(row.change.after))


def entry_document(entry: Entry) -> dict[str, Any]:
    """One change as JSON: a place is a registry, or one outside ECR."""
    change = entry.change
    outside = isinstance(change.home, Outside)
    home = msgspec.to_builtins(change.home)
    return {
        "id": entry.id,
        "at": instant(change.at),
        "kind": change.kind.value,
        "registry": None if outside else home,
        "outside": home if outside else None,
        "repository": change.repository,
        "tag": change.tag,
        "setting": change.setting,
        "workload": change.workload,
        "ran": change.ran,
        "before": change.before,
        "after": change.after,
        "digest": change.digest,
        "command": change.command,
        "tags": list(change.tags),
        "deed": change.deed,
        "count": change.count,
    }


def journal_json(entries: Iterable[Entry]) -> str:
    """The whole list as a JSON document."""
    encoded = msgspec.json.encode([entry_document(entry) for entry in entries])
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def journal_markdown(entries: Iterable[Entry]) -> str:
    """A Markdown table with whole digests, for a report of an incident."""
    rows = ["| when | change | image | before | after | place | command |", f"|{' --- |' * 7}"]
    for entry in entries:
        change = entry.change
        cells = (
            iso(change.at),
            change.kind.value,
            subject(change),
            change.before,
            change.after,
            place(change),
            change.command,
        )
        rows.append(f"| {' | '.join(map(cell, cells))} |")
    return "\n".join(rows) + "\n"
