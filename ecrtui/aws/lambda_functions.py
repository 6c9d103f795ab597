"""AWS Lambda: functions that are images, which image each has, and another one for them."""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.aws import following
from ecrtui.aws.calls import Calls, required, values
from ecrtui.aws.sessions import Sessions
from ecrtui.model.workloads import Function, FunctionCode

_PAGE = 50
"""What the service gives at most, whatever is asked for (Lambda API, ListFunctions)."""


class Functions:
    """The functions of one account and region."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @staticmethod
    def of(sessions: Sessions, profile: str, region: str) -> Functions:
        """By the sessions' credentials."""
        return Functions(sessions.calls("lambda", profile, region))

    def images(self) -> Iterator[Function]:
        """All versions of all functions that are images, the unpublished one as `$LATEST`."""
        listed = following.rows(
            self._calls,
            "ListFunctions",
            "Functions",
            following.MARKER,
            FunctionVersion="ALL",
            MaxItems=_PAGE,
        )
        for row in listed:
            (function,) = values([row], Function)
            if function.package_type == "Image":
                yield function

    def aliases(self, name: str) -> dict[str, list[str]]:
        """The aliases of a function, by the version that each leads to, routes' shares too."""
        found: dict[str, list[str]] = {}
        listed = following.rows(
            self._calls, "ListAliases", "Aliases", following.MARKER, FunctionName=name
        )
        for row in listed:
            shares = (row.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
            for version in (row.get("FunctionVersion", ""), *shares):
                found.setdefault(str(version), []).append(str(row.get("Name", "")))
        return found

    def code(self, name: str, version: str = "") -> tuple[Function, FunctionCode]:
        """One version, and which image it has; '' is the unpublished one."""
        which = {"Qualifier": version} if version else {}
        answer = self._calls.call("GetFunction", FunctionName=name, **which)
        (function,) = values([required(answer, "Configuration")], Function)
        (code,) = values([answer.get("Code") or {}], FunctionCode)
        return function, code

    def state(self, name: str) -> Function:
        """How an unpublished version is, without its code."""
        answer = self._calls.call("GetFunctionConfiguration", FunctionName=name)
        return values([answer], Function)[0]

    def update(self, name: str, image: str) -> Function:
        """Give the unpublished version another image."""
        answer = self._calls.call("UpdateFunctionCode", FunctionName=name, ImageUri=image)
        return values([answer], Function)[0]
