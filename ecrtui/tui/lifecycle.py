"""Lifecycle policies from the explorer: edited, put and taken away by plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecrtui.tui.screens.plan import propose

if TYPE_CHECKING:
    from ecrtui.tui.screens.lifecycle import LifecycleScreen
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.workflows.lifecycle.change import PolicyRequest
    from ecrtui.workflows.lifecycle.foresee import Foresight


def edit(screen: LifecycleScreen) -> None:
    """Open the editor with the policy that the repository has, with a line for each member."""
    from ecrtui.errors import UsageError
    from ecrtui.model.lifecycle_templates import lined, parsed
    from ecrtui.workflows.lifecycle.foresee import Foresight

    text = screen.text
    try:
        shown = lined(parsed(text)) if text and "\n" not in text.strip() else text
    except UsageError:
        shown = text  # it is to be mended as it is
    _open(screen, Foresight(screen.registry, screen.spot.repository, text), shown or _EMPTY, None)


_EMPTY = '{\n  "rules": []\n}\n'


def _open(place: PlaceScreen, wanted: Foresight, text: str, typed: str | None) -> None:
    from ecrtui.tui.screens.policy_editor import PolicyEditor
    from ecrtui.workflows.lifecycle.change import PolicyRequest

    def finished(now: str | None) -> None:
        if now is not None:
            request = PolicyRequest(wanted.registry, wanted.repository, now)
            _propose(place, request, lambda later: _open(later, wanted, text, now))

    place.app.push_screen(PolicyEditor(place.session, wanted, text, typed), finished)


def delete(screen: LifecycleScreen) -> None:
    """Propose to take the policy away."""
    from ecrtui.workflows.lifecycle.change import PolicyRequest

    _propose(screen, PolicyRequest(screen.registry, screen.spot.repository), None)


def _propose(
    place: PlaceScreen, request: PolicyRequest, again: Callable[[PlaceScreen], None] | None
) -> None:
    from ecrtui.workflows.lifecycle import change

    services = place.session.services
    propose(
        place,
        lambda watch: change.plan(services, request, watch),
        lambda plan, watch: change.run(services, plan, watch),
        again,
    )
