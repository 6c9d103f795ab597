"""A repository's settings, part by part: one that may not be read spoils no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from ecrtui.aws.calls import Calls
from ecrtui.errors import EcrtuiError, NotFound, RemoteError
from ecrtui.model.repository import Repository, SettingsPart

_Read = Callable[[], object]


def private_parts(calls: Calls, repository: Repository) -> Iterator[SettingsPart]:
    """The parts of a private repository, those known from its row first."""
    name = repository.repository_name
    yield SettingsPart("Tag mutability", _mutability(repository))
    yield SettingsPart("Encryption", repository.encryption_configuration or None)
    yield _part("Scanning", lambda: _scanning(calls, name))
    yield _part(
        "Lifecycle policy", lambda: _text(calls, "GetLifecyclePolicy", "lifecyclePolicyText", name)
    )
    yield _part(
        "Permissions policy", lambda: _text(calls, "GetRepositoryPolicy", "policyText", name)
    )
    yield _part("Resource tags", lambda: _tags(calls, repository.repository_arn))


def public_parts(calls: Calls, repository: Repository) -> Iterator[SettingsPart]:
    """The parts of a repository in ECR Public."""
    name = repository.repository_name
    yield _part("Catalog", lambda: _catalog(calls, name))
    yield _part(
        "Permissions policy", lambda: _text(calls, "GetRepositoryPolicy", "policyText", name)
    )
    yield _part("Resource tags", lambda: _tags(calls, repository.repository_arn))


def _part(title: str, read: _Read) -> SettingsPart:
    try:
        return SettingsPart(title, read())
    except EcrtuiError as problem:
        return SettingsPart(title, None, problem)


def _mutability(repository: Repository) -> object:
    exclusions = repository.image_tag_mutability_exclusion_filters
    if not exclusions:
        return repository.image_tag_mutability or None
    return {
        "imageTagMutability": repository.image_tag_mutability,
        "exclusionFilters": [
            {"filter": each.filter, "filterType": each.filter_type} for each in exclusions
        ],
    }


def _scanning(calls: Calls, name: str) -> object:
    answer = calls.call("BatchGetRepositoryScanningConfiguration", repositoryNames=[name])
    for failure in answer.get("failures", ()):
        raise RemoteError(f"{failure.get('failureReason', '')} ({failure.get('failureCode', '')})")
    found = answer.get("scanningConfigurations", ())
    return found[0] if found else None


def _text(calls: Calls, operation: str, key: str, name: str) -> object:
    """A policy as a document; None when there is none, which the API tells by an error."""
    try:
        text = calls.call(operation, repositoryName=name)[key]
    except NotFound:
        return None
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return str(text)


def _tags(calls: Calls, arn: str) -> object:
    rows = calls.call("ListTagsForResource", resourceArn=arn).get("tags", ())
    return {row["Key"]: row.get("Value", "") for row in rows} or None


def _catalog(calls: Calls, name: str) -> object:
    try:
        answer = calls.call("GetRepositoryCatalogData", repositoryName=name)
    except NotFound:
        return None
    return answer.get("catalogData") or None
