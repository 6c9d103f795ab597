"""Walking down: repositories of a registry, images of a repository.

None of it reads a manifest, so nothing here counts as a pull.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.model.image import Image
from ecrtui.model.page import Page
from ecrtui.model.places import Registry
from ecrtui.model.repository import Repository
from ecrtui.workflows.services import Services
from ecrtui.workflows.tags_seen import observing


def repositories(services: Services, registry: Registry) -> Iterator[Page[Repository]]:
    """All repositories of a registry, page by page, in the service's order."""
    return services.reader(registry).repositories()


def repository(services: Services, registry: Registry, name: str) -> Repository:
    """One repository; raises NotFound."""
    return services.reader(registry).repository(name)


def images(services: Services, registry: Registry, repository: str) -> Iterator[Page[Image]]:
    """All images of a repository, archived ones too, page by page, in the service's order.

    Once all are there, what their tags name is kept in mind: `tag_history`.
    """
    return observing(services, registry, repository, services.reader(registry).images(repository))
