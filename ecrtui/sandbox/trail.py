"""CloudTrail's event history: who changed what, in each account and region, as AWS logs it.

An event of another account's registry is in both accounts' histories. Seeds tell their past by a
function that is called when somebody first looks.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.refusal import Refusal

Document = dict[str, Any]
DAYS = 90
LOGGED = ("BatchDeleteImage", "PutImage")
"""Of ECR's operations those that are written down here; AWS writes down all."""


@dataclass(frozen=True)
class Event:
    """One event, in the terms of LookupEvents."""

    id: str
    name: str
    source: str
    time: float
    username: str
    access_key: str
    read_only: bool
    resources: tuple[tuple[str, str], ...]
    """Types and names."""
    record: str
    """The whole event as CloudTrail writes it, JSON."""


class Trail:
    """The event histories of a world."""

    def __init__(self) -> None:
        self._events: dict[tuple[str, str], list[Event]] = {}
        self._past: dict[tuple[str, str], list[Callable[[], Iterable[Event]]]] = {}

    def add(self, account: str, region: str, event: Event) -> None:
        """Write an event down."""
        self._events.setdefault((account, region), []).append(event)

    def remember(self, account: str, region: str, past: Callable[[], Iterable[Event]]) -> None:
        """Have a past made when somebody first looks into this history."""
        self._past.setdefault((account, region), []).append(past)

    def events(self, account: str, region: str, now: float) -> list[Event]:
        """The last 90 days, the newest first."""
        place = account, region
        for past in self._past.pop(place, []):
            self._events.setdefault(place, []).extend(past())
        known = [one for one in self._events.get(place, []) if one.time >= now - DAYS * 86_400]
        known.sort(key=lambda event: event.time)
        known.reverse()  # of the same second the one that was written down last comes first
        return known


@dataclass(frozen=True)
class Made:
    """One call on a repository, answered or refused."""

    key: AccessKey
    operation: str
    request: Document
    answer: Document | Refusal
    at: float
    region: str
    agent: str = "sandbox"

    @property
    def owner(self) -> str:
        """The account whose registry it is."""
        return str(self.request.get("registryId", self.key.account))

    @property
    def arn(self) -> str:
        """The repository's."""
        name = self.request.get("repositoryName", "")
        return f"arn:aws:ecr:{self.region}:{self.owner}:repository/{name}"


def note(trail: Trail, made: Made) -> None:
    """Write a call down where it belongs, if it is one that is written down here."""
    if made.operation not in LOGGED:
        return
    event = event_of(made)
    for account in {made.key.account, made.owner}:
        trail.add(account, made.region, event)


def event_of(made: Made) -> Event:
    """The event of one call (CloudTrail user guide, record contents)."""
    record = _record(made)
    refused = isinstance(made.answer, Refusal)
    return Event(
        id=record["eventID"],
        name=made.operation,
        source=record["eventSource"],
        time=float(int(made.at)),
        username=made.key.arn.rpartition("/")[2],
        access_key=made.key.id,
        read_only=False,
        resources=() if refused else (("AWS::ECR::Repository", made.arn),),
        record=json.dumps(record),
    )


def _record(made: Made) -> Document:
    answer = made.answer
    if isinstance(answer, Refusal):
        outcome = {"errorCode": answer.code, "errorMessage": answer.message}
    else:
        outcome = {}
    return {
        "eventVersion": "1.08",
        "userIdentity": _identity(made.key),
        "eventTime": _iso(made.at),
        "eventSource": "ecr.amazonaws.com",
        "eventName": made.operation,
        "awsRegion": made.region,
        "sourceIPAddress": "127.0.0.1",
        "userAgent": made.agent,
        **outcome,
        "requestParameters": made.request,
        "responseElements": None if outcome else answer,
        "requestID": str(uuid.uuid4()),
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "resources": [{"accountId": made.owner, "ARN": made.arn}],
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": made.owner,
        "eventCategory": "Management",
    }


def _identity(key: AccessKey) -> Document:
    identity: Document = {
        "type": "IAMUser",
        "principalId": key.user_id,
        "arn": key.arn,
        "accountId": key.account,
        "accessKeyId": key.id,
    }
    if ":assumed-role/" not in key.arn:
        return identity | {"userName": key.arn.rpartition("/")[2]}
    role = key.arn.split("/")[1]
    issuer = {
        "type": "Role",
        "principalId": key.user_id.partition(":")[0],
        "arn": f"arn:aws:iam::{key.account}:role/{role}",
        "accountId": key.account,
        "userName": role,
    }
    return identity | {"type": "AssumedRole", "sessionContext": {"sessionIssuer": issuer}}


def _iso(at: float) -> str:
    return datetime.fromtimestamp(int(at), tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
