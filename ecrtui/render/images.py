"""The columns of a list of images: a row for each thing a person means, and what folds under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Union

from ecrtui.model.artifacts import ArtifactKind, kind_of
from ecrtui.model.finding import ScanReport, Severity
from ecrtui.model.folding import ImageFamily, Member, is_index
from ecrtui.model.image import ACTIVE, Image
from ecrtui.model.local import LocalState
from ecrtui.model.manifest import Platform
from ecrtui.model.usage import ImageUse
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell, Column, plain
from ecrtui.render.scans import counts_cell
from ecrtui.render.sizes import size
from ecrtui.render.standing import use_cell, use_key

ImageRow = Union[ImageFamily, Member]  # noqa: UP007 - an alias is evaluated, also by Python 3.10

SHORT = 12
"""Digits of a digest that tell it from others on a screen, as docker shows them."""
_PLATFORMS_SHOWN = 3


def row_key(row: ImageRow) -> str:
    """The digest a row stands for."""
    return row.digest if isinstance(row, Member) else row.image.image_digest


def row_children(row: ImageRow) -> Sequence[ImageRow]:
    """What folds under a row."""
    return () if isinstance(row, Member) else row.members


def short_digest(digest: str) -> str:
    """The first digits, without the algorithm's name."""
    return digest.partition(":")[2][:SHORT] or digest[:SHORT]


def image_name(image: Image) -> str:
    """What a person calls it: its first tag, else the start of its digest."""
    return image.image_tags[0] if image.image_tags else short_digest(image.image_digest)


def telling_tag(tags: Sequence[str]) -> str:
    """The tag that says most of which image it is: `v2.14.1` rather than `latest` or `v2.14`."""
    numbered = [tag for tag in tags if any(map(str.isdigit, tag))]
    return max(numbered, default="") or next(iter(tags), "")


def image_columns(
    times: Times,
    local: Mapping[str, LocalState] | None = None,
    uses: Mapping[str, ImageUse] | None = None,
    scan_of: Callable[[ImageRow], ScanReport | None] | None = None,
) -> list[Column[ImageRow]]:
    """Tags, platforms, size, ages and status; see `model.folding` for the rows.

    `local` says by digest what the engine has; without any of it there is no column for it, and
    with it the last pull is what a narrow terminal does without. Likewise `uses` says how each
    image stands, and `scan_of` what scanning found in a row.
    """
    return [
        Column("tag", "TAGS", _tags, _tag_texts, flexible=True, natural=True),
        Column("platform", "PLATFORMS", _platforms, _platform_texts, priority=3, widest=20),
        Column("size", "SIZE", _size, _bytes, kind="size", right=True),
        _moment(times, "pushed", "image_pushed_at", "", 1),
        _moment(times, "pulled", "last_recorded_pull_time", "never", 5 if local else 2),
        *([_findings(scan_of)] if scan_of else []),
        *([_uses(uses)] if uses else []),
        *([_local(local)] if local else []),
        Column("status", "STATUS", _status, lambda row: _status(row).text, priority=4, widest=24),
        Column(
            "digest",
            "DIGEST",
            lambda row: Cell(short_digest(row_key(row)), "dim"),
            row_key,
            priority=6,
        ),
    ]


def _findings(scan_of: Callable[[ImageRow], ScanReport | None]) -> Column[ImageRow]:
    """The worst counts; sorted by them, and found by the words of a status, `C1`, `clean`."""

    def cell(row: ImageRow) -> Cell:
        found = scan_of(row)
        if found is not None:
            return counts_cell(found)
        unread = isinstance(row, ImageFamily) and row.manifest is None and is_index(row.image)
        return Cell("…", "dim") if unread else Cell("")

    def key(row: ImageRow) -> Sequence[str]:
        """What it sorts by, then what it is found by: `findings:c*`, `findings:clean`."""
        found = scan_of(row)
        if found is None:
            return ("",)
        counts = (found.counts.get(one.value, 0) for one in Severity)
        weight = "".join(f"{min(count, 9999):04}" for count in counts)
        text = counts_cell(found).text
        return (weight if found.known else "", text, *text.split())

    return Column("findings", "FINDINGS", cell, key, priority=2, widest=14)


def _moment(
    times: Times, name: str, attribute: str, unknown: str, priority: int
) -> Column[ImageRow]:
    def value(row: ImageRow) -> float | None:
        return getattr(row.image, attribute, None)

    def cell(row: ImageRow) -> Cell:
        if row.image is None:
            return plain("")
        text = times.short(value(row))
        return plain(text) if text else Cell(unknown, "dim")

    title = name.upper()
    return Column(name, title, cell, value, kind="age", priority=priority, right=True)


def _uses(stands: Mapping[str, ImageUse]) -> Column[ImageRow]:
    """Five columns: it stays at 80."""

    def cell(row: ImageRow) -> Cell:
        return use_cell(stands.get(row_key(row)))

    def rank(row: ImageRow) -> str:
        return use_key(stands.get(row_key(row)))

    return Column("use", "USE", cell, rank)


_LOCAL_STYLES = {
    LocalState.HERE: "good",
    LocalState.OLDER: "warn",
    LocalState.OTHER: "warn",
    LocalState.UNSURE: "dim",
}


def _local(states: Mapping[str, LocalState]) -> Column[ImageRow]:
    """A few columns wide: it stays at 80."""

    def cell(row: ImageRow) -> Cell:
        state = states.get(row_key(row))
        return Cell(state.value, _LOCAL_STYLES[state]) if state is not None else Cell("")

    return Column("local", "LOCAL", cell, lambda row: cell(row).text, priority=2)


def _tags(row: ImageRow) -> Cell:
    if isinstance(row, Member):
        return plain(row.platform or row.role)
    if not row.image.image_tags:
        return Cell(f"(untagged) {short_digest(row.image.image_digest)[:8]}", "dim")
    return plain(" ".join(row.image.image_tags))


def _tag_texts(row: ImageRow) -> Sequence[str]:
    if isinstance(row, Member):
        return (row.platform or row.role,)
    return row.image.image_tags or ("untagged",)


def _platforms(row: ImageRow) -> Cell:
    if isinstance(row, Member):
        return Cell(short_digest(row.digest), "dim")
    if row.manifest is not None:
        return plain(_joined([p.platform for p in row.manifest.platforms if p.platform]))
    return Cell("…", "dim") if is_index(row.image) else plain("")


def _platform_texts(row: ImageRow) -> Sequence[str]:
    if isinstance(row, Member) or row.manifest is None:
        return ()
    return tuple(str(child.platform) for child in row.manifest.platforms if child.platform)


def _joined(platforms: Sequence[Platform]) -> str:
    """`amd64+arm64` when all are Linux, else with their systems."""
    linux = all(platform.os == "linux" for platform in platforms)
    names = [
        f"{platform.architecture}{'/' + platform.variant if platform.variant else ''}"
        if linux
        else str(platform)
        for platform in platforms
    ]
    names = list(dict.fromkeys(names))
    more = len(names) - _PLATFORMS_SHOWN
    return "+".join(names[:_PLATFORMS_SHOWN]) + (f" +{more}" if more > 0 else "")


def _bytes(row: ImageRow) -> int | None:
    return row.image.image_size_in_bytes if row.image is not None else None


def _size(row: ImageRow) -> Cell:
    return plain(size(_bytes(row)))


def _status(row: ImageRow) -> Cell:
    image = row.image
    if image is None:
        return Cell("")
    if image.archived:
        return Cell("archived", "warn")
    if image.image_status != ACTIVE:
        return Cell(image.image_status.lower(), "warn")
    kind = kind_of(image.artifact_media_type, image.image_manifest_media_type)
    if kind not in (ArtifactKind.IMAGE, ArtifactKind.INDEX):
        return Cell(kind.value, "accent")
    may = isinstance(row, ImageFamily) and row.may_belong_to_index
    return Cell("in an index?", "dim") if may else Cell("")
