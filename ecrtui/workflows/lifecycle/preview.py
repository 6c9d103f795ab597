"""What ECR itself says that a policy would do: a preview, started and followed to its end.

A repository has one preview at a time, whoever asks: another's is waited for, and one that
somebody replaces while it is read is asked for anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ecrtui.errors import RemoteError
from ecrtui.model.lifecycle import PreviewPage, Verdict
from ecrtui.model.places import Registry
from ecrtui.workflows.lifecycle.policies import policies
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.aws.lifecycle import LifecyclePolicies

_TRIES = 4
_PAUSE, _LONGEST_PAUSE = 1.0, 5.0
"""Seconds between looks, half as long again each time; ECR takes up to minutes."""
_PART = "preview"
_IN_PROGRESS, _COMPLETE, _FAILED = "IN_PROGRESS", "COMPLETE", "FAILED"


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """All that ECR says."""

    verdicts: tuple[Verdict, ...] = ()
    expiring: int = 0
    """How many would be deleted, by ECR's own count."""


def preview(
    services: Services, registry: Registry, repository: str, text: str, watch: Watch
) -> Preview:
    """What a policy would do, by ECR's word.

    Raises UsageError for a text that ECR refuses, ReadOnly, NotAllowed, NotFound, GivenUp, and
    RemoteError where it fails, or others keep replacing it.
    """
    ask = policies(services, registry)
    watch.expect(_PART, "preview by ECR")
    for _ in range(_TRIES):
        if not ask.start_preview(repository, text):
            _ended(ask, repository, watch, "waits for another's preview")
            continue
        page = _ended(ask, repository, watch, "ECR works it out")
        if page is not None and page.status == _FAILED:
            raise RemoteError(repository, title="ECR could not work the preview out")
        if page is None or page.status != _COMPLETE or not _ours(page, text):
            continue  # it has expired, or is another's by now
        found = _whole(ask, repository, page, text, watch)
        if found is not None:
            watch.finish(_PART)
            return found
    raise RemoteError(
        repository,
        title="Others keep replacing the preview",
        hint="A repository has one at a time. Try again, or --local works it out here.",
    )


def same(one: str, other: str) -> bool:
    """Whether two texts say the same: ECR gives a policy back with other spaces, its rules in
    the order of their priorities, and perhaps with what it takes for granted."""
    if one == other:
        return True
    return one != "" and other != "" and _said(one) == _said(other)


def _said(text: str) -> Any:
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return text
    rules = document.get("rules") if isinstance(document, dict) else None
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        return document
    plain = [_plain(rule) for rule in rules]
    return document | {"rules": sorted(plain, key=lambda rule: str(rule.get("rulePriority")))}


def _plain(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule with what it says by leaving it out."""
    selection = rule.get("selection")
    if isinstance(selection, dict):
        selection = {"storageClass": "standard"} | selection
    return {"description": ""} | rule | {"selection": selection}


def _ours(page: PreviewPage, text: str) -> bool:
    """Whether a preview is of this policy, as far as it tells."""
    return not page.text or same(page.text, text)


def _ended(ask: LifecyclePolicies, repository: str, watch: Watch, note: str) -> PreviewPage | None:
    """The first page of the preview once it runs no longer; None where there is none any more."""
    pause = _PAUSE
    while True:
        watch.at(_PART, 0, note)
        page = ask.preview(repository)
        if page is None or page.status != _IN_PROGRESS:
            return page
        watch.pause(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _whole(
    ask: LifecyclePolicies, repository: str, page: PreviewPage, text: str, watch: Watch
) -> Preview | None:
    """All pages; None where another preview came in between."""
    verdicts = list(page.verdicts)
    following: PreviewPage | None = page
    while following is not None and following.next_page:
        watch.at(_PART, 0, f"{len(verdicts):,} images")
        token = following.next_page
        following = ask.preview(repository, token)
        if following is None or following.status != _COMPLETE or not _ours(following, text):
            return None
        if following.next_page == token:
            raise RemoteError("GetLifecyclePolicyPreview answers the same page again and again")
        verdicts += following.verdicts
    return Preview(verdicts=tuple(verdicts), expiring=page.expiring)
