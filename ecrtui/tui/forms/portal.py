"""Accounts and roles chosen from what a portal offers: they come page by page, are filtered as one
types, and several can be marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from textual.content import Content
from textual.screen import Screen

from ecrtui.errors import EcrtuiError, SignInError, VaultError
from ecrtui.model.signing_in import PortalAccount
from ecrtui.render.sizes import account as spaced
from ecrtui.render.text import safe
from ecrtui.tui import background
from ecrtui.tui.forms.fields import Choice
from ecrtui.tui.screens.marking import MarkingPicker
from ecrtui.tui.screens.picker import Choice as Line
from ecrtui.tui.session import Session

PATTERN = "{account}-{role}"
"""What several roles are called, unless the person types another."""
_ODD = re.compile(r"[^A-Za-z0-9._@+=~-]+")


class Offered(NamedTuple):
    """A role of an account."""

    account: PortalAccount
    role: str

    @property
    def called(self) -> str:
        """For a person: `prod 1111-2222-3333 · ReadOnly`."""
        return f"{self.account.name} {spaced(self.account.id)} · {self.role}".strip()


class PortalRoles(Choice):
    """What was chosen; space chooses anew."""

    def __init__(self, chosen: Sequence[Offered]) -> None:
        super().__init__("roles", "Roles", [])
        self._chosen = tuple(chosen)

    @property
    def value(self) -> tuple[Offered, ...]:
        """The roles."""
        return self._chosen

    def take(self, chosen: Sequence[Offered]) -> None:
        """Others were chosen."""
        self._chosen = tuple(chosen)
        self.told()

    def draw(self) -> None:
        """The one, or how many."""
        chosen = self._chosen
        text = "chosen from what the portal offers"
        if chosen:
            accounts = len({one.account.id for one in chosen})
            text = f"{len(chosen)} roles of {accounts} account{'s' if accounts > 1 else ''}"
        if len(chosen) == 1:
            text = chosen[0].called
        self._shown.update(Content(safe(text)))


def name_of(pattern: str, one: Offered) -> str:
    """`prod-ReadOnly`: what a role will be called, of letters that a name may have."""
    account = _ODD.sub("-", one.account.name).strip("-") or one.account.id
    named = pattern.replace("{account}", account).replace("{role}", one.role)
    return _ODD.sub("-", named).strip("-.")[:100]


def portal_name(start_url: str, taken: Sequence[str]) -> str:
    """A short name for a portal that is added: the start of its host's."""
    host = re.sub(r"^[a-z]+://", "", start_url).split("/")[0].split(":")[0]
    name = _ODD.sub("-", host.split(".")[0]).strip("-.") or "portal"
    number = 2
    found = name
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found


def choose_roles(
    screen: Screen[Any],
    session: Session,
    portal: str,
    chosen: Callable[[list[Offered]], None],
    failed: Callable[[EcrtuiError], None],
) -> None:
    """Have accounts chosen, then roles of them, on top of a screen. Where nobody is signed in, one
    signs in first, and what was asked for comes then. `failed` is told what no sign-in mends."""
    _Choosing(screen, session, portal, chosen, failed).accounts()


class _Choosing:
    """One way through both lists."""

    def __init__(
        self,
        screen: Screen[Any],
        session: Session,
        portal: str,
        chosen: Callable[[list[Offered]], None],
        failed: Callable[[EcrtuiError], None],
    ) -> None:
        self._screen = screen
        self._session = session
        self._portal = portal
        self._chosen = chosen
        self._failed = failed
        self._known: dict[str, PortalAccount] = {}

    def accounts(self) -> None:
        """The first list."""
        services, portal = self._session.services, self._portal

        def found() -> Iterator[Line]:
            from ecrtui.workflows.credentials import signing_in

            for one in signing_in.accounts(services, portal):
                self._known[one.id] = one
                told = " · ".join(filter(None, (spaced(one.id), one.email)))
                yield Line(one.name or one.id, told, one.id)

        self._pick(f"Accounts of {portal}", found, self._roles, self.accounts)

    def _roles(self, ids: Sequence[str]) -> None:
        """The second."""
        services, portal = self._session.services, self._portal
        offered: dict[str, Offered] = {}

        def found() -> Iterator[Line]:
            from ecrtui.workflows.credentials import signing_in

            for account in ids:
                known = self._known[account]
                for role in signing_in.roles(services, portal, account):
                    offered[f"{account}/{role.name}"] = Offered(known, role.name)
                    told = f"{known.name} {spaced(account)}".strip()
                    yield Line(role.name, told, f"{account}/{role.name}")

        def taken(keys: Sequence[str]) -> None:
            self._chosen([offered[key] for key in keys])

        names = ", ".join(self._known[one].name or one for one in ids[:3])
        more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
        self._pick(f"Roles in {names}{more}", found, taken, lambda: self._roles(ids))

    def _pick(
        self,
        title: str,
        found: Callable[[], Iterator[Line]],
        taken: Callable[[Sequence[str]], None],
        again: Callable[[], None],
    ) -> None:
        picker = MarkingPicker(safe(title), [], (), ascii_only=self._session.ascii)

        def answered(line: Line | None) -> None:
            if line is not None:
                taken(line.value)

        def done(problem: EcrtuiError | None) -> None:
            if isinstance(problem, SignInError):
                picker.dismiss(None)
                self._sign_in(problem, again)
            elif isinstance(problem, VaultError):
                picker.dismiss(None)
                self._failed(problem)
            else:
                picker.finish(problem)

        self._screen.app.push_screen(picker, answered)
        background.read(picker, "offered", found, deliver=picker.add, done=done)

    def _sign_in(self, problem: SignInError, again: Callable[[], None]) -> None:
        from ecrtui.tui.screens.renewal.sign_in import SignIn

        def answered(signed_in: bool | None) -> None:
            if signed_in:
                again()

        why = f"{problem.title}."
        self._screen.app.push_screen(SignIn(self._session, self._portal, why), answered)
