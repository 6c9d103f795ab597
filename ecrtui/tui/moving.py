"""Moving images from where one stands: what is meant and what was typed become plans and jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from ecrtui.model.plan import Outcome
from ecrtui.tui import background
from ecrtui.tui.forms.pulling import PullForm, TypedPull
from ecrtui.tui.several import Proposal, propose_all
from ecrtui.tui.subjects import Subject, subject_here, subjects
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.workflows.pulling.pull import PullPlan, PullRequest
    from ecrtui.workflows.restore import StoragePlan
    from ecrtui.workflows.services import Services
    from ecrtui.workflows.tag import TagPlan


def pull(screen: PlaceScreen) -> None:
    """Propose to bring what is meant to the engine; what is archived is restored before."""
    services, meant = screen.session.services, subjects(screen)
    propose_all(screen, [_pulling(services, subject, TypedPull()) for subject in meant])


def _pulling(services: Services, subject: Subject, typed: TypedPull) -> Proposal:
    from ecrtui.workflows.pulling.pull import PullRequest, plan, run

    request = PullRequest(subject.target, typed.platform, typed.load)
    if subject.archived:
        return _restoring_first(services, subject, request)

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

    return Proposal(lambda _: plan(services, request), carry_out, again)


def _restoring_first(services: Services, subject: Subject, request: PullRequest) -> Proposal:
    """An archived image can be pulled once it is active again, which takes its time."""
    from ecrtui.workflows import restore
    from ecrtui.workflows.pulling import pull

    def make(_: Watch) -> StoragePlan:
        made = restore.plan(services, restore.StorageRequest(subject.target))
        then = ("then", "it is pulled, as soon as it is active")
        return msgspec.structs.replace(made, facts=(*made.facts, then))

    def carry_out(made: StoragePlan, watch: Watch) -> Outcome:
        restored = restore.run(services, made, watch)
        pulled = pull.run(services, pull.plan(services, request), watch)
        return msgspec.structs.replace(pulled, changes=(*restored.changes, *pulled.changes))

    return Proposal(make, carry_out)


def archive(screen: PlaceScreen) -> None:
    """Propose to archive what is meant, or to make it active again where it is archived."""
    from ecrtui.workflows.restore import StorageRequest, plan, run

    services = screen.session.services

    def moving(subject: Subject) -> Proposal:
        request = StorageRequest(subject.target, archive=not subject.archived)
        return Proposal(
            lambda _: plan(services, request), lambda made, watch: run(services, made, watch)
        )

    propose_all(screen, [moving(subject) for subject in subjects(screen)])


def tag(screen: PlaceScreen) -> None:
    """Ask for a tag for the image stood on, whatever is marked, and propose to give it."""
    subject = subject_here(screen)
    if subject is not None:
        _ask_tag(screen, subject)


def _ask_tag(screen: PlaceScreen, subject: Subject, text: str = "") -> None:
    from ecrtui.tui.widgets.prompt import Question

    def finished(typed: str | None) -> None:
        screen.close_line()
        if typed and typed.strip():
            _tagging(screen, subject, typed.strip())

    screen.ask_line(Question(f"tag {subject.called} as", finished, text=text))


def _tagging(screen: PlaceScreen, subject: Subject, text: str) -> None:
    from ecrtui.workflows.tag import TagRequest, plan, run

    services = screen.session.services
    request = TagRequest(subject.target, tuple(text.split()))

    def carry_out(made: TagPlan, watch: Watch) -> Outcome:
        return run(services, made, watch)

    again: Callable[[PlaceScreen], None] = lambda place: _ask_tag(place, subject, text)  # noqa: E731
    propose_all(screen, [Proposal(lambda _: plan(services, request), carry_out, again)])
