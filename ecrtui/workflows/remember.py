"""What the explorer remembers of a person: bookmarks, the last place, sort orders, the theme."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from ecrtui.model.image import ImageId
from ecrtui.model.places import Outside, Registry
from ecrtui.model.reference import Transport
from ecrtui.workflows.services import Services


class Place(msgspec.Struct, frozen=True, rename="camel"):
    """A place to come back to: a registry, a repository in it, an image in that."""

    registry: Registry
    repository: str = ""
    digest: str = ""
    label: str = ""
    """How it was called when it was kept: `team/api:v2`; never used to find it again."""
    reference: str = ""
    """Of an image outside ECR, with an absolute path; the registry says nothing then."""

    @staticmethod
    def outside(home: Outside, repository: str, image_id: ImageId) -> Place:
        """A place for an image outside ECR, which another working directory finds too."""
        if home.transport not in (Transport.DOCKER, Transport.DAEMON):
            path = os.path.abspath(Path(home.where).expanduser())
            home = msgspec.structs.replace(home, where=path)
        reference = str(home.reference(repository, image_id))
        return Place(Registry("", ""), label=reference, reference=reference)


class Order(msgspec.Struct, frozen=True):
    """How a table was sorted last: a column's id, '' for the service's own order."""

    column: str = ""
    reverse: bool = False


def bookmarks(services: Services) -> list[Place]:
    """The bookmarks, oldest first."""
    return services.state.read("bookmarks", list[Place], [])


def toggle_bookmark(services: Services, place: Place) -> bool:
    """Add a bookmark, or remove the one for the same place; whether it is there now."""

    def toggled(kept: list[Place]) -> list[Place]:
        others = [known for known in kept if _same(known) != _same(place)]
        return [*others, place] if len(others) == len(kept) else others

    now = services.state.update("bookmarks", list[Place], [], toggled)
    return any(_same(known) == _same(place) for known in now)


def last_place(services: Services) -> Place | None:
    """Where the explorer was left; None the first time."""
    return services.state.read("last-place", Place | None, None)  # type: ignore[arg-type]


def save_last_place(services: Services, place: Place | None) -> None:
    """Keep where one is, for the next start."""
    services.state.write("last-place", place)


def order_of(services: Services, table: str) -> Order:
    """How a table was sorted last."""
    return services.state.read("orders", dict[str, Order], {}).get(table, Order())


def save_order(services: Services, table: str, order: Order) -> None:
    """Keep how a table is sorted."""
    services.state.update("orders", dict[str, Order], {}, lambda kept: {**kept, table: order})


def theme(services: Services) -> str:
    """The theme: the setting, else the one chosen last, '' for the default."""
    return services.settings.theme or services.state.read("theme", str, "")


def save_theme(services: Services, name: str) -> None:
    """Keep the theme that was chosen."""
    services.state.write("theme", name)


def _same(place: Place) -> tuple[Registry, str, str, str]:
    return place.registry, place.repository, place.digest, place.reference
