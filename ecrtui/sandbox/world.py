"""The one world of state behind every endpoint of a sandbox.

World          accounts, keys, roles, MFA devices, OIDC providers, the public gallery
  Portal       who signs in where, device codes, sessions              (portal.py)
  Console      who is signed in to AWS's console                       (console.py)
  Trail        CloudTrail's event histories                            (trail.py)
  Machine      the container and the machine clients run on            (machine.py)
  Workloads    what runs images in one account and region              (workloads/)
  Registry     one account in one region: repositories and settings      (registry.py)
    Repository settings, images on a shelf, blobs                        (registry.py)
      Image    a manifest and what ECR knows about it                    (shelf.py)
      Blob     a layer or a config                                       (shelf.py)

Whoever changes or reads several things of it holds `world.lock`; the servers do so around every
control-plane operation.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ecrtui.sandbox.accounts import AccessKey, Account, Role, region_statuses
from ecrtui.sandbox.changes import Changes
from ecrtui.sandbox.clock import Clock
from ecrtui.sandbox.console import Console
from ecrtui.sandbox.machine import Machine
from ecrtui.sandbox.made import secret
from ecrtui.sandbox.mfa import Device
from ecrtui.sandbox.portal import Portal
from ecrtui.sandbox.registry import Gallery, Registry
from ecrtui.sandbox.trail import Trail
from ecrtui.sandbox.web_identity import Provider
from ecrtui.sandbox.workloads.others import Bucket
from ecrtui.sandbox.workloads.state import Workloads

Place = Registry | Gallery
"""Where the registry API answers: a private registry or the public gallery."""


class World:
    """Everything a sandbox knows; made by a seed, changed by requests, gone with the process."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.changes = Changes()
        """What was called that is no reading."""
        self.secret = secrets.token_bytes(32)
        """Signs the page tokens of this world."""
        self.accounts: dict[str, Account] = {}
        self.keys: dict[str, AccessKey] = {}
        self.roles: dict[str, Role] = {}
        self.mfa: dict[str, Device] = {}
        self.providers: dict[str, Provider] = {}
        self.checks_signatures = False
        """Whether a request must be signed with its key's secret, and at about this time."""
        self.clock_ahead = 0.0
        """Seconds by which services believe it to be later than it is, when they check."""
        self.session_seconds: float | None = None
        """How long the keys that STS gives live whatever is asked for: a knob for tests."""
        self.registries: dict[tuple[str, str], Registry] = {}
        self.public = Gallery(self._host_of)
        self.quotas: dict[tuple[str, str, str], float] = {}  # by account, region, quota's name
        self.portal = Portal()
        self.console = Console()
        self.machine = Machine()
        self.trail = Trail()
        self.kms_states: dict[str, str] = {}
        """States of keys by ARN that are not Enabled; '' for one that is not there."""
        self.lookups: dict[tuple[str, str], deque[float]] = {}
        """When each account last looked up events in a region, in real time."""
        self.spreading = 0.0
        """Seconds that a new key, or one activated again, is unknown to every service."""
        self._due: list[tuple[float, Callable[[], None]]] = []
        self._workloads: dict[tuple[str, str], Workloads] = {}
        self._planned: dict[tuple[str, str], Callable[[Workloads], None]] = {}
        self.buckets: dict[str, Bucket] = {}
        """S3's, whose names are the whole world's."""
        self.open_port: Callable[[Place], str] | None = None
        """Set by the server: opens the port of a place and answers its host."""
        self.place_at: Callable[[str], Place | None] = lambda _host: None
        """Set by the server: the place whose port is open at a host."""

    def add_account(self, id: str, name: str, opted_in: tuple[str, ...] = ()) -> Account:  # noqa: A002 - AWS's own word
        """An account with the default regions and those it opted in to."""
        account = Account(id, name, region_statuses(opted_in))
        self.accounts[id] = account
        return account

    def add_key(self, account: str, user: str, allow: tuple[str, ...] = ("*",)) -> AccessKey:
        """A long-lived key of an IAM user, the same for the same account and name."""
        name = f"{account}/{user}"
        key = AccessKey(
            id="AKIA" + _stable(name, "id")[:16].upper(),
            secret=secret(40, name),
            account=account,
            arn=f"arn:aws:iam::{account}:user/{user}",
            user_id="AIDA" + _stable(name, "user")[:17].upper(),
            allow=allow,
            created_at=self.clock.start,
        )
        self.keys[key.id] = key
        return key

    def new_key(self, of: AccessKey) -> AccessKey:
        """One more key of the user a key belongs to, as IAM makes it."""
        key = replace(
            of,
            id="AKIA" + secrets.token_hex(8).upper(),
            secret=secret(40),
            active=True,
            created_at=self.clock.now(),
            used=None,
        )
        self.spread(key)
        self.keys[key.id] = key
        return key

    def spread(self, key: AccessKey) -> None:
        """Let services know a key only after a while, as what IAM changes does."""
        key.known_from = time.time() + self.spreading

    def add_role(
        self, account: str, name: str, allow: tuple[str, ...] = ("*",), **terms: Any
    ) -> Role:
        """A role that AssumeRole gives temporary keys for; `terms` are Role's members."""
        role = Role(account, name, "AROA" + _stable(account, name)[:17].upper(), allow, **terms)
        self.roles[role.arn] = role
        return role

    def add_mfa(self, key: AccessKey, name: str = "") -> Device:
        """An MFA device of a key's user, named like the user unless another name is given."""
        user = key.arn.rpartition("/")[2]
        device = Device(f"arn:aws:iam::{key.account}:mfa/{name or user}", key.arn)
        self.mfa[device.serial] = device
        return device

    def add_provider(self, issuer: str) -> Provider:
        """An OIDC provider, such as a cluster's, whose tokens roles may trust."""
        self.providers[issuer] = Provider(issuer)
        return self.providers[issuer]

    def revoke_sessions(self, role: Role) -> None:
        """Deny a role's sessions of until now everything, as IAM's button for it does."""
        for key in list(self.keys.values()):
            if key.user_id.startswith(f"{role.role_id}:"):
                key.revoked = True

    def shorten_sessions(self, seconds: float) -> None:
        """Let everything that one gets by signing in end after so many seconds of real time."""
        self.session_seconds = self.machine.key_seconds = seconds
        self.console.key_seconds = self.console.session_seconds = seconds
        self.portal.token_seconds = self.portal.key_seconds = seconds
        self.portal.session_seconds = seconds

    def registry(self, account: str, region: str) -> Registry:
        """The registry of a known account in a region, made when first asked for.

        Raises KeyError for an account this world does not have.
        """
        with self.lock:
            self.accounts[account]
            found = self.registries.get((account, region))
            if found is None:
                found = self.registries[account, region] = Registry(account, region, self._host_of)
            return found

    def workloads(self, account: str, region: str) -> Workloads:
        """What runs images in an account and region, made when first asked for.

        Raises KeyError for an account this world does not have.
        """
        with self.lock:
            self.accounts[account]
            found = self._workloads.get((account, region))
            if found is None:
                found = self._workloads[account, region] = Workloads(self, account, region)
                if (fill := self._planned.pop((account, region), None)) is not None:
                    fill(found)
            return found

    def plan_workloads(self, account: str, region: str, fill: Callable[[Workloads], None]) -> None:
        """Have an account and region filled when somebody first looks at what runs there."""
        self._planned[account, region] = fill

    def all_workloads(self) -> list[Workloads]:
        """Those that were ever asked for, or that a seed has planned."""
        for account, region in list(self._planned):
            self.workloads(account, region)
        return list(self._workloads.values())

    def later(self, seconds: float, change: Callable[[], None]) -> None:
        """Make a change so many seconds from now: what AWS does in the background."""
        self._due.append((self.clock.now() + seconds, change))

    def settle(self) -> None:
        """Make the changes whose time has come; called before every operation, under the lock."""
        if not self._due:
            return
        now = self.clock.now()
        ready = [change for due, change in self._due if due <= now]
        self._due = [entry for entry in self._due if entry[0] > now]
        for change in ready:
            change()

    def _host_of(self, place: Place) -> str:
        if self.open_port is None:
            raise RuntimeError("no server runs over this world: its registries have no host")
        return self.open_port(place)


def _stable(*parts: str) -> str:
    """Sixty-four hex digits that are the same for the same parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
