"""Credentials that are refused: who asks the person, for what, and who does not ask again.

All but `Renewing.forgive` runs in the thread of the call that was refused, which waits meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from ecrtui.errors import (
    EcrtuiError,
    NoCredentials,
    SignInError,
    VaultDenied,
    VaultError,
    VaultLocked,
    VaultSilent,
    WrongCode,
    WrongPassphrase,
)
from ecrtui.model.signing_in import Need, Renewal, asked_device
from ecrtui.render import signing_in as words
from ecrtui.tui.asking import Asker
from ecrtui.workflows import callers
from ecrtui.workflows.credentials.vaults import KNOWN, Questions

if TYPE_CHECKING:
    from ecrtui.tui.session import Session

SIGN_IN_PROBLEMS = (SignInError, VaultLocked, VaultSilent, VaultDenied)
"""What the person puts right, here or elsewhere; then it is worth another try."""
_HOURS = 8
"""For so long a passphrase opens the encrypted file, where that is asked for."""
_TOGETHER = 1.0
"""Seconds in which whoever was refused while others renewed tries again before it asks."""


def may_renew(problem: Exception | None) -> bool:
    """Whether a key of the explorer mends it."""
    return isinstance(problem, SIGN_IN_PROBLEMS) and not isinstance(problem, NoCredentials)


class NotGiven(SignInError):
    """The person was not asked, or gave no answer: asking again at once would help nobody."""


class Renewing:
    """What is known of refused credentials, and the questions that bring them back."""

    def __init__(self, session: Session, asker: Asker) -> None:
        self._session = session
        self._asker = asker
        self._lock = threading.Lock()
        self._declined: dict[Hashable, str] = {}
        """What the person gave up, and for which profile; '' where none is known."""
        self._forgiven: set[str] = set()
        """Profiles that may be asked again for what was given up for another one."""
        self._renewed: dict[Hashable, float] = {}
        """When, by the monotonic clock."""
        self._mine = threading.local()
        """What this thread was refused with last, and what it renewed."""
        self.refused: dict[str, SignInError] = {}
        """By profile, what the service said last, until it takes a call again."""

    def questions(self) -> Questions:
        """How workflows ask in the explorer."""
        return Questions(
            passphrase=self.passphrase,
            code=self.code,
            renew=self.renew,
            waiting=self.waiting,
        )

    def forgive(self, profile: str) -> None:
        """The person asks anew: what was given up for a profile may be asked again."""
        with self._lock:
            self._forgiven.add(profile)
            self._declined = {
                key: whose for key, whose in self._declined.items() if whose not in ("", profile)
            }

    def accepted(self, profile: str) -> None:
        """The service took a call of the profile."""
        self.refused.pop(profile, None)

    # Asked by calls

    def renew(self, profile: str, refused: EcrtuiError) -> bool:
        """Whether what refused a call was put right, so that it is worth another try."""
        if isinstance(refused, NotGiven):
            return False
        if isinstance(refused, VaultError):
            return self._unlock(profile, refused)
        if not isinstance(refused, SignInError):
            return False
        need = self._need(profile, refused)
        self._note(profile, refused, need)
        if need is None or not callers.current().may_ask:
            return False
        if need.renewal is Renewal.CODE:  # the call asks for it by itself, or nothing helps
            return self._asks_for_code(refused)
        if not self._ask(_key(need), profile, self._screen(need, refused)):
            return False
        self._session.services.sessions.forget(profile)  # who is asked next sees the new ones
        self._tell_renewed(profile)
        return True

    def _asks_for_code(self, refused: SignInError) -> bool:
        """False where the call was refused again at once, though it asked for no code."""
        last, at = getattr(self._mine, "refused", None), getattr(self._mine, "at", 0.0)
        self._mine.refused, self._mine.at = refused, time.monotonic()
        return last is None or self._mine.at - at > _TOGETHER

    def now(self, profile: str) -> bool:
        """Whether credentials were renewed because the person wants it, refused or not.

        Raises what signing in raises: a call asks for whatever it takes, as always.
        """
        from ecrtui.workflows import places

        services = self._session.services
        self.forgive(profile)
        refused = self.refused.get(profile) or SignInError(title="Signing in again")
        need = self._need(profile, refused)
        by_portal = need if need is not None and need.renewal is Renewal.SIGN_IN else None
        if by_portal and not self._ask(_key(by_portal), profile, self._screen(by_portal, refused)):
            return False
        if by_portal is None:
            services.sessions.forget(profile)
        places.identity(services, profile)
        self._tell_renewed(profile)
        return True

    def to_portal(self, name: str) -> bool:
        """Whether somebody signed in to a portal, because they want to."""
        need = Need("", Renewal.SIGN_IN, name)
        with self._lock:
            self._declined.pop(_key(need), None)
            self._renewed.pop(_key(need), None)

        def make() -> Screen[Any]:
            from ecrtui.tui.screens.renewal.sign_in import SignIn

            return SignIn(self._session, name, "Whatever takes its role from it can be used then.")

        return self._ask(_key(need), "", make)

    def code(self, question: str) -> str:
        """An MFA code. Raises NotGiven."""
        device, again = asked_device(question)
        refused = self._mine.__dict__.pop("refused", None)
        key = ("code", device)
        if not callers.current().may_ask or key in self._declined:
            hint = f"{self._key} asks for it."
            raise NotGiven(device, title="An MFA code is needed", hint=hint)
        wrong = ""
        if again or isinstance(refused, WrongCode):
            wrong = f"{WrongCode.title}. {WrongCode.hint}"

        def make() -> Screen[Any]:
            from ecrtui.tui.forms.answers import CodeForm

            return CodeForm(
                "Signing in takes a code", device, wrong, ascii_only=self._session.ascii
            )

        # A code works once: no two calls share one.
        given = self._asker.ask(("code", object()), make, "an MFA code")
        if given is None:
            self._decline(key, "")
            raise NotGiven(device, title="No MFA code was given", hint=f"{self._key} asks again.")
        return str(given)

    def passphrase(self, question: str) -> str:
        """The passphrase of the encrypted file. Raises VaultLocked."""
        refused = self._mine.__dict__.pop("refused", None)
        key = ("passphrase", question)
        if not callers.current().may_ask or key in self._declined:
            raise self._locked("")
        wrong = refused.title if isinstance(refused, WrongPassphrase) else ""

        def make() -> Screen[Any]:
            from ecrtui.tui.forms.answers import PassphraseForm

            told = f"{question.strip().rstrip(':')}."
            plain, hours = self._session.ascii, _HOURS if question == KNOWN else 0
            return PassphraseForm("Encrypted file", told, wrong, hours=hours, ascii_only=plain)

        given = self._asker.ask(key, make, "a passphrase")
        if given is None:
            self._decline(key, "")
            raise self._locked("no passphrase was given")
        if given.for_hours:
            self._keep_unlocked(given.text)
        return str(given.text)

    def _keep_unlocked(self, passphrase: str) -> None:
        """For all of the person's programs; who waits for the passphrase goes on in any case."""
        from ecrtui.workflows.credentials.unlocking import unlock

        try:
            unlock(self._session.services, passphrase, _HOURS * 3600)
        except WrongPassphrase:
            return  # which the call itself tells
        except EcrtuiError as problem:
            told, title = f"{problem.detail}. {problem.hint}", problem.title

            def tell() -> None:
                self._asker.app.notify(told, title=title, severity="warning", markup=False)

            self._asker.later(tell)

    def waiting(self) -> None:
        """The keyring takes its time."""

        def tell() -> None:
            self._asker.app.notify(
                "Its dialog may be open on this machine's own screen.",
                title="Waiting for the keyring",
                severity="warning",
                markup=False,
            )

        self._asker.later(tell)

    # How

    def _unlock(self, profile: str, refused: VaultError) -> bool:
        """A passphrase is asked for by the call itself; a keyring is unlocked elsewhere."""
        passing = isinstance(refused, SIGN_IN_PROBLEMS) and not isinstance(refused, _NoPassphrase)
        if not passing or not callers.current().may_ask:
            return False
        if isinstance(refused, WrongPassphrase):
            self._mine.refused = refused
            return True

        def make() -> Screen[Any]:
            return self._try_again(refused.title, refused, refused.hint)

        return self._ask(("vault",), profile, make)

    def _ask(self, key: Hashable, profile: str, make: Callable[[], Screen[Any]]) -> bool:
        with self._lock:
            if key in self._declined and profile not in self._forgiven:
                return False
            self._declined.pop(key, None)
            tried = getattr(self._mine, "tried", None) == key
            lately = time.monotonic() - self._renewed.get(key, -_TOGETHER) < _TOGETHER
        self._mine.tried = key
        if lately and not tried:
            return True
        answer = self._asker.ask(key, make, "a sign-in")
        if answer:
            self._renewed[key] = time.monotonic()
        elif answer is False:
            self._decline(key, profile)
        return bool(answer)

    def _decline(self, key: Hashable, profile: str) -> None:
        with self._lock:
            self._declined[key] = profile
            self._forgiven.clear()

    def _need(self, profile: str, refused: SignInError) -> Need | None:
        from ecrtui.workflows.credentials import signing_in

        if isinstance(refused, NoCredentials):  # what was never there is not to be renewed
            return None
        return signing_in.need(self._session.services, profile, refused)

    def _note(self, profile: str, refused: SignInError, need: Need | None) -> None:
        """Remember it, and name the key that mends it."""
        self.refused[profile] = refused
        if need is not None:
            deed = _DEEDS[need.renewal]
            outside = f" {refused.hint}" if need.renewal is Renewal.TOOL else ""
            refused.hint = f"{self._key} {deed}{outside}"
        self._asker.later(self._show)

    def _tell_renewed(self, profile: str) -> None:
        """Who one is may be another now, and what failed can be read."""
        from ecrtui.tui import navigation

        def tell() -> None:
            self.accepted(profile)
            self._session.identities.pop(profile, None)
            for place in navigation.places_of(self._asker.app):
                place.signed_in()

        self._asker.later(tell)

    def _show(self) -> None:
        from ecrtui.tui import navigation

        for place in navigation.places_of(self._asker.app)[-1:]:
            place.update_bars()

    def _screen(self, need: Need, refused: SignInError) -> Callable[[], Screen[Any]]:
        """What asks for it, to be made on the screen's own thread."""
        session, why = self._session, words.why(refused, need.profile)
        if need.renewal is Renewal.SIGN_IN:
            from ecrtui.tui.screens.renewal.sign_in import SignIn

            return partial(SignIn, session, need.session, why)
        if need.renewal is Renewal.KEYS:
            from ecrtui.tui.forms.other_keys import OtherKeys
            from ecrtui.workflows.credentials.other_keys import holder

            return partial(OtherKeys, session, holder(session.services, need.profile), why)
        return partial(self._try_again, why, refused, need.hint)

    def _try_again(self, title: str, refused: EcrtuiError, hint: str) -> Screen[Any]:
        from ecrtui.tui.screens.renewal.again import TryAgain

        return TryAgain(title, refused, hint, ascii_only=self._session.ascii)

    def _locked(self, detail: str) -> VaultLocked:
        hint = f"{self._key} asks for its passphrase."
        return _NoPassphrase(detail, title="The encrypted file is locked", hint=hint)

    @property
    def _key(self) -> str:
        from ecrtui.tui.states import key_of

        return key_of(self._session.commands, "renew", ascii_only=self._session.ascii)


class _NoPassphrase(VaultLocked):
    """None was given, or nobody may be asked now."""


_DEEDS = {
    Renewal.SIGN_IN: "signs in again.",
    Renewal.CODE: "asks for an MFA code.",
    Renewal.KEYS: "takes new keys.",
    Renewal.TOOL: "tries again.",
}


def _key(need: Need) -> Hashable:
    """What all profiles that are renewed together share."""
    if need.renewal is Renewal.SIGN_IN:
        return ("sign in", need.session)
    return (need.renewal.value, need.profile)
