"""The rotation of a kept credential's access key: begun, gone on with, taken back, finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.model.credentials import WayIn

if TYPE_CHECKING:
    from ecrtui.tui.commands.credentials import Credentialed
    from ecrtui.workflows.credentials.rotate import Way


def rotate(screen: Credentialed, way: WayIn) -> None:
    """Propose a rotation; where one was begun, ask what is to become of it."""
    from ecrtui.tui.screens.picker import Choice, pick
    from ecrtui.workflows.credentials.rotate import Way

    if not way.rotation:
        _propose(screen, way.name, Way.ON)
        return
    choices = [
        Choice("finish it", "delete the old key for good", Way.END),
        Choice("take it back", "sign with the old key again, and delete the new one", Way.BACK),
    ]
    if way.rotation == "begun":
        choices.insert(0, Choice("go on", "it was broken off", Way.ON))
    pick(
        screen,
        f"The rotation of {way.name}'s key",
        choices,
        lambda choice: _propose(screen, way.name, choice.value),
    )


def _propose(screen: Credentialed, name: str, way: Way) -> None:
    from ecrtui.tui.screens.plan import propose
    from ecrtui.workflows.credentials import rotate
    from ecrtui.workflows.watch import Watch

    services = screen.session.services

    def make(watch: Watch) -> rotate.RotationPlan:
        if way is rotate.Way.END:  # that it was used is a warning, which one agrees to here
            return rotate.finish_plan(services, name, watch, even_if_used=True)
        return (rotate.back_plan if way is rotate.Way.BACK else rotate.plan)(services, name, watch)

    propose(screen, make, lambda plan, watch: rotate.run(services, plan, watch))
