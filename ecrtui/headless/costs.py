"""How cost is printed: a row for each repository, and the document of docs/json.md."""

from __future__ import annotations

from typing import Any

from ecrtui.errors import EcrtuiError
from ecrtui.headless.documents import problem
from ecrtui.headless.output import Column, Listing
from ecrtui.model.cost import CostReport, Month, RegistryCost, RepositoryCost, Saving
from ecrtui.model.footprint import Footprint
from ecrtui.model.places import Registry
from ecrtui.model.prices import GB, LOOKED_UP, Price
from ecrtui.render import cost as words
from ecrtui.render.ages import instant, iso

REPOSITORIES: Listing[RepositoryCost] = Listing(
    (
        Column("REPOSITORY", lambda row, _: row.repository, lambda row: row.repository),
        Column("REGION", lambda row, _: _region(row.registry), lambda row: _region(row.registry)),
        Column("ACCOUNT", None, lambda row: row.registry.account),
        Column("IMAGES", lambda row, _: f"{row.images:,}", lambda row: str(row.images), right=True),
        Column(
            "UNTAGGED",
            lambda row, _: f"{row.untagged:,}",
            lambda row: str(row.untagged),
            right=True,
        ),
        Column(
            "STORED",
            lambda row, _: words.short(row.storage.whole),
            lambda row: str(row.storage.whole.most),
            right=True,
        ),
        Column("SURE", None, lambda row: str(row.storage.whole.bytes), right=True),
        Column(
            "ARCHIVED",
            lambda row, _: words.short(row.storage.archived) if row.archived else "",
            lambda row: str(row.storage.archived.most),
            right=True,
        ),
        Column(
            "A MONTH",
            lambda row, _: words.money(row.money, words.currency(row.price)),
            lambda row: _amount(row.money, row.price),
            right=True,
        ),
        Column(
            "PUSHED",
            lambda row, times: times.short(row.pushed_at),
            lambda row: iso(row.pushed_at),
            right=True,
        ),
        Column(
            "PULLED",
            lambda row, times: times.short(row.pulled_at),
            lambda row: iso(row.pulled_at),
            right=True,
        ),
    ),
    lambda row: repository_document(row),
)
SAVINGS: Listing[Saving] = Listing(
    (
        Column("REPOSITORY", lambda row, _: row.repository, lambda row: row.repository),
        Column("REGION", lambda row, _: _region(row.registry), lambda row: _region(row.registry)),
        Column("WHAT", lambda row, _: words.what(row), lambda row: words.what(row)),
        Column(
            "SAVES",
            lambda row, _: words.short(row.freed),
            lambda row: words.stored(row.freed),
            right=True,
        ),
        Column(
            "A MONTH",
            lambda row, _: words.money(row.money, row.currency),
            lambda row: words.money(row.money, row.currency),
            right=True,
        ),
        Column("SURE", None, lambda row: "yes" if row.known else "if nothing uses them"),
        Column("HOW", lambda row, _: words.command(row), lambda row: words.command(row)),
    ),
    lambda row: saving_document(row),
)
MONTHS: Listing[tuple[str, Month]] = Listing(
    (
        Column("MONTH", lambda row, _: row[0], lambda row: row[0]),
        Column("IMAGES", lambda row, _: str(row[1].images), lambda row: str(row[1].images)),
        Column(
            "STORED",
            lambda row, _: words.short(row[1].stored),
            lambda row: words.stored(row[1].stored),
        ),
    ),
    lambda row: month_document(row[1]),
)


def _region(place: Registry) -> str:
    return "public" if place.is_public else place.region


def _amount(amount: float | None, price: Price | None) -> str:
    return "" if amount is None else f"{amount:.4f} {words.currency(price)}"


def footprint_document(footprint: Footprint) -> dict[str, int]:
    """Bytes: what is sure, what may come to it at most, how many images that is about."""
    return {"bytes": footprint.bytes, "bound": footprint.bound, "unread": footprint.unread}


def _place(place: Registry) -> dict[str, Any]:
    return {
        "profile": place.profile or None,
        "account": place.account or None,
        "region": place.region,
        "public": place.is_public,
    }


def _money(amount: float | None) -> float | None:
    return None if amount is None else round(amount, 6)


def repository_document(row: RepositoryCost) -> dict[str, Any]:
    """One repository; also a line of --jsonl."""
    return _place(row.registry) | {
        "repositoryName": row.repository,
        "images": row.images,
        "untagged": row.untagged,
        "archivedImages": row.archived,
        "standard": footprint_document(row.storage.standard),
        "archived": footprint_document(row.storage.archived),
        "perMonth": _money(row.money),
        "currency": words.currency(row.price) or None,
        "lastPushedAt": instant(row.pushed_at),
        "lastRecordedPullTime": instant(row.pulled_at),
        "months": [month_document(one) for one in row.months],
    }


def month_document(month: Month) -> dict[str, Any]:
    """What was pushed in a month and is still stored."""
    told = {"month": month.month or None, "images": month.images}
    return told | footprint_document(month.stored)


def _registry(row: RegistryCost) -> dict[str, Any]:
    price = row.price
    return _place(row.registry) | {
        "repositories": row.repositories,
        "images": row.images,
        "standard": footprint_document(row.storage.standard),
        "archived": footprint_document(row.storage.archived),
        "perMonth": _money(row.money),
        "currency": words.currency(price) or None,
        "price": {
            "standard": price.standard,
            "archive": price.archive,
            "archiveTier": price.archive_tier,
            "archiveBeyond": price.archive_beyond,
            "retrieval": price.retrieval,
            "free": price.free,
            "basis": price.basis.value,
        }
        if price
        else None,
    }


def saving_document(saving: Saving) -> dict[str, Any]:
    """Images that may go, with the command that proposes it."""
    return _place(saving.registry) | {
        "repositoryName": saving.repository,
        "kind": saving.kind.name.lower().replace("_", "-"),
        "known": saving.known,
        "images": list(saving.digests),
        "freed": footprint_document(saving.freed),
        "perMonth": _money(saving.money),
        "currency": saving.currency or None,
        "archiveSaves": _money(saving.archive_saves),
        "chargedAnyway": saving.early,
        "elsewhere": list(saving.elsewhere),
        "lifecyclePolicy": saving.policy,
        "sentence": words.sentence(saving),
        "command": words.command(saving),
    }


def report_document(report: CostReport, now: float) -> dict[str, Any]:
    """All of it."""
    return {
        "at": instant(now),
        "pricesOf": LOOKED_UP,
        "bytesOfGB": GB,
        "registries": [_registry(row) for row in report.registries],
        "repositories": [repository_document(row) for row in report.repositories],
        "months": [month_document(one) for one in report.months],
        "savings": [saving_document(one) for one in report.savings],
        "inDoubt": {
            "images": report.doubt.images,
            "bytes": report.doubt.bytes,
            "repositories": report.doubt.repositories,
        },
        "lookedAtUse": report.looked,
        "unknown": [
            {"what": one.what, "account": one.account, "region": one.region, "why": one.why}
            for one in report.unknown
        ],
        "problems": [
            {"where": where, "problem": problem(error)}
            for where, error in (*report.problems, *report.asides)
            if isinstance(error, EcrtuiError)
        ],
    }
