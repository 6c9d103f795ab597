"""Commands that run an image, and those of its container."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, cast

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.tui import background, navigation
from ecrtui.tui.commands.deed import Deed
from ecrtui.tui.spot import Spot

if TYPE_CHECKING:
    from ecrtui.model.running import Container
    from ecrtui.tui.screens.container import ContainerScreen
    from ecrtui.tui.screens.containers import ContainersScreen
    from ecrtui.tui.screens.place import PlaceScreen

    Contained: TypeAlias = ContainerScreen | ContainersScreen


def _run(screen: PlaceScreen) -> None:
    from ecrtui.tui.running import open_form

    open_form(screen)


def _no_image(screen: PlaceScreen) -> str:
    from ecrtui.tui.running import why_no_run

    return why_no_run(screen)


def _containers(screen: PlaceScreen) -> None:
    spot = Spot(kinds.CONTAINERS)
    below = any(getattr(one, "spot", None) == spot for one in screen.app.screen_stack)
    (navigation.go if below else navigation.enter)(screen, spot)


def _shell(screen: Contained) -> None:
    from ecrtui.tui.terminal import shell_in

    found = screen.contained()
    if found is not None:
        shell_in(screen, found)


def _do(place: PlaceScreen, found: Container, kind: str) -> None:
    """Begin it at once, behind no transfer; its end is told wherever one is by then."""
    from ecrtui.workflows.running import deeds as container_deeds

    plan = container_deeds.plan(kind, found)
    place.session.jobs.start(
        plan,
        lambda watch: container_deeds.run(plan, watch),
        lambda other: _DOING[kind](other, found),
        at_once=True,
    )


def _stop(place: PlaceScreen, found: Container) -> None:
    place.say(f"Stopping {found.name or found.id[:12]} ...")
    _do(place, found, "stop")


def _start_again(place: PlaceScreen, found: Container) -> None:
    place.say(f"Starting {found.name or found.id[:12]} ...")
    _do(place, found, "start")


def _remove(place: PlaceScreen, found: Container) -> None:
    from ecrtui.render.text import safe
    from ecrtui.tui.screens.confirm import Confirm

    name = safe(found.name or found.id[:12])
    lines = [f"{name}, of {safe(found.image)}", "Its log and its volumes without a name go too."]
    if found.running:
        lines.append("It runs: it is ended at once.")

    def answered(yes: bool | None) -> None:
        if yes:
            _do(place, found, "remove")

    place.app.push_screen(Confirm("Remove the container?", lines, "Remove"), answered)


_DOING = {"stop": _stop, "start": _start_again, "remove": _remove}


def _on_container(kind: str) -> Callable[[Contained], None]:
    def deed(screen: Contained) -> None:
        found = screen.contained()
        if found is not None:
            _DOING[kind](screen, found)

    return deed


def _save(screen: ContainerScreen) -> None:
    from ecrtui.tui.widgets.prompt import Question

    def finished(name: str | None) -> None:
        screen.close_line()
        if name and name.strip():
            _write(screen, name.strip(), replace=False)

    screen.ask_line(Question("save as", finished, text=f"{screen.spot.label}.log"))


def _write(screen: ContainerScreen, name: str, *, replace: bool) -> None:
    from ecrtui.render.text import safe
    from ecrtui.tui.screens.confirm import Confirm
    from ecrtui.workflows.save import Exists, save

    def answered(yes: bool | None) -> None:
        if yes:
            _write(screen, name, replace=True)

    def failed(problem: EcrtuiError) -> None:
        if isinstance(problem, Exists):
            lines = (f"{safe(name)} is there already.",)
            screen.app.push_screen(Confirm("Replace the file?", lines, "Replace"), answered)
        else:
            screen.say_problem(problem)

    text = screen.saved()
    background.ask(
        screen,
        "save",
        lambda: save(name, text(), replace=replace),
        answer=lambda path: screen.say(safe(str(path)), title="Saved, readable by you alone"),
        failed=failed,
    )


def _no_lines(screen: ContainerScreen) -> str:
    return "" if screen.book.lines else "It has printed nothing yet."


def _no_hits(screen: PlaceScreen) -> str:
    return cast("ContainerScreen", screen).why_no_hits()


def _not_running(screen: PlaceScreen) -> str:
    return cast("ContainerScreen", screen).why_not_running()


def _gone(screen: PlaceScreen) -> str:
    return cast("ContainerScreen", screen).why_gone()


DEEDS = {
    "run": Deed(_run, _no_image),
    "containers": Deed(_containers),
    "shell": Deed(_shell, _not_running),
    "stop": Deed(_on_container("stop"), _not_running),
    "start-again": Deed(_on_container("start"), _gone),
    "remove": Deed(_on_container("remove"), _gone),
    "log-follow": Deed(lambda screen: screen.log_view.follow()),
    "log-next": Deed(lambda screen: screen.step(1), _no_hits),
    "log-before": Deed(lambda screen: screen.step(-1), _no_hits),
    "log-only": Deed(lambda screen: screen.switch_only(), _no_hits),
    "log-times": Deed(lambda screen: screen.switch_times()),
    "log-wrap": Deed(lambda screen: screen.switch_wrap()),
    "log-save": Deed(_save, _no_lines),
}
