"""Credentials as text: the columns of the list, and all that is known of one."""

from __future__ import annotations

from ecrtui.model.credentials import WayIn
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell, Column, plain
from ecrtui.render.fields import Field, Section
from ecrtui.render.sizes import account


def credential_columns(times: Times) -> list[Column[WayIn]]:
    """Name, kind, account, principal, where it is kept, when it was written."""

    def updated(row: WayIn) -> Cell:
        return plain(times.short(row.updated))

    return [
        Column("name", "NAME", lambda row: plain(row.name), lambda row: row.name, widest=28),
        Column("kind", "KIND", lambda row: plain(row.kind), lambda row: row.kind),
        Column("account", "ACCOUNT", _account, lambda row: row.account),
        Column("principal", "PRINCIPAL", _principal, principal, priority=2, flexible=True),
        Column("where", "KEPT IN", lambda row: plain(row.where), lambda row: row.where, priority=3),
        Column("updated", "UPDATED", updated, lambda row: row.updated, "age", 4, right=True),
    ]


def principal(row: WayIn) -> str:
    """Who it is, by the last test, or whose role it takes."""
    arn = row.principal or row.role
    return arn.rpartition(":")[2] if arn else row.source


def _principal(row: WayIn) -> Cell:
    return Cell(principal(row), "" if row.principal else "dim")


def _account(row: WayIn) -> Cell:
    return plain(account(row.account))


def credential_sections(row: WayIn, times: Times) -> list[Section]:
    """All that is known of one, nothing secret."""
    known = (
        ("Name", row.name),
        ("Kind", row.kind),
        ("Kept in", row.where),
        ("Key", row.key),
        ("Region", row.region),
        ("Account", account(row.account)),
        ("Principal", row.principal),
        ("Role", row.role),
        ("Source", row.source),
        ("Written", times.long(row.updated)),
    )
    return [Section("What it is", tuple(Field(label, text) for label, text in known if text))]
