"""CloudTrail's event history: when tags were put and taken away, and by whom.

LookupEvents knows 90 days, gives 50 events at once, and takes two calls a second of an account in
a region (API reference). One filter may be given: it is the event's name, for what name a
repository has as a resource of an event is not documented; so events of all repositories pass.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from ecrtui.aws.calls import Calls
from ecrtui.model.foreseen import Taken
from ecrtui.model.lifecycle import Action
from ecrtui.model.tag_history import TagMove, Witness

NAMES = ("PutImage", "BatchDeleteImage", "PolicyExecutionEvent")
DAYS = 90
_PAUSE = 0.6
"""Seconds between calls: a little less than two a second, for others look up too."""
_PAGES = 40
"""Of one kind of event: two thousand events."""


class TrailPage(msgspec.Struct, frozen=True):
    """What one page told of a repository."""

    moves: tuple[TagMove, ...]
    events: int
    """How many events it had, of all repositories."""
    back_to: float | None = None
    """Where reading ended before the history did: epoch seconds; None while that is not so."""


def tag_moves(
    calls: Calls,
    account: str,
    repository: str,
    *,
    pause: Callable[[float], object] = time.sleep,
) -> Iterator[TrailPage]:
    """Moves of a repository's tags, page by page, the newest of each kind first."""
    first = True
    for name in NAMES:
        token = ""
        for number in range(1, _PAGES + 1):
            if not first:
                pause(_PAUSE)
            first = False
            answer = _looked_up(calls, name, token)
            events, token = answer.get("Events", []), str(answer.get("NextToken", ""))
            cut = number == _PAGES and token and events
            yield TrailPage(
                tuple(move for event in events for move in _moves(event, account, repository)),
                len(events),
                _seconds(events[-1].get("EventTime")) if cut else None,
            )
            if not token:
                break


def policy_deeds(
    calls: Calls,
    account: str,
    repository: str,
    *,
    pause: Callable[[float], object] = time.sleep,
) -> Iterator[tuple[Taken, ...]]:
    """What lifecycle policies took of a repository, page by page, the newest first."""
    token = ""
    for number in range(_PAGES):
        if number:
            pause(_PAUSE)
        answer = _looked_up(calls, NAMES[-1], token)
        events, token = answer.get("Events", []), str(answer.get("NextToken", ""))
        yield tuple(one for event in events for one in _taken(event, account, repository))
        if not token:
            return


def _taken(event: dict[str, Any], account: str, repository: str) -> Iterator[Taken]:
    """The images of one run of a policy (user guide, "Example: Image lifecycle policy action")."""
    record = _document(event.get("CloudTrailEvent"))
    details, at = _table(record.get("serviceEventDetails")), _seconds(event.get("EventTime"))
    other = account and record.get("recipientAccountId") not in (account, None)
    if details.get("repositoryName") != repository or other or at is None:
        return
    rules = _rows(_table(details.get("lifecycleEventPolicy")).get("lifecycleEventRules"))
    deeds = {str(rule.get("rulePriority")): str(rule.get("action", "expire")) for rule in rules}
    for action in _rows(details.get("lifecycleEventImageActions")):
        image, rule = _table(action.get("lifecycleEventImage")), action.get("rulePriority")
        tags, deed = image.get("tagList"), deeds.get(str(rule), "expire").lower()
        yield Taken(
            at=at,
            digest=str(image.get("digest", "")),
            tags=tuple(tag for tag in tags if isinstance(tag, str))
            if isinstance(tags, list)
            else (),
            action=Action.EXPIRE if deed == "expire" else Action.ARCHIVE,
            priority=rule if type(rule) is int else 0,
        )


def _looked_up(calls: Calls, name: str, token: str) -> dict[str, Any]:
    more = {"NextToken": token} if token else {}
    wanted = [{"AttributeKey": "EventName", "AttributeValue": name}]
    return calls.call("LookupEvents", LookupAttributes=wanted, **more)


def _moves(event: dict[str, Any], account: str, repository: str) -> Iterator[TagMove]:
    """What an event did to a repository's tags: nothing, where it failed."""
    record = _document(event.get("CloudTrailEvent"))
    asked = _table(record.get("requestParameters"))
    details = _table(record.get("serviceEventDetails"))
    owner = asked.get("registryId") or record.get("recipientAccountId")
    name = asked.get("repositoryName") or details.get("repositoryName")
    if name != repository or (account and owner != account) or record.get("errorCode"):
        return
    at = _seconds(event.get("EventTime"))
    if at is None:
        return
    for tag, digest in _changes(record, details):
        yield TagMove(
            tag=tag,
            digest=digest,
            at=at,
            witness=Witness.CLOUDTRAIL,
            by="lifecycle policy" if details else _who(record, event),
        )


def _changes(record: dict[str, Any], details: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Tags, and the digests they named from then on; '' for nothing."""
    answer = _table(record.get("responseElements"))
    if details:
        yield from _expired(details)
    elif record.get("eventName") == "PutImage":
        named = _table(_table(answer.get("image")).get("imageId"))
        tag, digest = named.get("imageTag"), named.get("imageDigest")
        if isinstance(tag, str) and isinstance(digest, str):
            yield tag, digest
    else:
        for gone in _rows(answer.get("imageIds")):
            if isinstance(gone.get("imageTag"), str):
                yield gone["imageTag"], ""


def _expired(details: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a lifecycle policy took; what it archives keeps its tags."""
    rules = _rows(_table(details.get("lifecycleEventPolicy")).get("lifecycleEventRules"))
    deeds = {rule.get("rulePriority"): str(rule.get("action", "expire")) for rule in rules}
    for action in _rows(details.get("lifecycleEventImageActions")):
        tags = _table(action.get("lifecycleEventImage")).get("tagList")
        if deeds.get(action.get("rulePriority"), "expire").lower() == "expire":
            yield from ((tag, "") for tag in tags or () if isinstance(tag, str))


def _who(record: dict[str, Any], event: dict[str, Any]) -> str:
    identity = _table(record.get("userIdentity"))
    return str(identity.get("arn") or identity.get("invokedBy") or event.get("Username") or "")


def _document(text: Any) -> dict[str, Any]:
    try:
        return _table(msgspec.json.decode(text)) if isinstance(text, str) else {}
    except (msgspec.DecodeError, RecursionError):
        return {}


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _rows(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _seconds(value: Any) -> float | None:
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(value.timestamp())
    except AttributeError:
        return None
