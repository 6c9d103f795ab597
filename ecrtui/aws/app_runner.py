"""AWS App Runner: services and the images they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ecrtui.aws import following
from ecrtui.aws.calls import required
from ecrtui.aws.sessions import Sessions

_PAGE = 20


class AppService(NamedTuple):
    """A service of App Runner."""

    name: str
    arn: str
    status: str
    """RUNNING, PAUSED, OPERATION_IN_PROGRESS, CREATE_FAILED, DELETED ..."""
    image: str
    """The reference; '' for one that is built from source."""


def services(sessions: Sessions, profile: str, region: str) -> Iterator[AppService]:
    """All services of an account in a region that are not deleted. Raises NotAllowed."""
    calls = sessions.calls("apprunner", profile, region)
    listed = following.rows(
        calls, "ListServices", "ServiceSummaryList", following.UPPER, MaxResults=_PAGE
    )
    for row in listed:
        if row.get("Status") == "DELETED":
            continue
        arn = str(row.get("ServiceArn", ""))
        service = required(calls.call("DescribeService", ServiceArn=arn), "Service")
        source = service.get("SourceConfiguration") or {}
        image = (source.get("ImageRepository") or {}).get("ImageIdentifier", "")
        yield AppService(
            str(row.get("ServiceName", "")), arn, str(service.get("Status", "")), str(image)
        )
