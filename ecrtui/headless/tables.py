"""The columns of each listing: what a person reads, and the exact value a program gets."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ecrtui.headless import documents
from ecrtui.headless.output import Column, Listing
from ecrtui.model.image import Image
from ecrtui.model.places import Registry, RegistrySummary
from ecrtui.model.repository import Repository
from ecrtui.render.ages import iso
from ecrtui.render.sizes import account, size

if TYPE_CHECKING:  # each takes its workflow along, which the other listings can do without
    from ecrtui.model.credentials import WayIn
    from ecrtui.workflows.credentials.at_hand import Tested
    from ecrtui.workflows.credentials.registry_map import Mapped
    from ecrtui.workflows.doctor import Check
    from ecrtui.workflows.search import SearchHit

Located = tuple[Registry, Repository]
Placed = tuple[Registry, Image]


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _counted(row: RegistrySummary) -> str:
    """A count, with a plus when there may be more."""
    unsure = row.repositories is not None and not row.complete
    return _number(row.repositories) + ("+" if unsure else "")


_SHORT_DIGEST = 19
"""`sha256:` and twelve digits, as docker shows."""


def _same(title: str, text: Callable[..., str]) -> Column[Any]:
    """A column that says the same to a person and to a program."""
    return Column(title, lambda row, _: text(row), text)


def _region(row: tuple[Registry, object]) -> str:
    return row[0].region


REGISTRIES: Listing[RegistrySummary] = Listing(
    (
        _same("PROFILE", lambda row: row.registry.profile or "default"),
        Column(
            "ACCOUNT",
            lambda row, _: account(row.registry.account),
            lambda row: row.registry.account,
        ),
        _same("ALIAS", lambda row: row.identity.alias if row.identity else ""),
        _same("REGION", lambda row: row.registry.region),
        _same("KIND", lambda row: row.registry.kind.value),
        Column(
            "REPOS",
            lambda row, _: _counted(row),
            lambda row: _number(row.repositories),
            right=True,
        ),
        _same("ACCESS", lambda row: row.access.value),
        _same("NOTE", lambda row: row.note),
    ),
    documents.summary,
)
REPOSITORIES: Listing[Located] = Listing(
    (
        _same("REPOSITORY", lambda row: row[1].repository_name),
        _same("REGION", _region),
        _same("MUTABILITY", lambda row: row[1].image_tag_mutability),
        Column(
            "CREATED",
            lambda row, times: times.short(row[1].created_at),
            lambda row: iso(row[1].created_at),
            right=True,
        ),
        Column("URI", None, lambda row: row[1].repository_uri),
    ),
    lambda row: documents.repository(*row),
)
IMAGES: Listing[Placed] = Listing(
    (
        Column(
            "TAGS",
            lambda row, _: " ".join(row[1].image_tags) or "(untagged)",
            lambda row: ",".join(row[1].image_tags),
        ),
        Column(
            "DIGEST",
            lambda row, _: row[1].image_digest[:_SHORT_DIGEST],
            lambda row: row[1].image_digest,
        ),
        Column(
            "SIZE",
            lambda row, _: size(row[1].image_size_in_bytes),
            lambda row: _number(row[1].image_size_in_bytes),
            right=True,
        ),
        Column(
            "PUSHED",
            lambda row, times: times.short(row[1].image_pushed_at),
            lambda row: iso(row[1].image_pushed_at),
            right=True,
        ),
        Column(
            "PULLED",
            lambda row, times: times.short(row[1].last_recorded_pull_time) or "never",
            lambda row: iso(row[1].last_recorded_pull_time),
            right=True,
        ),
        _same("STATUS", lambda row: row[1].image_status),
        _same("REGION", _region),
    ),
    lambda row: documents.image(*row),
)
HITS: Listing[SearchHit] = Listing(
    (
        _same("PROFILE", lambda row: row.registry.profile or "default"),
        _same("REGION", lambda row: row.registry.region),
        _same("REPOSITORY", lambda row: row.repository),
        Column(
            "TAGS",
            lambda row, _: " ".join(row.image.image_tags) if row.image else "",
            lambda row: ",".join(row.image.image_tags) if row.image else "",
        ),
        Column(
            "DIGEST",
            lambda row, _: row.image.image_digest[:_SHORT_DIGEST] if row.image else "",
            lambda row: row.image.image_digest if row.image else "",
        ),
        _same("WHY", lambda row: row.why),
    ),
    documents.hit,
)
CHECKS: Listing[Check] = Listing(
    (
        _same("CHECK", lambda row: row.name),
        _same("STATE", lambda row: row.state),
        _same("WHAT IS HERE", lambda row: row.detail),
        _same("WHAT THAT COSTS", lambda row: row.cost),
        _same("HOW TO MEND IT", lambda row: row.fix),
    ),
    documents.members,
)


def _who(row: WayIn) -> str:
    from ecrtui.render.credentials import who

    return who(row)


def _lives(row: WayIn) -> str:
    from ecrtui.render.credentials import expiry

    return expiry(row, time.time()).text


WAYS_IN: Listing[WayIn] = Listing(
    (
        _same("NAME", lambda row: row.name),
        _same("KIND", lambda row: row.kind),
        _same("KEPT IN", lambda row: row.where),
        Column("KEY", None, lambda row: row.key),
        Column("REGION", None, lambda row: row.region),
        _same("ACCOUNT", lambda row: row.account),
        Column("PRINCIPAL", lambda row, _: _who(row), lambda row: row.principal),
        Column("LIVES", lambda row, _: _lives(row), lambda row: row.lives.value),
        Column("ROLE", None, lambda row: row.role),
        Column("SOURCE", None, lambda row: row.source),
        Column("REGISTRIES", None, lambda row: " ".join(row.registries)),
        Column("UPDATED", None, lambda row: iso(row.updated)),
        Column("EXPIRES", None, lambda row: iso(row.expires)),
        Column("USED", None, lambda row: iso(row.used)),
        Column("KEY MADE", None, lambda row: iso(row.key_made)),
        Column("TESTED", None, lambda row: iso(row.tested.at) if row.tested else ""),
    ),
    documents.way_in,
)
TESTED: Listing[Tested] = Listing(
    (
        _same("NAME", lambda row: row.name),
        _same("ACCOUNT", lambda row: row.identity.account if row.identity else ""),
        _same("ALIAS", lambda row: row.identity.alias if row.identity else ""),
        _same("REGION", lambda row: row.region),
        _same("ECR", lambda row: "reads" if row.reads_ecr else "no"),
        _same("PRINCIPAL", lambda row: row.identity.arn if row.identity else ""),
    ),
    documents.tested,
)
MAPPED: Listing[Mapped] = Listing(
    (
        _same("REGISTRIES", lambda row: row.pattern),
        _same("NAME", lambda row: row.name),
        _same("REGION", lambda row: row.region),
    ),
    documents.members,
)
