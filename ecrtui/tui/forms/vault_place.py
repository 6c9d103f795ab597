"""Where secrets are kept: what each place means, who can read it, and what goes along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from ecrtui.errors import EcrtuiError, UsageError
from ecrtui.model.credentials import Hidden
from ecrtui.model.plan import Outcome
from ecrtui.render.text import safe
from ecrtui.tui import background, navigation
from ecrtui.tui.forms.fields import Choice, FormField, Option, Switch
from ecrtui.tui.forms.screen import FormScreen
from ecrtui.tui.forms.secret import Secret
from ecrtui.tui.session import Session
from ecrtui.workflows.credentials import vaults
from ecrtui.workflows.credentials.vaults import Where

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.workflows.credentials.relocating import Relocation, Standing
    from ecrtui.workflows.watch import Watch

_PLACES = (
    Option("the OS keyring", "keyring"),
    Option("an encrypted file", "file"),
    Option("memory", "memory"),
)
_MEANS = {
    "keyring": "Unlocked with your login, on this machine. Programs of your own can read it while "
    "it is unlocked; other users and a stolen disk cannot.",
    "file": "AES-256-GCM under a passphrase (scrypt), for machines without a keyring. Whoever "
    "knows the passphrase can read it; without it nobody can, ecrtui neither.",
    "memory": "On no disk, and gone when ecrtui ends. Only this program can read it.",
}


class TypedPlace(Hidden, frozen=True):
    """What stands in the form. It shows its place alone."""

    where: Where
    passphrase: str = ""
    move: bool = True

    def shown(self) -> dict[str, str]:
        """Where."""
        return {"where": self.where}


class VaultPlaceForm(FormScreen[TypedPlace]):
    """Nothing is chosen before Enter, and what is kept is moved only where that is said."""

    DEED = "choose it"

    def __init__(
        self, session: Session, now: Standing, typed: TypedPlace, *, may_move: bool
    ) -> None:
        super().__init__("Where secrets are kept", ascii_only=session.ascii)
        self._now = now
        self._typed = typed
        self._may_move = may_move and now.kept > 0
        places = [option.value for option in _PLACES]
        empty = "" if now.file_exists else "at least 12 characters: four random words, say"
        self._place = Choice("place", "Kept in", _PLACES, places.index(typed.where))
        self._passphrase = Secret("passphrase", "Passphrase", empty, ascii_only=self._ascii)
        self._again = Secret("again", "Once more", ascii_only=self._ascii)
        kept = f"{now.kept} kept in {_called(now.where)} now"
        self._move = Switch("move", "Move", kept, on=typed.move)

    def lines(self) -> Sequence[FormField]:
        """The place, what opens it, what goes along."""
        return [self._place, self._passphrase, self._again, self._move]

    def on_mount(self) -> None:
        """What was typed before stands there again."""
        self._passphrase.put(self._typed.passphrase)
        self._again.put(self._typed.passphrase)
        self._show_lines()
        self.call_later(self._explain)

    def changed(self, field: FormField) -> None:
        """Another place has other lines."""
        self._show_lines()
        self._explain()

    def _show_lines(self) -> None:
        other = self._place.value != self._now.where
        to_file = self._place.value == "file" and other
        self._passphrase.display = to_file
        self._again.display = to_file and not self._now.file_exists
        self._move.display = other and self._may_move

    def _explain(self) -> None:
        where, now = self._place.value, self._now
        told = [_MEANS[where]]
        if where == now.where:
            told.append(f"It is used now{'' if now.by else ', since nothing else was chosen'}.")
        elif now.kept and not (self._move.display and self._move.value):
            told.append(
                f"{now.kept} stay in {_called(now.where)}, unseen until it is chosen again."
            )
        if now.by not in ("", "chosen"):
            told.append(f"{now.by} says where, and goes before what is chosen here.")
        self.tell("\n".join(told))

    def made(self) -> TypedPlace:
        """Raises UsageError for a passphrase that is none."""
        passphrase = ""
        if self._passphrase.display:
            passphrase = self._passphrase.value
            if not passphrase:
                raise UsageError("the passphrase is missing")
            if not self._now.file_exists:
                _check(passphrase)
                if self._again.value != passphrase:
                    raise UsageError("they differ", hint="Both lines must be the same passphrase.")
        move = bool(self._move.display and self._move.value)
        return TypedPlace(self._place.value, passphrase, move)


def _check(passphrase: str) -> None:
    try:
        vaults.strong(passphrase)
    except UsageError as problem:
        raise UsageError(hint=f"It {problem.detail.partition(' ')[2]}. {problem.hint}") from None


def choose_place(
    screen: Screen[Any],
    session: Session,
    then: Callable[[], None] | None = None,
    typed: TypedPlace | None = None,
) -> None:
    """Let the person choose, on top of a screen. `then` goes on with what the place was missed
    for: it moves nothing, since what is in the place that fails cannot be read."""
    services = session.services

    def look() -> Standing:
        from ecrtui.workflows.credentials.relocating import standing

        return standing(services)

    def show(now: Standing) -> None:
        place = typed or TypedPlace("file" if then is not None else now.where)
        form = VaultPlaceForm(session, now, place, may_move=then is None)
        screen.app.push_screen(form, answered)

    def answered(chosen: TypedPlace | None) -> None:
        if chosen is not None and chosen.move:
            _propose(navigation.place_of(screen.app), session, chosen)
        elif chosen is not None:
            _choose_now(screen, session, chosen, then)

    background.ask(screen, "place", look, answer=show, failed=lambda one: _say(screen, one))


def _propose(place: PlaceScreen, session: Session, typed: TypedPlace) -> None:
    from ecrtui.tui.screens.plan import propose
    from ecrtui.workflows.credentials import relocating

    services = session.services

    def run(made: Relocation, watch: Watch) -> Outcome:
        return relocating.run(services, made, watch, typed.passphrase)

    propose(
        place,
        lambda _: relocating.plan(services, typed.where, move=True),
        run,
        lambda again: choose_place(again, session, typed=typed),
    )


def _choose_now(
    screen: Screen[Any], session: Session, typed: TypedPlace, then: Callable[[], None] | None
) -> None:
    services = session.services

    def run() -> Outcome:
        from ecrtui.workflows.credentials import relocating
        from ecrtui.workflows.watch import Watch

        made = relocating.plan(services, typed.where, move=False)
        if made.done_already:
            return Outcome(sentence=made.done_already)
        return relocating.run(services, made, Watch(), typed.passphrase)

    def answer(outcome: Outcome) -> None:
        screen.notify(safe(outcome.sentence), markup=False)
        if then is not None:
            then()

    def failed(problem: EcrtuiError) -> None:
        _say(screen, problem)
        choose_place(screen, session, then, typed)

    background.ask(screen, "place", run, answer=answer, failed=failed)


def _say(screen: Screen[Any], problem: EcrtuiError) -> None:
    told = "\n".join(filter(None, (problem.detail, problem.hint)))
    screen.notify(safe(told), title=problem.title, severity="warning", markup=False)


def _called(where: Where) -> str:
    return next(option.title for option in _PLACES if option.value == where)
