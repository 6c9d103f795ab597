"""Accounts, the regions they may use, and the keys that sign their requests."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from ecrtui.sandbox.made import secret

# Regions every account has, and those it must opt in to (AWS's regions page, 2026).
DEFAULT_REGIONS = """
    us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-central-1 eu-west-1
    eu-west-2 eu-west-3 eu-north-1 ap-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3
    ap-southeast-1 ap-southeast-2
"""
OPT_IN_REGIONS = """
    af-south-1 ap-east-1 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5
    ap-southeast-7 ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1
    me-south-1 mx-central-1
"""


def region_statuses(opted_in: tuple[str, ...] = ()) -> dict[str, str]:
    """Every region with its RegionOptStatus for an account that opted in to these."""
    statuses = dict.fromkeys(DEFAULT_REGIONS.split(), "ENABLED_BY_DEFAULT")
    statuses |= dict.fromkeys(OPT_IN_REGIONS.split(), "DISABLED")
    return statuses | dict.fromkeys(opted_in, "ENABLED")


@dataclass
class Account:
    """An AWS account: twelve digits, a name for its profile, its regions with their status."""

    id: str
    name: str
    regions: dict[str, str] = field(default_factory=region_statuses)
    alias: str = ""
    guarded: tuple[str, ...] = ()
    """Patterns of `service:Operation` that the organization denies to everybody here."""

    def guards(self, action: str) -> bool:
        """Whether a service control policy denies `service:Operation`."""
        return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in self.guarded)

    def may_use(self, region: str) -> bool:
        """Whether this account can call services in the region at all."""
        return self.regions.get(region) in ("ENABLED", "ENABLED_BY_DEFAULT")


@dataclass
class AccessKey:
    """A key that signs requests: who it is, until when, and what it may call.

    `allow` are patterns of `service:Operation` (`ecr:Describe*`). `expires` is real epoch time,
    None for ever. `token` is the session token a temporary key must come with. An inactive key is
    refused like an unknown one; a revoked one is told that it is denied explicitly, as a role's
    sessions are once an administrator revokes them. `mfa` is whether a code stood behind it.
    """

    id: str
    secret: str = field(repr=False)
    account: str
    arn: str
    user_id: str
    token: str | None = field(default=None, repr=False)
    expires: float | None = None
    allow: tuple[str, ...] = ("*",)
    active: bool = True
    created_at: float = 0.0
    used: tuple[float, str, str] | None = None
    """When it signed last, for which service and region."""
    known_from: float = 0.0
    """Real time before which no service knows the key: what IAM changes spreads slowly."""
    revoked: bool = False
    mfa: bool = False

    def works(self) -> bool:
        """Whether services know the key; an inactive one is a stranger to them."""
        return self.active and self.known_from <= time.time()

    def may_call(self, action: str) -> bool:
        """Whether the key may call `service:Operation`; the action's case is ignored, as IAM's."""
        if self.revoked and action != "sts:GetCallerIdentity":  # which no policy can deny
            return False
        return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in self.allow)

    def expired(self) -> bool:
        """Whether the key's time is over."""
        return self.expires is not None and self.expires <= time.time()


@dataclass
class Role:
    """A role, and who may assume it: whose ARN one of the patterns in `trusts` matches.

    `external_id` must be given where there is one, `mfa` asks for a code of the caller's device,
    `provider` is the issuer whose tokens open it instead of keys. `max_seconds` is its
    MaxSessionDuration.
    """

    account: str
    name: str
    role_id: str
    allow: tuple[str, ...] = ("*",)
    trusts: tuple[str, ...] = ("*",)
    external_id: str = ""
    mfa: bool = False
    provider: str = ""
    max_seconds: int = 3600
    path: str = "/"

    @property
    def of_services(self) -> bool:
        """Whether services of AWS alone may assume it: no person has a profile for it."""
        return all(one.endswith(".amazonaws.com") for one in self.trusts)

    def may_call(self, action: str) -> bool:
        """Whether its sessions may call `service:Operation`."""
        return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in self.allow)

    def trusted(self, arn: str) -> bool:
        """Whether the role may be assumed by this principal; a session counts as its role too."""
        as_role = re.sub(r":sts::(\d+):assumed-role/([^/]+)/.*", r":iam::\1:role/\2", arn)
        return any(fnmatchcase(each, pattern) for each in {arn, as_role} for pattern in self.trusts)

    @property
    def arn(self) -> str:
        """The role's ARN."""
        return f"arn:aws:iam::{self.account}:role/{self.name}"

    @property
    def full_arn(self) -> str:
        """The role's ARN with its path, as IAM tells it."""
        return f"arn:aws:iam::{self.account}:role{self.path}{self.name}"

    def session(self, session_name: str, seconds: float) -> AccessKey:
        """A temporary key for this role, good for so many seconds of real time."""
        return AccessKey(
            id="ASIA" + secrets.token_hex(8).upper(),
            secret=secret(40),
            account=self.account,
            arn=f"arn:aws:sts::{self.account}:assumed-role/{self.name}/{session_name}",
            user_id=f"{self.role_id}:{session_name}",
            token=secret(160),
            expires=time.time() + seconds,
            allow=self.allow,
        )
