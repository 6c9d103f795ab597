"""What tags are seen to name whenever a list has been read, kept from run to run.

Looks are in the state folder, some repositories a file; the ones that were looked at longest ago
are forgotten first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from zlib import crc32

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.model.image import Image
from ecrtui.model.observed import Observed, merged
from ecrtui.model.page import Page
from ecrtui.model.places import Registry
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services

replace = msgspec.structs.replace
_FILES = 32
_REPOSITORIES = 16
"""In a file: 500 in all."""


class Look(msgspec.Struct, frozen=True):
    """What is there now."""

    registry: Registry
    """With the account, where that is known."""
    images: tuple[Image, ...] = ()
    """Of the whole repository, or the one that a tag was asked for."""
    gone: str = ""
    """The tag that was asked for and names nothing."""


def observe(
    services: Services,
    registry: Registry,
    repository: str,
    images: Iterable[Image],
    *,
    at: float = 0.0,
    whole: bool = True,
) -> None:
    """Keep what tags name at this moment, or at the moment `at` when reading them began.

    `whole` says that these are all images of the repository: a tag that is not there is gone.
    """
    rows = sorted(images, key=lambda image: -(image.image_pushed_at or 0.0))
    tags = {tag: image.image_digest for image in rows for tag in image.image_tags}
    registry = placed(registry, rows)
    if registry.account:  # else it is an empty list of nobody knows whom
        _keep(services, registry, repository, tags, at or services.clock.now(), whole=whole)


def observing(
    services: Services, registry: Registry, repository: str, pages: Iterator[Page[Image]]
) -> Iterator[Page[Image]]:
    """The pages of a repository's images, kept in mind once the last of them has come."""
    began, found = services.clock.now(), list[Image]()
    for page in pages:
        found += page.items
        yield page
        if page.last:
            observe(services, registry, repository, found, at=began)


def look(services: Services, target: Target) -> Look:
    """Look at a repository, or at what one tag names, and keep what was seen. Counts as no pull.

    Of an image by its digest all are looked at: its tags may name others by now.

    Raises NotFound for a repository that is not there. A tag may name nothing any more.
    """
    registry, name, image_id = target.registry, target.repository, target.image_id
    began, reader = services.clock.now(), services.reader(registry)
    if not image_id.image_tag:
        pages = observing(services, registry, name, reader.images(name))
        rows = tuple(image for page in pages for image in page.items)
        return Look(placed(registry, rows), rows)
    rows = tuple(reader.describe(name, [image_id]))
    observe(services, registry, name, rows, at=began, whole=False)
    gone = "" if rows or image_id.image_digest else image_id.image_tag
    registry = whose(services, registry, rows)
    if gone and registry.account:
        _keep(services, registry, name, {gone: ""}, began, whole=False)
    return Look(registry, rows, gone)


def _keep(
    services: Services,
    registry: Registry,
    repository: str,
    tags: dict[str, str],
    at: float,
    *,
    whole: bool,
) -> None:
    name = _key(registry, repository)

    def more(kept: dict[str, Observed]) -> dict[str, Observed]:
        known = kept.get(name, Observed())
        kept = {**kept, name: merged(known, tags, at, whole=whole)}
        while len(kept) > _REPOSITORIES:
            kept.pop(min(kept, key=lambda each: kept[each].latest))
        return kept

    services.state.update(_document(name), dict[str, Observed], {}, more)


def observed(services: Services, registry: Registry, repository: str) -> Observed:
    """What was seen of a repository so far."""
    name = _key(registry, repository)
    kept = services.state.read(_document(name), dict[str, Observed], {})
    return kept.get(name, Observed())


def placed(registry: Registry, rows: Sequence[Image]) -> Registry:
    """A registry with the account that its rows tell."""
    if registry.account or not rows:
        return registry
    return replace(registry, account=rows[0].registry_id)


def whose(services: Services, registry: Registry, rows: Sequence[Image] = ()) -> Registry:
    """A registry with its account: as rows tell it, else as STS does, where it does."""
    registry = placed(registry, rows)
    if registry.account:
        return registry
    from ecrtui.workflows.places import identity

    try:
        account = identity(services, registry.profile).account
    except EcrtuiError:
        return registry  # what was seen is not found then, and nothing else is lost
    return replace(registry, account=account)


def place_of(registry: Registry) -> tuple[str, str, str]:
    """What tells registries apart, whichever profile reaches them."""
    whose = registry.account or f"profile {registry.profile}"
    return registry.kind.value, whose, registry.region


def _key(registry: Registry, repository: str) -> str:
    return "/".join((*place_of(registry), repository))


def _document(name: str) -> str:
    return f"tags-seen-{crc32(name.encode()) % _FILES:02}"
