"""ECR's quotas with what is used of each: of a registry, or of one repository."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.model.places import Registry
from ecrtui.model.quota import Known, Quota
from ecrtui.workflows import browse
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings import reading

if TYPE_CHECKING:
    from ecrtui.aws.calls import Calls

REPOSITORIES = "Registered repositories"
IMAGES = "Images per repository"
TAGS = "Tags per image"
CACHES = "Pull through cache rules per registry"
RULES = "Rules per replication configuration"
DESTINATIONS = "Unique destinations across all rules in a replication configuration"
FILTERS = "Filters per rule in a replication configuration"
LIFECYCLE = "Rules per lifecycle policy"
EXCLUSIONS = "Pull time update exclusions per registry"

_DOCUMENTED = {
    REPOSITORIES: 100_000,
    IMAGES: 100_000,
    TAGS: 1_000,
    CACHES: 50,
    RULES: 10,
    DESTINATIONS: 25,
    FILTERS: 100,
    LIFECYCLE: 50,
    EXCLUSIONS: 100,
}
"""As the user guide has them (Amazon ECR service quotas, 2026); exclusions as the API model says.
ECR Public has the first two alone, at the same values."""
_OF_REPOSITORY = (IMAGES, TAGS, LIFECYCLE)
_OF_REGISTRY = (REPOSITORIES, IMAGES, CACHES, RULES, DESTINATIONS, FILTERS, EXCLUSIONS)
replace = msgspec.structs.replace


class Quotas(msgspec.Struct, frozen=True):
    """The quotas as far as they are known, and what could not be read of them."""

    rows: tuple[Quota, ...] = ()
    problems: tuple[EcrtuiError, ...] = ()


def quotas(
    services: Services, registry: Registry, repository: str = "", *, count_images: bool = False
) -> Iterator[Quotas]:
    """Fuller and fuller; the last one is all there is to know.

    Images are counted only where that is asked for: it takes a call for each thousand of them, in
    every repository of a registry. None of it counts as a pull. What may not be read stays
    uncounted, and limits that may not be asked are those of the user guide.
    """
    look = _Look(services, registry, repository)
    yield look.so_far
    for _ in look.few_calls():
        yield look.so_far
    for _ in look.images() if count_images else ():
        yield look.so_far


class _Look:
    """One look at them: what is known by now."""

    def __init__(self, services: Services, registry: Registry, repository: str) -> None:
        self._services, self._registry, self._repository = services, registry, repository
        self._problems: list[EcrtuiError] = []
        told = self._told()
        self._rows = {name: told.get(name) or _documented(name) for name in self._names()}

    @property
    def so_far(self) -> Quotas:
        """All that is known."""
        return Quotas(tuple(self._rows.values()), tuple(self._problems))

    def _names(self) -> tuple[str, ...]:
        if self._registry.is_public:
            return (IMAGES,) if self._repository else (REPOSITORIES, IMAGES)
        return _OF_REPOSITORY if self._repository else _OF_REGISTRY

    @contextlib.contextmanager
    def _tried(self) -> Iterator[None]:
        """What may not be read spoils no other."""
        try:
            yield
        except EcrtuiError as problem:
            self._problems.append(problem)

    def _told(self) -> dict[str, Quota]:
        """By name, what Service Quotas says; what holds here before what holds from the start."""
        from ecrtui.aws import quotas as told

        registry = self._registry
        sessions = self._services.sessions
        service = "ecr-public" if registry.is_public else "ecr"
        found: dict[str, Quota] = {}
        for read, known in ((told.defaults, Known.DEFAULT), (told.applied, Known.APPLIED)):
            with self._tried():
                calls = sessions.calls("service-quotas", registry.profile, registry.region)
                for one in read(calls, service):
                    found[one.QuotaName] = Quota(
                        name=one.QuotaName,
                        limit=int(one.Value),
                        known=known,
                        adjustable=one.Adjustable,
                    )
        return found

    def _count(self, name: str, used: int, of: str = "", *, complete: bool = True) -> None:
        if name in self._rows:
            self._rows[name] = replace(self._rows[name], used=used, of=of, complete=complete)

    def few_calls(self) -> Iterator[None]:
        """What is counted at once."""
        services, registry = self._services, self._registry
        if self._repository:
            if not registry.is_public:
                with self._tried():
                    rules = _rules(services, registry, "lifecycle", self._repository)
                    self._count(LIFECYCLE, len(rules))
                yield
            return
        if not registry.is_public:
            self._by_settings()
            yield
        with self._tried():
            pages = browse.repositories(services, registry)
            self._count(REPOSITORIES, sum(len(page.items) for page in pages))
        yield

    def _by_settings(self) -> None:
        services, registry = self._services, self._registry
        with self._tried():
            rules = _rules(services, registry, "replication")
            named: list[Any] = [one for rule in rules for one in rule.get("destinations", [])]
            filters = [len(rule.get("repositoryFilters") or []) for rule in rules]
            self._count(RULES, len(rules))
            self._count(DESTINATIONS, len({(a["region"], a["registryId"]) for a in named}))
            self._count(FILTERS, max(filters, default=0))
        for name, setting in ((CACHES, "pull-through"), (EXCLUSIONS, "pull-time-exclusions")):
            with self._tried():
                found = reading.value(services, registry, reading.find(registry, "", setting))
                self._count(name, len(found or []))

    def images(self) -> Iterator[None]:
        """The largest repository so far, and the image with the most tags."""
        services, registry = self._services, self._registry
        most, tags, whole = (0, ""), (0, ""), True
        names = [self._repository] if self._repository else []
        with self._tried():
            names = names or _names(services, registry)
        for name in names:
            before = len(self._problems)
            with self._tried():
                images, tagged = _counted(services, registry, name)
                most = max(most, (images, name), key=lambda pair: pair[0])
                tags = max(tags, tagged, key=lambda pair: pair[0])
            whole = whole and len(self._problems) == before
            self._count(IMAGES, *most, complete=False)
            self._count(TAGS, *tags, complete=False)
            yield
        self._count(IMAGES, *most, complete=whole)
        self._count(TAGS, *tags, complete=whole)
        yield


def _documented(name: str) -> Quota:
    return Quota(name=name, limit=_DOCUMENTED[name], known=Known.DOCUMENTED)


def _rules(
    services: Services, registry: Registry, name: str, repository: str = ""
) -> list[dict[str, Any]]:
    setting = reading.find(registry, repository, name)
    value = reading.value(services, registry, setting, repository)
    rules = value.get("rules", []) if isinstance(value, dict) else []
    return [rule for rule in rules if isinstance(rule, dict)]


def _names(services: Services, registry: Registry) -> list[str]:
    pages = browse.repositories(services, registry)
    return [row.repository_name for page in pages for row in page.items]


def _counted(services: Services, registry: Registry, name: str) -> tuple[int, tuple[int, str]]:
    """How many images, archived ones too, and of which image most tags are."""
    from ecrtui.aws.registries import calls_of

    if registry.is_public:
        pages = browse.images(services, registry, name)
        rows = [row for page in pages for row in page.items]
        tags = Counter({row.image_digest: len(row.image_tags) for row in rows})
        return len(rows), _most(tags)
    return _listed(calls_of(services.sessions, registry), name)


def _listed(calls: Calls, name: str) -> tuple[int, tuple[int, str]]:
    """By ListImages, whose rows are a third of those of DescribeImages."""
    tags: Counter[str] = Counter()
    pages = calls.pages(
        "ListImages",
        "imageIds",
        dict[str, str],
        repositoryName=name,
        filter={"imageStatus": "ANY"},
    )
    for page in pages:
        for row in page.items:
            tags[row.get("imageDigest", "")] += 1 if row.get("imageTag") else 0
    return len(tags), _most(tags)


def _most(tags: Counter[str]) -> tuple[int, str]:
    digest, count = max(tags.items(), key=lambda pair: pair[1], default=("", 0))
    return count, digest
