"""Changes in a registry: repositories, storage classes, deletions. Read-only refuses each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecrtui.aws import findings
from ecrtui.aws.calls import Calls, required, values
from ecrtui.aws.manifests import identifier
from ecrtui.aws.settings import changing
from ecrtui.errors import UsageError
from ecrtui.model.deletion import DeleteFailure
from ecrtui.model.image import ImageId
from ecrtui.model.repository import NewRepository, Repository
from ecrtui.model.setting import Setting, Step, Subject


class _Writer:
    """What both APIs have in the same words: deleting, and settings."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def delete(self, repository: str, ids: Sequence[ImageId]) -> list[DeleteFailure]:
        """Delete at most 100 images by digest, or tags by tag; answers what did not go."""
        answer = self._calls.call(
            "BatchDeleteImage",
            repositoryName=repository,
            imageIds=[identifier(wanted) for wanted in ids],
        )
        return [_failure(told) for told in answer.get("failures", ())]

    def delete_repository(self, repository: str, *, with_images: bool = False) -> None:
        """Delete a repository; raises NotEmpty where images are in it that may not go along."""
        self._calls.call("DeleteRepository", repositoryName=repository, force=with_images)

    def steps(
        self, setting: Setting, subject: Subject, before: Any, after: Any
    ) -> tuple[Step, ...]:
        """The calls that bring a setting from one value to another, checked; sends nothing."""
        made = changing.steps(setting, subject, before, after)
        for step in made:
            complaints = self._calls.wrong(step.operation, step.parameters)
            if complaints:
                raise UsageError(
                    complaints[0],
                    title=f"{setting.title}: this cannot be set",
                    hint=f"{len(complaints) - 1} more like it." if complaints[1:] else "",
                )
        return made

    def apply(self, step: Step) -> None:
        """Send one of these calls."""
        self._calls.call(step.operation, **step.parameters)


class PrivateWriter(_Writer):
    """Changes one private registry; a `RegistryWriter`."""

    def create(self, new: NewRepository) -> Repository:
        """Make a repository with its settings; raises AlreadyThere."""
        answer = self._calls.call("CreateRepository", repositoryName=new.name, **_settings(new))
        return values([required(answer, "repository")], Repository)[0]

    def archive(self, repository: str, digest: str) -> str:
        """Move an image to the archive; answers its status."""
        return self._move(repository, digest, "ARCHIVE")

    def restore(self, repository: str, digest: str) -> str:
        """Bring an image back from the archive; answers its status."""
        return self._move(repository, digest, "STANDARD")

    def start_scan(self, repository: str, digest: str) -> str:
        """Start a basic scan; answers its status."""
        return findings.start(self._calls, repository, digest)

    def _move(self, repository: str, digest: str, target: str) -> str:
        answer = self._calls.call(
            "UpdateImageStorageClass",
            repositoryName=repository,
            imageId={"imageDigest": digest},
            targetStorageClass=target,
        )
        return str(required(answer, "imageStatus"))


class PublicWriter(_Writer):
    """Changes an account's public registry, which has no archive."""

    def create(self, new: NewRepository) -> Repository:
        """Make a repository; raises AlreadyThere."""
        tags = {"tags": _tags(new)} if new.tags else {}
        answer = self._calls.call("CreateRepository", repositoryName=new.name, **tags)
        return values([required(answer, "repository")], Repository)[0]

    def archive(self, repository: str, digest: str) -> str:
        """There is no archive in ECR Public."""
        raise UsageError(repository, title="ECR Public has no archive")

    def restore(self, repository: str, digest: str) -> str:
        """There is no archive in ECR Public."""
        raise UsageError(repository, title="ECR Public has no archive")

    def start_scan(self, repository: str, digest: str) -> str:
        """There are no scans in ECR Public."""
        raise findings.not_public(repository)


def _failure(told: dict[str, Any]) -> DeleteFailure:
    named = told.get("imageId", {})
    return DeleteFailure(
        image_digest=str(named.get("imageDigest", "")),
        image_tag=str(named.get("imageTag", "")),
        code=str(told.get("failureCode", "")),
        reason=str(told.get("failureReason", "")),
    )


def _settings(new: NewRepository) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if new.mutability:
        given["imageTagMutability"] = new.mutability
    if new.exclusions:
        given["imageTagMutabilityExclusionFilters"] = [
            {"filterType": "WILDCARD", "filter": pattern} for pattern in new.exclusions
        ]
    if new.scan_on_push is not None:
        given["imageScanningConfiguration"] = {"scanOnPush": new.scan_on_push}
    if new.encryption:
        key = {"kmsKey": new.kms_key} if new.kms_key else {}
        given["encryptionConfiguration"] = {"encryptionType": new.encryption, **key}
    if new.tags:
        given["tags"] = _tags(new)
    return given


def _tags(new: NewRepository) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in new.tags.items()]
