"""Lifecycle policies of repositories, and ECR's own previews of what one would do."""

from __future__ import annotations

from typing import Any

import msgspec

from ecrtui.aws.calls import Calls, required, values
from ecrtui.aws.failures import NO_REPOSITORY
from ecrtui.errors import NotFound, PreviewRuns
from ecrtui.model.lifecycle import Action, Kept, PreviewPage, Verdict

_PAGE = 100
"""The most that a preview gives at once (service model)."""


class LifecyclePolicies:
    """The policies of one private registry. Read-only refuses what changes one, and previews."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def policy(self, repository: str) -> Kept | None:
        """A repository's policy; None where it has none. Raises NotFound without a repository."""
        try:
            answer = self._calls.call("GetLifecyclePolicy", repositoryName=repository)
        except NotFound as missing:
            if missing.title == NO_REPOSITORY:
                raise
            return None
        evaluated = answer.get("lastEvaluatedAt")
        return Kept(
            text=str(required(answer, "lifecyclePolicyText")),
            evaluated_at=evaluated if isinstance(evaluated, (int, float)) else None,
        )

    def put(self, repository: str, text: str) -> None:
        """Give a repository a policy, in place of the one it has. Raises UsageError for a text
        that ECR refuses."""
        self._calls.call("PutLifecyclePolicy", repositoryName=repository, lifecyclePolicyText=text)

    def delete(self, repository: str) -> None:
        """Take a repository's policy away."""
        self._calls.call("DeleteLifecyclePolicy", repositoryName=repository)

    def start_preview(self, repository: str, text: str) -> bool:
        """Have a policy tried on the images there are; False while another preview runs."""
        try:
            self._calls.call(
                "StartLifecyclePolicyPreview", repositoryName=repository, lifecyclePolicyText=text
            )
        except PreviewRuns:
            return False
        return True

    def preview(self, repository: str, token: str = "") -> PreviewPage | None:
        """A page of the last preview; None where there is none, or no longer."""
        more = {"nextToken": token} if token else {}
        try:
            answer = self._calls.call(
                "GetLifecyclePolicyPreview", repositoryName=repository, maxResults=_PAGE, **more
            )
        except NotFound as missing:
            if missing.title == NO_REPOSITORY:
                raise
            return None
        rows = values(answer.get("previewResults", ()), _Row)
        summary = answer.get("summary") or {}
        return PreviewPage(
            status=str(required(answer, "status")),
            text=str(answer.get("lifecyclePolicyText", "")),
            verdicts=tuple(map(_verdict, rows)),
            next_page=str(answer.get("nextToken") or ""),
            expiring=_number(summary.get("expiringImageTotalCount")),
        )


class _Act(msgspec.Struct, frozen=True, rename="camel"):
    type: str = "EXPIRE"


class _Row(msgspec.Struct, frozen=True, rename="camel"):
    image_digest: str
    image_tags: tuple[str, ...] = ()
    image_pushed_at: float | None = None
    action: _Act = _Act()
    applied_rule_priority: int = 0


def _verdict(row: _Row) -> Verdict:
    return Verdict(
        digest=row.image_digest,
        tags=tuple(sorted(row.image_tags)),
        pushed_at=row.image_pushed_at,
        action=Action.ARCHIVE if row.action.type == "TRANSITION" else Action.EXPIRE,
        priority=row.applied_rule_priority,
    )


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
