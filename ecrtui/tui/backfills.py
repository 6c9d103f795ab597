"""Copying what was there before the replication rules, from the registry's settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecrtui.model.backfill import Backfill, BackfillResult, Destination
from ecrtui.render.lines import TextLine, note
from ecrtui.tui import background
from ecrtui.tui.screens.picker import Choice, pick
from ecrtui.tui.screens.plan import propose
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.tui.screens.settings import SettingsScreen
    from ecrtui.workflows.settings.backfill import BackfillPlan

_SHOWN = 50
"""Images that were not copied, of one backfill."""


def choose(screen: SettingsScreen) -> None:
    """Where to, which to stop, or what came of one."""
    services, registry = screen.session.services, screen.registry

    def known() -> tuple[list[Destination], list[Backfill]]:
        from ecrtui.workflows.settings import backfill

        return backfill.destinations(services, registry), backfill.listed(services, registry)

    def show(found: tuple[list[Destination], list[Backfill]]) -> None:
        pick(screen, "Backfill", _choices(screen, *found), lambda choice: choice.value())

    background.ask(screen, "backfills", known, answer=show, failed=screen.say_problem)


def _choices(
    screen: SettingsScreen, destinations: list[Destination], there: list[Backfill]
) -> list[Choice]:
    choices = [
        Choice(f"copy to {to.region}", f"of {to.registry_id}", _starting(screen, to))
        for to in destinations
    ]
    for one in there:
        name, to = one.replication_backfill_id[:8], one.destination.region
        if one.running:
            choices.append(Choice(f"stop {name}", f"to {to}", _stopping(screen, one)))
        else:
            choices.append(Choice(f"results of {name}", f"to {to}", _results(screen, one)))
    return choices


def _starting(screen: SettingsScreen, to: Destination) -> Callable[[], None]:
    services, registry = screen.session.services, screen.registry

    def make(_: Watch) -> BackfillPlan:
        from ecrtui.workflows.settings import backfill

        return backfill.plan_start(services, registry, to.region, to.registry_id)

    return lambda: _propose(screen, make)


def _stopping(screen: SettingsScreen, one: Backfill) -> Callable[[], None]:
    services, registry = screen.session.services, screen.registry

    def make(_: Watch) -> BackfillPlan:
        from ecrtui.workflows.settings import backfill

        return backfill.plan_stop(services, registry, one.replication_backfill_id)

    return lambda: _propose(screen, make)


def _propose(screen: SettingsScreen, make: Callable[[Watch], BackfillPlan]) -> None:
    from ecrtui.workflows.settings import backfill

    services = screen.session.services
    propose(screen, make, lambda plan, watch: backfill.run(services, plan, watch))


def _results(screen: SettingsScreen, one: Backfill) -> Callable[[], None]:
    services, registry = screen.session.services, screen.registry

    def failed() -> list[BackfillResult]:
        from ecrtui.workflows.settings import backfill

        pages = backfill.results(services, registry, one.replication_backfill_id, failed=True)
        return [row for page in pages for row in page.items]

    def show(rows: list[BackfillResult]) -> None:
        screen.note("backfills", _result_lines(one, rows))

    return lambda: background.ask(screen, "results", failed, answer=show, failed=screen.say_problem)


def _result_lines(one: Backfill, rows: list[BackfillResult]) -> list[TextLine]:
    name = one.replication_backfill_id[:8]
    if not rows:
        return [note(f"{name}: every image was copied", "good")]
    lines = [note(f"{name}: {len(rows):,} images were not copied", "bad")]
    for row in rows[:_SHOWN]:
        told = f"  {row.repository_name}@{row.digest}  {row.failure_code}"
        lines.append(note(told, "")._replace(copy=told.strip()))
    return lines
