"""Credentials added and changed from where one stands: the forms, and what comes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError, NotFound, VaultError
from ecrtui.model.credentials import WayIn
from ecrtui.render.credentials import key_of
from ecrtui.tui import background, navigation

if TYPE_CHECKING:
    from pathlib import Path

    from ecrtui.model.credentials import Credential
    from ecrtui.model.plan import Outcome
    from ecrtui.tui.forms.keeping import Done
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.workflows.credentials import importing
    from ecrtui.workflows.watch import Watch


def add(screen: PlaceScreen) -> None:
    """Ask what kind it is, and all of it."""
    _open(screen, None)


def edit(screen: PlaceScreen, name: str) -> None:
    """Show all of a kept credential but its secrets; opening it may need the keyring."""
    services = screen.session.services

    def look() -> Credential:
        from ecrtui.workflows.credentials.editing import shown

        return shown(services, name)

    def failed(problem: EcrtuiError) -> None:
        if isinstance(problem, VaultError):
            from ecrtui.tui.screens.vault_trouble import show_trouble

            show_trouble(screen, screen.session, problem, lambda: edit(screen, name))
        else:
            screen.say_problem(problem)

    background.ask(screen, "edit", look, answer=lambda one: _open(screen, one), failed=failed)


def _open(screen: PlaceScreen, before: Credential | None) -> None:
    from ecrtui.tui.forms.credential import CredentialForm

    def answered(done: Done | None) -> None:
        if done is not None:
            _kept(navigation.place_of(screen.app), done)

    screen.app.push_screen(CredentialForm(screen.session, before), answered)


def _kept(screen: PlaceScreen, done: Done) -> None:
    """The list shows it, and stands on it."""
    session = screen.session
    for name, who in done.identities:
        session.identities[name] = who
    for name, problem in done.problems:
        session.told(name, problem)
    if screen.spot.kind == kinds.CREDENTIALS:
        where = session.services.vault.where
        screen.stand_on(key_of(WayIn(done.names[0], "", where)))  # type: ignore[attr-defined]
    elif screen.spot.kind != kinds.CREDENTIAL:
        screen.say(", ".join(done.names), title="Kept")
    screen.reload()


def choose_place(screen: PlaceScreen) -> None:
    """Where secrets are kept."""
    from ecrtui.tui.forms.vault_place import choose_place as choose

    choose(screen, screen.session)


def import_keys(screen: PlaceScreen) -> None:
    """Ask which profiles' keys are to go out of AWS's files, and propose it."""
    from ecrtui.tui.screens.marking import MarkingPicker
    from ecrtui.tui.screens.picker import Choice

    services = screen.session.services
    title = "Move keys out of AWS's files"
    picker = MarkingPicker(title, [], (), ascii_only=screen.session.ascii)

    def look() -> dict[str, str]:
        from ecrtui.workflows.credentials.importing import candidates

        return candidates(services)

    def offer(found: dict[str, str]) -> None:
        picker.add([Choice(name, f"{key} in a plain file", name) for name, key in found.items()])
        picker.finish(None if found else NotFound(title=_NO_KEYS))

    def chosen(choice: Choice | None) -> None:
        if choice is not None:
            _propose_import(screen, choice.value)

    screen.app.push_screen(picker, chosen)
    background.ask(picker, "profiles", look, answer=offer, failed=picker.finish)


_NO_KEYS = "No profile has keys in AWS's files"


def _propose_import(screen: PlaceScreen, profiles: tuple[str, ...]) -> None:
    from ecrtui.tui.screens.plan import propose
    from ecrtui.workflows.credentials import importing

    services = screen.session.services

    def run(edit: importing.Edit, watch: Watch) -> Outcome:
        done = importing.run(services, edit, watch)
        return msgspec.structs.replace(done, sentence=screen.session.words(done.sentence))

    propose(
        screen,
        lambda _: importing.plan(services, profiles, process=importing.myself()),
        run,
        import_keys,
    )


def destroy_backups(screen: PlaceScreen) -> None:
    """Show what imports have left, and destroy it once that is agreed."""
    from ecrtui.render.text import safe
    from ecrtui.tui.screens.confirm import Confirm
    from ecrtui.workflows.credentials import backups

    def show(found: list[Path]) -> None:
        if not found:
            screen.say("No import has left a backup.")
            return
        lines = [*(safe(str(path)) for path in found), "", backups.HONEST]

        def answered(yes: bool | None) -> None:
            if yes:
                background.ask(
                    screen,
                    "backups",
                    lambda: backups.destroy(found),
                    answer=screen.say,
                    failed=screen.say_problem,
                )

        title = "Destroy the backup?" if len(found) == 1 else f"Destroy {len(found)} backups?"
        screen.app.push_screen(Confirm(title, lines, "Destroy"), answered)

    background.ask(screen, "backups", backups.left, answer=show, failed=screen.say_problem)
