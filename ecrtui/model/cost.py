"""What repositories store and what it costs a month: values, and how they are worked out. Pure.

A layer counts once in its repository where manifests are known; other images count with their whole
size, so that their sum is a bound. A layer that standard and archived images share counts as
standard (assumed: AWS does not say).
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

import msgspec

from ecrtui.model.footprint import Footprint, Stored
from ecrtui.model.image import Image
from ecrtui.model.places import Registry
from ecrtui.model.prices import Price
from ecrtui.model.prune import Rules
from ecrtui.model.usage import Unknown


class Storage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Bytes by storage class."""

    standard: Footprint = Footprint()
    archived: Footprint = Footprint()

    @property
    def whole(self) -> Footprint:
        """Both."""
        return added((self.standard, self.archived))

    def money(self, price: Price | None) -> float | None:
        """A month of it, at most; None where no price is known."""
        return price.monthly(self.standard.most, self.archived.most) if price else None


class Month(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was pushed in a month and is still there; a layer counts when it came first."""

    month: str
    """`2026-03`; '' for images whose time nobody knows."""
    images: int = 0
    stored: Footprint = Footprint()


class RepositoryCost(msgspec.Struct, frozen=True, kw_only=True):
    """One repository."""

    registry: Registry
    repository: str
    price: Price | None = None
    images: int = 0
    archived: int = 0
    """Images in the archive."""
    untagged: int = 0
    storage: Storage = Storage()
    months: tuple[Month, ...] = ()
    pushed_at: float | None = None
    """The last push, epoch seconds."""
    pulled_at: float | None = None
    """The last recorded pull; None also where none is told, as in ECR Public."""

    @property
    def money(self) -> float | None:
        """A month of it, at the list's first price: what is free, or cheaper beyond a tier, is
        known of a whole registry alone."""
        if self.price is None:
            return None
        return msgspec.structs.replace(self.price, free=0).monthly(
            self.storage.standard.most, self.storage.archived.most
        )


class SavingKind(str, Enum):
    """Why images may go."""

    UNTAGGED = "untagged"
    BEYOND_NEWEST = "beyond the newest"
    NOT_PULLED = "not pulled"
    FORGOTTEN = "forgotten repository"
    DUPLICATES = "also in another region"


class Saving(msgspec.Struct, frozen=True, kw_only=True):
    """Some images of one repository that may go, and what that saves."""

    kind: SavingKind
    registry: Registry
    repository: str
    digests: tuple[str, ...]
    freed: Footprint
    money: float | None = None
    """A month, at most."""
    currency: str = ""
    rules: Rules | None = None
    """What `prune` is to be told."""
    elsewhere: tuple[str, ...] = ()
    """Regions that have the same images."""
    early: int = 0
    """Images archived so lately that they are charged for although they go."""
    known: bool = True
    """Whether all was looked at and nothing uses them; else only that nothing was seen to."""
    not_in: tuple[str, ...] = ()
    """Places that a person answered for."""
    policy: bool | None = None
    """Whether the repository has a lifecycle policy; None where nobody told."""
    archive_saves: float | None = None
    """A month less when they are archived instead; None where that cannot be."""

    @property
    def images(self) -> int:
        """How many go."""
        return len(self.digests)


class RegistryCost(msgspec.Struct, frozen=True, kw_only=True):
    """One registry."""

    registry: Registry
    price: Price | None = None
    repositories: int = 0
    images: int = 0
    storage: Storage = Storage()

    @property
    def money(self) -> float | None:
        """A month of it, tiers and what is free taken into account."""
        return self.storage.money(self.price)


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """Untagged images that may belong to indexes whose manifests nobody read."""

    images: int = 0
    bytes: int = 0
    """At most."""
    repositories: int = 0


class CostReport(msgspec.Struct, frozen=True, kw_only=True):
    """All that was read so far."""

    registries: tuple[RegistryCost, ...] = ()
    """Each with what was read of it, the largest first."""
    repositories: tuple[RepositoryCost, ...] = ()
    """The largest first."""
    months: tuple[Month, ...] = ()
    """Growth of all of it, the oldest first."""
    total: int = 0
    """Repositories that are to be read."""
    savings: tuple[Saving, ...] = ()
    """The largest first; those that are not `known` last."""
    doubt: Doubt = Doubt()
    """What stays out of the savings until indexes were read."""
    looked: int = 0
    """Repositories whose images' use was looked at."""
    unknown: tuple[Unknown, ...] = ()
    """What could not be looked at."""
    problems: tuple[tuple[str, Exception], ...] = ()
    """Places that could not be read, and the EcrtuiError of each."""
    asides: tuple[tuple[str, Exception], ...] = ()
    """What could not be asked besides: no sum and no saving depends on it."""
    complete: bool = False


def added(parts: Iterable[Footprint]) -> Footprint:
    """Footprints that share nothing, such as those of several repositories."""
    size = bound = unread = 0
    for part in parts:
        size, bound, unread = size + part.bytes, bound + part.bound, unread + part.unread
    return Footprint(bytes=size, bound=bound, unread=unread)


class Sums:
    """Repositories added up as they are read: by registry, and by month."""

    def __init__(self) -> None:
        self._registries: dict[Registry, RegistryCost] = {}
        self._months: dict[str, Month] = {}

    def add(self, row: RepositoryCost) -> None:
        """One more."""
        place = row.registry
        before = self._registries.get(
            place,
            RegistryCost(registry=place),
        )
        storage = before.storage
        self._registries[place] = RegistryCost(
            registry=place,
            price=row.price,
            repositories=before.repositories + 1,
            images=before.images + row.images,
            storage=Storage(
                standard=added((storage.standard, row.storage.standard)),
                archived=added((storage.archived, row.storage.archived)),
            ),
        )
        for one in row.months:
            month = self._months.get(one.month, Month(month=one.month))
            self._months[one.month] = Month(
                month=one.month,
                images=month.images + one.images,
                stored=added((month.stored, one.stored)),
            )

    @property
    def registries(self) -> tuple[RegistryCost, ...]:
        """The largest first."""
        rows = self._registries.values()
        return tuple(sorted(rows, key=lambda row: (-row.storage.whole.most, row.registry.region)))

    @property
    def months(self) -> tuple[Month, ...]:
        """The oldest first, without gaps; before them those whose time nobody knows."""
        dated = _through(sorted(name for name in self._months if name))
        names = [*(name for name in self._months if not name), *dated]
        return tuple(self._months.get(name, Month(month=name)) for name in names)


def _through(known: Sequence[str]) -> list[str]:
    """Every month from the first to the last."""
    if not known:
        return []
    (year, month), last = map(int, known[0].split("-")), known[-1]
    names = [known[0]]
    while names[-1] < last:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        names.append(f"{year:04}-{month:02}")
    return names


def month_of(moment: float | None) -> str:
    """`2026-03`, UTC; '' for a moment that is not known or that no year has."""
    if moment is None or not 0 <= moment < 253402300800:
        return ""
    return time.strftime("%Y-%m", time.gmtime(moment))


def repository_cost(
    registry: Registry,
    repository: str,
    rows: Mapping[str, Image],
    stored: Sequence[Stored],
    price: Price | None,
) -> RepositoryCost:
    """What one repository's images come to."""
    images = rows.values()
    by_class = _by_class(rows, stored)
    return RepositoryCost(
        registry=registry,
        repository=repository,
        price=price,
        images=len(rows),
        archived=sum(row.archived for row in images),
        untagged=sum(not row.image_tags for row in images),
        storage=by_class,
        months=_months(rows, stored),
        pushed_at=max((row.image_pushed_at for row in images if row.image_pushed_at), default=None),
        pulled_at=max(
            (row.last_recorded_pull_time for row in images if row.last_recorded_pull_time),
            default=None,
        ),
    )


def _by_class(rows: Mapping[str, Image], stored: Sequence[Stored]) -> Storage:
    met: set[str] = set()
    standard = _taken((one for one in stored if not rows[one.digest].archived), met)
    archived = _taken((one for one in stored if rows[one.digest].archived), met)
    return Storage(standard=standard, archived=archived)


def _taken(stored: Iterable[Stored], met: set[str]) -> Footprint:
    """What images take beside the blobs that were met before; theirs are met from now on."""
    size = bound = unread = 0
    for one in stored:
        if one.blobs is None:
            bound, unread = bound + one.size, unread + 1
            continue
        for digest, length in one.blobs.items():
            if digest not in met:
                met.add(digest)
                size += length
    return Footprint(bytes=size, bound=bound, unread=unread)


def _months(rows: Mapping[str, Image], stored: Sequence[Stored]) -> tuple[Month, ...]:
    met: set[str] = set()
    names: dict[int, str] = {}
    found: dict[str, list[Stored]] = defaultdict(list)
    for one in sorted(stored, key=lambda one: rows[one.digest].image_pushed_at or 0.0):
        moment = rows[one.digest].image_pushed_at
        day = -1 if moment is None else int(moment // 86400)
        if day not in names:
            names[day] = month_of(moment)
        found[names[day]].append(one)
    return tuple(
        Month(month=name, images=len(parts), stored=_taken(parts, met))
        for name, parts in found.items()
    )
