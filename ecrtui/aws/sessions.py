"""One botocore session for each profile, and its clients, made once.

botocore alone is used where boto3 would do: it is what boto3 is made of, and importing it takes
0.10 s instead of 0.13 s on every start.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any, TypeVar

from botocore.config import Config
from botocore.exceptions import NoCredentialsError

from ecrtui import errors
from ecrtui.aws import kept, making, operations, providers, renewals
from ecrtui.aws.calls import Calls
from ecrtui.aws.failures import translated
from ecrtui.aws.files import Files
from ecrtui.aws.portal import Portal
from ecrtui.aws.portal_sessions import SignedIn
from ecrtui.aws.roles import Codes, MakeClient
from ecrtui.aws.shared import SharedCredentials
from ecrtui.aws.tokens import SharedTokens
from ecrtui.aws.turns import Turns
from ecrtui.model.credentials import SessionKeys
from ecrtui.model.kept import Kept
from ecrtui.model.places import Profile
from ecrtui.model.ports import CredentialSource, PortalSessions
from ecrtui.model.rotation import KeyPair

T = TypeVar("T")
_STS_REGION = "us-east-1"
_REGISTRIES = ("ecr", "ecr-public")
"""Services whose calls go to the signer's own account where they name none."""


class Sessions:
    """Sessions and clients by profile and region; safe to use from several threads.

    Nothing that changes anything is sent when `read_only`, nor with a `protected` profile. A name
    that no profile has may be that of a credential in the `vault`. `portals` are the sessions that
    somebody signed in to by ecrtui. `ask_code` answers for an MFA code; without it none is asked
    for. `renew` is told by a call's own thread that a profile's credentials were refused, or could
    not be read from the vault; as often as it answers True the call is made again. `used` is told
    of every name whose credentials have signed a call that the service took.
    """

    def __init__(
        self,
        *,
        endpoint_url: str = "",
        read_only: bool = False,
        protected: Collection[str] = (),
        vault: CredentialSource | None = None,
        portals: PortalSessions | None = None,
        ask_code: Callable[[str], str] | None = None,
        renew: Callable[[str, errors.EcrtuiError], bool] | None = None,
        used: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._used = used
        self._renew = renew or renewals.nobody
        self._vault = vault
        self._endpoint_url = endpoint_url
        self._read_only = read_only
        self._protected = protected
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self.turns = Turns()
        self._sessions: dict[str, Any] = {}
        self._clients: dict[tuple[str, str, str], Any] = {}
        self.tokens = SharedTokens(self)
        unsigned = partial(self._make, config=making.UNSIGNED_CONFIG)
        self.files = Files(partial(self._bare_session, "", mine=False), unsigned, self._known)
        """What AWS's files say, and what needs no credentials."""
        self.signed_in = SignedIn(portals, Portal(self.files.unsigned))
        """The portals' sessions, and the calls that they are for."""
        self.codes = Codes(ask_code or renewals.no_code)
        """The codes that were asked for, and the sessions they stand behind."""

    def profiles(self) -> list[Profile]:
        """Every profile the configuration declares, and every credential in the vault."""
        return self.files.profiles()

    def keys(self, profile: str) -> SessionKeys:
        """What a profile signs with at this moment. Raises NoCredentials, SessionExpired."""
        return self._renewing(profile, lambda: self._keys(profile))[0]

    def declared(self, profile: str) -> dict[str, Any]:
        """What the files say of a profile, secrets included; nothing for one they lack."""
        return self.files.values(profile)

    def expires(self, profile: str) -> float | None:
        """When the keys that a profile signs with at present end, in epoch seconds.

        None where that is not known, or they do not end. Asks nobody and waits for nobody.
        """
        session = self._sessions.get(profile)
        ends = getattr(getattr(session, "_credentials", None), "_expiry_time", None)
        return ends.timestamp() if ends is not None else None

    def region(self, profile: str) -> str:
        """The region a profile would use: AWS_REGION, then its own setting; '' when neither.

        Read from the files alone: a session for each of a hundred profiles would take a second.
        """
        return making.region_around() or self.files.region(profile)

    def client(self, service: str, profile: str, region: str) -> Any:
        """The one client of a service for a profile and region."""
        key = (service, profile, region)
        with translated(profile), self._only(profile) as session:
            client = self._clients.get(key)
            if client is None:
                new = all(known[0] != service for known in list(self._clients))
                config = making.ONCE.get(service, making.CONFIG)
                client = self._make(session, service, region, config=config)
                with self._lock:
                    if self._sessions.get(profile) is session:  # else it was forgotten meanwhile
                        self._clients[key] = client
                if new:  # the SDK and the service's model stay: a look for garbage in them is felt
                    gc.freeze()
            return client

    def calls(
        self, service: str, profile: str, region: str, account: str = "", *, asking: bool = True
    ) -> Calls:
        """Calls of a service, which forget the profile's credentials when they are over.

        Where not `asking`, nobody is asked to renew them: it fails at once.
        """
        if not asking:
            return Calls(self.client(service, profile, region), profile, account)
        make = partial(self.client, service, profile, region)
        client, turn = self._renewing(profile, make)

        def renewed(refused: errors.EcrtuiError) -> Any | None:
            nonlocal turn
            if not self._again(profile, turn, refused):
                return None
            before = self.turns.account(profile, turn)

            def same() -> Any:
                if before and not account and service in _REGISTRIES:
                    renewals.same_account(profile, before, self._account(profile, region))
                return make()

            other, turn = self._renewing(profile, same)
            return other

        signers = self._signers(profile)

        def taken() -> None:
            self.turns.taken(profile)
            for name in signers:
                self._used(name)

        judged = partial(renewals.judged, partial(self._met, profile, region))
        return Calls(client, profile, account, renewed, judged, taken)

    def signed_by(self, keys: KeyPair, service: str, profile: str, region: str) -> Calls:
        """Calls that a certain key signs, whatever the profile signs with; nobody is asked."""
        with translated(profile), self._only(profile) as session:
            return Calls(self._make(session, service, region, **keys.as_given()), profile)

    def forget(self, profile: str) -> None:
        """Read a profile's files and credentials anew the next time: they may be renewed by then.

        Clients that are at work are left to end by themselves.
        """
        self.turns.end(profile)
        self._drop(profile)

    def _drop(self, profile: str) -> None:
        with self._lock:
            for key in list(self._clients):
                if key[1] in (profile, ""):
                    self._clients.pop(key, None)
            for name in (profile, ""):
                self._sessions.pop(name, None)
        self.tokens.doubt(profile)
        self.files.forget()

    def forget_portal(self, name: str) -> None:
        """Read a portal's session anew, and ask for the keys that it gives."""
        self.signed_in.forget(name)
        for profile in list(self._sessions):
            with contextlib.suppress(errors.UsageError):  # a circle, which leads to no portal
                chain = self.files.chain(profile or self.files.default_profile)
                if any(link.session == name for link in chain):
                    self.forget(profile)

    def read_only(self, profile: str) -> bool:
        """Whether nothing is changed with a profile, by whatever way."""
        with self._only(profile) as session, translated(profile):
            return self._refuses(session, profile)

    def close(self) -> None:
        """Let go of every connection."""
        for client in list(self._clients.values()):
            client.close()
        self._clients.clear()
        self.files.close()

    def credentials(self, profile: str) -> Any:
        """botocore's credentials of a profile, which renew themselves where they can."""
        with self._only(profile) as session:
            return session.get_credentials()

    def lasting_key(self, profile: str) -> str:
        """The id of the access key a profile signs with, where it ends at no time; else ''.

        Of a session that is there alone: nothing is read and nobody is asked.
        """
        session = self._sessions.get(profile)
        return kept.lasting_key(getattr(session, "_credentials", None))

    def _keys(self, profile: str) -> SessionKeys:
        with translated(profile):
            found = self.credentials(profile)
            if found is None:
                raise NoCredentialsError
            return kept.frozen(found)  # which may ask a person: nobody waits for the session then

    def _renewing(self, profile: str, make: Callable[[], T]) -> tuple[T, int]:
        """Do it, again as often as the credentials that it was for are renewed; what came of it,
        and of which turn its credentials are."""
        while True:
            turn = self.turns.now(profile)
            try:
                return make(), turn
            except (errors.SignInError, errors.VaultError) as refused:
                if not self._again(profile, turn, refused):
                    raise

    def _again(self, profile: str, turn: int, refused: errors.EcrtuiError) -> bool:
        """Whether another try is worth it: its credentials are no longer those that were refused,
        or are renewed now. Of several who were refused together one forgets them."""
        if self.turns.now(profile) != turn:
            return True
        again = self._quietly(profile, turn, refused) or self._renew(profile, refused)
        if self.turns.end(profile, turn):
            self._drop(profile)
        return again

    def _quietly(self, profile: str, turn: int, refused: errors.EcrtuiError) -> bool:
        """Whether there may be other keys without asking anybody, since a role or a portal gives
        them; that is tried once."""
        if not isinstance(refused, errors.SignInError):
            return False
        refused.hint = renewals.hint(self.files.signing(profile), refused)
        if refused.profile and refused.profile != profile:
            self.forget(refused.profile)
        if not renewals.is_plain(refused) or not self._derived(profile):
            return False
        return self.turns.quiet(profile, turn)

    def _derived(self, profile: str) -> bool:
        """Whether what signs is had anew without a person, perhaps."""
        session = self._sessions.get(profile)
        return isinstance(getattr(session, "_credentials", None), SharedCredentials)

    def _account(self, profile: str, region: str) -> str:
        """Whose a profile's present credentials are: what STS told, or tells now."""
        known = self.turns.account(profile, self.turns.now(profile))
        return known or self._met(profile, region)

    def _met(self, profile: str, region: str) -> str:
        """The account of a profile's keys. Raises what STS says against them, asked where every
        account may ask it."""
        with translated(profile):
            sts = self.client("sts", profile, self.files.home_of(region))
            account = str(sts.get_caller_identity()["Account"])
        self.turns.told(profile, account)
        return account

    def _signers(self, profile: str) -> list[str]:
        """The profile by its name, and whose credentials assume its role."""
        return [link.profile for link in self.files.chain(profile or self.files.default_profile)]

    @contextlib.contextmanager
    def _only(self, profile: str) -> Iterator[Any]:
        """A profile's session, which is not safe for threads, for this thread alone; no other
        profile waits for a credential_process of this one."""
        with self._locks.setdefault(profile, threading.Lock()):  # which is atomic
            yield self._session(profile)

    def _session(self, profile: str) -> Any:
        session = self._sessions.get(profile)
        if session is None:
            turn, mine = self.turns.now(profile), self.files.is_kept(profile)
            session = self._bare_session(profile, mine=mine)
            if self._refuses(session, profile):
                session.register("before-parameter-build", operations.refuse_changes)
            chain = partial(providers.resolver, session, self)
            session.lazy_register_component("credential_provider", chain)
            if mine and self._vault is not None:
                kept.sign_with(self._vault, profile, session, self)
            with self._lock:
                if self.turns.now(profile) == turn:  # else it is of what was there before
                    self._sessions[profile] = session
        return session

    def _refuses(self, session: Any, profile: str) -> bool:
        return self._read_only or (profile or session.profile or "default") in self._protected

    def _bare_session(self, profile: str, *, mine: bool) -> Any:
        """A session with the settings of a profile, when the files have it. For a kept credential
        that they do not know AWS_PROFILE is no matter: it may name that very credential."""
        if not mine or self.files.values(profile):
            session = making.of_profile(profile)
            if profile or session.profile not in self._known():
                return session
            if session.profile in session.full_config.get("profiles", {}):
                return session
        return making.of_none()

    def _known(self) -> dict[str, Kept]:
        return self._vault.known() if self._vault is not None else {}

    def sts(self, session: Any, profile: str) -> MakeClient:
        """Makes STS clients of a profile's session, for keys they are given."""
        region = self.region(profile) or _STS_REGION
        return partial(
            session.create_client,
            region_name=region,
            endpoint_url=self._endpoint_url or None,
            config=making.CONFIG,
        )

    def _make(
        self,
        session: Any,
        service: str,
        region: str,
        config: Config = making.CONFIG,
        **keys: str,
    ) -> Any:
        return session.create_client(
            service,
            region_name=region or None,
            endpoint_url=self._endpoint_url or None,
            config=config,
            **keys,
        )
