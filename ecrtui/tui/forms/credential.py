"""A credential added, or changed: what was typed stays until it is kept, whatever fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ecrtui.errors import EcrtuiError, NameTaken, UsageError, VaultError
from ecrtui.model.credentials import Credential
from ecrtui.model.pasted_keys import pasted_keys
from ecrtui.model.places import Identity
from ecrtui.render.credentials import tested_lines
from ecrtui.tui import background
from ecrtui.tui.forms.credential_fields import (
    KEYS,
    LOGIN,
    OWN_KEYS,
    ROLE,
    credential_lines,
    credential_of,
    fill,
    lines_of,
)
from ecrtui.tui.forms.fields import Choice, FormField, Option
from ecrtui.tui.forms.screen import FormScreen
from ecrtui.tui.forms.secret import Secret
from ecrtui.tui.screens.vault_trouble import show_trouble
from ecrtui.tui.session import Session
from ecrtui.workflows.credentials.at_hand import Tested

_LONG = 2.0
"""Seconds after which it is said for what one waits."""
_WAITS = "The keyring takes its time: a dialog may be open on the machine's own screen."


class Done(NamedTuple):
    """What came of the form."""

    names: tuple[str, ...] = ()
    """Of the credentials that are kept now."""
    identities: tuple[tuple[str, Identity], ...] = ()
    """Who the tests found them to be."""
    problems: tuple[tuple[str, EcrtuiError | None], ...] = ()
    """What the tests came to."""


class CredentialForm(FormScreen[Done]):
    """Enter keeps it and tests it at once; the form stays until one has seen what STS says."""

    DEED = "keep it"

    def __init__(self, session: Session, before: Credential | None = None) -> None:
        title = f"Edit {before.name}" if before is not None else "Add a credential"
        super().__init__(title, ascii_only=session.ascii)
        self._session = session
        self._before = before
        self._busy = False
        self._kept_as: Mapping[str, Any] | None = None
        """What stood in the lines when it was kept."""
        self._kept: dict[str, Tested | None] = {}
        """What is kept by now, and what the test found."""

    # Its lines

    def lines(self) -> Sequence[FormField]:
        """All of them; those of the kind are shown."""
        return credential_lines(self._before, ascii_only=self._ascii)

    def start_at(self) -> str:
        """What kind it is comes first; of one that is edited that is known."""
        return "kind" if self._before is None else self._shown()[0]

    def on_mount(self) -> None:
        """Look for what may assume a role."""
        self._show_lines()
        services = self._session.services
        name = self._before.name if self._before is not None else ""

        def look() -> list[str]:
            from ecrtui.workflows.credentials.editing import sources

            return sources(services, name)

        def answer(names: list[str]) -> None:
            source = self.field("source")
            if isinstance(source, Choice):
                source.add([Option(one, one) for one in names])

        background.ask(self, "sources", look, answer=answer, failed=lambda _: None)

    def changed(self, field: FormField) -> None:
        """Another kind has other lines."""
        if not self._busy and not self._is_kept:
            self.tell("")
        if field.called in ("kind", "source", "session"):
            self._show_lines()
        self._show_keys(self.fields[self._at])

    def _shown(self) -> tuple[str, ...]:
        values = self.values
        return lines_of(
            values["kind"],
            own_keys=not values["source"],
            known_portal=bool(values["session"]),
            editing=self._before is not None,
        )

    def _show_lines(self) -> None:
        shown = self._shown()
        for field in self.fields:
            field.display = field.called in shown or field.called == "kind"
        self.field("kind").display = self._before is None

    # Pasting

    def take_paste(self, text: str) -> bool:
        """Keys in whatever form they were copied fill their lines; all else is typed."""
        found = pasted_keys(text)
        if found is None or self.values["kind"] == LOGIN:
            return super().take_paste(text)
        by_name = {field.called: field for field in self.fields}
        self._choose_kind(ROLE if found.role_arn else KEYS, found.source)
        fill(by_name, found)
        self.complain("")
        self.changed(by_name["key"])
        self.tell("Filled from what was pasted; the secret is not shown.")
        if self.field("name").display and not self.values["name"]:
            self._go("name")
        return True

    def _choose_kind(self, wanted: str, source: str) -> None:
        kind, by = self.field("kind"), self.field("source")
        if not isinstance(kind, Choice) or not isinstance(by, Choice):
            return
        values = [option.value for option in kind.options]
        if wanted in values and (kind.value != ROLE or wanted == ROLE):
            kind.at = values.index(wanted)
        if source:
            by.add([Option(source, source)])
            by.at = [option.value for option in by.options].index(source)
        elif wanted == KEYS and kind.value == ROLE:  # keys for a role that is being typed
            by.at = [option.title for option in by.options].index(OWN_KEYS.title)
        kind.draw()
        by.draw()
        self._show_lines()

    def _go(self, name: str) -> None:
        self.go_to([field.called for field in self.fields].index(name))

    # Keeping it

    def _submit(self) -> None:
        """Keep it; once it is kept and seen, Enter closes the form."""
        if self._busy:
            return
        if self._is_kept:
            self._close()
        elif self.values["kind"] == LOGIN:
            self._keep_login()
        else:
            name = self._before.name if self._before is not None else self.values["name"]
            if name:
                self._keep(credential_of(self.values, self._shown(), name))
            else:
                self._go("name")
                self.complain("What is it to be called?")

    def _keep(self, credential: Credential) -> None:
        services, is_new = self._session.services, credential.name not in self._kept
        editing = self._before is not None

        def keep() -> str:
            from ecrtui.workflows.credentials import editing as workflow

            if editing:
                return workflow.edit(services, credential)
            return workflow.add(services, credential, replace_it=not is_new)

        def kept(told: str) -> None:
            self._kept[credential.name] = None
            self._test(credential.name, told)

        self._begin(f"Keeping {credential.name} ...")
        background.ask(self, "keep", keep, answer=kept, failed=self._failed)

    def _keep_login(self) -> None:
        from ecrtui.workflows.credentials.registry_logins import RegistryLogin, keep_login

        services, values = self._session.services, self.values
        host, login = values["host"], RegistryLogin(values["user"], values["password"])

        def kept(_: None) -> None:
            self._kept[host] = None
            self._ended(
                f"The login of {host} is kept. docker uses it once ecrtui is its helper: "
                "ecrtui login --install-helper"
            )

        self._begin(f"Keeping the login of {host} ...")
        background.ask(
            self,
            "keep",
            lambda: keep_login(services, host, login),
            answer=kept,
            failed=self._failed,
        )

    def _begin(self, told: str) -> None:
        self._busy, self._kept_as = True, dict(self.values)
        self.complain("")
        self.tell(told)

        def still() -> None:
            if self._busy and not self._kept:
                self.tell(f"{told}\n{_WAITS}")

        self.set_timer(_LONG, still)

    def _failed(self, problem: EcrtuiError) -> None:
        """Nothing that was typed is lost."""
        self._busy, self._kept_as = False, None
        self.tell("")
        if isinstance(problem, VaultError):
            show_trouble(self, self._session, problem, self._submit)
        elif isinstance(problem, NameTaken):
            self.complain(f"{problem.sentence}\nChoose another name, or edit that one.")
        else:
            hint = self._session.words(problem.hint)
            self.complain("\n".join(filter(None, (problem.sentence, hint))))

    @property
    def _is_kept(self) -> bool:
        """Whether all that stands there has been kept."""
        return bool(self._kept) and not self._busy and self._kept_as == dict(self.values)

    # Testing it

    def _test(self, name: str, told: str) -> None:
        services = self._session.services
        where = services.vault.where

        def ask() -> Tested:
            from ecrtui.workflows.credentials import at_hand

            return at_hand.test(services, name)

        def answer(tested: Tested) -> None:
            self._kept[name] = tested
            lines = tested_lines(tested.identity, tested.region, tested.problem)
            said = [self._session.words(line) for line in lines]
            self._ended("\n".join(filter(None, (_kept_in(name, where), told, *said))))

        self.tell(f"{_kept_in(name, where)} Asking STS who it is ...")
        background.ask(self, "test", ask, answer=answer, failed=self._failed)

    def _ended(self, told: str) -> None:
        self._busy = False
        self.tell(told)
        self._show_keys(self.fields[self._at])

    def _show_keys(self, here: FormField) -> None:
        """Enter closes what is kept and was seen."""
        self.DEED = "close" if self._is_kept else "keep it"
        super()._show_keys(here)

    def leave(self) -> None:
        """What is being kept at this moment is not given up by it."""
        if self._busy:
            self.notify("What was begun goes on: it may be kept all the same.", markup=False)
        self._close()

    def _close(self) -> None:
        found = [(name, one) for name, one in self._kept.items() if one is not None]
        known = tuple((name, one.identity) for name, one in found if one.identity is not None)
        self._forget_secrets()
        problems = tuple((name, one.problem) for name, one in found)
        self.dismiss(Done(tuple(self._kept), known, problems) if self._kept else None)

    def _forget_secrets(self) -> None:
        for field in self.fields:
            if isinstance(field, Secret):
                field.put("")

    def made(self) -> Done:
        """Never asked: Enter keeps it here."""
        raise UsageError


def _kept_in(name: str, where: str) -> str:
    place = {"file": "the encrypted file", "memory": "memory, for this run"}
    return f"{name} is kept in {place.get(where, 'the keyring')}."
