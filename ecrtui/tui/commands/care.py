"""Commands of triage and care. What they need is imported when one asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.model.places import Registry
from ecrtui.tui import navigation
from ecrtui.tui.commands.deed import Deed

if TYPE_CHECKING:
    from ecrtui.tui.screens.affected import AffectedScreen
    from ecrtui.tui.screens.images import ImagesScreen
    from ecrtui.tui.screens.place import PlaceScreen


def _no_scan(screen: PlaceScreen) -> str:
    from ecrtui.tui.subjects import why_no_pull, why_none

    if not isinstance(screen.spot.home, Registry) or screen.spot.home.is_public:
        return "Only private registries of ECR scan images."
    return why_none(screen) or why_no_pull(screen)


def _scan(screen: PlaceScreen) -> None:
    from ecrtui.tui.several import Proposal, propose_all
    from ecrtui.tui.subjects import Subject, subjects
    from ecrtui.workflows.scan import plan, run

    services = screen.session.services

    def scanning(subject: Subject) -> Proposal:
        return Proposal(
            lambda _: plan(services, subject.target), lambda made, watch: run(services, made, watch)
        )

    propose_all(screen, [scanning(subject) for subject in subjects(screen)])


def _findings(screen: ImagesScreen) -> None:
    row = screen.table.current
    if row is not None:
        navigation.enter(screen, screen.spot_of(row), tab="findings")


def _read_indexes(screen: AffectedScreen) -> None:
    screen.read_indexes()


DEEDS = {
    "read-indexes": Deed(_read_indexes, lambda screen: screen.why_no_indexes()),
    "image-findings": Deed(_findings, lambda screen: screen.why_no_open()),
    "start-scan": Deed(_scan, _no_scan),
}
