"""Repositories: describing, making and removing them, tag mutability, resource tags."""

from __future__ import annotations

import hashlib

from ecrtui.sandbox.control.ecr import resource_tags
from ecrtui.sandbox.control.ecr.base import ecr
from ecrtui.sandbox.control.paging import not_with_pages, page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.refusal import Refusal, invalid_parameter, repository_not_found
from ecrtui.sandbox.registry import Registry, Repository


def describe(repository: Repository, registry: Registry) -> Document:
    """The Repository document of a private repository."""
    document = {
        "repositoryArn": repository.arn,
        "registryId": repository.account,
        "repositoryName": repository.name,
        "repositoryUri": f"{registry.host}/{repository.name}",
        "createdAt": repository.created_at,
        "imageTagMutability": repository.mutability,
        "imageScanningConfiguration": {"scanOnPush": repository.scan_on_push},
        "encryptionConfiguration": repository.encryption,
    }
    if repository.exclusion_filters:
        document["imageTagMutabilityExclusionFilters"] = repository.exclusion_filters
    return document


def opaque_order(names: list[str]) -> list[str]:
    """Names in an order that is stable and tells nothing, since ECR promises none."""
    return sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())


@ecr.operation("DescribeRepositories")
def describe_repositories(call: Call) -> Document:
    """All repositories in pages, or those named."""
    not_with_pages(call, "repositoryNames")
    registry = call.registry
    if names := call.params.get("repositoryNames"):
        return {"repositories": [describe(registry.get(name), registry) for name in names]}
    found, more = page(call, "repositories", opaque_order(list(registry.repositories)))
    return {"repositories": [describe(registry.get(name), registry) for name in found]} | more


@ecr.operation("CreateRepository")
def create_repository(call: Call) -> Document:
    """A new repository with the settings given."""
    registry, name = call.registry, call.params["repositoryName"]
    if name in registry.repositories:
        raise Refusal(
            "RepositoryAlreadyExistsException",
            f"The repository with name '{name}' already exists in the registry with id "
            f"'{registry.account}'",
        )
    tags = resource_tags.merged_tags(call.params.get("tags", []))
    filters = call.params.get("imageTagMutabilityExclusionFilters", [])
    mutability = call.params.get("imageTagMutability", "MUTABLE")
    _check_exclusions(mutability, filters)
    repository = registry.create(name, call.now)
    repository.tags = tags
    repository.mutability, repository.exclusion_filters = mutability, filters
    scanning = call.params.get("imageScanningConfiguration", {})
    repository.scan_on_push = scanning.get("scanOnPush", False)
    repository.encryption = _encryption(call, registry)
    return {"repository": describe(repository, registry)}


@ecr.operation("DeleteRepository")
def delete_repository(call: Call) -> Document:
    """Remove a repository; with images in it only by force."""
    registry, repository = call.registry, call.repository
    if len(repository.images) and not call.params.get("force"):
        raise Refusal(
            "RepositoryNotEmptyException",
            f"The repository with name '{repository.name}' in registry with id "
            f"'{registry.account}' cannot be deleted because it still contains images",
        )
    del registry.repositories[repository.name]
    return {"repository": describe(repository, registry)}


@ecr.operation("PutImageTagMutability")
def put_image_tag_mutability(call: Call) -> Document:
    """Change whether tags may move, and which tags are excluded from that rule."""
    repository = call.repository
    filters = call.params.get("imageTagMutabilityExclusionFilters", [])
    mutability = call.params["imageTagMutability"]
    _check_exclusions(mutability, filters)
    repository.mutability, repository.exclusion_filters = mutability, filters
    answer = {
        "registryId": repository.account,
        "repositoryName": repository.name,
        "imageTagMutability": mutability,
    }
    return answer | ({"imageTagMutabilityExclusionFilters": filters} if filters else {})


def _by_arn(call: Call, arn: str) -> Repository | None:
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "ecr" or not parts[5].startswith("repository/"):
        return None
    account, name = parts[4], parts[5].removeprefix("repository/")
    registry = call.world.registries.get((account, parts[3]))
    if registry is None or parts[3] != call.region:
        raise repository_not_found(name, account)
    return registry.get(name)


resource_tags.offer(ecr, _by_arn)


def _check_exclusions(mutability: str, filters: list[Document]) -> None:
    if bool(filters) != mutability.endswith("_WITH_EXCLUSION"):
        raise invalid_parameter(
            "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy "
            "constraint: 'exclusion filters are given exactly with a mutability that ends in "
            "_WITH_EXCLUSION'"
        )


def _encryption(call: Call, registry: Registry) -> Document:
    given = call.params.get("encryptionConfiguration") or {"encryptionType": "AES256"}
    if given["encryptionType"] == "AES256":
        return {"encryptionType": "AES256"}
    default = f"arn:aws:kms:{registry.region}:{registry.account}:alias/aws/ecr"
    return {"encryptionType": given["encryptionType"], "kmsKey": given.get("kmsKey", default)}
