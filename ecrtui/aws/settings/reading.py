"""How each setting is read: the document a person edits, without what the service alone writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from ecrtui.aws.calls import Calls, required
from ecrtui.errors import EcrtuiError, NotFound, RemoteError
from ecrtui.model.repository import Repository, SettingsPart
from ecrtui.model.setting import Scope, Setting
from ecrtui.model.settings_table import settings_of

_BACKFILLS_A_PAGE = 50
_RULE_OWN = ("createdAt", "updatedAt", "registryId")
_TEMPLATE_OWN = ("createdAt", "updatedAt")
_CATALOG_OWN = ("logoUrl", "marketplaceCertified")


class Asked(NamedTuple):
    """Whose settings are read: of a registry, of one repository of it, or of one image."""

    calls: Calls
    repository: Repository
    """One without a name for the registry's own settings."""
    digest: str = ""

    @property
    def name(self) -> str:
        """The repository's name."""
        return self.repository.repository_name


Read = Callable[[Asked], Any]


def parts(asked: Asked, scope: Scope) -> Iterator[SettingsPart]:
    """Every setting of a scope, each read on its own: a denial spoils one part only."""
    for setting in settings_of(scope):
        try:
            yield SettingsPart(setting.title, read(asked, setting), name=setting.name)
        except EcrtuiError as problem:
            yield SettingsPart(setting.title, None, problem, name=setting.name)


def read(asked: Asked, setting: Setting) -> Any:
    """One setting's value; None where nothing is set."""
    return _READS[setting.scope, setting.name](asked)


def _replication(asked: Asked) -> Any:
    answer = asked.calls.call("DescribeRegistry")
    rules = answer.get("replicationConfiguration", {}).get("rules", [])
    return {"rules": rules} if rules else None


def _backfills(asked: Asked) -> Any:
    pages = asked.calls.pages(
        "ListReplicationBackfills", "backfills", dict[str, Any], size=_BACKFILLS_A_PAGE
    )
    return [row for page in pages for row in page.items] or None


def _rows(asked: Asked, operation: str, key: str, name: str, left_out: tuple[str, ...]) -> Any:
    """All rows by their names: ECR promises no order."""
    pages = asked.calls.pages(operation, key, dict[str, Any])
    rows = [_without(row, left_out) for page in pages for row in page.items]
    return sorted(rows, key=lambda row: str(row.get(name))) or None


def _without(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _pull_through(asked: Asked) -> Any:
    key = "ecrRepositoryPrefix"
    return _rows(asked, "DescribePullThroughCacheRules", "pullThroughCacheRules", key, _RULE_OWN)


def _templates(asked: Asked) -> Any:
    operation, key = "DescribeRepositoryCreationTemplates", "repositoryCreationTemplates"
    return _rows(asked, operation, key, "prefix", _TEMPLATE_OWN)


def _scanning(asked: Asked) -> Any:
    answer = asked.calls.call("GetRegistryScanningConfiguration")
    return required(answer, "scanningConfiguration")


def _signing(asked: Asked) -> Any:
    try:
        answer = asked.calls.call("GetSigningConfiguration")
    except NotFound:
        return None
    return required(answer, "signingConfiguration")


def _account(name: str) -> Read:
    def read_it(asked: Asked) -> Any:
        return required(asked.calls.call("GetAccountSetting", name=name), "value")

    return read_it


def _exclusions(asked: Asked) -> Any:
    pages = asked.calls.pages("ListPullTimeUpdateExclusions", "pullTimeUpdateExclusions", str)
    return sorted(arn for page in pages for arn in page.items) or None


def _mutability(asked: Asked) -> Any:
    row = asked.repository
    if not row.image_tag_mutability:
        return None
    value: dict[str, Any] = {"imageTagMutability": row.image_tag_mutability}
    if row.image_tag_mutability_exclusion_filters:
        value["imageTagMutabilityExclusionFilters"] = [
            {"filterType": each.filter_type, "filter": each.filter}
            for each in row.image_tag_mutability_exclusion_filters
        ]
    return value


def _encryption(asked: Asked) -> Any:
    return asked.repository.encryption_configuration or None


def _scan_on_push(asked: Asked) -> Any:
    return bool(asked.repository.image_scanning_configuration.get("scanOnPush"))


def _repository_scanning(asked: Asked) -> Any:
    answer = asked.calls.call(
        "BatchGetRepositoryScanningConfiguration", repositoryNames=[asked.name]
    )
    for failure in answer.get("failures", ()):
        raise RemoteError(f"{failure.get('failureReason', '')} ({failure.get('failureCode', '')})")
    found = answer.get("scanningConfigurations", ())
    return _without(found[0], ("repositoryArn", "repositoryName")) if found else None


def _policy(operation: str, key: str = "policyText") -> Read:
    """A policy as a document; None when there is none, which the API tells by an error."""

    def read_it(asked: Asked) -> Any:
        named = {"repositoryName": asked.name} if asked.name else {}
        try:
            text = str(required(asked.calls.call(operation, **named), key))
        except NotFound:
            return None
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return text

    return read_it


def _tags(asked: Asked) -> Any:
    rows = asked.calls.call("ListTagsForResource", resourceArn=asked.repository.repository_arn).get(
        "tags", ()
    )
    return {row["Key"]: row.get("Value", "") for row in rows} or None


def _registry_catalog(asked: Asked) -> Any:
    return asked.calls.call("GetRegistryCatalogData").get("registryCatalogData") or None


def _aliases(asked: Asked) -> Any:
    return asked.calls.call("DescribeRegistries").get("registries") or None


def _catalog(asked: Asked) -> Any:
    try:
        answer = asked.calls.call("GetRepositoryCatalogData", repositoryName=asked.name)
    except NotFound:
        return None
    return _without(answer.get("catalogData") or {}, _CATALOG_OWN) or None


def _of_image(operation: str, key: str) -> Read:
    def read_it(asked: Asked) -> Any:
        answer = asked.calls.call(
            operation, repositoryName=asked.name, imageId={"imageDigest": asked.digest}
        )
        return answer.get(key) or None

    return read_it


def _tag_times(asked: Asked) -> Any:
    pages = asked.calls.pages(
        "DescribeImageTags", "imageTagDetails", dict[str, Any], repositoryName=asked.name
    )
    return [
        {"imageTag": row.get("imageTag", ""), "createdAt": row.get("createdAt")}
        for page in pages
        for row in page.items
        if (row.get("imageDetail") or {}).get("imageDigest") == asked.digest
    ] or None


_READS: dict[tuple[Scope, str], Read] = {
    (Scope.REGISTRY, "replication"): _replication,
    (Scope.REGISTRY, "backfills"): _backfills,
    (Scope.REGISTRY, "pull-through"): _pull_through,
    (Scope.REGISTRY, "templates"): _templates,
    (Scope.REGISTRY, "scanning"): _scanning,
    (Scope.REGISTRY, "signing"): _signing,
    (Scope.REGISTRY, "policy"): _policy("GetRegistryPolicy"),
    (Scope.REGISTRY, "policy-scope"): _account("REGISTRY_POLICY_SCOPE"),
    (Scope.REGISTRY, "basic-scan-type"): _account("BASIC_SCAN_TYPE_VERSION"),
    (Scope.REGISTRY, "blob-mounting"): _account("BLOB_MOUNTING"),
    (Scope.REGISTRY, "pull-time-exclusions"): _exclusions,
    (Scope.REPOSITORY, "mutability"): _mutability,
    (Scope.REPOSITORY, "encryption"): _encryption,
    (Scope.REPOSITORY, "scan-on-push"): _scan_on_push,
    (Scope.REPOSITORY, "scanning"): _repository_scanning,
    (Scope.REPOSITORY, "lifecycle"): _policy("GetLifecyclePolicy", "lifecyclePolicyText"),
    (Scope.REPOSITORY, "policy"): _policy("GetRepositoryPolicy"),
    (Scope.REPOSITORY, "tags"): _tags,
    (Scope.PUBLIC_REGISTRY, "catalog"): _registry_catalog,
    (Scope.PUBLIC_REGISTRY, "aliases"): _aliases,
    (Scope.PUBLIC_REPOSITORY, "catalog"): _catalog,
    (Scope.PUBLIC_REPOSITORY, "policy"): _policy("GetRepositoryPolicy"),
    (Scope.PUBLIC_REPOSITORY, "tags"): _tags,
    (Scope.PUBLIC_IMAGE, "tag-times"): _tag_times,
    (Scope.IMAGE, "replication"): _of_image(
        "DescribeImageReplicationStatus", "replicationStatuses"
    ),
    (Scope.IMAGE, "signing"): _of_image("DescribeImageSigningStatus", "signingStatuses"),
}
