"""A repository made from where one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.model.places import Registry
from ecrtui.model.plan import Outcome
from ecrtui.tui.screens.plan import propose
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.model.repository import NewRepository
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.workflows.settings.create import CreatePlan


def new_repository(screen: PlaceScreen, typed: NewRepository | None = None) -> None:
    """Ask what it is to be like, and propose to make it."""
    from ecrtui.tui.forms.repository import RepositoryForm

    registry = screen.spot.registry or Registry("", "")
    form = RepositoryForm(registry, typed, ascii_only=screen.session.ascii)

    def finished(new: NewRepository | None) -> None:
        if new is not None:
            _propose(screen, registry, new)

    screen.app.push_screen(form, finished)


def _propose(screen: PlaceScreen, registry: Registry, new: NewRepository) -> None:
    services = screen.session.services

    def make(_: Watch) -> CreatePlan:
        from ecrtui.workflows.settings import create

        return create.plan(services, registry, new)

    def run(plan: CreatePlan, watch: Watch) -> Outcome:
        from ecrtui.workflows.settings import create

        return create.run(services, plan, watch)

    propose(screen, make, run, lambda place: new_repository(place, new))
