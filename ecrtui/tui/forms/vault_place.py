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
_LIFETIMES = (
    Option("for this run of ecrtui", 0),
    Option("for 8 hours, also for docker's helper", 8 * 3600),
    Option("for a day, also for docker's helper", 24 * 3600),
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
    seconds: int = 0
    """For how long the file is to be unlocked for other programs; 0 for this run alone."""

    def shown(self) -> dict[str, str]:
        """Where."""
        return {"where": self.where}


class VaultPlaceForm(FormScreen[TypedPlace]):
    """Nothing is chosen before Enter, and what is kept is moved only where that is said."""

    DEED = "choose it"

    def __init__(self, session: Session, typed: TypedPlace | None, *, elsewhere: bool) -> None:
        super().__init__("Where secrets are kept", ascii_only=session.ascii)
        self._session = session
        self._typed = typed or TypedPlace("file" if elsewhere else "keyring")
        self._now: Standing | None = None
        """How it is, once that is known; keys are taken from the start."""
        self._stays = typed is not None or elsewhere
        """Whether the place that stands there is meant."""
        self._may_move = not elsewhere
        places = [option.value for option in _PLACES]
        lifetimes = [option.value for option in _LIFETIMES]
        self._place = Choice("place", "Kept in", _PLACES, places.index(self._typed.where))
        self._passphrase = Secret("passphrase", "Passphrase", ascii_only=self._ascii)
        self._again = Secret("again", "Once more", ascii_only=self._ascii)
        at = lifetimes.index(self._typed.seconds)
        self._lifetime = Choice("lifetime", "Unlocked", _LIFETIMES, at)
        self._move = Switch("move", "Move", "what is kept now", on=self._typed.move)

    def lines(self) -> Sequence[FormField]:
        """The place, what opens it, what goes along."""
        return [self._place, self._passphrase, self._again, self._lifetime, self._move]

    def on_mount(self) -> None:
        """What was typed before stands there again; look how it is now."""
        self._passphrase.put(self._typed.passphrase)
        self._again.put(self._typed.passphrase)
        self._show_lines()
        services = self._session.services

        def look() -> Standing:
            from ecrtui.workflows.credentials.relocating import standing

            return standing(services)

        def failed(problem: EcrtuiError) -> None:
            self.complain("\n".join(filter(None, (problem.sentence, problem.hint))))

        background.ask(self, "standing", look, answer=self._stand, failed=failed)

    def _stand(self, now: Standing) -> None:
        self._now = now
        if not self._stays:
            self._place.at = [option.value for option in _PLACES].index(now.where)
            self._place.draw()
        if not now.file_exists:
            self._passphrase.remark("12 characters at least")
        self._move.remark(f"{now.kept} in {_called(now.where)}")
        self._show_lines()
        self._explain()

    def changed(self, field: FormField) -> None:
        """Another place has other lines."""
        self._stays = True
        self._show_lines()
        self._explain()

    def _show_lines(self) -> None:
        now, where = self._now, self._place.value
        other = now is not None and where != now.where
        to_file = other and where == "file" and now is not None and not now.passphrase_given
        is_new = now is not None and not now.file_exists
        self._passphrase.display = to_file
        self._again.display = to_file and is_new
        self._move.display = other and self._may_move and now is not None and now.kept > 0
        moving = bool(self._move.display and self._move.value)
        self._lifetime.display = to_file and (moving or not is_new)

    def _explain(self) -> None:
        where, now = self._place.value, self._now
        if now is None:
            return
        told = [_MEANS[where]]
        if where == now.where:
            told.append(f"It is used now{'' if now.by else ', since nothing else was chosen'}.")
        elif now.kept and not (self._move.display and self._move.value):
            told.append(
                f"{now.kept} stay in {_called(now.where)}, unseen until it is chosen again."
            )
        if where == "file" and now.passphrase_given:
            told.append(f"Its passphrase is in the file that {vaults.PASSPHRASE_FILE} names.")
        if now.by not in ("", "chosen"):
            told.append(f"{now.by} says where, and goes before what is chosen here.")
        self.tell("\n".join(told))

    def made(self) -> TypedPlace:
        """Raises UsageError for a passphrase that is none."""
        passphrase, now = "", self._now
        if now is None:
            raise UsageError("it is not known yet how it is now", hint="One moment, please.")
        if self._passphrase.display:
            passphrase = self._passphrase.value
            if not passphrase:
                raise UsageError("the passphrase is missing")
            if not now.file_exists:
                _check(passphrase)
                if self._again.value != passphrase:
                    raise UsageError("they differ", hint="Both lines must be the same passphrase.")
        move = bool(self._move.display and self._move.value)
        seconds = self._lifetime.value if self._lifetime.display else 0
        return TypedPlace(self._place.value, passphrase, move, seconds)


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

    def answered(chosen: TypedPlace | None) -> None:
        if chosen is not None and chosen.move:
            _propose(navigation.place_of(screen.app), session, chosen)
        elif chosen is not None:
            _choose_now(screen, session, chosen, then)

    form = VaultPlaceForm(session, typed, elsewhere=then is not None)
    screen.app.push_screen(form, answered)


def _propose(place: PlaceScreen, session: Session, typed: TypedPlace) -> None:
    from ecrtui.tui.screens.plan import propose
    from ecrtui.workflows.credentials import relocating

    services = session.services

    def run(made: Relocation, watch: Watch) -> Outcome:
        return relocating.run(services, made, watch, typed.passphrase, typed.seconds)

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
        return relocating.run(services, made, Watch(), typed.passphrase, typed.seconds)

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
