"""Who is signed in to the AWS console in the browser at hand: what `aws login` asks it for."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field, replace

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.grants import Grants
from ecrtui.sandbox.made import secret


@dataclass
class Login:
    """One program that signed in so: its refresh token, and until when it is good."""

    client: str
    refresh: str = field(repr=False)
    ends: float


@dataclass
class Console:
    """The person of `key`, a user's; nobody is signed in while there is none. Seconds are real."""

    key: AccessKey | None = None
    key_seconds: float = 900.0
    session_seconds: float = 12 * 3600.0
    grants: Grants = field(default_factory=Grants, repr=False)
    logins: list[Login] = field(default_factory=list, repr=False)

    def sign_in(self, client: str) -> Login:
        """A new session of a program."""
        login = Login(client, secret(300), time.time() + self.session_seconds)
        self.logins.append(login)
        return login

    def refreshed(self, client: str, token: str) -> Login | None:
        """The session of a refresh token, with another one; None when it has ended."""
        for login in self.logins:
            if (login.client, login.refresh) == (client, token) and login.ends > time.time():
                login.refresh = secret(300)
                return login
        return None

    def end_sessions(self) -> None:
        """Sign every program out; the keys they have live on to their own end."""
        self.logins.clear()

    def new_key(self, of: AccessKey) -> AccessKey:
        """Keys for the person, for a quarter of an hour at most."""
        return replace(
            of,
            id="ASIA" + secrets.token_hex(8).upper(),
            secret=secret(40),
            token=secret(160),
            expires=time.time() + self.key_seconds,
        )
