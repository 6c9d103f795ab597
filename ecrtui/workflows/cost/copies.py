"""Images that an account has in several regions although no rule replicates them there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from ecrtui.errors import EcrtuiError
from ecrtui.model.image import Image
from ecrtui.model.places import Registry
from ecrtui.model.savings import DAY
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings import reading

_Name = tuple[Registry, str]
SETTLED = 7 * DAY
"""Seconds after which a copy that nobody pulled seems to be for nobody."""


class Copies:
    """Of all repositories that were read. Where replication may not be read, all is replicated."""

    def __init__(
        self, services: Services, read: Mapping[Any, Mapping[str, Image]], now: float
    ) -> None:
        self._services, self._read, self._now = services, read, now
        self._rules: dict[Registry, Any] = {}
        self._places: dict[tuple[str, str, str], list[Registry]] = defaultdict(list)
        for (place, repository), rows in read.items():
            if not place.is_public:
                for digest in rows:
                    self._places[place.account, repository, digest].append(place)

    def of(self, name: _Name) -> dict[str, tuple[str, ...]]:
        """The images of a repository that another region keeps, with those regions.

        One region always keeps them: where they were pulled last, else where they were pushed
        first. Those pulled here of late are no mere copies.
        """
        place, repository = name
        found: dict[str, tuple[str, ...]] = {}
        for digest, row in self._read[name].items():
            places = self._places.get((place.account, repository, digest), ())
            if len(places) < 2 or not self._lies(row) or self._keeper(name, digest) == place:
                continue
            others = [other for other in places if other != place]
            if not any(self._joined(place, other, repository) for other in others):
                found[digest] = tuple(sorted(other.region for other in others))
        return found

    def _lies(self, row: Image) -> bool:
        last = row.last_recorded_pull_time or row.image_pushed_at
        return last is not None and self._now - last >= SETTLED

    def _keeper(self, name: _Name, digest: str) -> Registry:
        place, repository = name

        def order(one: Registry) -> tuple[float, float, str]:
            row = self._read[one, repository][digest]
            pushed = row.image_pushed_at or float("inf")
            return -(row.last_recorded_pull_time or 0.0), pushed, one.region

        return min(self._places[place.account, repository, digest], key=order)

    def _joined(self, one: Registry, other: Registry, repository: str) -> bool:
        """Whether one of the two is meant to have what the other has."""
        there = self._replicates(one, other, repository)
        return there or self._replicates(other, one, repository)

    def _replicates(self, origin: Registry, to: Registry, repository: str) -> bool:
        """Whether a rule of one registry brings a repository's pushes to another."""
        if origin not in self._rules:
            self._rules[origin] = self._asked(origin)
        rules = self._rules[origin]
        if rules is None:
            return True
        for rule in rules:
            filters = rule.get("repositoryFilters") or []
            meant = not filters or any(repository.startswith(one["filter"]) for one in filters)
            there = [(one["region"], one["registryId"]) for one in rule.get("destinations", [])]
            if meant and (to.region, to.account) in there:
                return True
        return False

    def _asked(self, place: Registry) -> list[dict[str, Any]] | None:
        try:
            setting = reading.find(place, "", "replication")
            value = reading.value(self._services, place, setting) or {}
        except EcrtuiError:
            return None
        rules: list[dict[str, Any]] = value.get("rules", [])
        return rules
