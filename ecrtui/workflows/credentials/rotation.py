"""The steps of a rotation, each of which leaves a state from which one can go on or back.

A new key is kept beside the old one before anything else happens to it, and what is to be done next
is told by what is kept and by what IAM lists, never by what this process remembers.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec

from ecrtui.errors import (
    EcrtuiError,
    NotAllowed,
    NotFound,
    RegionNotEnabled,
    SessionRevoked,
    SignInError,
    UsageError,
)
from ecrtui.model.credentials import Credential, CredentialKind, key_hint
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Identity, Registry
from ecrtui.model.rotation import (
    AccessKey,
    KeyPair,
    LastUse,
    Rotation,
    Stage,
    left_behind,
    stage_of,
    strangers,
)
from ecrtui.workflows.clock import FixedClock
from ecrtui.workflows.credentials import at_hand, seen
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.aws.access_keys import AccessKeys, Signer

T = TypeVar("T")
replace = msgspec.structs.replace

PAUSES = (1.0, 2.0, 3.0, 5.0, 8.0, 10.0, 10.0, 10.0, 10.0)
"""Seconds between two tries with a key that IAM has changed a moment ago. It promises no time; a
minute is longer than is seen in practice."""
_UNKNOWN = (RegionNotEnabled, SessionRevoked)
"""What an API says of a key that it does not know, or not yet."""


class Work:
    """One credential whose key is rotated: what is kept, what IAM says, and the steps."""

    def __init__(self, services: Services, name: str, watch: Watch) -> None:
        self.services = services
        self.watch = watch
        self.credential = _rotatable(services, name)
        self.region = services.region(name)
        self.listed: tuple[AccessKey, ...] = ()
        self.who = Identity("", "")
        self._signers: dict[str, Signer] = {}

    @property
    def name(self) -> str:
        """The credential's."""
        return self.credential.name

    @property
    def rotation(self) -> Rotation | None:
        """What is kept of it."""
        return self.credential.rotation

    @property
    def stage(self) -> Stage:
        """How far it is."""
        return stage_of(self.rotation, self.listed)

    @property
    def other(self) -> KeyPair:
        """The key that is kept beside the one in use."""
        assert self.rotation is not None  # noqa: S101 - asked only where there is one
        assert self.rotation.other is not None  # noqa: S101
        return self.rotation.other

    def signer(self, keys: KeyPair) -> Signer:
        """What one key can ask."""
        from ecrtui.aws.access_keys import Signer

        key, sessions = keys.access_key_id, self.services.sessions
        if key not in self._signers:
            self._signers[key] = Signer(sessions, self.name, keys, self.region)
        return self._signers[key]

    @property
    def iam(self) -> AccessKeys:
        """The user's keys, asked about with the one in use."""
        return self.signer(self.credential.keys).access_keys

    def look(self) -> None:
        """Find out who it is, and which keys there are. Raises SignInError, NotAllowed."""
        signer = self.signer(self.credential.keys)
        self.who = self.patiently(signer.identity)
        self.listed = self.patiently(signer.access_keys.listed)

    def use_of(self, key: str) -> LastUse | None:
        """When a key was last used; None where one may not ask."""
        try:
            return self.iam.used(key)
        except NotAllowed:
            return None

    # Forwards

    def begin(self) -> None:
        """Note which keys there are: a new one is known by that, also if its secret gets lost."""
        now = self.services.clock.now()
        self._keep(rotation=Rotation(now, tuple(key.id for key in self.listed)))

    def sweep(self) -> None:
        """Delete what an earlier try made and could not keep."""
        for key in strangers(self.rotation, self.credential.access_key_id, self.listed):
            if left_behind(self.rotation, key, self.use_of(key.id)):
                self.iam.delete(key.id)
                self._changed(ChangeKind.KEY_DELETED, before=key.id)

    def create(self) -> None:
        """Have a new key made, and keep it beside the old one at once."""
        assert self.rotation is not None  # noqa: S101 - begun
        made = self.iam.create()
        try:
            self._keep(rotation=replace(self.rotation, other=made))
        except BaseException:
            with contextlib.suppress(EcrtuiError):  # or else it is found the next time
                self.iam.delete(made.access_key_id)
            raise
        self.listed += (AccessKey(made.access_key_id, active=True),)
        self._changed(ChangeKind.KEY_CREATED, after=made.access_key_id)

    def test(self, keys: KeyPair) -> None:
        """See that AWS takes a key, and for the same user. Raises EcrtuiError where it does not."""
        signer = self.signer(keys)
        who = self.patiently(signer.identity)
        if who.arn != self.who.arn:
            raise EcrtuiError(who.arn, title="The new key is somebody else's")
        try:
            self.patiently(signer.read_ecr)
        except NotAllowed:  # of the user: neither key may
            self.watch.say(f"{who.arn} may not look at repositories in {self.region}")

    def take(self) -> None:
        """Sign with the key that was beside; the one before stays beside it."""
        assert self.rotation is not None  # noqa: S101
        keys, mine = self.other, self.credential.keys
        self._keep(
            access_key_id=keys.access_key_id,
            secret_access_key=keys.secret_access_key,
            rotation=replace(self.rotation, other=mine, taken=not self.rotation.taken),
        )

    def deactivate(self) -> None:
        """Deactivate the old key, signed by the new one."""
        assert self.rotation is not None  # noqa: S101
        old = self.other.access_key_id
        self.patiently(lambda: self.iam.deactivate(old))
        self._changed(ChangeKind.KEY_DEACTIVATED, before=old)
        self._keep(rotation=replace(self.rotation, deactivated=self.services.clock.now()))

    # Backwards, and the end

    def activate(self) -> None:
        """Activate the old key again, signed by the new one."""
        old = self.other.access_key_id
        self.patiently(lambda: self.iam.activate(old))
        self._changed(ChangeKind.KEY_ACTIVATED, after=old)

    def delete_other(self) -> None:
        """Delete the key that is kept beside, in IAM, then here."""
        gone = self.other.access_key_id
        self.patiently(lambda: self.iam.delete(gone))
        self._changed(ChangeKind.KEY_DELETED, before=gone)
        self.end()

    def end(self) -> None:
        """Nothing is kept of it any more."""
        self._keep(rotation=None)

    def patiently(self, ask: Callable[[], T]) -> T:
        """What AWS answers; while it does not know the key yet, or any more, ask again."""
        for pause in PAUSES:
            try:
                return ask()
            except _UNKNOWN:
                if self.rotation is None:  # no key has changed: it is simply wrong
                    raise
            self.watch.say(f"AWS does not know the key everywhere yet: again in {pause:.0f} s")
            self.watch.pause(pause)
        try:
            return ask()
        except _UNKNOWN as problem:
            title, hint = "AWS does not take the key", "IAM may take minutes to spread a change."
            raise SignInError(problem.detail, title=title, hint=hint) from None

    def _keep(self, **changes: object) -> None:
        """Keep the credential; who it was found to be does not change with its key.

        Raises EcrtuiError where somebody changed it meanwhile: what they typed stays.
        """
        vault = at_hand.kept(self.services)
        if vault.credential(self.name) != self.credential:
            title, hint = "It was changed meanwhile", "Look at it, then at the plan again."
            raise EcrtuiError(self.name, title=title, hint=hint)
        self.credential = replace(self.credential, **changes)
        vault.keep(self.credential)
        if self.who.account:
            self.services.vault.describe(
                self.name, account=self.who.account, principal=self.who.arn
            )
        if "access_key_id" in changes:
            self._note_age()
            _forget(self.services, self.name)

    def _note_age(self) -> None:
        key = self.credential.access_key_id
        made = next((one.created for one in self.listed if one.id == key), None)
        at = self.services.clock.now() if made is None else made
        seen.note(
            self.services.state,
            self.name,
            lambda known: replace(known, key=key_hint(key), key_made=at),
        )

    def _changed(self, kind: ChangeKind, *, before: str = "", after: str = "") -> None:
        self.watch.changed(
            Change(
                kind=kind,
                home=Registry(self.name, self.region, self.who.account),
                repository="",
                before=key_hint(before),
                after=key_hint(after),
            )
        )


def _forget(services: Services, name: str) -> None:
    """Sign anew with it, and with every role that is assumed by it."""
    services.sessions.forget(name)
    for row in at_hand.listing(services):
        if row.source == name:
            services.sessions.forget(row.name)


def _rotatable(services: Services, name: str) -> Credential:
    """The credential, when it has a key that can be rotated. Raises NotFound, UsageError."""
    if services.vault.where == "memory" and not isinstance(services.clock, FixedClock):
        # The demo's keys are worth nothing; anybody else's new key would be lost with this run.
        hint = "Keep it where it lasts: ecrtui credentials keep keyring, or keep file."
        raise UsageError(name, title="A new key would be gone when ecrtui ends", hint=hint)
    try:
        found = at_hand.kept(services).credential(name)
    except NotFound:
        if name not in {profile.name for profile in services.sessions.profiles()}:
            raise
        hint = f"Bring it here first: ecrtui credentials import {name}"
        raise UsageError(name, title="This profile's key is in AWS's files", hint=hint) from None
    if found.kind is CredentialKind.SESSION:
        raise UsageError(name, title="These keys end by themselves", hint="There is none to rotate")
    if not found.has_keys:
        hint = f"ecrtui credentials rotate {found.source}" if found.source else ""
        raise UsageError(name, title="It has no key of its own", hint=hint)
    return found
