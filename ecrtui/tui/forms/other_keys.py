"""Other keys for a credential whose own are refused: typed unseen, tested, kept."""

from __future__ import annotations

from collections.abc import Sequence

from ecrtui.errors import EcrtuiError, UsageError
from ecrtui.model.credentials import SessionKeys
from ecrtui.model.pasted_keys import pasted_keys
from ecrtui.model.places import Identity
from ecrtui.tui import background
from ecrtui.tui.forms.fields import FormField, Words
from ecrtui.tui.forms.screen import FormScreen
from ecrtui.tui.forms.secret import Secret
from ecrtui.tui.session import Session


class OtherKeys(FormScreen[bool]):
    """True once they are kept and taken, None when the person gives up."""

    DEED = "test and keep"

    def __init__(self, session: Session, name: str, why: str) -> None:
        super().__init__(f"New keys for {name}", ascii_only=session.ascii)
        self._session = session
        self._holder = name
        self._why = why
        self._busy = False

    def lines(self) -> Sequence[FormField]:
        """A key's id, its secret, a token."""
        return [
            Words("key", "Key id", example="AKIA..., or paste export lines"),
            Secret("secret", "Secret key", ascii_only=self._ascii),
            Secret("token", "Token", "only with keys that end", ascii_only=self._ascii),
        ]

    def on_mount(self) -> None:
        """Say why."""
        self.call_later(self.tell, self._why)

    def take_paste(self, text: str) -> bool:
        """Keys in whatever form they were copied fill their lines."""
        found = pasted_keys(text)
        if found is None:
            return super().take_paste(text)
        given = (found.access_key_id, found.secret_access_key, found.session_token)
        for field, value in zip(self.fields, given, strict=True):
            if isinstance(field, (Words, Secret)):
                field.put(value)
        self.complain("")
        return True

    def made(self) -> bool:
        """Never asked: Enter tests them first."""
        raise UsageError

    def _submit(self) -> None:
        if self._busy:
            return
        services, name, values = self._session.services, self._holder, self.values
        known = self._session.identities.get(name)
        account = known.account if known is not None else ""
        keys = SessionKeys(values["key"], values["secret"].strip(), values["token"].strip())

        def give() -> Identity:
            from ecrtui.workflows.credentials import other_keys

            return other_keys.give(services, name, keys, account)

        self._busy = True
        self.complain("")
        self.tell("Asking STS whether it takes them ...")
        background.ask(
            self,
            "keys",
            give,
            answer=lambda _: self._kept(),
            failed=self._failed,
            caller=background.BY_DIALOG,
        )

    def _kept(self) -> None:
        for field in self.fields:
            if isinstance(field, Secret):
                field.put("")
        self.dismiss(True)

    def _failed(self, problem: EcrtuiError) -> None:
        """Nothing that was typed is lost."""
        self._busy = False
        self.tell(self._why)
        hint = self._session.words(problem.hint)
        self.complain("\n".join(filter(None, (problem.sentence, hint))))
