"""Finding a tag, a digest or a name wherever it is, results as they come.

Repositories' names are looked at first, everywhere; then images, repository by repository, in the
registries' order. A place that fails is reported, so that "not found" is never said of a place
that was not looked at. Nothing here counts as a pull.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.model.image import Image
from ecrtui.model.places import RegionAccess, Registry, RegistryKind
from ecrtui.model.repository import Repository
from ecrtui.workflows import places
from ecrtui.workflows.fan_out import fan_out
from ecrtui.workflows.services import Services

SHORTEST_DIGEST = 4
"""Fewer digits would match nearly every image."""


class SearchHit(msgspec.Struct, frozen=True, rename="camel"):
    """Something found: a repository, or an image in it."""

    registry: Registry
    repository: str
    image: Image | None = None
    why: str = ""
    """What matched: `name`, `tag v1.2`, `digest`."""


class SearchProgress(msgspec.Struct, frozen=True, rename="camel"):
    """How far it got. `problem` names a place that could not be looked at."""

    done: int
    total: int
    where: str = ""
    problem: Exception | None = None


SearchEvent = SearchHit | SearchProgress


def search(
    services: Services, text: str, registries: Sequence[Registry] | None = None
) -> Iterator[SearchEvent]:
    """Hits and progress for a text, over some registries or all that are at hand.

    Upper and lower case are the same. A text of hexadecimal digits, `sha256:` or not, is looked
    for at the beginning of digests too.
    """
    wanted = text.strip().lower()
    if registries is None:
        registries = []
        for found in at_hand(services):
            if isinstance(found, SearchProgress):
                yield found
            else:
                registries.append(found)
    looked: list[tuple[Registry, Repository]] = []
    for answer in fan_out(lambda place: _names(services, place), registries):
        if isinstance(answer, SearchProgress):
            yield answer
            continue
        looked.append(answer)
        if wanted in answer[1].repository_name.lower():
            yield SearchHit(answer[0], answer[1].repository_name, why="name")
    yield from _in_images(services, wanted, looked)


def at_hand(services: Services, *, public: bool = True) -> Iterator[Registry | SearchProgress]:
    """The registries that have repositories, and the places that could not be asked."""
    last = {}
    for summary in places.registries(services):
        last[summary.registry] = summary
    for registry, summary in last.items():
        if registry.is_public and not public:
            continue
        if summary.repositories:
            yield registry
        elif summary.problem is not None and summary.access is not RegionAccess.NOT_ENABLED:
            yield SearchProgress(0, 0, _where(registry), summary.problem)


def _names(
    services: Services, place: Registry
) -> Iterator[tuple[Registry, Repository] | SearchProgress]:
    try:
        for page in services.reader(place).repositories():
            for repository in page.items:
                yield place, repository
    except EcrtuiError as problem:
        yield SearchProgress(0, 0, _where(place), problem)


def _in_images(
    services: Services, wanted: str, looked: list[tuple[Registry, Repository]]
) -> Iterator[SearchEvent]:
    done = 0
    yield SearchProgress(done, len(looked))
    for answer in fan_out(lambda one: _images(services, wanted, *one), looked):
        if answer is None:
            done += 1
            yield SearchProgress(done, len(looked))
        else:
            yield answer


def _images(
    services: Services, wanted: str, place: Registry, repository: Repository
) -> Iterator[SearchEvent | None]:
    """The hits in one repository, then None to say that it is done."""
    name = repository.repository_name
    try:
        for page in services.reader(place).images(name):
            for image in page.items:
                why = _why(image, wanted)
                if why:
                    yield SearchHit(place, name, image, why)
    except EcrtuiError as problem:
        yield SearchProgress(0, 0, f"{_where(place)} {name}", problem)
    yield None


def _why(image: Image, wanted: str) -> str:
    for tag in image.image_tags:
        if wanted in tag.lower():
            return f"tag {tag}"
    prefix = wanted.removeprefix("sha256:")
    digest = image.image_digest.removeprefix("sha256:")
    return "digest" if len(prefix) >= SHORTEST_DIGEST and digest.startswith(prefix) else ""


def _where(place: Registry) -> str:
    region = "ECR Public" if place.kind is RegistryKind.PUBLIC else place.region
    return " ".join(part for part in (place.profile, place.account, region) if part)
