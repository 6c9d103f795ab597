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


def _done(screen: Contained, doing: str, done: str, deed: Callable[[str], None]) -> None:
    """Do something with the container in the background, and say when it is done."""
    found = screen.contained()
    if found is None:
        return
    name = found.name or found.id[:12]

    def answer(_: None) -> None:
        screen.say(f"{name} {done}")
        screen.reload()

    screen.say(f"{doing} {name} ...")
    background.ask(screen, "deed", lambda: deed(found.id), answer=answer, failed=screen.say_problem)


def _stop(screen: Contained) -> None:
    from ecrtui.workflows import containers

    _done(screen, "Stopping", "has ended", containers.stop)


def _start_again(screen: Contained) -> None:
    from ecrtui.workflows import containers

    _done(screen, "Starting", "runs again", containers.restart)


def _remove(screen: Contained) -> None:
    from ecrtui.render.text import safe
    from ecrtui.tui.screens.confirm import Confirm

    found = screen.contained()
    if found is None:
        return
    name = safe(found.name or found.id[:12])
    lines = [f"{name}, of {safe(found.image)}", "Its log and its volumes without a name go too."]
    if found.running:
        lines.append("It runs: it is ended at once.")

    def answered(yes: bool | None) -> None:
        if yes:
            _take_away(screen, found)

    screen.app.push_screen(Confirm("Remove the container?", lines, "Remove"), answered)


def _take_away(screen: Contained, found: Container) -> None:
    from ecrtui.workflows import containers

    def answer(_: None) -> None:
        screen.say(f"{found.name or found.id[:12]} is removed")
        if screen.spot.kind == kinds.CONTAINER and screen.is_current:
            navigation.leave(screen)
        else:
            screen.reload()

    background.ask(
        screen,
        "deed",
        lambda: containers.remove(found.id),
        answer=answer,
        failed=screen.say_problem,
    )


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
    "stop": Deed(_stop, _not_running),
    "start-again": Deed(_start_again, _gone),
    "remove": Deed(_remove, _gone),
    "log-follow": Deed(lambda screen: screen.log_view.follow()),
    "log-next": Deed(lambda screen: screen.step(1), _no_hits),
    "log-before": Deed(lambda screen: screen.step(-1), _no_hits),
    "log-only": Deed(lambda screen: screen.switch_only(), _no_hits),
    "log-times": Deed(lambda screen: screen.switch_times()),
    "log-wrap": Deed(lambda screen: screen.switch_wrap()),
    "log-save": Deed(_save, _no_lines),
}
