"""Sending images elsewhere: to a registry, into a file, out of one, from the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.model.image import ImageId
from ecrtui.model.local import EngineHas
from ecrtui.model.places import Outside, Registry
from ecrtui.model.plan import Outcome
from ecrtui.model.reference import Transport, parse
from ecrtui.tui import background
from ecrtui.tui.forms.destination import DestinationForm, Sent, Typed, target
from ecrtui.tui.forms.export import ExportForm, TypedFile, export_target
from ecrtui.tui.several import Proposal, propose_all
from ecrtui.tui.subjects import Subject, in_engine, subjects
from ecrtui.workflows.locate import Target, outside
from ecrtui.workflows.moving.shorthand import file_read
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.workflows.moving.copy import CopyPlan, CopyRequest
    from ecrtui.workflows.services import Services

replace = msgspec.structs.replace


def copy(screen: PlaceScreen) -> None:
    """Ask where to, and propose to copy what is meant there."""
    meant = subjects(screen)
    home = meant[0].home
    typed = Typed(
        home if isinstance(home, Registry) else _first_registry(screen),
        meant[0].target.repository if isinstance(home, Registry) else "",
        meant[0].tag if len(meant) == 1 else "",
    )
    ask_where(screen, meant, typed, "copy")


def push(screen: PlaceScreen) -> None:
    """Of the engine's list the row stood on; into a repository what is chosen."""
    if screen.spot.kind == kinds.ENGINE:
        _push_from_engine(screen)
    else:
        _push_here(screen)


def _push_from_engine(screen: PlaceScreen) -> None:
    """From the engine's list: ask where to; what it is called there tells much of it."""
    meant = subjects(screen)
    repository = meant[0].target.repository
    host, slash, rest = repository.partition("/")
    name = rest if slash and ("." in host or ":" in host) else repository
    typed = Typed(_first_registry(screen), name, meant[0].tag if len(meant) == 1 else "")
    ask_where(screen, meant, typed, "push")


def _push_here(screen: PlaceScreen) -> None:
    """From a repository's list: choose an image of the engine, or a file, to go into it."""
    from ecrtui.tui.screens.picker import Choice, pick

    def chosen(choice: Choice) -> None:
        if choice.value is None:
            import_here(screen)
            return
        subject = in_engine(choice.value)
        typed = Typed(screen.spot.registry, screen.repository_here(), subject.tag)
        ask_where(screen, [subject], typed, "push")

    file = Choice("a file or a folder ...", "oci, oci-archive, docker-archive", None)
    picker = pick(screen, f"Push to {screen.repository_here()}", [file], chosen)

    def ask() -> EngineHas:
        from ecrtui.workflows import local

        return local.held()

    def answer(held: EngineHas) -> None:
        picker.add([Choice(image.name, held.engine, image) for image in held.images])
        picker.finish(None)

    background.ask(picker, "engine", ask, answer=answer, failed=picker.finish)


def import_here(screen: PlaceScreen) -> None:
    """Ask for a file and where it is to go."""
    typed = Typed(screen.spot.registry, screen.repository_here())
    _ask_file(screen, typed)


def _ask_file(screen: PlaceScreen, typed: Typed) -> None:

    services = screen.session.services

    def finished(made: Typed | None) -> None:
        if made is None:
            return

        def request() -> CopyRequest:
            return _request(outside(parse(file_read(made.file))), made, "import")

        propose_all(
            screen,
            [_copying(services, request, lambda place: _ask_file(place, made))],
        )

    title = f"Import to {typed.repository}" if typed.repository else "Import an image"
    form = DestinationForm(screen.session, title, Sent(file=True), typed)
    screen.app.push_screen(form, finished)


def ask_where(screen: PlaceScreen, meant: Sequence[Subject], typed: Typed, kind: str) -> None:
    """The form with what was typed before, then the plan of it."""
    services = screen.session.services
    several = len(meant) > 1

    def finished(made: Typed | None) -> None:
        if made is not None:
            again: Callable[[PlaceScreen], None] = lambda place: _knowing(  # noqa: E731
                place, meant, lambda known: ask_where(place, known, made, kind)
            )
            tagged = [replace(made, tag=one.tag) if several else made for one in meant]
            propose_all(
                screen,
                [
                    _copying(services, _asked(one, each, kind), again)
                    for one, each in zip(meant, tagged, strict=True)
                ],
                again,
            )

    called = f"{len(meant)} images" if several else meant[0].called
    outside = isinstance(meant[0].home, Outside) and meant[0].home.transport is not Transport.DOCKER
    sent = Sent(
        () if several else meant[0].platforms,
        referrers=not outside or kind != "push",
        tag=not several,
    )
    form = DestinationForm(screen.session, f"{kind.capitalize()} {called} to", sent, typed)
    screen.app.push_screen(form, finished)


def _knowing(
    screen: PlaceScreen, meant: Sequence[Subject], then: Callable[[Sequence[Subject]], None]
) -> None:
    """What is meant, with the platforms that a plan has read of it meanwhile."""
    first, services = meant[0], screen.session.services
    digest = first.target.image_id.image_digest
    if len(meant) > 1 or first.platforms or not digest:
        then(meant)
        return

    def known() -> tuple[str, ...]:
        from ecrtui.workflows.platforms import stored_platforms

        return stored_platforms(services, digest)

    def answer(platforms: tuple[str, ...]) -> None:
        then([first._replace(platforms=platforms)])

    background.ask(screen, "platforms", known, answer=answer, failed=screen.say_problem)


def _asked(subject: Subject, typed: Typed, kind: str) -> Callable[[], CopyRequest]:
    return lambda: _request(subject.target, typed, kind)


def _request(source: Target, typed: Typed, kind: str) -> CopyRequest:
    from ecrtui.workflows.moving.copy import CopyRequest

    to, named = target(typed), source.image_id
    if not (to.image_id.image_tag or named.image_tag or typed.platforms) and named.image_digest:
        to = replace(to, image_id=ImageId(named.image_digest))  # what has no tag gets none
    return CopyRequest(source, to, kind, typed.platforms, typed.referrers, create=True)


def _copying(
    services: Services,
    request: Callable[[], CopyRequest],
    again: Callable[[PlaceScreen], None],
) -> Proposal:
    from ecrtui.workflows.moving.copy import plan, run

    def make(watch: Watch) -> CopyPlan:
        return plan(services, request(), watch)

    def carry_out(made: CopyPlan, watch: Watch) -> Outcome:
        return run(services, made, watch)

    return Proposal(make, carry_out, again)


def export(screen: PlaceScreen) -> None:
    """Ask for a form and a file; several images go into one folder, each under its name."""
    meant = subjects(screen)
    _ask_form(screen, meant, TypedFile(tag=meant[0].tag))


def _ask_form(screen: PlaceScreen, meant: Sequence[Subject], typed: TypedFile) -> None:
    from ecrtui.workflows.moving.copy import CopyRequest

    services = screen.session.services

    def finished(made: TypedFile | None) -> None:
        if made is None:
            return
        again: Callable[[PlaceScreen], None] = lambda place: _knowing(  # noqa: E731
            place, meant, lambda known: _ask_form(place, known, made)
        )

        def request(subject: Subject) -> Callable[[], CopyRequest]:
            return lambda: CopyRequest(
                subject.target,
                export_target(replace(made, tag=subject.tag)),
                "export",
                made.platforms,
                made.referrers,
                replace=made.replace,
            )

        propose_all(screen, [_copying(services, request(one), again) for one in meant], again)

    called = f"{len(meant)} images" if len(meant) > 1 else meant[0].called
    platforms = () if len(meant) > 1 else meant[0].platforms
    form = ExportForm(screen.session, called, platforms, typed, several=len(meant) > 1)
    screen.app.push_screen(form, finished)


def _first_registry(screen: PlaceScreen) -> Registry | None:
    """Where something from outside ECR most likely goes: the first that may change."""
    session = screen.session
    known = (one.registry for one in session.summaries.values() if not one.registry.is_public)
    return next((one for one in known if not session.read_only(one.profile)), None)
