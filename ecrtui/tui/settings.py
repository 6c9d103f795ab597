"""Settings changed from where one stands: a choice or a text becomes a plan, and a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecrtui.model.places import Registry
from ecrtui.model.plan import Outcome
from ecrtui.model.setting import Setting, text_of
from ecrtui.tui.screens.plan import propose
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.tui.screens.editor import Said
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.tui.screens.settings import SettingsScreen
    from ecrtui.workflows.settings.change import SettingPlan, SettingRequest


def edit(screen: SettingsScreen, setting: Setting, value: Any, typed: str | None = None) -> None:
    """Let the person change a setting, from the value it has."""
    if setting.choices:
        _choose(screen, setting, value)
    else:
        _write(screen, _request(screen, setting), value, typed)


def remove(screen: SettingsScreen, setting: Setting) -> None:
    """Propose to have none of it."""
    request = _request(screen, setting)
    _propose(screen, _with(request, remove=True))


def change_item(
    screen: PlaceScreen, registry: Registry, setting: Setting, item: str, *, remove: bool
) -> None:
    """Propose to have one more of a list of the registry's, or one less."""
    from ecrtui.workflows.settings.change import SettingRequest

    _propose(screen, SettingRequest(registry, "", setting, item=item, remove=remove))


def _request(screen: SettingsScreen, setting: Setting) -> SettingRequest:
    from ecrtui.workflows.settings.change import SettingRequest

    return SettingRequest(screen.registry, screen.spot.repository, setting)


def _with(request: SettingRequest, **members: Any) -> SettingRequest:
    import msgspec

    return msgspec.structs.replace(request, **members)


def _choose(screen: SettingsScreen, setting: Setting, value: Any) -> None:
    from ecrtui.render.settings import text
    from ecrtui.tui.screens.picker import Choice, pick

    choices = [
        Choice(text(one.value), one.means + (" (as it is)" if one.value == value else ""), one)
        for one in setting.choices
    ]
    request = _request(screen, setting)
    pick(
        screen,
        setting.title,
        choices,
        lambda chosen: _propose(screen, _with(request, text=text_of(chosen.value.value))),
    )


def _write(
    screen: PlaceScreen, request: SettingRequest, value: Any, typed: str | None = None
) -> None:
    from ecrtui.tui.screens.editor import Editing, EditorScreen

    session, setting = screen.session, request.setting
    text = text_of(value) or setting.start
    whose = request.repository or request.registry.called
    editing = Editing(
        f"{setting.title} of {whose}" + ("" if value is not None else ": none yet, an example"),
        text,
        lambda now, columns: _looked(screen, request, value, now, columns),
        read_only=session.read_only(request.registry.profile),
    )

    def finished(now: str | None) -> None:
        if now is not None:
            _propose(
                screen,
                _with(request, text=now),
                again=lambda place: _write(place, request, value, now),
            )

    screen.app.push_screen(EditorScreen(editing, typed, ascii_only=session.ascii), finished)


def _looked(
    screen: PlaceScreen, request: SettingRequest, before: Any, text: str, columns: int
) -> Said:
    """What a text comes to: its words, the lines that change, what is wrong with it."""
    from ecrtui.model.repository import SettingsPart
    from ecrtui.render.lines import TextLine, note
    from ecrtui.render.settings import part_lines, words_only
    from ecrtui.tui.screens.editor import Said
    from ecrtui.workflows.settings import change, values

    session, setting = screen.session, request.setting
    after = values.parsed(setting, text)
    change.check(session.services, request, before, after)
    if after is None:
        return Said([note("none: it is removed", "warn")])
    part = SettingsPart(setting.title, after, name=setting.name)
    account = session.account(request.registry)
    lines: list[TextLine] = words_only(part, session.times, columns, account)
    return Said(lines or part_lines(part, session.times, columns, account)[:1])


def _propose(screen: PlaceScreen, request: SettingRequest, again: Any = None) -> None:
    services = screen.session.services

    def make(_: Watch) -> SettingPlan:
        from ecrtui.workflows.settings import change

        return change.plan(services, request)

    def run(plan: SettingPlan, watch: Watch) -> Outcome:
        from ecrtui.workflows.settings import change

        return change.run(services, plan, watch)

    propose(screen, make, run, again)
