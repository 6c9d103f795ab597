"""A kept credential over a sandbox, whose calls can be spoilt one by one."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from keyring.errors import KeyringError

from ecrtui.config.settings import Settings
from ecrtui.model.credentials import Credential
from ecrtui.model.plan import Outcome
from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.faults import Damage, Faults, Occasion
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.wire import Request, Response
from ecrtui.workflows import journal
from ecrtui.workflows.credentials import at_hand, rotate
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.vault.own_backend import Own
from tests.workflows.at_work import services_in

NAME = "work"


class Keyring(Own):
    """Writes so many entries, then refuses; None for always."""

    priority = 99
    entries: ClassVar[dict[tuple[str, str], str]] = {}
    left: ClassVar[int | None] = None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Write an entry, while it does."""
        if Keyring.left is not None:
            if not Keyring.left:
                raise KeyringError("full")
            Keyring.left -= 1
        super().set_password(service, username, password)


class Spoilt(Faults):
    """Spoils one call of the next ones: refused before it is done, or done and then refused."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.spoils: int | None = None
        self.done_first = False

    def before(self, occasion: Occasion, request: Request | None = None) -> Damage:
        """Count; refuse where it is the one."""
        number, self.count = self.count, self.count + 1
        if number != self.spoils:
            return super().before(occasion, request)
        refusal = Refusal("AccessDeniedException", "User: x is not authorized, a test says")

        def refuse(_: Response) -> Response:
            raise refusal

        if not self.done_first:
            raise refusal
        return refuse

    def spoil(self, number: int | None, *, done_first: bool = False) -> None:
        """Spoil the call of this number from now on, counted from 0."""
        self.count, self.spoils, self.done_first = 0, number, done_first


def services_with_keyring(home: Path) -> Services:
    """Services whose keyring is this process's."""
    named = f"{Keyring.__module__}.{Keyring.__qualname__}"
    return services_in(home, Settings(keyring_backends=(named,), vault="keyring"))


def keep(services: Services, key: AccessKey, name: str = NAME) -> None:
    """Keep a key of the world as a credential."""
    made = Credential(name, key.id, key.secret, region=worlds.REGION)
    at_hand.add(services, made, replace=True)


def first_key(sandbox: Sandbox) -> AccessKey:
    """The world's first key."""
    return next(key for key in sandbox.world.keys.values() if key.account == worlds.ACCOUNT)


def keys_of(sandbox: Sandbox) -> dict[str, bool]:
    """The keys of that user, and whether each is active."""
    return {
        key.id: key.active
        for key in sandbox.world.keys.values()
        if key.account == worlds.ACCOUNT and key.arn.endswith("/tester")
    }


class Hasty(Watch):
    """Waits for nothing."""

    def pause(self, seconds: float) -> None:
        """Go on at once."""
        self.check()


def rotated(services: Services, way: str = "plan", watch: Watch | None = None) -> Outcome:
    """Go on, back or to the end, as a front end does."""
    watch = watch or Hasty()
    plan = {
        "plan": rotate.plan,
        "back": rotate.back_plan,
        "finish": lambda *given: rotate.finish_plan(*given, even_if_used=True),
    }[way](services, NAME, watch)
    if plan.done_already:
        return Outcome(sentence=plan.done_already)
    return journal.carry(services, plan, lambda w: rotate.run(services, plan, w), watch)
