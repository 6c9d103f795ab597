"""A credential of any kind, added or changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from ecrtui.errors import EcrtuiError
from ecrtui.model.credentials import Credential
from ecrtui.model.pasted_keys import pasted_keys
from ecrtui.model.signing_in import same
from ecrtui.tui import background
from ecrtui.tui.forms import portal as portals
from ecrtui.tui.forms.credential_fields import (
    ANOTHER_PORTAL,
    KEYS,
    LOGIN,
    OWN_KEYS,
    ROLE,
    SSO,
    credential_lines,
    credential_of,
    fill,
    lines_of,
)
from ecrtui.tui.forms.fields import Choice, FormField, Option, Words
from ecrtui.tui.forms.keeping import KeepingForm
from ecrtui.tui.session import Session

if TYPE_CHECKING:
    from ecrtui.model.signing_in import PortalSession


_ALIKE = "Two would be called the same: {account} and {role} tell them apart."


class CredentialForm(KeepingForm):
    """It begins with what kind it is. Of one that is edited all but the secrets is shown."""

    def __init__(self, session: Session, before: Credential | None = None) -> None:
        title = f"Edit {before.name}" if before is not None else "Add a credential"
        super().__init__(session, title, editing=before is not None)
        self._before = before

    # Its lines

    def lines(self) -> Sequence[FormField]:
        """All of them; those of the kind are shown."""
        return credential_lines(self._before, ascii_only=self._ascii)

    def start_at(self) -> str:
        """What kind it is comes first; of one that is edited that is known."""
        return "kind" if self._before is None else self._shown()[0]

    def on_mount(self) -> None:
        """Look for what may assume a role, and for the portals that are known."""
        self._show_lines()
        services = self._session.services
        name = self._before.name if self._before is not None else ""

        def look() -> tuple[list[str], list[PortalSession]]:
            from ecrtui.workflows.credentials import editing, signing_in

            return editing.sources(services, name), signing_in.sessions(services)

        background.ask(self, "known", look, answer=self._offer, failed=lambda _: None)

    def _offer(self, known: tuple[list[str], list[PortalSession]]) -> None:
        names, sessions = known
        by, typed = self._choice("source"), self.values["key"] or self.values["secret"]
        if self._before is None and by.value == "" and names and not typed:
            by.options = [*(Option(one, one) for one in names), OWN_KEYS]
            by.draw()
            self._show_lines()
        else:
            by.add([Option(one, one) for one in names])
        portal = self._choice("session")
        if self._before is None and sessions and portal.value == "":
            own = [Option(one.name, one.name, one.start_url) for one in sessions]
            portal.options = [*own, ANOTHER_PORTAL]
            portal.draw()
            self._show_lines()

    def changed(self, field: FormField) -> None:
        """Another kind has other lines."""
        if not self._busy and not self.is_kept:
            self.tell("")
        if field.called in ("kind", "source", "session"):
            self._show_lines()
        if field.called == "session" and self._before is None:
            self._roles.take(())
        if field.called in ("name", "roles"):
            self._tell_names()
        self._show_keys(self.fields[self._at])

    def _choice(self, name: str) -> Choice:
        return cast(Choice, self.field(name))

    @property
    def _roles(self) -> portals.PortalRoles:
        return cast(portals.PortalRoles, self.field("roles"))

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
        kind, by = self._choice("kind"), self._choice("source")
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

    # Enter

    def _submit(self) -> None:
        """Keep it; once it is kept and seen, Enter closes the form."""
        values = self.values
        if self._busy:
            return
        if self.is_kept:
            self.close()
        elif values["kind"] == LOGIN:
            self.keep_login(values["host"], values["user"], values["password"])
        elif values["kind"] == SSO and not values["roles"]:
            self._choose_roles()
        elif not values["name"] and self._before is None:
            self._go("name")
            self.complain("What is it to be called?")
        elif self._alike():
            self.complain(_ALIKE)
        else:
            self.keep(self._credentials())

    def _credentials(self) -> list[Credential]:
        values, before = self.values, self._before
        name = before.name if before is not None else values["name"]
        if values["kind"] != SSO:
            return [credential_of(values, self._shown(), name)]
        return [
            Credential(
                name=name if before is not None else portals.name_of(name, one),
                region=values["region"],
                sso_session=values["session"],
                sso_account=one.account.id,
                sso_role=one.role,
            )
            for one in values["roles"]
        ]

    # A portal's accounts and roles

    def _show_all(self, field: Choice) -> None:
        if field is self._roles:
            self._choose_roles()
        else:
            super()._show_all(field)

    def _choose_roles(self) -> None:
        """From what the portal offers; a portal that is new is kept first."""
        name = self.values["session"]
        if name:
            self._choose_of(name)
            return
        services, values = self._session.services, self.values
        url, region = values["portal"], values["portal-region"]

        def make() -> str:
            from ecrtui.workflows.credentials import signing_in

            known = signing_in.sessions(services)
            mine = next((one.name for one in known if same(one.start_url, url)), "")
            new = mine or portals.portal_name(url, [one.name for one in known])
            return mine or signing_in.add_session(services, new, url, region).name

        def added(new: str) -> None:
            choice = self._choice("session")
            choice.options = [Option(new, new, url), *choice.options]
            choice.at = 0
            choice.draw()
            self._show_lines()
            self._go("roles")
            self._choose_of(new)

        self.complain("")
        background.ask(self, "portal", make, answer=added, failed=self.failed)

    def _choose_of(self, name: str) -> None:
        portals.choose_roles(self, self._session, name, self._chosen, self.failed)

    def _chosen(self, chosen: list[portals.Offered]) -> None:
        """Names are proposed, for one as it will be, for several as a pattern."""
        self._roles.take(chosen)
        name = cast(Words, self.field("name"))
        if self._before is None:
            one = portals.name_of(portals.PATTERN, chosen[0])
            name.put(one if len(chosen) == 1 else portals.PATTERN)
            self._go("name")
        self._tell_names()

    def _tell_names(self) -> None:
        chosen = self.values["roles"]
        if self.values["kind"] != SSO or len(chosen) < 2 or self._before is not None:
            return
        names = [portals.name_of(self.values["name"], one) for one in chosen]
        if self._alike():
            self.complain(_ALIKE)
        more = f" and {len(names) - 4} more" if len(names) > 4 else ""
        self.tell(f"Kept as {', '.join(names[:4])}{more}")

    def _alike(self) -> bool:
        """Whether two of several roles would have one name."""
        names = [portals.name_of(self.values["name"], one) for one in self.values["roles"]]
        return self.values["kind"] == SSO and len(set(names)) < len(names)

    def failed(self, problem: EcrtuiError) -> None:
        """One stands where it is mended, where that is known."""
        super().failed(problem)
        if self.values["kind"] == SSO and problem.title in ("Not a start URL", "No region"):
            self._go("portal" if problem.title == "Not a start URL" else "portal-region")
