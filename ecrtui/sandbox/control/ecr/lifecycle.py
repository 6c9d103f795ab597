"""Lifecycle policies: keeping them, and previewing what one would do."""

from __future__ import annotations

from collections import Counter

from ecrtui.sandbox.control.ecr.base import ecr
from ecrtui.sandbox.control.ecr.ids import look_up
from ecrtui.sandbox.control.ecr.lifecycle_rules import Verdict, evaluate, read_rules
from ecrtui.sandbox.control.paging import DEFAULT_PAGE, not_with_pages, page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.registry import Repository

PREVIEW_SECONDS = 1.0
"""How long a preview is IN_PROGRESS here."""


@ecr.operation("GetLifecyclePolicy")
def get_lifecycle_policy(call: Call) -> Document:
    """The repository's policy and when it was last evaluated."""
    repository = call.repository
    answer = _about(repository, _policy(repository))
    if repository.lifecycle_evaluated_at is not None:
        answer["lastEvaluatedAt"] = repository.lifecycle_evaluated_at
    return answer


@ecr.operation("PutLifecyclePolicy")
def put_lifecycle_policy(call: Call) -> Document:
    """Replace the policy; the sandbox never acts on it."""
    repository, text = call.repository, call.params["lifecyclePolicyText"]
    read_rules(text)
    repository.lifecycle_policy = text
    return _about(repository, text)


@ecr.operation("DeleteLifecyclePolicy")
def delete_lifecycle_policy(call: Call) -> Document:
    """Remove the policy."""
    answer = get_lifecycle_policy(call)
    call.repository.lifecycle_policy = None
    return answer


@ecr.operation("StartLifecyclePolicyPreview")
def start_lifecycle_policy_preview(call: Call) -> Document:
    """Evaluate a policy, or the repository's own, against the images there are now."""
    repository = call.repository
    if (repository.lifecycle_preview or {}).get("status") == "IN_PROGRESS":
        raise Refusal(
            "LifecyclePolicyPreviewInProgressException",
            f"A lifecycle policy preview is in progress for the repository '{repository.name}'",
        )
    text = call.params.get("lifecyclePolicyText") or _policy(repository)
    verdicts = evaluate(read_rules(text), list(repository.images), call.now)
    preview = {"text": text, "status": "IN_PROGRESS", "verdicts": verdicts}
    repository.lifecycle_preview = preview
    call.world.later(PREVIEW_SECONDS, lambda: preview.update(status="COMPLETE"))
    return _about(repository, text) | {"status": "IN_PROGRESS"}


@ecr.operation("GetLifecyclePolicyPreview")
def get_lifecycle_policy_preview(call: Call) -> Document:
    """The images a previewed policy would act on, in pages of at most 100."""
    not_with_pages(call, "imageIds")
    repository = call.repository
    preview = repository.lifecycle_preview
    if preview is None:
        raise Refusal(
            "LifecyclePolicyPreviewNotFoundException",
            "Lifecycle policy preview does not exist for the repository with name "
            f"'{repository.name}' in the registry with id '{repository.account}'",
        )
    answer = _about(repository, preview["text"]) | {"status": preview["status"]}
    if preview["status"] != "COMPLETE":
        return answer
    verdicts: list[Verdict] = preview["verdicts"]
    count = len(call.params.get("imageIds", [])) or DEFAULT_PAGE
    found, more = page(call, f"preview/{repository.name}", _wanted(call, verdicts), default=count)
    results = [_result(verdict) for verdict in found]
    return answer | {"previewResults": results, "summary": _summary(verdicts)} | more


def _wanted(call: Call, verdicts: list[Verdict]) -> list[Verdict]:
    tagged = {"TAGGED": True, "UNTAGGED": False}.get(
        call.params.get("filter", {}).get("tagStatus", "ANY")
    )
    kept = [each for each in verdicts if tagged in (None, bool(each.image.tags))]
    if "imageIds" not in call.params:
        return kept
    asked = [look_up(call.repository, each) for each in call.params["imageIds"]]
    return [each for each in kept if any(each.image is image for image in asked)]


def _result(verdict: Verdict) -> Document:
    image = verdict.image
    return {
        "imageTags": sorted(image.tags),
        "imageDigest": image.digest,
        "imagePushedAt": image.pushed_at,
        "action": verdict.action,
        "appliedRulePriority": verdict.priority,
        "storageClass": "ARCHIVE" if image.status == "ARCHIVED" else "STANDARD",
    }


def _summary(verdicts: list[Verdict]) -> Document:
    counts = Counter(verdict.action["type"] for verdict in verdicts)
    return {
        "expiringImageTotalCount": counts["EXPIRE"],
        "transitioningImageTotalCounts": [
            {"targetStorageClass": "ARCHIVE", "imageTotalCount": counts["TRANSITION"]}
        ],
    }


def _policy(repository: Repository) -> str:
    if repository.lifecycle_policy is None:
        raise Refusal(
            "LifecyclePolicyNotFoundException",
            "Lifecycle policy does not exist for the repository with name "
            f"'{repository.name}' in the registry with id '{repository.account}'",
        )
    return repository.lifecycle_policy


def _about(repository: Repository, text: str) -> Document:
    return {
        "registryId": repository.account,
        "repositoryName": repository.name,
        "lifecyclePolicyText": text,
    }
