"""The columns of a list of repositories: what DescribeRepositories tells."""

from __future__ import annotations

from ecrtui.model.repository import Repository
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell, Column, plain

_MUTABILITY = {
    "MUTABLE": Cell("mutable", "dim"),
    "IMMUTABLE": plain("immutable"),
    "MUTABLE_WITH_EXCLUSION": plain("mutable but"),
    "IMMUTABLE_WITH_EXCLUSION": plain("immutable but"),
}


def repository_columns(times: Times) -> list[Column[Repository]]:
    """Name, age, whether tags may move, scanning, encryption, and the URI to find it by."""
    return [
        Column(
            "name",
            "REPOSITORY",
            lambda row: plain(row.repository_name),
            lambda row: row.repository_name,
            flexible=True,
            natural=True,
        ),
        Column(
            "mutability",
            "MUTABILITY",
            _mutability,
            lambda row: _mutability(row).text,
            priority=2,
            widest=14,
        ),
        Column("scan", "SCAN", _scanning, lambda row: _scanning(row).text, priority=4),
        Column("key", "ENCRYPTION", _encryption, lambda row: _encryption(row).text, priority=3),
        Column(
            "created",
            "CREATED",
            lambda row: plain(times.short(row.created_at)),
            lambda row: row.created_at,
            kind="age",
            priority=2,
            right=True,
        ),
    ]


def _mutability(row: Repository) -> Cell:
    known = _MUTABILITY.get(row.image_tag_mutability)
    if known is None:
        return Cell(row.image_tag_mutability.lower(), "dim")
    filters = [one.filter for one in row.image_tag_mutability_exclusion_filters]
    return Cell(f"{known.text} {' '.join(filters)}", known.style) if filters else known


def _scanning(row: Repository) -> Cell:
    on = row.image_scanning_configuration.get("scanOnPush")
    if on is None:
        return Cell("")
    return plain("on push") if on else Cell("by hand", "dim")


def _encryption(row: Repository) -> Cell:
    kind = row.encryption_configuration.get("encryptionType", "")
    return Cell(kind, "dim" if kind == "AES256" else "")
