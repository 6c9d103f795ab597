"""Moving images from where one stands: what is meant and what was typed become plans and jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.model.plan import Outcome
from ecrtui.tui import background
from ecrtui.tui.forms.pulling import PullForm, TypedPull
from ecrtui.tui.several import Proposal, propose_all
from ecrtui.tui.subjects import Subject, subjects
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.workflows.pull import PullPlan
    from ecrtui.workflows.services import Services


def pull(screen: PlaceScreen) -> None:
    """Propose to bring what is meant to the engine."""
    services, meant = screen.session.services, subjects(screen)
    propose_all(screen, [_pulling(services, subject, TypedPull()) for subject in meant])


def _pulling(services: Services, subject: Subject, typed: TypedPull) -> Proposal:
    from ecrtui.workflows.pull import PullRequest, plan, run

    request = PullRequest(subject.target, typed.platform, typed.load)

    def carry_out(made: PullPlan, watch: Watch) -> Outcome:
        return run(services, made, watch)

    def again(place: PlaceScreen) -> None:
        def finished(chosen: TypedPull | None) -> None:
            if chosen is not None:
                propose_all(place, [_pulling(services, subject, chosen)])

        def show(platforms: tuple[str, ...]) -> None:
            form = PullForm(place.session, subject.called, platforms, typed)
            place.app.push_screen(form, finished)

        def known() -> tuple[str, ...]:
            from ecrtui.workflows.platforms import stored_platforms

            return stored_platforms(services, subject.target.image_id.image_digest)

        background.ask(place, "platforms", known, answer=show, failed=place.say_problem)

    return Proposal(lambda: plan(services, request), carry_out, again)
