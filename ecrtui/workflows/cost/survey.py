"""Reading repositories, and looking at the use of the images of those where most could be saved.

Lists alone are read, eight repositories at once; nothing counts as a pull. The use of images is
looked at where it matters: in the repositories where most could be saved were nothing in use, until
the ten largest savings are sure.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from ecrtui.errors import EcrtuiError, NotFound, RegionNotEnabled
from ecrtui.model.cost import CostReport, Doubt, RepositoryCost, Saving, Sums, repository_cost
from ecrtui.model.footprint import Stored
from ecrtui.model.image import Image
from ecrtui.model.manifest import Manifest
from ecrtui.model.places import Registry
from ecrtui.model.prices import price_of
from ecrtui.model.pruning import relations
from ecrtui.model.savings import Held, Terms, hoped, in_doubt, savings
from ecrtui.model.usage import ImageUse, Standing, Unknown
from ecrtui.workflows import usage
from ecrtui.workflows.contents import stored_manifest
from ecrtui.workflows.cost.copies import Copies
from ecrtui.workflows.fan_out import fan_out
from ecrtui.workflows.lifecycle import policies
from ecrtui.workflows.search import at_hand
from ecrtui.workflows.services import Services
from ecrtui.workflows.stored import stored

LOOKED = 30
"""Repositories at most whose images' use is looked at: each takes some calls of its own."""
_EVERY = 0.2
"""Seconds between two reports while repositories are read."""

_BREATH = 50
"""Repositories judged in one go."""


class _Name(NamedTuple):
    registry: Registry
    repository: str


class _Read(NamedTuple):
    """One repository's list, reduced."""

    cost: RepositoryCost
    rows: dict[str, Image]
    stored: Sequence[Stored]


def survey(
    services: Services,
    registries: Sequence[Registry],
    repository: str = "",
    terms: Terms | None = None,
) -> Iterator[CostReport]:
    """What repositories cost, fuller and fuller; the last one is all and says so.

    `repository` asks for one of that name alone. A place that fails spoils no other; of a single
    registry, or where no place has the repository, the failure is raised.
    """
    return _Survey(services, registries, repository, terms or Terms()).reports()


def everywhere(services: Services, terms: Terms | None = None) -> Iterator[CostReport]:
    """The same of all registries at hand."""
    registries: list[Registry] = []
    problems: list[tuple[str, Exception]] = []
    for found in at_hand(services):
        if isinstance(found, Registry):
            registries.append(found)
        elif found.problem is not None:
            problems.append((found.where, found.problem))
    yield from _Survey(services, registries, "", terms or Terms(), problems).reports()


class _Survey:
    def __init__(
        self,
        services: Services,
        registries: Sequence[Registry],
        repository: str,
        terms: Terms,
        problems: Sequence[tuple[str, Exception]] = (),
    ) -> None:
        self._services, self._registries = services, registries
        self._repository, self._terms = repository, terms
        self._read: dict[_Name, _Read] = {}
        self._sums = Sums()
        self._problems = list(problems)
        self._doubt = Doubt()
        self._asides: list[tuple[str, Exception]] = []
        self._unknown: dict[Unknown, None] = {}
        self._savings: list[Saving] = []
        self._total = self._looked = 0
        self._kept = services.cache.known("manifest")

    def reports(self) -> Iterator[CostReport]:
        names = list(self._names())
        self._total = len(names)
        yield self._report()
        last = 0.0
        for read in fan_out(self._list, names):
            if isinstance(read, _Read):
                self._read[_Name(read.cost.registry, read.cost.repository)] = read
                self._sums.add(read.cost)
            else:
                self._problems.append(read)
            if time.monotonic() - last > _EVERY:
                yield self._report()
                last = time.monotonic()
        for _ in self._save():
            yield self._report()
        self._look_for_policies()
        yield self._report(complete=True)

    def _report(self, *, complete: bool = False) -> CostReport:
        rows = sorted(
            (read.cost for read in self._read.values()),
            key=lambda row: (-row.storage.whole.most, row.registry.region, row.repository),
        )
        return CostReport(
            registries=self._sums.registries,
            repositories=tuple(rows),
            months=self._sums.months,
            total=self._total,
            savings=tuple(self._best()),
            doubt=self._doubt,
            looked=self._looked,
            unknown=tuple(self._unknown),
            problems=tuple(self._problems),
            asides=tuple(self._asides),
            complete=complete,
        )

    # What is there

    def _names(self) -> Iterator[_Name]:
        failures: list[EcrtuiError] = []
        found = 0
        for place, answer in fan_out(self._of_registry, self._registries):
            if isinstance(answer, EcrtuiError):
                failures.append(answer)
                if not isinstance(answer, RegionNotEnabled | NotFound):
                    self._problems.append((place.called, answer))
                continue
            found += 1
            yield _Name(place, answer)
        if failures and not found and len(failures) == len(self._registries):
            raise next((one for one in failures if not isinstance(one, NotFound)), failures[0])

    def _of_registry(self, place: Registry) -> Iterator[tuple[Registry, str | EcrtuiError]]:
        try:
            reader = self._services.reader(place)
            if self._repository:
                row = reader.repository(self._repository)
                yield self._placed(place, row.registry_id), self._repository
                return
            for page in reader.repositories():
                for row in page.items:
                    yield self._placed(place, row.registry_id), row.repository_name
        except EcrtuiError as problem:
            yield place, problem

    def _placed(self, place: Registry, account: str) -> Registry:
        if place.account or not account:
            return place
        return msgspec.structs.replace(place, account=account)

    def _list(self, name: _Name) -> Iterator[_Read | tuple[str, Exception]]:
        try:
            yield self._summed(name)
        except NotFound:
            return  # deleted meanwhile
        except EcrtuiError as problem:
            if self._repository and self._total == 1:
                raise
            yield f"{name.registry.called} · {name.repository}", problem

    def _summed(self, name: _Name) -> _Read:
        services, place = self._services, name.registry
        # Not by `browse`: of so many no look is kept, it would push out those one cares for.
        pages = services.reader(place).images(name.repository)
        rows = {row.image_digest: row for page in pages for row in page.items}
        held = stored(services, rows.values(), self._kept)
        price = price_of(place.region, services.settings.prices, public=place.is_public)
        return _Read(repository_cost(place, name.repository, rows, held, price), rows, held)

    # What may go

    def _save(self) -> Iterator[None]:
        now = self._services.clock.now()
        archived = self._archived()
        rows = {name: read.rows for name, read in self._read.items()}
        copies = Copies(self._services, rows, now)
        helds = []
        for number, (name, read) in enumerate(self._read.items(), 1):
            if number % _BREATH == 0:
                yield  # others want to run meanwhile
            held = Held(
                cost=read.cost,
                relations=relations(read.rows.values(), self._manifest),
                stored=read.stored,
                copies=copies.of(name),
                archived_beside=archived[name.registry],
            )
            self._doubts(held)
            helds.append((hoped(held, self._terms, now), name, held))
        helds.sort(key=lambda one: -one[0])
        for hope, name, held in helds[:LOOKED]:
            if not hope or hope <= self._least():
                break
            uses, answered = self._uses(name)
            for one in savings(held, uses, self._terms, now):
                self._savings.append(msgspec.structs.replace(one, not_in=answered))
            self._looked += 1
            yield

    def _doubts(self, held: Held) -> None:
        count, size = in_doubt(held)
        if count:
            known = self._doubt
            self._doubt = Doubt(
                images=known.images + count,
                bytes=known.bytes + size,
                repositories=known.repositories + 1,
            )

    def _manifest(self, digest: str) -> Manifest | None:
        return stored_manifest(self._services, digest) if digest in self._kept else None

    def _archived(self) -> dict[Registry, int]:
        found: dict[Registry, int] = {}
        for name, read in self._read.items():
            beside = read.cost.storage.archived.most
            found[name.registry] = found.get(name.registry, 0) + beside
        return found

    def _uses(self, name: _Name) -> tuple[dict[str, ImageUse], tuple[str, ...]]:
        """Each image's use, and the places of those answered for that could not be looked into."""
        rows = list(self._read[name].rows.values())
        try:
            seen = usage.looked(
                self._services,
                name.registry,
                name.repository,
                kubectl=self._services.settings.kubectl,
            )
        except EcrtuiError as problem:
            self._problems.append((f"use of {name.repository}", problem))
            return {row.image_digest: ImageUse(standing=Standing.UNKNOWN) for row in rows}, ()
        said = {one.lower() for one in self._terms.not_in}
        answered = {one.what for one in seen.unknown if one.what.lower() in said}
        left = tuple(one for one in seen.unknown if one.what not in answered)
        self._unknown.update(dict.fromkeys(left))
        known = msgspec.structs.replace(seen, unknown=left)
        return usage.standings(self._services, known, rows), tuple(sorted(answered))

    def _look_for_policies(self) -> None:
        """Whether a policy keeps what is told from coming again: a call for each repository."""
        best = self._best()
        names = {_Name(one.registry, one.repository): None for one in best}
        found = {name: self._has_policy(name) for name in names if not name.registry.is_public}
        self._savings = [
            msgspec.structs.replace(one, policy=found.get(_Name(one.registry, one.repository)))
            for one in best
        ]

    def _has_policy(self, name: _Name) -> bool | None:
        try:
            return policies.read(self._services, name.registry, name.repository) is not None
        except EcrtuiError as problem:
            self._asides.append((f"lifecycle policy of {name.repository}", problem))
            return None

    def _best(self) -> list[Saving]:
        order = sorted(self._savings, key=lambda one: (not one.known, -one.freed.most))
        return order[: self._terms.most]

    def _least(self) -> int:
        """What a saving must exceed to be among those told; 0 while there is room."""
        sure = [one.freed.most for one in self._savings if one.known]
        if len(sure) < self._terms.most:
            return 0
        return heapq.nlargest(self._terms.most, sure)[-1]
