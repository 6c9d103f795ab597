"""Calls on a client: failures translated, pages followed by hand, rows turned into values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec

from ecrtui.aws.checking import wrong
from ecrtui.aws.failures import NO_REPOSITORY, translated
from ecrtui.errors import (
    EcrtuiError,
    NotFound,
    RegionNotEnabled,
    RemoteError,
    SessionRevoked,
    SignInError,
    UnknownOperation,
    VaultError,
)
from ecrtui.model.page import Page
from ecrtui.model.typed import converted

T = TypeVar("T")

PAGE_SIZE = 1000
"""The most ECR gives at once (service model); its default is 100."""
_EVERYWHERE = frozenset({"sts", "iam"})
"""Services whose word on a key holds in every region."""


class Calls:
    """One client with the profile it belongs to and the account whose registry it asks.

    Where an operation takes a registryId, the account goes with it: a profile may read another
    account's registry, and must never read its own by mistake for it. `renewed` is told when the
    service no longer takes the credentials, or where they are kept does not give them, and gives a
    client with others, or None. `judged` knows whether it is the region that does not know them.
    `taken` is told of every call that the service took.
    """

    def __init__(
        self,
        client: Any,
        profile: str,
        account: str = "",
        renewed: Callable[[EcrtuiError], Any | None] = lambda _: None,
        judged: Callable[[RegionNotEnabled], EcrtuiError] = lambda unknown: unknown,
        taken: Callable[[], None] = lambda: None,
    ) -> None:
        self._taken = taken
        self._client = client
        self._profile = profile
        self._account = account
        self._renewed = renewed
        self._judged = judged

    @property
    def service_model(self) -> Any:
        """botocore's model of the service."""
        return self._client.meta.service_model

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """One call by its API name, for instance DescribeRegistry.

        Raises UnknownOperation where the installed botocore lacks the operation, and whatever
        `failures.translate` makes of the service's answer.
        """
        if operation not in self._client.meta.service_model.operation_names:
            raise UnknownOperation(operation, hint="Update boto3 to have it.")
        if self._account and self._takes_registry(operation):
            parameters.setdefault("registryId", self._account)
        while True:
            try:
                return self._sent(operation, parameters)
            except (SignInError, VaultError) as refused:
                client = self._renewed(refused)
                if client is None:
                    raise
                self._client = client

    def _sent(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        send = getattr(self._client, self._method(operation))
        try:
            with translated(self._profile, operation):
                answer: dict[str, Any] = send(**parameters)
        except NotFound as missing:
            raise self._placed(missing) from None
        except RegionNotEnabled as unknown:
            raise self._judged(unknown) from None
        except SessionRevoked as revoked:
            if self._client.meta.service_model.service_name in _EVERYWHERE:
                raise
            # Services of the query protocol say so of a region that is not enabled, too.
            raise self._judged(RegionNotEnabled(revoked.detail)) from None
        self._taken()
        return answer

    def _placed(self, missing: NotFound) -> NotFound:
        """The service names the account alone, which has a registry in every region."""
        meta = self._client.meta
        if missing.title != NO_REPOSITORY or meta.service_model.service_name != "ecr":
            return missing
        told = f"{missing.detail.rstrip('.')} in {meta.region_name}"
        return NotFound(told, title=missing.title, hint=missing.hint)

    def _takes_registry(self, operation: str) -> bool:
        shape = self._client.meta.service_model.operation_model(operation).input_shape
        return shape is not None and "registryId" in shape.members

    def _method(self, operation: str) -> str:
        mapping: dict[str, str] = self._client.meta.method_to_api_mapping
        return next(name for name, api in mapping.items() if api == operation)

    def wrong(self, operation: str, parameters: dict[str, Any]) -> list[str]:
        """What the service's model has against a call; nothing is sent."""
        shape = self._client.meta.service_model.operation_model(operation).input_shape
        return list(wrong(parameters, shape)) if shape is not None else []

    def pages(
        self,
        operation: str,
        key: str,
        row: type[T],
        *,
        size: int = PAGE_SIZE,
        **parameters: Any,
    ) -> Iterator[Page[T]]:
        """All pages of a list: `key` names the list in the answer, `row` its items' type.

        Followed by hand because two of ECR's lists have a nextToken but no botocore paginator.
        """
        token: str | None = None
        while True:
            more = {"nextToken": token} if token else {}
            answer = self.call(operation, maxResults=size, **parameters, **more)
            following = answer.get("nextToken")
            if following is not None and following == token:
                raise RemoteError(f"{operation} answers the same page again and again")
            token = following
            yield Page(values(answer.get(key, ()), row), token is None)
            if token is None:
                return


def required(answer: Any, *path: str) -> Any:
    """The member at the end of a path; raises RemoteError for an answer that lacks it."""
    for name in path:
        if not isinstance(answer, dict) or name not in answer:
            raise RemoteError(f"an answer without {'.'.join(path)}")
        answer = answer[name]
    return answer


def values(rows: Any, row: type[T]) -> tuple[T, ...]:
    """Rows of a decoded answer as model values; members they do not know are left out.

    Rows share their equal texts (repository, account, media types): half of their memory.
    """
    try:
        _share_texts(rows)
        return converted(rows, tuple[row, ...])  # type: ignore[valid-type]
    except msgspec.ValidationError as failure:
        raise RemoteError(f"an answer that does not fit its model: {failure}") from None


def _share_texts(rows: Any) -> None:
    known: dict[str, str] = {}
    for row in rows if isinstance(rows, list) else ():
        for name, value in row.items() if isinstance(row, dict) else ():
            if isinstance(value, str):
                row[name] = known.setdefault(value, value)
