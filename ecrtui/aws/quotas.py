"""Service Quotas: what an account may have of ECR."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ecrtui.aws.calls import Calls, values
from ecrtui.errors import RemoteError

_A_PAGE = 100


class ServiceQuota(msgspec.Struct, frozen=True):
    """A quota as Service Quotas tells it, in its own members."""

    QuotaName: str = ""
    QuotaCode: str = ""
    Value: float = 0.0
    Adjustable: bool = False


def applied(calls: Calls, service: str) -> Iterator[ServiceQuota]:
    """The values that hold in this account and region; those never changed may be left out."""
    return _listed(calls, "ListServiceQuotas", service)


def defaults(calls: Calls, service: str) -> Iterator[ServiceQuota]:
    """The values that every account begins with."""
    return _listed(calls, "ListAWSDefaultServiceQuotas", service)


def _listed(calls: Calls, operation: str, service: str) -> Iterator[ServiceQuota]:
    token = None
    while True:
        more: dict[str, Any] = {"NextToken": token} if token else {}
        answer = calls.call(operation, ServiceCode=service, MaxResults=_A_PAGE, **more)
        yield from values(answer.get("Quotas", ()), ServiceQuota)
        following = answer.get("NextToken")
        if following is not None and following == token:
            raise RemoteError(f"{operation} answers the same page again and again")
        token = following
        if token is None:
            return
