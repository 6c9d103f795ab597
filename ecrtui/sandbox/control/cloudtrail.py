"""CloudTrail: LookupEvents over the last 90 days (API reference, LookupEvents)."""

from __future__ import annotations

import time
from collections import deque

from ecrtui.sandbox.control.paging import issue, position_of
from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.trail import Event

cloudtrail = Service("cloudtrail")
_A_SECOND = 2
"""Lookups of an account in a region."""
_MOST = 50


@cloudtrail.operation("LookupEvents")
def lookup_events(call: Call) -> Document:
    """Events by one attribute at most and within a time, the newest first."""
    _within_rate(call)
    attribute = _attribute(call)
    start, end = call.params.get("StartTime"), call.params.get("EndTime")
    if start is not None and end is not None and start > end:
        raise Refusal("InvalidTimeRangeException", "The start time is after the end time.")
    wanted = [
        event
        for event in call.world.trail.events(call.key.account, call.region, call.now)
        if (start is None or event.time >= start)
        and (end is None or event.time <= end)
        and _has(event, *attribute)
    ]
    size = call.params.get("MaxResults", _MOST)
    about = f"events/{attribute}/{start}/{end}"
    first = _position(call, about)
    page = [_document(event) for event in wanted[first : first + size]]
    more = {"NextToken": issue(call, about, first + size)} if first + size < len(wanted) else {}
    return {"Events": page} | more


def _position(call: Call, about: str) -> int:
    call.params["nextToken"] = call.params.get("NextToken")
    try:
        return position_of(call, about)
    except Refusal:
        raise Refusal("InvalidNextTokenException", "The next token is not valid.") from None


def _within_rate(call: Call) -> None:
    """Refuse a third lookup within a second of real time."""
    times = call.world.lookups.setdefault((call.key.account, call.region), deque())
    now = time.monotonic()
    while times and times[0] <= now - 1.0:
        times.popleft()
    if len(times) >= _A_SECOND:
        raise Refusal("ThrottlingException", "Rate exceeded")
    times.append(now)


def _attribute(call: Call) -> tuple[str, str]:
    given = call.params.get("LookupAttributes", [])
    if len(given) > 1:
        raise Refusal(
            "InvalidLookupAttributesException", "You can specify only one lookup attribute."
        )
    return (given[0]["AttributeKey"], given[0]["AttributeValue"]) if given else ("", "")


def _has(event: Event, key: str, value: str) -> bool:
    values = {
        "": [value],
        "EventId": [event.id],
        "EventName": [event.name],
        "ReadOnly": [str(event.read_only).lower()],
        "Username": [event.username],
        "ResourceType": [kind for kind, _ in event.resources],
        "ResourceName": [name for _, name in event.resources],
        "EventSource": [event.source],
        "AccessKeyId": [event.access_key],
    }
    return value in values[key]


def _document(event: Event) -> Document:
    return {
        "EventId": event.id,
        "EventName": event.name,
        "ReadOnly": str(event.read_only).lower(),
        "AccessKeyId": event.access_key,
        "EventTime": event.time,
        "EventSource": event.source,
        "Username": event.username,
        "Resources": [
            {"ResourceType": kind, "ResourceName": name} for kind, name in event.resources
        ],
        "CloudTrailEvent": event.record,
    }
