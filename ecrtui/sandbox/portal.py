"""IAM Identity Center: portals, who signs in to them, and what was asked for so far.

    portal = world.portal
    start = portal.open("https://my-sso-portal.awsapps.com/start", "jo@example.com", session="work")
    portal.offer(start, ACCOUNT, "Auditor", ("ecr:Describe*",))
    (code,) = portal.waiting()
    portal.confirm(code)                 # what a person does in a browser

Everything here lives on real time. The numbers below are knobs; `slow_down`, `expire_codes`,
`expire_tokens`, `end_sessions` and `forget_clients` bring about what otherwise takes hours.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass, field

from ecrtui.sandbox.accounts import Role
from ecrtui.sandbox.grants import Grants
from ecrtui.sandbox.made import secret

SCOPE = "sso:account:access"
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""What user codes are made of: RFC 8628 §6.1 proposes consonants, which spell no words."""


@dataclass
class User:
    """Who signs in at a start URL, with the roles offered: `offers[account, name]`.

    `session` is what the configuration calls signing in there, `region` where the portal is.
    """

    name: str
    session: str
    region: str
    offers: dict[tuple[str, str], Role] = field(default_factory=dict)

    def accounts(self) -> list[str]:
        """The accounts in which they have any role."""
        return sorted({account for account, _ in self.offers})


@dataclass
class Client:
    """A program that registered itself."""

    id: str
    secret: str = field(repr=False)
    scopes: tuple[str, ...]
    expires: float
    start_url: str = ""
    """The portal it registered for, where it comes back with a browser."""
    redirects: tuple[str, ...] = ()
    """Where the browser may bring the answer; of an address on this machine any port will do."""


@dataclass
class Code:
    """A device code: `state` is pending, confirmed, denied or used."""

    device: str = field(repr=False)
    user_code: str
    client: str
    start_url: str
    asked: float
    expires: float
    state: str = "pending"


@dataclass
class Session:
    """Somebody signed in: tokens and their ends; `refresh` is empty where the client may not."""

    user: User
    client: str
    ends: float
    access: str = field(default="", repr=False)
    expires: float = 0.0
    refresh: str = field(default="", repr=False)


class Portal:
    """Every start URL of a world. Times are seconds of real time.

    `address` is where codes are confirmed; the server sets it. `confirms_after` lets codes confirm
    themselves, for where nobody has a browser. With `rotates` a refresh ends the token it used.
    """

    def __init__(self) -> None:
        self.address = ""
        self.users: dict[str, User] = {}
        self.clients: dict[str, Client] = {}
        self.codes: dict[str, Code] = {}
        self.grants = Grants()
        self.sessions: list[Session] = []
        self.interval = 1
        self.page_size = 20
        self.code_seconds = 600.0
        self.token_seconds = 3600.0
        self.session_seconds = 8 * 3600.0
        self.key_seconds = 3600.0
        self.client_seconds = 90 * 86400.0
        self.confirms_after: float | None = None
        self.rotates = False
        self._slow = 0

    def open(self, start_url: str, user: str, *, session: str, region: str = "eu-west-1") -> str:
        """A portal at a start URL, where this person is who confirms; answers the URL."""
        self.users[start_url] = User(user, session, region)
        return start_url

    def offer(
        self, start_url: str, account: str, name: str, allow: tuple[str, ...] = ("*",)
    ) -> Role:
        """Give the portal's user a role in an account; its keys may call what `allow` says."""
        digest = hashlib.sha256(f"{start_url}\0{account}\0{name}".encode()).hexdigest()
        role = Role(
            account, f"AWSReservedSSO_{name}_{digest[:16]}", f"AROA{digest[:17].upper()}", allow
        )
        self.users[start_url].offers[account, name] = role
        return role

    def waiting(self) -> list[str]:
        """The user codes that nobody confirmed or denied yet, oldest first."""
        return [code.user_code for code in list(self.codes.values()) if self._open(code)]

    def confirm(self, user_code: str) -> None:
        """Say yes to a code, as its person; LookupError for one that does not wait."""
        self._waiting(user_code).state = "confirmed"

    def deny(self, user_code: str) -> None:
        """Say no to it."""
        self._waiting(user_code).state = "denied"

    def slow_down(self, times: int = 1) -> None:
        """Tell whoever asks so many times next that they ask too often."""
        self._slow = times

    def expire_codes(self) -> None:
        """End every code that waits."""
        for code in list(self.codes.values()):
            code.expires = 0

    def expire_tokens(self) -> None:
        """End every access token; they can be refreshed where their session allows it."""
        for session in self.sessions:
            session.expires = 0

    def end_sessions(self) -> None:
        """Sign everybody out: access tokens are refused, and refreshing them too."""
        self.sessions.clear()

    def forget_clients(self) -> None:
        """End every registration."""
        self.clients.clear()

    # What the services do.

    def register(
        self, scopes: tuple[str, ...], start_url: str = "", redirects: tuple[str, ...] = ()
    ) -> Client:
        """A new client."""
        ends = time.time() + self.client_seconds
        client = Client(secrets.token_urlsafe(16), secret(120), scopes, ends, start_url, redirects)
        self.clients[client.id] = client
        return client

    def ask(self, client: Client, start_url: str) -> Code:
        """A code to confirm."""
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        now = time.time()
        code = Code(
            secret(90),
            f"{letters[:4]}-{letters[4:]}",
            client.id,
            start_url,
            now,
            now + self.code_seconds,
        )
        self.codes[code.device] = code
        return code

    def too_fast(self) -> bool:
        """Whether this question comes too soon, by `slow_down`."""
        self._slow, slow = max(self._slow - 1, 0), self._slow > 0
        return slow

    def state_of(self, code: Code) -> str:
        """Its state now; a pending one may be `expired`, or confirm itself."""
        if code.state != "pending":
            return code.state
        now = time.time()
        if code.expires <= now:
            return "expired"
        if self.confirms_after is not None and now - code.asked >= self.confirms_after:
            code.state = "confirmed"
        return code.state

    def sign_in(self, code: Code) -> Session:
        """The session of a confirmed code, which is used up by it."""
        code.state = "used"
        return self._begin(code.start_url, self.clients[code.client])

    def redeem(self, client: Client, code: str, redirect: str, verifier: str) -> Session | None:
        """The session of a code that a browser brought; None for one that is not good here."""
        good = self.grants.redeem(client.id, code, redirect, verifier)
        return self._begin(client.start_url, client) if good else None

    def _begin(self, start_url: str, client: Client) -> Session:
        session = Session(self.users[start_url], client.id, time.time() + self.session_seconds)
        self.sessions.append(session)
        self._issue(session)
        if SCOPE in client.scopes:
            session.refresh = secret(400)
        return session

    def refreshed(self, client: Client, token: str) -> Session | None:
        """The session of a refresh token with a new access token; None when it has ended."""
        for session in self.sessions:
            known = session.refresh and session.client == client.id
            if known and secrets.compare_digest(session.refresh.encode(), token.encode()):
                if session.ends <= time.time():
                    return None
                self._issue(session)
                if self.rotates:
                    session.refresh = secret(400)
                return session
        return None

    def signed_in(self, token: str) -> Session | None:
        """The session whose access token this is, while it lives."""
        for session in self.sessions:
            if secrets.compare_digest(session.access.encode(), token.encode()):
                return session if session.expires > time.time() else None
        return None

    def sign_out(self, session: Session) -> None:
        """End one session."""
        self.sessions.remove(session)

    def _issue(self, session: Session) -> None:
        now = time.time()
        session.access = "aoa" + secret(400)
        session.expires = min(now + self.token_seconds, session.ends)

    def _open(self, code: Code) -> bool:
        return self.state_of(code) == "pending"

    def _waiting(self, user_code: str) -> Code:
        wanted = user_code.replace("-", "").strip().upper()
        for code in list(self.codes.values()):
            if code.user_code.replace("-", "") == wanted and self._open(code):
                return code
        raise LookupError(f"no such code waits: {user_code!r}")
