"""A user's own access keys in IAM, asked about with one of them.

No operation names the user: IAM takes whoever signs, the account's root user too.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any

from ecrtui.aws.calls import Calls, required
from ecrtui.aws.sessions import Sessions
from ecrtui.errors import EcrtuiError, NotFound, RemoteError
from ecrtui.model.places import Identity
from ecrtui.model.rotation import AccessKey, KeyPair, LastUse


class AccessKeys:
    """The keys of the user that signs."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def listed(self) -> tuple[AccessKey, ...]:
        """All of them, two at most. Raises NotAllowed, SignInError."""
        rows = self._calls.call("ListAccessKeys").get("AccessKeyMetadata", ())
        return tuple(_key(row) for row in rows)

    def used(self, key: str) -> LastUse:
        """When IAM last saw a key sign. Raises NotAllowed."""
        answer = self._calls.call("GetAccessKeyLastUsed", AccessKeyId=key)
        last = answer.get("AccessKeyLastUsed", {})
        at = _seconds(last.get("LastUsedDate"))
        if at is None:  # the names are N/A then
            return LastUse()
        return LastUse(at, str(last.get("ServiceName", "")), str(last.get("Region", "")))

    def create(self) -> KeyPair:
        """A new key, whose secret is told this once."""
        key = required(self._calls.call("CreateAccessKey"), "AccessKey")
        return KeyPair(str(required(key, "AccessKeyId")), str(required(key, "SecretAccessKey")))

    def activate(self, key: str) -> None:
        """Let a key sign again."""
        self._calls.call("UpdateAccessKey", AccessKeyId=key, Status="Active")

    def deactivate(self, key: str) -> None:
        """Let a key sign nothing any more."""
        self._calls.call("UpdateAccessKey", AccessKeyId=key, Status="Inactive")

    def delete(self, key: str) -> None:
        """Remove a key for good; one that is gone already is as it should be."""
        with contextlib.suppress(NotFound):
            self._calls.call("DeleteAccessKey", AccessKeyId=key)


def made(sessions: Sessions, profile: str, region: str) -> tuple[str, float] | None:
    """The access key that a profile signs with, and when it was made.

    None for keys that end, and where one may not ask; nobody is asked to sign in for it.
    """
    key = sessions.lasting_key(profile)
    if not key:
        return None
    try:
        home = sessions.files.home_of(region)
        listed = AccessKeys(sessions.calls("iam", profile, home, asking=False)).listed()
    except EcrtuiError:
        return None
    created = next((one.created for one in listed if one.id == key), None)
    return None if created is None else (key, created)


class Signer:
    """One key, and what it can ask: who it is, what it may read, its user's keys."""

    def __init__(self, sessions: Sessions, name: str, keys: KeyPair, region: str) -> None:
        self._sessions = sessions
        self._name = name
        self._keys = keys
        self._region = region
        self._made: dict[str, Calls] = {}

    @property
    def access_keys(self) -> AccessKeys:
        """The keys of its user."""
        return AccessKeys(self._calls("iam", self._sessions.files.home_of(self._region)))

    def identity(self) -> Identity:
        """Who STS says it is."""
        answer = self._calls("sts", self._region).call("GetCallerIdentity")
        arn = str(required(answer, "Arn"))
        partition = arn.split(":")[1] if arn.count(":") > 1 else "aws"
        return Identity(str(required(answer, "Account")), arn, partition=partition)

    def read_ecr(self) -> None:
        """Ask ECR for a repository. Raises NotAllowed where the user may not look at any."""
        self._calls("ecr", self._region).call("DescribeRepositories", maxResults=1)

    def _calls(self, service: str, region: str) -> Calls:
        if service not in self._made:
            made = self._sessions.signed_by(self._keys, service, self._name, region)
            self._made[service] = made
        return self._made[service]


def _key(row: dict[str, Any]) -> AccessKey:
    return AccessKey(
        str(required(row, "AccessKeyId")),
        row.get("Status") == "Active",
        _seconds(row.get("CreateDate")),
    )


def _seconds(value: object) -> float | None:
    """A time of IAM's, which botocore makes a datetime of."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, int | float):
        return float(value)
    raise RemoteError("an answer with a time that is none")
