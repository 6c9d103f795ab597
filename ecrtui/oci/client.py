"""One registry host by the OCI distribution API: challenges, tokens, redirects, failures.

Plain HTTP is spoken to loopback only, as every engine does by default.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from urllib.parse import quote, urlencode, urljoin, urlsplit

import msgspec
import urllib3

from ecrtui.errors import (
    EcrtuiError,
    NotAllowed,
    NotFound,
    RemoteError,
    Throttled,
    Unreachable,
)
from ecrtui.model.ports import Password
from ecrtui.model.typed import decoded
from ecrtui.oci.addresses import is_loopback, origin
from ecrtui.oci.answers import Response, body_of, explanation
from ecrtui.oci.challenge import Challenge, basic, parse_challenge
from ecrtui.oci.connections import let_go, shared
from ecrtui.oci.login import Finder, Found, Login, nobody

_MOST_REDIRECTS = 5
_REFUSALS_OF_OLD_TOKENS = (400, 403)
"""ECR answers one of these, with no challenge, to a token past its time; others answer 401."""
_REDIRECTS = (301, 302, 303, 307, 308)
_HUB = "registry-1.docker.io"
HUB_NAMES = frozenset({"docker.io", "index.docker.io", _HUB})
"""Docker Hub's API is not at the name that images are known by (distribution/reference)."""
_FORM = "application/x-www-form-urlencoded"
_NO_URL = re.compile(r"[\\\x00-\x20\x7f]")
"""No address has these (RFC 3986), and those who read one do not agree on which host it names."""
_TOKEN = re.compile(r"[\x21-\x7e]*")
"""What can stand in a header."""


class Scope(msgspec.Struct, frozen=True):
    """What one wants to do in a repository, which a token is asked for."""

    repository: str
    actions: str = "pull"
    mounted: str = ""
    """Another repository that a blob is taken from."""

    def asked_for(self, challenged: str) -> list[str]:
        """The scopes of a token: as the registry words them, with all that is wanted in them.

        ECR Public's word is `aws`, and no repository stands in it.
        """
        ours = f"repository:{self.repository}:"
        own = challenged.split() or [ours + self.actions]
        if self.actions != "pull":
            own = [ours + self.actions if one.startswith(ours) else one for one in own]
        theirs = f"repository:{self.mounted}:"
        if self.mounted and not any(one.startswith(theirs) for one in own):
            own.append(theirs + "pull")
        return own


class Client:
    """One registry host, signed in to when it asks; safe for several threads.

    With `login`, which is for all of it; else with what `find` finds at a challenge.
    """

    def __init__(
        self,
        host: str,
        *,
        login: tuple[str, str] | Password | None = None,
        find: Finder = nobody,
    ) -> None:
        self.host = host
        api = _HUB if host in HUB_NAMES else host
        self.base = f"{'http' if is_loopback(api) else 'https'}://{api}"
        self._login = _constant(login) if isinstance(login, tuple) else login
        self._find = find
        self._found: dict[str, Found] = {}
        """By repository."""
        self._finding = threading.Lock()
        self._bearers: dict[Scope, str] = {}
        self._basic = False
        self._connections = shared()

    def named(self, repository: str) -> str:
        """A repository's name as the API has it."""
        short = self.host in HUB_NAMES and "/" not in repository
        return f"library/{repository}" if short else repository

    def address(self, repository: str, kind: str, name: str) -> str:
        """The address of something in a repository: its manifests, blobs, referrers."""
        return f"{self.base}/v2/{quote(repository)}/{kind}/{quote(name, safe=':/')}"

    def get(
        self,
        repository: str,
        kind: str,
        name: str,
        headers: dict[str, str] | None = None,
        *,
        method: str = "GET",
    ) -> Response:
        """GET `/v2/<repository>/<kind>/<name>`, signed in to when challenged, body unread.

        Redirects are followed; the Authorization header goes to this host alone.
        """
        url = f"{self.base}/v2/{quote(repository)}/{kind}/{quote(name, safe=':')}"
        response = self.ask(method, url, Scope(repository), headers)
        if response.status not in (200, 206):
            raise self.problem(response, f"{self.host}/{repository}", f"{kind}/{name}")
        return response

    def ask(
        self,
        method: str,
        url: str,
        scope: Scope,
        headers: dict[str, str] | None = None,
        body: bytes | Iterator[bytes] | None = None,
    ) -> Response:
        """One request, signed in to when challenged; the answer whatever it is, body unread.

        A body that can be sent only once is: after a refusal one is signed in anew, and whoever
        called may send it again.
        """
        sent, once = headers or {}, isinstance(body, Iterator)
        kept = self._authorization(scope)
        response, ours = self._follow(method, url, sent, kept, body)
        if kept and ours and response.status in _REFUSALS_OF_OLD_TOKENS:
            self._bearers.pop(scope, None)
            if once:
                self._renew(scope, kept)
                return response
            let_go(response)
            response, ours = self._follow(method, url, sent, "", body)
        if ours and response.status == 401:  # where it leads to may not ask for our password
            challenge = parse_challenge(response.headers.get("WWW-Authenticate", ""))
            if not once:
                let_go(response)
            self._sign_in(challenge, scope, kept)
            if not once:
                response = self._signed(method, url, scope, sent, body, first=not kept)
        return response

    def _signed(
        self,
        method: str,
        url: str,
        scope: Scope,
        headers: dict[str, str],
        body: bytes | Iterator[bytes] | None,
        *,
        first: bool,
    ) -> Response:
        """The answer to a request that is signed; once more where the login, which others use too,
        was refused and there is a newer one by then."""
        signed = self._authorization(scope)
        response, ours = self._follow(method, url, headers, signed, body)
        lent = first and ours and self._basic and self._login is not None
        if lent and response.status in _REFUSALS_OF_OLD_TOKENS:
            self._renew(scope, signed)
            newer = self._authorization(scope)
            if newer != signed:
                let_go(response)
                return self._follow(method, url, headers, newer, body)[0]
        return response

    def problem(
        self, response: Response, where: str, what: str, told: tuple[str, str] | None = None
    ) -> EcrtuiError:
        """The error for an answer that says no, in the registry's own words."""
        code, text = told or explanation(response)
        response.close()
        if code == "NAME_UNKNOWN":
            return NotFound(text or where, title="No such repository")
        if response.status == 404:
            return NotFound(f"{where} {what}: {text}")
        if response.status in (401, 403):
            return NotAllowed(f"{where}: {text}", hint=self._advice(where.partition("/")[2]))
        if response.status == 429:
            return Throttled(f"{where}: {text}")
        return RemoteError(f"{where} {what} answered HTTP {response.status}: {text}")

    def encrypted(self, url: str, what: str, *, base: str = "") -> str:
        """The whole address; raises RemoteError for one without TLS.

        Between this machine and itself there need be none.
        """
        try:
            whole = urljoin(base, url)
            where = urlsplit(whole)
        except ValueError:
            raise RemoteError(f"{self.host} {what} an address that is none") from None
        if _NO_URL.search(url):
            raise RemoteError(f"{self.host} {what} an address that is none")
        loopback = is_loopback(self.host) and is_loopback(where.netloc)
        if where.scheme != "https" and not (where.scheme == "http" and loopback):
            raise RemoteError(
                f"{self.host} {what} {where.scheme}://{where.netloc}",
                title="Refused: that way is not encrypted",
                hint="Whoever runs the registry must use https there.",
            )
        return whole

    def _follow(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        authorization: str,
        body: bytes | Iterator[bytes] | None = None,
    ) -> tuple[Response, bool]:
        """The answer at the end of a few redirects, which never lead out of TLS, and whether this
        host itself gave it."""
        for _ in range(_MOST_REDIRECTS):
            ours = origin(url) == origin(self.base)
            response = self._send(method, url, headers, authorization if ours else "", body)
            location = response.headers.get("Location")
            if response.status not in _REDIRECTS or not location or isinstance(body, Iterator):
                return response, ours
            let_go(response)
            url = self.encrypted(location, "redirects to", base=url)
        raise RemoteError(f"{self.host} redirects round and round")

    def _send(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        authorization: str,
        body: bytes | Iterator[bytes] | None = None,
    ) -> Response:
        signed = {"Authorization": authorization} if authorization else {}
        try:
            return self._connections.send(method, url, {**headers, **signed}, body)
        except urllib3.exceptions.HTTPError as failure:
            raise Unreachable(f"{self.host}: {type(failure).__name__}") from None

    def _authorization(self, scope: Scope) -> str:
        if not self._basic:
            return self._bearers.get(scope, "")
        login = self._who(scope.repository)
        return "" if login is None else basic(login.user, login.secret)

    def _renew(self, scope: Scope, refused: str) -> None:
        if self._basic:
            self._who(scope.repository, refused)

    def _who(self, repository: str, refused: str = "") -> Login | None:
        """The login for a repository; another one where an Authorization header was `refused`."""
        if self._login is not None:
            present = self._login()
            if refused and (not self._basic or refused == basic(*present)):
                present = self._login(refused=present)
            return Login(*present)
        with self._finding:
            found = self._found.get(repository, Found())
            if refused or found.login is None:
                found = self._found[repository] = self._find(self.host, repository)
            return found.login

    def _advice(self, repository: str) -> str:
        """What to do when a registry refuses."""
        if self._login is not None:
            return ""
        return self._found.get(repository, Found()).advice(self.host)

    def _sign_in(self, challenge: Challenge, scope: Scope, refused: str) -> None:
        login = self._who(scope.repository, refused)
        if challenge.scheme == "basic":
            if login is None or login.refresh:
                hint = self._advice(scope.repository)
                raise NotAllowed(f"{self.host} wants a user and a password", hint=hint)
            self._basic = True
            return
        if challenge.scheme != "bearer" or not challenge.realm:
            raise RemoteError(f"{self.host} asks for a sign-in of an unknown kind")
        self._bearers[scope] = self._bearer(challenge, scope, login)

    def _bearer(self, challenge: Challenge, scope: Scope, login: Login | None) -> str:
        response = self._token(challenge, scope, login)
        if response.status != 200:
            raise self.problem(response, f"{self.host}/{scope.repository}", "token")
        try:
            answer = decoded(body_of(response), dict[str, object])
        except msgspec.MsgspecError:
            raise RemoteError(f"{self.host} gave a token that cannot be read") from None
        token = str(answer.get("token") or answer.get("access_token") or "")
        if not _TOKEN.fullmatch(token):
            raise RemoteError(f"{self.host} gave a token that cannot be one")
        return f"Bearer {token}"

    def _token(self, challenge: Challenge, scope: Scope, login: Login | None) -> Response:
        """The realm's answer: by GET with a password or without, by POST for a refresh token
        (the distribution project's specifications of tokens and of OAuth2)."""
        realm = self.encrypted(challenge.realm, "wants its password sent to")
        wanted = scope.asked_for(challenge.scope)
        if login is not None and login.refresh:
            form = [
                ("grant_type", "refresh_token"),
                ("service", challenge.service),
                ("client_id", "ecrtui"),
                ("scope", " ".join(wanted)),
                ("refresh_token", login.secret),
            ]
            return self._send("POST", realm, {"Content-Type": _FORM}, "", urlencode(form).encode())
        query = urlencode([("service", challenge.service), *(("scope", one) for one in wanted)])
        authorization = "" if login is None else basic(login.user, login.secret)
        joint = "&" if "?" in realm else "?"
        return self._send("GET", f"{realm}{joint}{query}", {}, authorization)


def _constant(login: tuple[str, str]) -> Password:
    return lambda *, refused=None: login  # noqa: ARG005 - there is no other one
