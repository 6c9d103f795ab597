"""A form whose Enter keeps credentials and tests them at once. It stays until one has seen what STS
says, and what was typed stays in it until it is kept, whatever fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from ecrtui.errors import EcrtuiError, NameTaken, UsageError, VaultError
from ecrtui.model.credentials import Credential
from ecrtui.model.places import Identity
from ecrtui.render.credentials import tested_line, tested_lines
from ecrtui.tui import background
from ecrtui.tui.forms.fields import FormField
from ecrtui.tui.forms.screen import FormScreen
from ecrtui.tui.forms.secret import Secret
from ecrtui.tui.screens.vault_trouble import show_trouble
from ecrtui.tui.session import Session
from ecrtui.workflows.callers import on_behalf
from ecrtui.workflows.credentials.at_hand import Tested

_LONG = 2.0
"""Seconds after which it is said for what one waits."""
_WAITS = "The keyring takes its time: a dialog may be open on the machine's own screen."
_SHOWN = 4
"""Tests of several that are shown; the list of credentials shows all."""


class Done(NamedTuple):
    """What came of the form."""

    names: tuple[str, ...] = ()
    """Of the credentials that are kept now."""
    identities: tuple[tuple[str, Identity], ...] = ()
    """Who the tests found them to be."""
    problems: tuple[tuple[str, EcrtuiError | None], ...] = ()
    """What the tests came to."""


class _Step(NamedTuple):
    """One has been kept, or tested, or has another name now."""

    name: str
    told: str = ""
    tested: Tested | None = None
    told_apart: tuple[str, ...] = ()
    gone: bool = False


def _told_apart(one: Credential) -> tuple[str, ...]:
    return one.access_key_id, one.role_arn, one.sso_session, one.sso_account, one.sso_role


class KeepingForm(FormScreen[Done]):
    """Subclasses say which lines there are, and call `keep`."""

    DEED = "keep it"

    def __init__(self, session: Session, title: str, *, editing: bool) -> None:
        super().__init__(title, ascii_only=session.ascii)
        self._session = session
        self._editing = editing
        self._busy = False
        self._kept_as: Mapping[str, Any] | None = None
        """What stood in the lines when it was kept."""
        self._kept: dict[str, Tested | None] = {}
        """What is kept by now, and what the test found."""
        self._which: dict[str, tuple[str, ...]] = {}
        """What tells those from others, whatever they are called: another name renames it."""
        self._told_of: list[str] = []
        self._left = 0
        """How many are still to be tested."""

    @property
    def is_kept(self) -> bool:
        """Whether all that stands there has been kept."""
        return bool(self._kept) and not self._busy and self._kept_as == dict(self.values)

    # Keeping it

    def keep(self, credentials: Sequence[Credential]) -> None:
        """Keep one after the other, then test them. What is kept already is replaced."""
        services, editing, mine = self._session.services, self._editing, set(self._kept)
        self._left = len(credentials)
        now = {_told_apart(one): one.name for one in credentials}
        names = {one.name for one in credentials}
        renamed = [
            name
            for name, which in self._which.items()
            if not editing and name not in names and which in now
        ]

        def work() -> Iterator[_Step]:
            from ecrtui.workflows.credentials import at_hand
            from ecrtui.workflows.credentials import editing as workflow

            hidden = set()
            for one in credentials:
                if editing:
                    told = workflow.edit(services, one)
                else:
                    told = workflow.add(services, one, replace_it=one.name in mine)
                hidden |= {one.name} if told else set()
                yield _Step(one.name, told, told_apart=_told_apart(one))
            for name in renamed:
                at_hand.remove(services, name)
                yield _Step(name, gone=True)
            for one in credentials:
                if one.name in hidden:  # by its name another one would be tested
                    continue
                # Keys that are refused are put right in this form, not in a dialog above it.
                caller = background.ASKED if one.role_arn or one.sso_session else background.UNASKED
                test = partial(at_hand.test, services, one.name)
                yield _Step(one.name, tested=on_behalf(caller, test))

        self._run(f"Keeping {', '.join(one.name for one in credentials[:3])} ...", work)

    def keep_login(self, host: str, user: str, password: str) -> None:
        """Keep a registry's login; only its registry could test it, and is not asked."""
        services = self._session.services
        self._left = 1

        def work() -> Iterator[_Step]:
            from ecrtui.workflows.credentials.registry_logins import RegistryLogin, keep_login

            keep_login(services, host, RegistryLogin(user, password))
            yield _Step(host, "docker asks for it once ecrtui is its helper: docs/credentials.md")

        self._run(f"Keeping the login of {host} ...", work)

    def _run(self, told: str, work: Callable[[], Iterator[_Step]]) -> None:
        self._busy, self._kept_as, self._told_of = True, dict(self.values), []
        kept = len(self._kept)
        self.complain("")
        self.tell(told)

        def still() -> None:
            if self._busy and len(self._kept) == kept and not self._told_of:
                self.tell(f"{told}\n{_WAITS}")

        self.set_timer(_LONG, still)
        background.read(self, "keep", work, deliver=self._step, done=self._done)

    def _step(self, steps: list[_Step]) -> None:
        for step in steps:
            if step.gone:
                self._kept.pop(step.name, None)
                self._which.pop(step.name, None)
            elif step.tested is None:
                self._kept[step.name] = None
                self._which[step.name] = step.told_apart
                if step.told:
                    self._left -= 1
                    self._told_of.append(step.told[:1].upper() + step.told[1:] + ".")
            else:
                self._kept[step.name] = step.tested
                self._left -= 1
        if self._left:
            self._sum_up("Asking STS ...")
        else:
            self._done(None)

    def _done(self, problem: EcrtuiError | None) -> None:
        """Nothing that was typed is lost."""
        self._busy = False
        if problem is not None:
            self._kept_as = None
            self.tell("")
            self.failed(problem)
        elif self._kept:
            self._sum_up("")
        self._show_keys(self.fields[self._at])

    def failed(self, problem: EcrtuiError) -> None:
        """Say what keeps it from being kept, and what to do."""
        if isinstance(problem, VaultError):
            show_trouble(self, self._session, problem, self._submit)
        elif isinstance(problem, NameTaken):
            self.complain(f"{problem.sentence}\nChoose another name, or edit that one.")
        else:
            hint = self._session.words(problem.hint)
            self.complain("\n".join(filter(None, (problem.sentence, hint))))

    def _sum_up(self, doing: str) -> None:
        place = {"file": "the encrypted file", "memory": "memory, for this run"}
        where = place.get(self._session.services.vault.where, "the keyring")
        names = list(self._kept)
        told = f"{names[0]} is" if len(names) == 1 else f"{len(names)} are"
        tests = [one for one in self._kept.values() if one is not None]
        if len(names) == 1:
            lines = [
                line
                for one in tests
                for line in tested_lines(one.identity, one.region, one.problem)
            ]
        else:
            bad = sorted(tests, key=lambda one: one.problem is None)
            lines = [tested_line(one.name, one.problem) for one in bad[:_SHOWN]]
            lines += [f"and {len(bad) - _SHOWN} more"] if len(bad) > _SHOWN else []
        said = [self._session.words(line) for line in (*self._told_of, *lines, doing)]
        self.tell("\n".join(filter(None, (f"{told} kept in {where}.", *said))))

    # Leaving

    def _show_keys(self, here: FormField) -> None:
        """Enter closes what is kept and was seen."""
        self.DEED = "close" if self.is_kept else type(self).DEED
        super()._show_keys(here)

    def leave(self) -> None:
        """What is being kept at this moment is not given up by it."""
        if self._busy:
            self.notify("What was begun goes on: it may be kept all the same.", markup=False)
        self.close()

    def close(self) -> None:
        """Forget what was typed, and say what is kept."""
        for field in self.fields:
            if isinstance(field, Secret):
                field.put("")
        found = [(name, one) for name, one in self._kept.items() if one is not None]
        known = tuple((name, one.identity) for name, one in found if one.identity is not None)
        problems = tuple((name, one.problem) for name, one in found)
        self.dismiss(Done(tuple(self._kept), known, problems) if self._kept else None)

    def made(self) -> Done:
        """Never asked: Enter keeps it here."""
        raise UsageError
