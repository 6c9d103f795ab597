"""Images that have a vulnerability: their columns, and how far it was looked in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ecrtui.errors import EcrtuiError
from ecrtui.model.affected import Affected, Looked
from ecrtui.model.usage import ImageUse
from ecrtui.render.columns import Cell, Column, plain
from ecrtui.render.images import short_digest, telling_tag
from ecrtui.render.registries import region_name
from ecrtui.render.scans import severity_cell
from ecrtui.render.standing import use_cell, use_key
from ecrtui.render.usage import place


def image_text(row: Affected) -> str:
    """What a person calls it: its telling tag; '' where it has none."""
    return telling_tag(row.tags)


def affected_columns(stands: Mapping[str, ImageUse]) -> list[Column[Affected]]:
    """The columns; those of uses only where something is known of them."""
    return [
        Column(
            "severity",
            "SEVERITY",
            lambda row: severity_cell(row.findings[0].severity),
            lambda row: str(row.findings[0].severity.rank),
        ),
        Column(
            "repo",
            "REPOSITORY",
            lambda row: plain(row.repository),
            lambda row: row.repository,
            flexible=True,
            natural=True,
        ),
        Column("image", "IMAGE", _image, lambda row: _image(row).text, widest=24, natural=True),
        *([_use(stands), _where(stands)] if stands else []),
        Column("package", "PACKAGE", _packages, lambda row: _packages(row).text, priority=4),
        Column("fixed", "FIXED IN", _fixed, lambda row: _fixed(row).text, priority=5, widest=24),
        Column("from", "FROM", _source, lambda row: row.source, priority=6),
        Column("region", "REGION", _region, lambda row: _region(row).text, priority=3),
        Column("account", "ACCOUNT", _account, lambda row: _account(row).text, priority=7),
    ]


def _image(row: Affected) -> Cell:
    platform = f" {row.platform}" if row.platform else ""
    name = image_text(row)
    return (
        plain(f"{name}{platform}") if name else Cell(f"{short_digest(row.digest)}{platform}", "dim")
    )


def _use(stands: Mapping[str, ImageUse]) -> Column[Affected]:
    return Column(
        "use",
        "USE",
        lambda row: use_cell(stands.get(row.digest)),
        lambda row: use_key(stands.get(row.digest)),
    )


def _where(stands: Mapping[str, ImageUse]) -> Column[Affected]:
    def text(row: Affected) -> str:
        return runs_text(stands.get(row.digest))

    return Column("runs", "RUNS IN", lambda row: plain(text(row)), text, priority=2, widest=26)


def runs_text(found: ImageUse | None) -> str:
    """`main/shop-api, web`: what runs it, or else names it."""
    if found is None:
        return ""
    running = [use for use in found.uses if use.running] or list(found.uses)
    return ", ".join(dict.fromkeys(place(use) for use in running))


def _packages(row: Affected) -> Cell:
    return plain(" ".join(dict.fromkeys(one.package for one in row.findings if one.package)))


def _fixed(row: Affected) -> Cell:
    return plain(" ".join(dict.fromkeys(one.fixed_in for one in row.findings if one.fixed_in)))


def _source(row: Affected) -> Cell:
    return Cell(row.source, "dim")


def _region(row: Affected) -> Cell:
    return Cell(region_name(row.registry), "dim")


def _account(row: Affected) -> Cell:
    return Cell(row.registry.account or row.registry.profile, "dim")


def looked_text(looked: Iterable[Looked], unlooked: int) -> str:
    """`Inspector in 2 regions · ECR: 300 of 2,975 images, 12 unknown · 1 place not looked at`."""
    rows = list(looked)
    ecr = [one for one in rows if one.total or one.why_not_inspector]
    inspector = len(rows) - len(ecr)
    parts = []
    if inspector:
        parts.append(f"Inspector in {inspector} region{'' if inspector == 1 else 's'}")
    if ecr:
        done, total = sum(one.done for one in ecr), sum(one.total for one in ecr)
        unknown = sum(one.unknown for one in ecr)
        told = f"ECR: {done:,} of {total:,} images"
        parts.append(f"{told}, {unknown:,} unknown" if unknown else told)
    if unlooked:
        parts.append(f"{unlooked} place{'' if unlooked == 1 else 's'} could not be looked at")
    return " · ".join(parts)


def looked_lines(looked: Iterable[Looked], unlooked: Iterable[Looked]) -> Iterator[str]:
    """For each registry by whose word, and how far; then what could not be looked at."""
    for one in looked:
        if one.why_not_inspector:
            unknown = f", {one.unknown:,} of them unknown" if one.unknown else ""
            told = f"ECR's scans of {one.done:,} images{unknown} ({one.why_not_inspector})"
        else:
            told = "all images, by Inspector's word"
        yield f"{one.registry.called}: {told}"
    for one in unlooked:
        problem = one.problem
        told = problem.sentence if isinstance(problem, EcrtuiError) else str(problem)
        called = one.registry.called if one.registry.region else ""
        yield f"{' '.join(filter(None, (called, one.where)))}: {told}"
