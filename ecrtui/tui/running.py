"""An image run from where one stands: the form, then its log, or the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecrtui.tui import navigation
from ecrtui.tui.subjects import subject_here
from ecrtui.workflows.locate import Target

if TYPE_CHECKING:
    from ecrtui.tui.forms.running import Agreed
    from ecrtui.tui.screens.place import PlaceScreen


def why_no_run(screen: PlaceScreen) -> str:
    """Why what is stood on cannot be run; '' when it can."""
    found = subject_here(screen)
    if found is None:
        return "There is no row to stand on."
    return "It is archived: it has to be restored first." if found.archived else found.no_image


def open_form(screen: PlaceScreen) -> None:
    """Ask how."""
    found = subject_here(screen)
    if found is not None:
        open_again(screen, found.target, found.called)


def open_again(
    screen: PlaceScreen, target: Target, called: str, typed: Mapping[str, Any] | None = None
) -> None:
    """Ask how, with what was typed before."""
    from ecrtui.tui.forms.running import RunForm

    def answered(agreed: Agreed | None) -> None:
        if agreed is not None:
            _go_on(screen, agreed)

    screen.app.push_screen(RunForm(screen.session, target, called, typed), answered)


def _go_on(screen: PlaceScreen, agreed: Agreed) -> None:
    """To its log; what takes the terminal gets it."""
    from ecrtui.tui.screens.containers import container_spot
    from ecrtui.tui.terminal import Handed, hand

    if agreed.container is not None:
        navigation.enter(screen, container_spot(agreed.container))
        return
    plan = agreed.plan

    def make() -> Handed:
        from ecrtui.render.docker_line import interactive_line
        from ecrtui.workflows.running import containers

        client, labels = containers.client(), containers.labels_of(plan.source)
        image, program = plan.ready.sure_name, client.program
        line = interactive_line(plan.spec, image, program=program, labels=labels)
        secrets = {one.name: one.value or "" for one in line.secrets}
        return Handed(
            plan.source,
            (program, *client.options, *line.words[1:]),
            {**client.environment, **secrets},
            is_shell=agreed.is_shell,
            failed=lambda: containers.remove_left(labels),
            lost=lambda: containers.remove_left(labels, running=plan.spec.remove),
        )

    hand(screen, make)
