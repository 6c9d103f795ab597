"""Turns of credentials: of several calls that were refused together, one forgets them."""

from __future__ import annotations

import threading


class Turns:
    """How often each profile's credentials were forgotten. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, int] = {}
        self._quiet: dict[str, int] = {}
        self._accounts: dict[tuple[str, int], str] = {}

    def now(self, profile: str) -> int:
        """The turn of a profile's present credentials."""
        return self._turns.get(profile, 0)

    def end(self, profile: str, turn: int | None = None) -> bool:
        """Begin another turn, unless it is no longer the one that is named."""
        with self._lock:
            now = self.now(profile)
            if turn is not None and turn != now:
                return False
            self._turns[profile] = now + 1
            return True

    def quiet(self, profile: str, turn: int) -> bool:
        """Whether this turn may end without anybody being asked: one may, until a call is taken."""
        return self._quiet.setdefault(profile, turn) == turn

    def taken(self, profile: str) -> None:
        """A call was taken."""
        self._quiet.pop(profile, None)

    def told(self, profile: str, account: str) -> None:
        """STS said whose a profile's present credentials are."""
        self._accounts[profile, self.now(profile)] = account

    def account(self, profile: str, turn: int) -> str:
        """Whose the credentials of a turn are; '' where nobody asked STS."""
        return self._accounts.get((profile, turn), "")
